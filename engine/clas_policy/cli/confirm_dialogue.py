"""Confirming by questions and answers: each answer is tried and written before the next question."""

from __future__ import annotations

import sys
from datetime import date

from clas_policy.cli import confirm_words, problems, streams
from clas_policy.cli.confirm_draft import Draft
from clas_policy.cli.confirm_words import Told
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.editing import confirming
from clas_policy.editing.confirming import Answer
from clas_policy.model.fact import cited
from clas_policy.problem import Problem
from clas_policy.speech import Speech

_YES = ("y", "yes", "o", "oui")
_SAME = "="
_UNKNOWN_DOCUMENT = "CLAS-P109"


class Dialogue:
    """Walks through what is left; `^D` ends it, and what was answered is kept."""

    def __init__(self, draft: Draft, settings: Settings, day: date, source: str | None) -> None:
        self._draft, self._settings, self._day = draft, settings, day
        self._ = Speech(settings.lang)
        self._source = source

    def run(self) -> None:
        _ = self._
        later: set[str] = set()
        total = len(self._draft.left)
        streams.tell(_("empty: later; `=`: as last year; ^D: stop. What is answered is kept at once"))
        number = 0
        while True:
            waiting = [told for told in confirm_words.told(self._draft, _) if told.item.place.full not in later]
            if not waiting:
                break
            number += 1
            if not self._one(waiting[0], f"{number}/{max(total, number)}"):
                later.add(waiting[0].item.place.full)
        self._end()

    def _one(self, told: Told, number: str) -> bool:
        """Asks for one value until it is right; False where it is left for later."""
        _ = self._
        streams.tell("")
        first, *others = told.lines(_)
        for line in (f"{number}  {first}", *others):
            streams.tell(safe_text(line))
        while True:
            value = self._ask(self._question(told))
            if not value:
                return False
            if value == _SAME and told.item.last is None and not told.item.again:
                streams.tell(_("no value of last year is noted here"))
                continue
            written = None if value == _SAME and told.item.again else told.item.last if value == _SAME else value
            if told.item.takes_source and self._is_wrong(told, Answer(written, None, self._day)):
                continue
            source = self._source_of(told)
            if self._take(told, Answer(written, source, self._day)):
                if told.item.is_source:
                    self._source = written
                elif source is not None:
                    self._source = source
                self._draft.save()
                return True

    def _question(self, told: Told) -> str:
        if told.item.again:
            return self._("right as it stands? (`=`, or what is right)")
        return self._("source") if told.item.is_source else self._("value")

    def _is_wrong(self, told: Told, given: Answer) -> bool:
        """Whether a value is refused whatever its source; then it is said."""
        wrong = self._draft.wrong(confirming.answer(self._draft.data, told.item, given))
        self._show(wrong)
        return bool(wrong)

    def _source_of(self, told: Told) -> str | None:
        if not told.item.takes_source:
            return None
        default = f" [{self._source}]" if self._source else ""
        return self._ask(self._("source") + default) or self._source

    def _take(self, told: Told, given: Answer) -> bool:
        wrong = self._draft.answer(told.item, given)
        while wrong and all(problem.code == _UNKNOWN_DOCUMENT for problem in wrong):
            source = given.value if told.item.is_source else given.source
            name = cited(source or "")
            title = self._ask(self._("title of the document `{name}`, new to this file (empty: a slip)", name=name))
            if not title:
                break
            declared = confirming.declare(self._draft.data, name, title)
            again = confirming.find(declared, told.item.place.full)
            if again is None:
                break
            wrong = self._draft.take(confirming.answer(declared, again, given))
        if wrong:
            self._show(wrong)
        return not wrong

    def _show(self, wrong: list[Problem]) -> None:
        problems.show(wrong, self._settings, summary=False)

    def _end(self) -> None:
        _ = self._
        streams.tell("")
        if self._draft.left:
            return
        if self._draft.is_draft and self._ask(_("nothing is left to confirm: put it in force? (y/N)")).lower() in _YES:
            wrong = self._draft.in_force()
            if wrong:
                self._show(wrong)
            else:
                self._draft.save()

    def _ask(self, question: str) -> str:
        """The answer on one line; raises EOFError at the end of the input."""
        if sys.stderr is not None:
            sys.stderr.write(f"{safe_text(question)}{self._.colon}")
            sys.stderr.flush()
        while True:
            try:
                line = sys.stdin.readline()
            except UnicodeDecodeError:
                continue
            if not line:
                streams.tell("")
                raise EOFError
            return line.strip()
