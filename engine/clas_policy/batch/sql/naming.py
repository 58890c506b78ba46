"""Names and comments in the query: none is cut, none stands for two things, none breaks out of its comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.sql.symbols import Symbols
from clas_policy.batch.tables import DOSSIERS, Column, Table, input_tables
from clas_policy.model.fact import Origin
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.source import Span


def check(policy: Policy, dialect: Dialect, symbols: Symbols, outputs: Sequence[Sequence[Column]]) -> None:
    """Refuses what would be cut or taken for something else."""
    given = _input_names(policy)
    problems = [*_clashes(policy, symbols, given), *_doubles(policy, outputs)]
    problems += [
        *_long(policy, dialect, symbols, given),
        *_many(policy, dialect, len(given) + len(symbols.definitions)),
    ]
    if problems:
        raise PolicyError(problems)


def check_tables(policy: Policy, tables: Sequence[Table]) -> None:
    """Refuses tables that no database can hold: two of one name, or two columns of one; raises PolicyError."""
    problems = list(_doubles(policy, [table.columns for table in tables]))
    lists = [entity.list_key for entity in policy.entities.values()]
    problems += [_taken(policy, name, None) for name in lists if name.lower() == DOSSIERS]
    if problems:
        raise PolicyError(problems)


def _input_names(policy: Policy) -> Mapping[str, Span | None]:
    places: dict[str, Span | None] = {}
    for table in input_tables(policy):
        for column in table.columns:
            fact = policy.facts.get(column.fact or "")
            places[column.name] = fact.origin.at if fact is not None else None
    return places


def _clashes(policy: Policy, symbols: Symbols, given: Iterable[str]) -> Iterator[Problem]:
    """A name that a column of the tables already has, or another rule's column."""
    seen = {name.lower() for name in given}
    for definition in symbols.definitions:
        name = definition.name.lower()
        if name in seen:
            yield _taken(policy, definition.name, definition.rule)
        seen.add(name)


def _doubles(policy: Policy, outputs: Sequence[Sequence[Column]]) -> Iterator[Problem]:
    for columns in outputs:
        seen: set[str] = set()
        for column in columns:
            name = column.name.lower()
            if name in seen:
                yield _taken(policy, column.name, column.name.partition(".")[0])
            seen.add(name)


def _taken(policy: Policy, name: str, rule: str | None) -> Problem:
    origin = _origin(policy, rule or "")
    return Problem(
        "CLAS-B203",
        Message("two columns of the tables would be called `{name}`", {"name": name}),
        None if origin is None else origin.at,
        hint=Message("give the rule or the fact another name"),
    )


def _long(policy: Policy, dialect: Dialect, symbols: Symbols, given: Mapping[str, Span | None]) -> Iterator[Problem]:
    longest = dialect.longest_name
    if longest is None:
        return
    places = dict(given)
    for definition in symbols.definitions:
        for name in (definition.name, *([definition.part] if definition.over else [])):
            origin = _origin(policy, definition.rule or "")
            places.setdefault(name, None if origin is None else origin.at)
    for name, place in places.items():
        if len(name.encode()) > longest:
            yield Problem(
                "CLAS-B202",
                Message(
                    "`{name}` is longer than the {most} characters that names have in `{dialect}`",
                    {"name": name, "most": str(longest), "dialect": dialect.value},
                ),
                place,
                hint=Message("shorten it, or use another dialect"),
            )


def _many(policy: Policy, dialect: Dialect, count: int) -> Iterator[Problem]:
    most = dialect.most_columns
    if most is not None and count > most:
        yield Problem(
            "CLAS-B204",
            Message(
                "`{id}` takes {count} columns, and `{dialect}` has {most} at the most",
                {"id": policy.id, "count": str(count), "dialect": dialect.value, "most": str(most)},
            ),
            hint=Message("use another dialect"),
        )


def _origin(policy: Policy, name: str) -> Origin | None:
    item = (
        policy.criteria.get(name)
        or policy.deadlines.get(name)
        or policy.grants.get(name)
        or policy.orientations.get(name)
        or policy.funders.get(name)
    )
    return None if item is None else item.origin


_ABOUT: Final = (
    ("_by_dossier", "what the members of each dossier come to"),
    ("_with_dossiers", "the members, with what they need of their dossiers"),
    ("dossiers_with_members", "the dossiers, with what their members come to"),
    ("_decided", "what the tables and the parts above are enough to decide"),
    ("totals", "the totals of each funder"),
    ("admissible", "whether each dossier is admissible"),
    (".unlisted_entitlement", "whether it could be granted to a member of a list that is absent"),
    (".unlisted_amount", "what it would pay to a member of a list that is absent"),
    ("_unlisted", "the same for a member of a list that is absent, of whom nothing is known"),
    ("_of_dossier", "what it asks of the dossier"),
    ("_entitlement", "who is entitled to it"),
    ("_amount", "what it would pay"),
    ("_low", "the least that it comes to"),
    ("_granted", "what it comes to where that is certain"),
    ("_settled", "who is entitled to an amount that is known"),
)
"""What the parts are that stand beside those of a rule's own name."""


def comment_of(part: str, rule: tuple[str, ...], *, first: bool) -> tuple[str, ...]:
    """What is said above a part; of a rule's parts, all is said above the `first`."""
    about = next((words for suffix, words in _ABOUT if part.endswith(suffix)), None)
    if rule:
        name = rule[0].partition(" — ")[0]
        said = () if about is None or part == name else (f"{name}: {about}",)
        return (*rule, *said) if first else said or (rule[0],)
    return () if about is None else (about,)


def comments(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """What is said above each rule: its name, its label, its source and place."""
    found: dict[str, tuple[str, ...]] = {}
    for rules in (policy.criteria, policy.deadlines, policy.grants, policy.orientations):
        for name, rule in rules.items():
            source = rule.origin.source
            where = rule.origin.place if source is None else f"{source} ({rule.origin.place})"
            found[name] = (one_line(f"{name} — {rule.label}"), one_line(where))
    return found


def one_line(text: str) -> str:
    """Text that cannot end the comment that it stands in."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
