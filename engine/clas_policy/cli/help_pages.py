"""The pages of the problem codes: data beside the program, so that help needs no network."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from clas_policy.frozen import dataclass

FOLDER: Final = Path(__file__).resolve().parents[1] / "help"
_CODE: Final = re.compile(r"CLAS-([A-Z])[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Page:
    """What a code means: a title and an explanation by language, an example that fails, the same one mended."""

    code: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    failing: str
    fixed: str


@cache
def _pages(letter: str) -> Mapping[str, Page]:
    place = FOLDER / f"{letter}.toml"
    if not place.is_file():
        return {}
    found = tomllib.loads(place.read_text(encoding="utf-8"))
    return {
        code: Page(code, entry["title"], entry["text"], entry["failing"], entry["fixed"])
        for code, entry in found.items()
    }


def page(code: str) -> Page | None:
    match = _CODE.fullmatch(code)
    return _pages(match[1]).get(code) if match else None


def pages() -> list[Page]:
    """All pages, by code."""
    letters = sorted(place.stem for place in FOLDER.glob("*.toml"))
    return [found for letter in letters for _code, found in sorted(_pages(letter).items())]
