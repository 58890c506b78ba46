"""Where an impact goes, and in which forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import streams
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import targets
from clas_policy.problem import Message

if TYPE_CHECKING:
    from clas_policy.batch.impact.frame import Frame
    from clas_policy.batch.impact.result import Impact

FORMATS: Final = ("text", "json", "markdown", "html")


def wanted(settings: Settings, outputs: Sequence[str], listing: Path | None) -> list[tuple[str, str]]:
    """The forms and files that are asked for, the list by the ending of its name; raises BadParameter."""
    found = targets(outputs, FORMATS, settings, [listing] if listing is not None else [])
    if listing is not None:
        from clas_policy.cli.impact_list import FORMATS as LISTS

        form = listing.suffix.lower()
        if form not in LISTS:
            values = {"names": ", ".join(f"`{name}`" for name in LISTS)}
            raise click.BadParameter(
                settings.say(Message("the name of the list ends in one of {names}", values)), param_hint="--list"
            )
        found.append((form, str(listing)))
    return found


def maker(settings: Settings, impact: Impact, frame: Frame) -> Callable[[str, bool], bytes]:
    """What makes the impact, or the list of what changes, in a form, for a file or not."""

    def make(form: str, to_file: bool) -> bytes:
        if form.startswith("."):
            from clas_policy.cli.impact_list import listed

            return listed(impact, form)
        return _rendered(settings, impact, frame, form, to_file=to_file).encode("utf-8", "backslashreplace")

    return make


def _rendered(settings: Settings, impact: Impact, frame: Frame, form: str, *, to_file: bool) -> str:
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
