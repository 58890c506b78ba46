"""The parts of a query: what each selects as text, and how few of them hold all definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.sql.symbols import Definition
from clas_policy.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the query: its name, what it is about, what it selects, what is said above each of its columns."""

    name: str
    comment: tuple[str, ...]
    select: exp.Select
    remarks: tuple[tuple[str, ...], ...] = ()

    def lines(self, dialect: Dialect) -> Iterator[str]:
        """The text of what it selects."""
        if not any(self.remarks):
            yield from self.select.sql(dialect.value, pretty=True).splitlines()
            return
        columns = self.select.expressions
        yield "SELECT"
        for number, (remark, column) in enumerate(zip(self.remarks, columns, strict=True), start=1):
            yield from (f"  -- {line}" for line in remark)
            text = column.sql(dialect.value, pretty=True) + ("," if number < len(columns) else "")
            yield from (f"  {line}" for line in text.splitlines())
        (source,) = self.select.find_all(exp.From)
        yield source.sql(dialect.value)


def levels(definitions: Sequence[Definition]) -> dict[str, int]:
    """How many times dossiers and members take turns before a column can be computed."""
    found: dict[str, int] = {}
    for definition in definitions:
        below = max((found.get(name, 0) for name in definition.reads()), default=0)
        found[definition.name] = below + (definition.over is not None)
    return found


def layers(definitions: Sequence[Definition]) -> list[list[Definition]]:
    """Those that read none of the others, then those that read only these, and so on."""
    found: list[list[Definition]] = []
    depths: dict[str, int] = {}
    for definition in definitions:
        depth = max((depths[name] + 1 for name in definition.reads() if name in depths), default=0)
        depths[definition.name] = depth
        found += [[]] if depth == len(found) else []
        found[depth].append(definition)
    return found
