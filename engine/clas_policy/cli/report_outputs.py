"""The forms of a report: a page or a workbook, French whatever the locale, JSON, or text for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from clas_policy.batch.report import data, outline
from clas_policy.batch.report.figures import Report
from clas_policy.cli import json_text
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import targets
from clas_policy.problem import Message

FORMATS: Final = ("html", "xlsx", "json", "text")
DOCUMENT: Final = "fr"
"""The language of documents that are made for others."""


def wanted(settings: Settings, outputs: Sequence[str], *, compares: bool) -> list[tuple[str, str]]:
    """The forms and files that are asked for; raises BadParameter or UsageError for what makes no sense."""
    found = targets(outputs, FORMATS, settings)
    if ("xlsx", "") in found:
        raise click.BadParameter(settings.say(Message("a workbook goes to a file: `xlsx:FILE`")), param_hint="--output")
    if compares and {form for form, _file in found} == {"json"}:
        message = Message("json holds the figures of one year: `--before` is for text, html and xlsx")
        raise click.UsageError(settings.say(message))
    return found


def maker(settings: Settings, report: Report, before: Report | None, folder: Path) -> Callable[[str, bool], bytes]:
    """What makes the report in a form, for a file or not; `folder` is for what is on its way."""

    def make(form: str, to_file: bool) -> bytes:
        match form:
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

                told = text(outline.document(report, before, DOCUMENT if to_file else settings.lang))
                return "".join(f"{safe_text(line)}\n" for line in told.rstrip("\n").split("\n")).encode()

    return make
