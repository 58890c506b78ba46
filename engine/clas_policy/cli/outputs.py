"""Where decisions go: ``FORMAT`` to standard output, ``FORMAT:FILE`` to a file that appears whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from clas_policy.cli import json_text, streams
from clas_policy.cli.session import Decision
from clas_policy.reading.files import NewFile
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.cli.blocks import Block
    from clas_policy.cli.decision_labels import Labels
    from clas_policy.cli.decision_text import Style

FORMATS: Final = ("text", "json", "ndjson", "markdown")

Renderer = Callable[[Mapping[str, Any]], str]


class Form(Protocol):
    """How decisions are written one after the other; `is_data`: for programs, in UTF-8 whatever the locale."""

    is_data: bool

    def add(self, decision: Decision) -> str:
        """What to write for one more decision."""
        ...

    def end(self) -> str:
        """What to write after the last one."""
        ...


class Documents:
    """A document per decision; between two of them a line."""

    def __init__(self, render: Callable[[Decision], str], between: str, *, is_data: bool) -> None:
        self.is_data = is_data
        self._render = render
        self._between = between
        self._started = False

    def add(self, decision: Decision) -> str:
        text = self._render(decision)
        if self._started:
            text = self._between + text
        self._started = True
        return text

    def end(self) -> str:
        return ""


class Lines:
    """One record a line, as it is: a record holds ids and policy text only, and neither can hold hidden characters."""

    is_data = True

    def add(self, decision: Decision) -> str:
        return f"{decision.text}\n"

    def end(self) -> str:
        return ""


class Json:
    """One object, or an array where there may be `many`; None: an array as soon as there is a second."""

    is_data = True

    def __init__(self, *, many: bool | None) -> None:
        self._many = many
        self._count = 0
        self._first = ""

    def add(self, decision: Decision) -> str:
        self._count += 1
        text = json_text.indented(json.loads(decision.text))
        if self._many is None:
            if self._count == 1:
                self._first = text
                return ""
            self._many = True
            return f"[\n{self._first},\n{text}"
        if not self._many:
            return text
        return f"{'[' if self._count == 1 else ','}\n{text}"

    def end(self) -> str:
        if self._many:
            return "\n]\n" if self._count else "[]\n"
        return f"{self._first}\n"


class Forms:
    """The formats at hand: those of the engine, and those that plugins add."""

    def __init__(self, say: Speech, style: Style, renderers: Mapping[str, Renderer], *, verbose: bool) -> None:
        self._say = say
        self._style = style
        self._renderers = renderers
        self._verbose = verbose
        self._labels: dict[str, Labels] = {}

    def of(self, name: str, *, many: bool | None, to_file: bool) -> Form:
        match name:
            case "json":
                return Json(many=many)
            case "ndjson":
                return Lines()
            case "text":
                from clas_policy.cli import decision_text

                style = decision_text.plain if to_file else self._style
                return Documents(
                    lambda decision: decision_text.render(self._blocks(decision, self._say), style),
                    "\n\n",
                    is_data=to_file,
                )
            case "markdown":
                from clas_policy.cli import decision_markdown

                # A document that is made for others is French whatever the reader's language.
                say = Speech("fr") if to_file else self._say
                return Documents(
                    lambda decision: decision_markdown.render(self._blocks(decision, say)), "\n---\n\n", is_data=True
                )
            case _:
                render = self._renderers[name]
                return Documents(lambda decision: render(json.loads(decision.text)), "", is_data=True)

    def _blocks(self, decision: Decision, say: Speech) -> list[Block]:
        from clas_policy.cli import decision_view
        from clas_policy.cli.decision_labels import Labels

        policy = decision.policy
        if policy.id not in self._labels:
            self._labels[policy.id] = Labels.of(policy)
        return decision_view.blocks(json.loads(decision.text), say, self._labels[policy.id], verbose=self._verbose)


class Output:
    """One destination, written to as decisions come: standard output, or a file that is one of no `inputs`."""

    def __init__(self, form: Form, path: Path | None, inputs: Iterable[Path]) -> None:
        self._form = form
        self._emit = streams.emit_data if form.is_data else streams.emit
        self._file = NewFile(path, inputs) if path is not None else None

    @property
    def is_file(self) -> bool:
        return self._file is not None

    def add(self, decision: Decision) -> None:
        """Writes a decision; raises PluginError where a plugin's format fails at it: then nothing is written."""
        self._write(self._form.add(decision))

    def keep(self) -> None:
        """Ends the output; a file is put in its place."""
        self._write(self._form.end())
        if self._file is not None:
            self._file.keep()

    def discard(self) -> None:
        """Leaves the file as it was before; what standard output has taken stays."""
        if self._file is not None:
            self._file.discard()

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._file is not None:
            self._file.write(text.encode("utf-8", "backslashreplace"))
        else:
            self._emit(text)
