"""A slow reader of JSON that keeps places and says in plain words what is not JSON.

It runs only where the fast reader refused a text or a place is asked for. It accepts exactly what that one accepts (a
test holds the two together) and goes on after most faults, so that all of them are told at once.
"""

from __future__ import annotations

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Related
from clas_policy.reading.json_lines import MAX_DEPTH, Lines, Path, shown
from clas_policy.reading.json_tokens import StopReading, Tokens


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands (offsets, end exclusive), and the key before it in an object."""

    start: int
    end: int
    key: tuple[int, int] | None


class Scan(Tokens):
    """The places of every value of a text by path, and its faults."""

    def __init__(self, text: str, lines: Lines) -> None:
        super().__init__(text, lines)
        self.places: dict[Path, Place] = {}
        try:
            self._document()
        except StopReading:
            return

    def _document(self) -> None:
        self._gap(())
        if not self._next:
            hint = Message("a dossier is written between `{{` and `}}`")
            self._add("CLAS-J003", Message("the file is empty"), (0, 0), (), hint)
            return
        self._value((), None, 0)
        self._gap(())
        where = (self._at, self._at + 1)
        if self._next in ("}", "]"):
            message = Message("this `{sign}` closes nothing", {"sign": self._next})
            self._add("CLAS-J019", message, where, (), Message("take it out"))
        elif self._next:
            hint = Message("a file holds one dossier; several go one a line in a file whose name ends in `.ndjson`")
            self._add("CLAS-J009", Message("more text after the end of the dossier"), where, (), hint)

    def _value(self, path: Path, key: tuple[int, int] | None, depth: int) -> None:
        start = self._at
        sign = self._next
        if sign in ("{", "["):
            if depth == MAX_DEPTH:
                values = {"depth": str(MAX_DEPTH)}
                message = Message("objects and lists nested more than {depth} deep", values)
                self._add("CLAS-J020", message, (start, start + 1), ())
                raise StopReading
            if sign == "{":
                self._members(path, depth)
            else:
                self._items(path, depth)
        elif sign in (",", "}", "]", ""):
            hint = Message("write `null` where the answer is not known")
            self._add("CLAS-J023", Message("a value is missing"), key or (start, start + 1), path, hint)
        else:
            self._scalar(path)
        self.places[path] = Place(start, self._at, key)

    def _members(self, path: Path, depth: int) -> None:
        opened = self._at
        self._at += 1
        keys: dict[str, tuple[int, int]] = {}
        while self._another(path, opened):
            start = self._at
            name = self._key(path)
            where = (start, self._at)
            inner = (*path, name)
            if name in keys:
                there = Related(Message("written here first"), self._lines.span(*keys[name]))
                message = Message("the key `{key}` stands twice", {"key": shown(name)})
                self._add("CLAS-J004", message, where, inner, Message("keep one of the two"), there)
            keys.setdefault(name, where)
            self._gap(inner)
            self._colon(inner, where)
            self._value(inner, where, depth + 1)
        self._at += 1

    def _items(self, path: Path, depth: int) -> None:
        opened = self._at
        self._at += 1
        index = 0
        while self._another(path, opened):
            self._value((*path, index), None, depth + 1)
            index += 1
        self._at += 1

    def _another(self, path: Path, opened: int) -> bool:
        """Moves to the next entry; false at the closing sign, which is then the next to read."""
        opening = self._text[opened]
        closing = "}" if opening == "{" else "]"
        is_first = self._at == opened + 1
        comma = self._comma(path, is_first=is_first)
        sign = self._next
        if not sign:
            values = {"sign": opening, "closing": closing}
            message = Message("the text ends before this `{sign}` is closed by `{closing}`", values)
            hint = Message("the end of the file may be missing: export or copy it again")
            self._add("CLAS-J018", message, (opened, opened + 1), path, hint)
            raise StopReading
        if sign == closing:
            if comma is not None:
                message = Message("a comma before the closing `{sign}`", {"sign": closing})
                self._add("CLAS-J005", message, (comma, comma + 1), path, Message("take it out"))
            return False
        if sign in ("}", "]"):
            values = {"sign": sign, "opening": opening, "closing": closing}
            message = Message("`{sign}` cannot close `{opening}`: `{closing}` is due", values)
            there = Related(Message("opened here"), self._lines.span(opened, opened + 1))
            self._add("CLAS-J019", message, (self._at, self._at + 1), path, None, there)
            raise StopReading
        if comma is None and not is_first:
            before = len(self._text[: self._at].rstrip())
            hint = Message("write `,` between two entries")
            self._add("CLAS-J008", Message("a comma is missing after this"), (before - 1, before), path, hint)
        return True

    def _comma(self, path: Path, *, is_first: bool) -> int | None:
        """Skips to the next entry; where the comma before it stands, None without one."""
        self._gap(path)
        comma: int | None = None
        while self._next in (",", ";"):
            where = (self._at, self._at + 1)
            if is_first or comma is not None:
                hint = Message("take one comma out")
                self._add("CLAS-J023", Message("a value is missing"), where, path, hint)
            elif self._next == ";":
                self._add("CLAS-J008", Message("`;` where a comma is due"), where, path, Message("write `,`"))
            comma = self._at
            self._at += 1
            self._gap(path)
        return comma

    def _colon(self, path: Path, key: tuple[int, int]) -> None:
        if self._next == ":":
            self._at += 1
        else:
            hint = Message('write `"key": value`')
            self._add("CLAS-J022", Message("a colon is missing after this key"), key, path, hint)
            if self._next == "=":
                self._at += 1
        self._gap(path)
