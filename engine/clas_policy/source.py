"""Where something stands in a file."""

from __future__ import annotations

from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file; lines and columns count from 1, the end is exclusive.

    Nodes of the model carry a span in a field that takes no part in their equality: two policies that say the same
    thing in different places are equal.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def start(self) -> Span:
        """The first character of this span."""
        return Span(self.file, self.line, self.column, self.line, self.column + 1)
