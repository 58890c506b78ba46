"""What a sheet has beside values: hidden rows and columns, formulas that went wrong or were never calculated.

Libraries that read cells do not tell of these. How far the cells of a sheet reach is told too, so that a stray cell at
the far end of a sheet does not take the memory for all those before it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from clas_policy.batch.reading.cell import Broken
from clas_policy.batch.reading.xlsx_package import PackageError, local, new_parser

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 512
_WORTH_A_LOOK: Final = re.compile(rb"""<(?:\w+:)?f[\s/>]|\bt\s*=\s*["']e["']|hidden|zeroHeight|<!DOCTYPE""")
_ROWS: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]{1,7})"')
_CELLS: Final = re.compile(rb'\br="([A-Z]{1,3})[0-9]')
_BARE: Final = re.compile(rb"<(?:\w+:)?(?:row|c)(?:\s+(?!r=)[a-zA-Z:]+=\"[^\"]*\")*\s*/?>")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SMALL: Final = 8 << 20


@dataclass(slots=True)
class Marks:
    """Rows and columns count from 1 here, as the file has them."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    broken: dict[int, dict[int, Broken]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """How many cells the smallest rectangle around all of them has."""
        return self.last_row * self.last_column


def marks(archive: zipfile.ZipFile, path: str, *, is_calculated: bool) -> Marks:
    """What one sheet has beside its values; raises PackageError where it cannot be read."""
    try:
        found = None if archive.getinfo(path).file_size <= _SMALL else _glance(archive, path)
        return found or _look(archive, path, is_calculated=is_calculated)
    except (KeyError, zipfile.BadZipFile, expat.ExpatError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise PackageError("broken") from None


def _chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _glance(archive: zipfile.ZipFile, path: str) -> Marks | None:
    """The extent of a sheet that has nothing but values; None where it has to be looked at closely."""
    found = Marks()
    columns: set[bytes] = set()
    before = b""
    for chunk in _chunks(archive, path):
        piece = before + chunk
        if _WORTH_A_LOOK.search(piece) or _BARE.search(piece):
            return None
        rows = _ROWS.findall(piece)
        if rows:
            found.last_row = max(found.last_row, *map(int, rows))
        columns.update(_CELLS.findall(piece))
        before = piece[-_OVERLAP:]
    found.last_column = max((column_number(letters.decode()) for letters in columns), default=0)
    return found


def column_number(letters: str) -> int:
    """The number of a column, from 1 for ``A``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _look(archive: zipfile.ZipFile, path: str, *, is_calculated: bool) -> Marks:
    look = _Look(is_calculated=is_calculated)
    for chunk in _chunks(archive, path):
        look.parser.Parse(chunk, False)
    look.parser.Parse(b"", True)
    return look.found


class _Look:
    """One reading of the XML of a sheet."""

    def __init__(self, *, is_calculated: bool) -> None:
        self.found = Marks()
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._is_calculated = is_calculated
        self._row = self._column = 0
        self._kind = ""
        self._has_formula = self._has_value = self._in_value = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self._cell(attributes)
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self.found.last_row = max(self.found.last_row, self._row)
            if attributes.get("hidden") in ("1", "true"):
                self.found.hidden_rows.append(self._row)
        elif name == "f":
            self._has_formula = True
            self.parser.CharacterDataHandler = self._text
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self.found.hidden_columns.append((int(attributes.get("min", 1)), int(attributes.get("max", 1))))

    def _cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = column_number(match[1]) if match else self._column + 1
        self.found.last_column = max(self.found.last_column, self._column)
        self._kind = attributes.get("t", "n")
        self._has_formula = self._has_value = False

    def _text(self, text: str) -> None:
        if self._in_value and text.strip():
            self._has_value = True

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "v":
            self._in_value = False
        elif name == "c":
            if self._kind == "e":
                self._note(Broken.ERROR)
            elif self._has_formula and not (self._is_calculated and (self._has_value or self._kind == "str")):
                self._note(Broken.NOT_CALCULATED)
            if self._has_formula:
                self.parser.CharacterDataHandler = None

    def _note(self, broken: Broken) -> None:
        self.found.broken.setdefault(self._row, {})[self._column] = broken
