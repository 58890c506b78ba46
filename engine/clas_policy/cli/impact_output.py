"""Where an impact goes, and in which forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import streams
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import targets as wanted
from clas_policy.problem import Message

if TYPE_CHECKING:
    from clas_policy.batch.impact.frame import Frame
    from clas_policy.batch.impact.result import Impact

FORMATS: Final = ("text", "json", "markdown", "html")


def targets(settings: Settings, outputs: Sequence[str], listing: Path | None) -> list[tuple[str, str]]:
    """Where the answer goes, in which forms; raises BadParameter."""
    found = wanted(outputs, FORMATS, settings, [listing] if listing is not None else [])
    if listing is not None:
        from clas_policy.cli.impact_list import FORMATS as LISTS

        if listing.suffix.lower() not in LISTS:
            values = {"names": ", ".join(f"`{name}`" for name in LISTS)}
            raise click.BadParameter(
                settings.say(Message("the name of the list ends in one of {names}", values)), param_hint="--list"
            )
    return found


def rendered(settings: Settings, impact: Impact, frame: Frame, form: str, *, to_file: bool) -> str:
    if form == "json":
        from clas_policy.cli import impact_json, json_text

        return json_text.indented(impact_json.as_json(impact, frame)) + "\n"
    from clas_policy.batch.impact.telling import document
    from clas_policy.batch.report.voice import Voice

    # A document that is made for others is French whatever the reader's language.
    lang = "fr" if form == "html" or (to_file and form == "markdown") else settings.lang
    told = document(impact, frame, Voice(lang))
    if form == "html":
        from clas_policy.batch.report.page import page

        return page(told, Voice(lang)("before"))
    from clas_policy.cli import decision_markdown, decision_text, impact_text

    if form == "markdown":
        return decision_markdown.render(impact_text.blocks(told, narrow=False))
    return decision_text.render(
        impact_text.blocks(told, narrow=True), decision_text.plain if to_file else streams.style(settings)
    )


def write(text: str, form: str, path: str, reading: Sequence[Path]) -> None:
    if path:
        put(Path(path), text.encode("utf-8", "backslashreplace"), reading)
    else:
        (streams.emit if form == "text" else streams.emit_data)(text)


def put(path: Path, data: bytes, reading: Sequence[Path]) -> None:
    from clas_policy.reading.files import write_file

    write_file(path, data, reading)
