"""The outputs of one command: standard output, and files that appear together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from clas_policy.cli import streams
from clas_policy.reading.files import NewFile, keep_together


class Answers:
    """The places that were asked for, held before anything is done; a context that leaves what was not kept.

    `wanted` are forms and files, the file empty for standard output; none of the files is one that is being read.
    """

    def __init__(self, wanted: Sequence[tuple[str, str]], reading: Iterable[Path]) -> None:
        self._places: list[tuple[str, NewFile | None]] = []
        sources = list(reading)
        try:
            for form, file in wanted:
                self._places.append((form, NewFile(Path(file), sources) if file else None))
        except BaseException:
            self._discard()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard()

    def write(self, make: Callable[[str, bool], bytes]) -> None:
        """Makes every output, by its form and whether it goes to a file; keeps the files, then lets the others out."""
        made = [(form, file, make(form, file is not None)) for form, file in self._places]
        for _form, file, content in made:
            if file is not None:
                file.write(content)
        keep_together(file for _form, file, _content in made if file is not None)
        for form, file, content in made:
            if file is None:
                (streams.emit if form == "text" else streams.emit_data)(content.decode())

    def _discard(self) -> None:
        for _form, file in self._places:
            if file is not None:
                file.discard()
