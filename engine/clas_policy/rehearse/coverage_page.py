"""The coverage of a policy as a page: its files with their lines coloured, and beside a line what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clas_policy.frozen import dataclass
from clas_policy.i18n import translate
from clas_policy.rehearse.coverage.point import Kind, Point, together
from clas_policy.rehearse.coverage.report import Line, Ratio, Report

LANGUAGE: Final = "fr"
"""Pages are French whatever the locale, as all documents for the people of the scheme."""

_TEMPLATE: Final = "coverage_page.html.jinja"
_KINDS: Final = {
    Kind.BRANCH: ("Branches", "chaque condition vue vraie, fausse et inconnue"),
    Kind.BOUNDARY: ("Limites", "chaque nombre et chaque date juste en dessous, à la limite et juste au-dessus"),
    Kind.CASE: ("Cas", "chaque cas d'un montant retenu à son tour"),
    Kind.READING: ("Lectures", "les lectures d'un même texte départagées"),
    Kind.ADMISSIBILITY: ("Recevabilité", "chaque condition de recevabilité remplie, non remplie et inconnue"),
    Kind.GRANT: ("Aides", "chaque aide dans chacun de ses états"),
    Kind.OUTCOME: ("Issues", "chaque issue d'un dossier"),
}
_NARROW: Final = "\u202f"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters, marked (as code in a sentence, as missing in a line) or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a file: `state` is ``covered``, ``partly``, ``missing`` or ``nothing``."""

    number: int
    state: str
    pieces: tuple[Piece, ...]
    notes: tuple[tuple[Piece, ...], ...] = ()
    is_comment: bool = False


@dataclass(frozen=True, slots=True)
class FileView:
    """A file with its lines; `first` is the first line where something is missing."""

    name: str
    ratio: Ratio
    lines: tuple[LineView, ...]
    first: int | None


def page(report: Report, sources: Mapping[str, Sequence[str]], title: str) -> str:
    """The page of a report as HTML that needs nothing else.

    `sources` are the lines of the files to show, by the name that spans give them, in the order to show them.
    """
    ratios = report.by_file
    files = [_file(name, lines, ratios.get(name, Ratio(0, 0)), report.lines(name)) for name, lines in sources.items()]
    kinds = [(*_KINDS[kind], ratio) for kind, ratio in report.by_kind.items()]
    return _template().render(title=title, ratio=report.ratio, kinds=kinds, files=files, percent=percent)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE)


def percent(ratio: Ratio) -> str:
    """``97,3 %``, in whole where it is whole."""
    return f"{ratio.percent:.1f}".removesuffix(".0").replace(".", ",") + f"{_NARROW}%"


def _file(name: str, lines: Sequence[str], ratio: Ratio, points: Mapping[int, Line]) -> FileView:
    views = tuple(_line(name, number, text, points.get(number)) for number, text in enumerate(lines, 1))
    first = next((view.number for view in views if view.notes), None)
    return FileView(name, ratio, views, first)


def _line(file: str, number: int, text: str, line: Line | None) -> LineView:
    is_comment = text.lstrip().startswith("#")
    if line is None:
        return LineView(number, "nothing", (Piece(text, marked=False),), is_comment=is_comment)
    if not line.missing:
        return LineView(number, "covered", (Piece(text, marked=False),))
    state = "partly" if line.covered else "missing"
    pieces = tuple(_marked(text, _stretches(file, number, line.missing)))
    notes = tuple(tuple(in_pieces(translate(said, LANGUAGE))) for said, _ in together(line.missing))
    return LineView(number, state, pieces, notes)


def _stretches(file: str, number: int, points: Iterable[Point]) -> Iterator[tuple[int, int]]:
    """Where on a line something is missing: the places that begin and end on it."""
    for point in points:
        for at in (point.at, *point.also):
            if (at.file, at.line, at.end_line) == (file, number, number):
                yield at.column - 1, at.end_column - 1


def _marked(text: str, stretches: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    inside = {index for start, end in stretches for index in range(start, min(end, len(text)))}
    changes = [index for index in range(1, len(text)) if (index in inside) != (index - 1 in inside)]
    for start, end in pairwise([0, *changes, len(text)]):
        yield Piece(text[start:end], marked=start in inside)


def in_pieces(sentence: str) -> Iterator[Piece]:
    """A sentence with what stands in backticks marked."""
    for index, text in enumerate(sentence.split("`")):
        if text:
            yield Piece(text, marked=index % 2 == 1)
