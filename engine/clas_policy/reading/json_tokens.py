"""Texts, numbers and words of a JSON document, one at a time; what is wrong with each in plain words."""

from __future__ import annotations

import json
import re
from typing import Final

from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.json_lines import Lines, Path, shown
from clas_policy.reading.values import meant_amount

_MOST: Final = 100
"""So many faults are told; what follows them is not read."""

_GAP: Final = re.compile(r"[ \t\n\r]*")
_ODD_SPACE: Final = re.compile(r"[^\S \t\n\r]+|[\u200b\u2060\ufeff]+")
_COMMENT: Final = re.compile(r"//[^\n\r]*|#[^\n\r]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+"')
_ESCAPE: Final = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_IN_LIST: Final = re.compile(r"[-+.]?[0-9][\w.+-]*(?:[ \u00a0\u202f][0-9]{3}(?![0-9]))*")
_IN_OBJECT: Final = re.compile(rf"{_IN_LIST.pattern}(?:,[0-9]+)?")
"""What people write for a number. A comma can be theirs in an object only, where a key would have to follow it."""

_WORD: Final = re.compile(r"-?[^\W\d]\w*")
_BARE: Final = re.compile(r"-?[^\W\d][^,:=\[\]{}\"\n\r]*")
_QUOTED: Final = re.compile(
    r"'(?:[^'\\\n\r]|\\.|'(?!\s*[,:}\]\n\r]))*'"
    r"|‘[^’\n\r]*’|[“”„][^“”\"\n\r]*[“”\"]|«[^»\n\r]*»|`[^`\n\r]*`"
    r"|\"[^“”\"\n\r]*[“”](?=\s*[,:}\]\n\r])"
)
_MEANT: Final = {
    "true": "true",
    "oui": "true",
    "vrai": "true",
    "yes": "true",
    "false": "false",
    "non": "false",
    "faux": "false",
    "no": "false",
    "null": "null",
    "none": "null",
    "nil": "null",
    "undefined": "null",
}


class StopReading(Exception):  # noqa: N818 - no error of the program: the faults are told
    """Nothing sensible can be read after this fault."""


class Tokens:
    """A place in a text, and the faults found before it."""

    def __init__(self, text: str, lines: Lines) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._lines = lines
        self._at = 0

    @property
    def _next(self) -> str:
        """The character to read, empty at the end."""
        return self._text[self._at : self._at + 1]

    def _add(
        self,
        code: str,
        message: Message,
        where: tuple[int, int],
        path: Path,
        hint: Message | None = None,
        *related: Related,
    ) -> None:
        self.problems.append(self._lines.problem(code, message, where, path, hint=hint, related=related))
        if len(self.problems) >= _MOST:
            raise StopReading

    def _unexpected(self, path: Path) -> StopReading:
        message = Message("`{sign}` cannot stand here", {"sign": shown(self._next)})
        self._add("CLAS-J019", message, (self._at, self._at + 1), path)
        return StopReading()

    def _gap(self, path: Path) -> None:
        """Skips white space; comments and spaces that JSON does not know are faults."""
        while True:
            self._skip(_GAP)
            start = self._at
            if self._skip(_ODD_SPACE):
                values = {"number": f"U+{ord(self._text[start]):04X}"}
                message = Message("a space that is not an ordinary one ({number})", values)
                self._add("CLAS-J013", message, (start, self._at), path, Message("type an ordinary space instead"))
            elif self._skip(_COMMENT):
                hint = Message("take it out: nobody reads it")
                self._add("CLAS-J006", Message("JSON has no comments"), (start, self._at), path, hint)
            else:
                return

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match is not None

    def _is_text(self) -> bool:
        """Whether a text follows, between right or wrong quotes."""
        return self._next == '"' or _QUOTED.match(self._text, self._at) is not None

    def _key(self, path: Path) -> str:
        if self._is_text():
            return self._string(path)
        start = self._at
        bare = _BARE.match(self._text, start) or _IN_LIST.match(self._text, start)
        if bare is None:
            raise self._unexpected(path)
        name = bare[0].rstrip()
        self._at = start + len(name)
        hint = Message('write `"{key}"`', {"key": shown(name)})
        message = Message("the key `{key}` has no quotes", {"key": shown(name)})
        self._add("CLAS-J010", message, (start, self._at), (*path, name), hint)
        return name

    def _scalar(self, path: Path) -> None:
        if self._is_text():
            self._string(path)
        elif self._next in "+-.0123456789":
            self._number(path)
        elif _WORD.match(self._text, self._at):
            self._word(path)
        else:
            raise self._unexpected(path)

    def _string(self, path: Path) -> str:
        """Reads a text between quotes, right or wrong ones."""
        start = self._at
        if self._skip(_STRING):
            token = self._text[start : self._at]
            return str(json.loads(token)) if "\\" in token else token[1:-1]
        if not self._skip(_QUOTED):
            return self._broken_string(path)
        inside = self._text[start + 1 : self._at - 1]
        if self._text[start] == "«":
            inside = inside.strip()
        hint = Message('write `"{text}"`', {"text": shown(inside)})
        message = Message('a text stands between straight double quotes `"`')
        self._add("CLAS-J007", message, (start, self._at), path, hint)
        return inside

    def _broken_string(self, path: Path) -> str:
        """A text between double quotes with a fault inside."""
        start = self._at
        at = start + 1
        while at < len(self._text) and self._text[at] not in "\n\r":
            sign = self._text[at]
            if sign == '"':
                self._at = at + 1
                return self._text[start + 1 : at]
            if sign == "\\":
                at += self._escape(at, path)
                continue
            if sign < " ":
                values = {"number": f"U+{ord(sign):04X}"}
                message = Message("a control character ({number}) in a text", values)
                self._add("CLAS-J015", message, (at, at + 1), path, Message("take it out"))
            at += 1
        hint = Message('a text ends with `"` on the line where it begins; a `"` inside it is written `\\"`')
        self._add("CLAS-J017", Message("this text is not closed"), (start, at), path, hint)
        raise StopReading

    def _escape(self, at: int, path: Path) -> int:
        """The length of the escape at `at`, a fault where JSON does not know it."""
        if good := _ESCAPE.match(self._text, at):
            return len(good[0])
        escape = self._text[at : at + 2].rstrip("\n\r")
        hint = Message("a backslash itself is written twice: `\\\\`")
        message = Message("JSON does not know the escape `{escape}`", {"escape": shown(escape)})
        self._add("CLAS-J016", message, (at, at + len(escape)), path, hint)
        return len(escape)

    def _number(self, path: Path) -> None:
        start = self._at
        exact = _NUMBER.match(self._text, start)
        in_list = bool(path) and isinstance(path[-1], int)
        like = (_IN_LIST if in_list else _IN_OBJECT).match(self._text, start)
        if like is None:
            if not self._skip(_WORD):
                raise self._unexpected(path)
            self._bad_word(start, path)
            return
        self._at = like.end()
        if exact is not None and exact.end() == like.end():
            return
        meant = meant_amount(re.sub(r"^\.", "0.", like[0].removeprefix("+").removesuffix(".")))
        hint = Message("a number is written like `12` or `12.5`")
        if meant is not None:
            hint = Message("write `{fixed}`", {"fixed": meant})
        message = Message("`{text}` is not how JSON writes a number", {"text": shown(like[0])})
        self._add("CLAS-J012", message, (start, self._at), path, hint)

    def _word(self, path: Path) -> None:
        start = self._at
        self._skip(_WORD)
        if self._text[start : self._at] not in ("true", "false", "null"):
            self._bad_word(start, path)

    def _bad_word(self, start: int, path: Path) -> None:
        word = self._text[start : self._at]
        if word.lstrip("-") in ("NaN", "Infinity"):
            message = Message("`{text}` is not a number", {"text": word})
            hint = Message("write `null` where the answer is not known")
            self._add("CLAS-J011", message, (start, self._at), path, hint)
            return
        meant = _MEANT.get(word.lower())
        hint = Message("write `{fixed}`", {"fixed": meant or ""})
        if meant is None:
            self._at = start
            self._skip(_BARE)
            word = self._text[start : self._at].rstrip()
            self._at = start + len(word)
            hint = Message('a text stands between double quotes: write `"{text}"`', {"text": shown(word)})
        message = Message("JSON does not know the word `{text}`", {"text": shown(word)})
        self._add("CLAS-J014", message, (start, self._at), path, hint)
