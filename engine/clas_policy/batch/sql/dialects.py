"""The three dialects, and how each types exact numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MOST_DIGITS: Final = 38
"""The digits of the widest exact number that all three have."""
IN_64_BITS: Final = 18
"""The digits of the decimals that DuckDB computes with in 64 bits."""


class Dialect(StrEnum):
    """An engine that the query is written for."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"

    @property
    def longest_name(self) -> int | None:
        """The bytes that a name may have before it is cut."""
        return 63 if self is Dialect.POSTGRES else None

    @property
    def most_columns(self) -> int | None:
        """The columns that a table may have."""
        return 1600 if self is Dialect.POSTGRES else None

    @property
    def merges_parts(self) -> bool:
        """Whether it puts expressions in the place of their names as it plans a query."""
        return self is not Dialect.SPARK

    @property
    def keeps_dossiers(self) -> bool:
        """Whether it is faster where dossiers that are read twice are kept."""
        return self is Dialect.DUCKDB

    @property
    def says_materialized(self) -> bool:
        """Whether a query can say if a part of it is kept or computed where it is used."""
        return self is not Dialect.SPARK
