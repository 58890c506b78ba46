"""The parts of a workbook file: which sheets it has, where each stands, and whether it is safe to open."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from typing import IO, Final
from xml.parsers import expat

from clas_policy.frozen import dataclass

_MOST_BYTES: Final = 4 << 30
"""What the parts of a workbook may come to: a million rows of fifty columns, and some."""
_SUSPECT: Final = 100 << 20
"""Above that, a workbook that unpacks to more than `_HIGHEST_RATIO` times its size is made to do harm: rows of cells
shrink to a twentieth, the same row again and again to a fiftieth."""
_HIGHEST_RATIO: Final = 300
_LARGEST_INDEX: Final = 8 << 20
_CHUNK: Final = 1 << 20
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"


class PackageError(Exception):
    """The file is no workbook that can be read; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet: its name, where it stands in the file, whether people see it."""

    name: str
    path: str
    is_hidden: bool


class Package:
    """A workbook file as the ZIP archive that it is."""

    def __init__(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        if stream.read(4) == _OLD_FORMAT:
            raise PackageError("old")
        try:
            stream.seek(0)
            self.archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError):
            raise PackageError("broken") from None
        parts = self.archive.infolist()
        whole, packed = sum(one.file_size for one in parts), sum(one.compress_size for one in parts)
        if whole > _MOST_BYTES or (whole > _SUSPECT and whole > packed * _HIGHEST_RATIO):
            raise PackageError("large")
        self.sheets, self.is_calculated = self._contents()

    def _contents(self) -> tuple[tuple[Part, ...], bool]:
        """The sheets in their order; and whether the results of formulas in the file are those of a spreadsheet."""
        found: list[tuple[str, str, bool]] = []
        calculated = True

        def element(name: str, attributes: dict[str, str]) -> None:
            nonlocal calculated
            if name == "sheet":
                hidden = attributes.get("state", "visible") != "visible"
                target = next((value for key, value in attributes.items() if key.endswith(":id") or key == "id"), "")
                found.append((attributes.get("name", ""), target, hidden))
            elif name == "calcPr":
                calculated = attributes.get("fullCalcOnLoad", "0") not in ("1", "true")

        book = next(iter(self._related("_rels/.rels", "/officeDocument").values()), "xl/workbook.xml")
        self._parse(book, element)
        folder, name = posixpath.split(book)
        places = self._related(f"{folder}/_rels/{name}.rels", "/worksheet", folder)
        parts = tuple(Part(sheet, places.get(target, ""), hidden) for sheet, target, hidden in found)
        return parts, calculated

    def _related(self, path: str, kind: str, folder: str = "") -> dict[str, str]:
        found: dict[str, str] = {}

        def element(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith(kind):
                target = attributes.get("Target", "")
                place = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[attributes.get("Id", "")] = posixpath.normpath(place)

        self._parse(path, element)
        return found

    def _parse(self, path: str, element: Callable[[str, dict[str, str]], None]) -> None:
        try:
            if self.archive.getinfo(path).file_size > _LARGEST_INDEX:
                raise PackageError("large")
            parse(self.archive.read(path), element)
        except (KeyError, zipfile.BadZipFile, expat.ExpatError, OSError, NotImplementedError, RuntimeError):
            raise PackageError("broken") from None


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def new_parser() -> expat.XMLParserType:
    """A parser that refuses what a workbook never has: declarations of types and entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_found: object) -> None:
        raise PackageError("broken")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def parse(data: bytes, element: Callable[[str, dict[str, str]], None]) -> None:
    """Tells `element` of every element: its name without prefix, and its attributes."""
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: element(local(name), attributes)
    parser.Parse(data, True)
