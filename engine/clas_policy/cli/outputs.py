"""Where decisions go: ``FORMAT`` to standard output, ``FORMAT:FILE`` to a file that appears whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from clas_policy.cli import decision_markdown, decision_text, decision_view
from clas_policy.cli.blocks import Block
from clas_policy.cli.decision_text import Style
from clas_policy.cli.decision_view import Labels
from clas_policy.cli.session import Decision
from clas_policy.cli.speech import Speech
from clas_policy.model.policy import Policy
from clas_policy.reading.files import NewFile

FORMATS: Final = ("text", "json", "ndjson", "markdown")

Emit = Callable[[str], None]
Renderer = Callable[[Mapping[str, Any]], str]


class Form(Protocol):
    """How decisions are written one after the other."""

    def first(self, decision: Decision) -> str: ...

    def next(self, decision: Decision) -> str: ...

    def end(self, count: int) -> str: ...


@dataclass(slots=True)
class Documents:
    """A document per decision, for people; between two of them a line."""

    render: Callable[[Decision], str]
    between: str

    def first(self, decision: Decision) -> str:
        return self.render(decision)

    def next(self, decision: Decision) -> str:
        return self.between + self.render(decision)

    def end(self, count: int) -> str:  # noqa: ARG002
        return ""


@dataclass(slots=True)
class Lines:
    """One record a line."""

    def first(self, decision: Decision) -> str:
        return f"{decision.text}\n"

    def next(self, decision: Decision) -> str:
        return f"{decision.text}\n"

    def end(self, count: int) -> str:  # noqa: ARG002
        return ""


@dataclass(slots=True)
class Json:
    """One object for one dossier, an array for several inputs (`many`), readable by people."""

    many: bool

    def first(self, decision: Decision) -> str:
        return f"[\n{_indented(decision)}" if self.many else f"{_indented(decision)}"

    def next(self, decision: Decision) -> str:
        return f",\n{_indented(decision)}"

    def end(self, count: int) -> str:
        if self.many:
            return "\n]\n" if count else "[]\n"
        return "\n" if count else ""


def _indented(decision: Decision) -> str:
    return json.dumps(json.loads(decision.text), ensure_ascii=False, indent=2)


class Forms:
    """The formats at hand: those of the engine, and those that plugins add."""

    def __init__(self, say: Speech, style: Style, renderers: Mapping[str, Renderer], *, verbose: bool) -> None:
        self._say = say
        self._style = style
        self._renderers = renderers
        self._verbose = verbose
        self._labels: dict[str, Labels] = {}

    def names(self) -> tuple[str, ...]:
        return (*FORMATS, *sorted(self._renderers))

    def of(self, name: str, *, many: bool, to_file: bool) -> Form:
        match name:
            case "json":
                return Json(many)
            case "ndjson":
                return Lines()
            case "text":
                style = decision_text.plain if to_file else self._style
                return Documents(lambda decision: decision_text.render(self._blocks(decision), style), "\n\n")
            case "markdown":
                # A document that is made for others is French whatever the reader's language.
                say = Speech("fr") if to_file else self._say
                return Documents(lambda decision: decision_markdown.render(self._blocks(decision, say)), "\n---\n\n")
            case _:
                render = self._renderers[name]
                return Documents(lambda decision: render(json.loads(decision.text)), "")

    def _blocks(self, decision: Decision, say: Speech | None = None) -> list[Block]:
        labels = self._of(decision.policy)
        record = json.loads(decision.text)
        return decision_view.blocks(record, say or self._say, labels, verbose=self._verbose)

    def _of(self, policy: Policy) -> Labels:
        if policy.id not in self._labels:
            self._labels[policy.id] = Labels.of(policy)
        return self._labels[policy.id]


class Output:
    """One destination, written to as decisions come."""

    def __init__(self, form: Form, path: Path | None, emit: Emit, inputs: Iterable[Path]) -> None:
        self._form = form
        self._emit = emit
        self._file = NewFile(path, inputs) if path is not None else None
        self._count = 0

    def add(self, decision: Decision) -> None:
        text = self._form.next(decision) if self._count else self._form.first(decision)
        self._count += 1
        self._write(text)

    def keep(self) -> None:
        """Ends the output; a file is put in its place."""
        self._write(self._form.end(self._count))
        if self._file is not None:
            self._file.keep()

    def discard(self) -> None:
        if self._file is not None:
            self._file.discard()

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._file is not None:
            self._file.write(text.encode("utf-8", "backslashreplace"))
        else:
            self._emit(text)
