"""Where reports go: a page or a workbook, French whatever the locale, JSON, or text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import click

from clas_policy.batch.report import data, outline
from clas_policy.batch.report.figures import Report
from clas_policy.cli import json_text, streams
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import targets
from clas_policy.problem import Message
from clas_policy.reading.files import NewFile

FORMATS: Final = ("html", "xlsx", "json", "text")
DOCUMENT: Final = "fr"
"""The language of documents that are made for others."""


class Targets:
    """The outputs that were asked for; files are put in their place together, when all of them are made."""

    def __init__(self, settings: Settings, outputs: Sequence[str], reading: Sequence[Path]) -> None:
        self._settings = settings
        self._targets: list[tuple[str, NewFile | None]] = []
        wanted = targets(outputs, FORMATS, settings)
        self._check(wanted)
        try:
            for name, file in wanted:
                self._targets.append((name, NewFile(Path(file), reading) if file else None))
        except BaseException:
            self._discard()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard()

    def _check(self, wanted: Sequence[tuple[str, str]]) -> None:
        if ("xlsx", "") in wanted:
            message = Message("a workbook goes to a file: `xlsx:FILE`")
            raise click.BadParameter(self._settings.say(message), param_hint="--output")

    def write(self, report: Report, before: Report | None, folder: Path) -> None:
        """Makes every output, then keeps the files and lets the others out; `folder` is for what is on its way."""
        made = [self._made(name, report, before, folder, to_file=file is not None) for name, file in self._targets]
        for (_name, file), content in zip(self._targets, made, strict=True):
            if file is not None:
                file.write(content)
        for (name, file), content in zip(self._targets, made, strict=True):
            if file is not None:
                file.keep()
            elif name == "text":
                streams.emit(content.decode())
            else:
                streams.emit_data(content.decode())

    def _made(self, name: str, report: Report, before: Report | None, folder: Path, *, to_file: bool) -> bytes:
        match name:
            case "json":
                return f"{json_text.indented(data.to_json(report))}\n".encode()
            case "html":
                from clas_policy.batch.report.page import page

                year_before = before.origin.period if before is not None else None
                return page(outline.document(report, before, DOCUMENT), year_before or "").encode()
            case "xlsx":
                from clas_policy.batch.report import workbook

                path = folder / "report.xlsx"
                workbook.write(outline.document(report, before, DOCUMENT), report, path)
                return path.read_bytes()
            case _:
                from clas_policy.batch.report.text import text
                from clas_policy.cli.safe_text import safe_text

                lang = DOCUMENT if to_file else self._settings.lang
                told = text(outline.document(report, before, lang))
                return "".join(f"{safe_text(line)}\n" for line in told.rstrip("\n").split("\n")).encode()

    def _discard(self) -> None:
        for _name, file in self._targets:
            if file is not None:
                file.discard()
