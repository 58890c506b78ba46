"""The report as a page: HTML that needs nothing else, to read, to print, and to hear."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from clas_policy.batch.report.document import Block, Chart, Column, Document, Heading, Kind, Table, Terms, shown
from clas_policy.batch.report.drawing import Picture, draw
from clas_policy.batch.report.typography import french
from clas_policy.batch.report.voice import Voice
from clas_policy.version import __version__

_TEMPLATE: Final = "page.html.jinja"
_LONG: Final = 75
_MEANT: Final = '"\\<>&'
"""What would mean something in a text of CSS, or end it."""


def page(document: Document, year_before: str = "") -> str:
    """The page of a document; `year_before` is what last year's bars are called."""
    _ = Voice(document.lang)

    def picture(chart: Chart) -> Picture:
        return draw(chart, year_before, _)

    words = {
        "contents": _("Contents"),
        "skip": _("To the content"),
        "key_figures": _("Key figures"),
        "figures_in": _("The figures are in the table below."),
    }
    return _template(document.lang).render(
        document=document,
        words=words,
        picture=picture,
        kind=_kind_of_block,
        shown=lambda cell, column: shown(cell, column.kind, _),
        value=lambda tile: shown(tile.figure, Kind.COUNT, _),
        is_number=_is_number,
        running=_running(document),
    )


def _running(document: Document) -> Markup:
    """What stands at the foot of every printed page, as a text of CSS: a page that is lost says what it is of."""
    about = document.subtitle
    about = about if len(about) <= _LONG else f"{about[: _LONG - 1]}…"
    text = f"{document.title} · {about} · clas-policy {__version__}"
    text = french(text) if document.lang == "fr" else text
    return Markup("".join(f"\\{ord(sign):x} " if sign in _MEANT or sign < " " else sign for sign in text))  # noqa: S704 - escaped


@cache
def _template(lang: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_french if lang == "fr" else None,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE)


def _french(value: Any) -> Any:
    """A text as it is set; what is markup already stays as it is."""
    return french(value) if type(value) is str else value


def _kind_of_block(block: Block) -> str:
    match block:
        case Table():
            return "table"
        case Chart():
            return "chart"
        case Terms():
            return "terms"
        case Heading():
            return "heading"
        case str():
            return "text"


def _is_number(column: Column) -> bool:
    return column.kind is not Kind.TEXT
