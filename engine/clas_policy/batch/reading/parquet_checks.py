"""What SQL can prove of the cells of a Parquet file: that the strict reader would take them as they are.

Every condition is true or false, never NULL. A row for which one is false is not wrong: it is left to the strict
reader, which alone says what is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clas_policy.batch.quoting import literal, quoted
from clas_policy.batch.reading.names import About, Key, ListGiven, MemberId, OptionOf
from clas_policy.batch.reading.parquet_table import WHOLE
from clas_policy.batch.tables import Column, columns_of
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import RATE_SCALE, format_amount
from clas_policy.reading.dossier_values import LARGEST, MAX_ID

_LETTERS: Final = "!-~À-ÖØ-öø-ÿŒœ"
TEXT: Final = f"[{_LETTERS}]([ {_LETTERS}]*[{_LETTERS}])?"
"""Texts that every reader takes for the same: signs of French that can be seen, no space at an end."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How one column is read: whether a cell is sure, and its value in the columns of the contract."""

    sure: str
    values: Mapping[str, str]


def safe_text(column: str, longest: int | None = None) -> str:
    """Whether a text is one that nobody doubts."""
    short = f" AND length({column}) <= {longest}" if longest is not None else ""
    return f"(regexp_full_match({column}, {literal(TEXT)}){short})"


def proof(about: About, column: str, kind: str) -> Proof | None:
    """How a column of a type is read without a doubt; None where SQL cannot tell."""
    name = f"T.{quoted(column)}"
    match about:
        case Key() | MemberId():
            if kind != "VARCHAR":
                return None
            return Proof(f"coalesce({safe_text(name, MAX_ID)}, false)", {})
        case ListGiven() | OptionOf():
            return Proof("true", {}) if kind == "BOOLEAN" else None
        case Fact():
            return _fact(about, name, kind)


def _fact(fact: Fact, name: str, kind: str) -> Proof | None:
    if fact.derivation is not None:
        return Proof(f"{name} IS NULL", {})
    match fact.type:
        case Type.BOOLEAN:
            sure = "true" if kind == "BOOLEAN" else None
        case Type.INTEGER:
            sure = _between(name, fact, -LARGEST, LARGEST) if kind in WHOLE else None
        case Type.MONEY:
            low = format_amount(0 if fact.minimum is None else fact.minimum)
            high = format_amount(LARGEST * 100 + 99 if fact.maximum is None else fact.maximum)
            sure = _among(name, low, high) if _decimals(kind) in range(3) else None
        case Type.RATE:
            ends = rate_text(fact.minimum or 0), rate_text(RATE_SCALE if fact.maximum is None else fact.maximum)
            sure = _among(name, *ends) if _decimals(kind) in range(7) else None
        case Type.DATE:
            sure = f"coalesce({name} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31', true)" if kind == "DATE" else None
        case Type.CHOICE:
            values = ", ".join(literal(option.value) for option in fact.options)
            sure = f"coalesce({name} IN ({values}), true)" if kind == "VARCHAR" else None
        case Type.TEXT:
            sure = f"coalesce({safe_text(name)}, true)" if kind == "VARCHAR" else None
        case Type.CHOICES:
            sure = None
    if sure is None:
        return None
    (written,) = columns_of(fact)
    return Proof(sure, {written.name: f"CAST({name} AS {written.type})"})


def _decimals(kind: str) -> int:
    """How many decimals a DECIMAL has; a whole number has none, another type -1."""
    if kind in WHOLE:
        return 0
    return int(kind.removesuffix(")").rpartition(",")[2]) if kind.startswith("DECIMAL(") else -1


def rate_text(millionths: int) -> str:
    """A rate as SQL writes it: 32.5 % is 0.325000."""
    return f"{millionths // RATE_SCALE}.{millionths % RATE_SCALE:06d}"


def _between(name: str, fact: Fact, lowest: int, highest: int) -> str:
    low = lowest if fact.minimum is None else fact.minimum
    high = highest if fact.maximum is None else fact.maximum
    return _among(name, str(low), str(high))


def _among(name: str, low: str, high: str) -> str:
    return f"coalesce({name} BETWEEN {low} AND {high}, true)"


def choices_proof(fact: Fact, columns: Mapping[str, str]) -> Proof:
    """A set of choices from a BOOLEAN column for each of its values: all known and enough of them, or none."""
    names = {value: f"T.{quoted(column)}" for value, column in columns.items()}
    known = " AND ".join(f"{name} IS NOT NULL" for name in names.values())
    unknown = " AND ".join(f"{name} IS NULL" for name in names.values())
    chosen = " + ".join(f"CAST({name} AS INTEGER)" for name in names.values())
    enough = f"({known} AND {chosen} >= {fact.min_items})" if fact.min_items else f"({known})"
    written = {column.name: names[column.option or ""] for column in columns_of(fact)}
    return Proof(f"(({unknown}) OR coalesce({enough}, false))", written)


def proofs(found: Mapping[int, About], texts: Sequence[str], kinds: Sequence[str]) -> list[Proof] | None:
    """How the columns of a table are read; None where one of them is beyond what SQL can tell."""
    made: list[Proof] = []
    choices: dict[str, tuple[Fact, dict[str, str]]] = {}
    for column, about in found.items():
        if isinstance(about, OptionOf):
            choices.setdefault(about.fact.name, (about.fact, {}))[1][about.option.value] = texts[column]
        if about in (Key.NUMBER, Key.POSITION):
            if kinds[column] not in WHOLE:
                return None
            made.append(Proof(f"T.{quoted(texts[column])} IS NOT NULL", {}))
            continue
        one = proof(about, texts[column], kinds[column])
        if one is None:
            return None
        made.append(one)
    for fact, columns in choices.values():
        if len(columns) < len(fact.options) or fact.derivation is not None:
            return None
        made.append(choices_proof(fact, columns))
    return made


def all_sure(made: Iterable[Proof]) -> str:
    """Whether all cells of a row are sure."""
    return " AND ".join(dict.fromkeys(one.sure for one in made)) or "true"


def written_columns(made: Iterable[Proof], columns: Sequence[Column]) -> list[str]:
    """The columns of a table of the contract, NULL where the file has none."""
    values = {name: value for one in made for name, value in one.values.items()}
    return [
        f"{values.get(column.name, f'CAST(NULL AS {column.type})')} AS {quoted(column.name)}"
        for column in columns
        if column.fact is not None
    ]
