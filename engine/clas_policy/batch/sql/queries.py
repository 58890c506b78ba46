"""The definitions of a policy put together to one query: parts of WITH, each over the one before.

Dossiers come first, then the members of each entity with what their dossiers say, then the dossiers with what their
members add up to, and so on, as deep as the rules ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlglot import exp

from clas_policy.batch.sql import forms, naming, parts
from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.sql.forms import Sql
from clas_policy.batch.sql.parts import Part
from clas_policy.batch.sql.symbols import Definition, Symbols
from clas_policy.batch.sql.weights import Weights
from clas_policy.batch.tables import DOSSIERS, NUMBER, POSITION

_KEYS: Final = (NUMBER, POSITION)
_OFTEN: Final = 4
"""A part of members that is needed so many times is cheaper computed again than kept; beyond, the engine decides."""


class Query:
    """Builds one query over the definitions that its columns need."""

    def __init__(self, symbols: Symbols, comments: Mapping[str, tuple[str, ...]], dialect: Dialect) -> None:
        self.policy = symbols.policy
        self.dialect = dialect
        self.comments = comments
        self.scopes = symbols.scopes
        self.definitions = {definition.name: definition for definition in symbols.definitions}
        self.levels = parts.levels(symbols.definitions)
        self.parts: list[Part] = []
        self.said: set[str] = set()
        self.kept: set[str] = set()
        """The parts that are computed once and kept."""
        self.of_dossiers: set[str] = set()
        """The parts that have a row for each dossier."""
        self.weights = Weights((None, *self.policy.entities))
        self.tails: dict[str | None, str] = {None: DOSSIERS}
        self.tails |= {entity.id: entity.list_key for entity in self.policy.entities.values()}
        self.joined: dict[str, set[str]] = {entity: set() for entity in self.policy.entities}
        self.taken = {name.lower() for name in self.tails.values()}

    def sql(self, scope: str | None, outputs: Sequence[tuple[str, Sql]]) -> str:
        """The text of the query that gives these columns, of the dossiers or of an entity's members."""
        wanted = {found.name for _, sql in outputs for found in sql.find_all(exp.Column)}
        needed = self._needed(wanted)
        last = max((self.levels[name] for name in needed), default=0)
        kept = [definition for name, definition in self.definitions.items() if name in needed]
        for level in range(last + 1):
            self._aggregate([d for d in kept if d.over is not None and self.levels[d.name] == level])
            self._extend(None, [d for d in kept if d.scope is None and d.over is None and self.levels[d.name] == level])
            for entity in self.policy.entities:
                own = [d for d in kept if d.scope == entity and self.levels[d.name] == level]
                above = [d for d in kept if d.over == entity and self.levels[d.name] == level + 1]
                reads = {name for definition in (*own, *above) for name in definition.reads()}
                if level == last and entity == scope:
                    reads |= wanted
                self._join(entity, reads)
                self._extend(entity, own)
        final = exp.select(*(_output(name, sql) for name, sql in outputs)).from_(_table(self.tails[scope]))
        return self._text(final)

    def _needed(self, wanted: Iterable[str]) -> set[str]:
        needed: set[str] = set()
        left = [name for name in wanted if name in self.definitions]
        while left:
            name = left.pop()
            if name not in needed:
                needed.add(name)
                left.extend(read for read in self.definitions[name].reads() if read in self.definitions)
        return needed

    # -- parts

    def _aggregate(self, definitions: Sequence[Definition]) -> None:
        """What the members of each entity add up to, joined to the dossiers."""
        found: list[tuple[str, Sequence[Definition]]] = []
        for entity in self.policy.entities:
            own = [definition for definition in definitions if definition.over == entity]
            if own:
                self._lighten(entity, own)
                select = exp.select(
                    forms.column(NUMBER), *(forms.named(definition.sql, definition.name) for definition in own)
                )
                select = select.from_(_table(self.tails[entity])).group_by(forms.column(NUMBER))
                comment = naming.comment_of(own[0].part, (), first=True)
                found.append((self._add(own[0].part, comment, select), own))
        if not found:
            return
        joined = [forms.column(definition.name, name) for name, own in found for definition in own]
        select = exp.select(_all_of("d"), *joined).from_(_table(self.tails[None], "d"))
        for name, _ in found:
            on = forms.compared(forms.column(NUMBER, name), "=", forms.column(NUMBER, "d"))
            select = select.join(_table(name), on=on, join_type="left")
        name = "dossiers_with_members"
        self.tails[None] = self._add(name, naming.comment_of(name, (), first=True), select)
        self.of_dossiers.add(self.tails[None])

    def _join(self, entity: str, reads: set[str]) -> None:
        """What the members of an entity need to know of their dossier."""
        needed = sorted(
            (name for name in reads if self.scopes[name] is None and name not in self.joined[entity] | set(_KEYS)),
            key=[*self.scopes].index,
        )
        if not needed:
            return
        self.joined[entity].update(needed)
        self.weights.join(entity, needed)
        tail = self.tails[entity]
        select = exp.select(_all_of("m"), *(forms.column(name, "d") for name in needed)).from_(_table(tail, "m"))
        on = forms.compared(forms.column(NUMBER, "d"), "=", forms.column(NUMBER, "m"))
        select = select.join(_table(self.tails[None], "d"), on=on)
        name = f"{self.policy.entities[entity].list_key}_with_dossiers"
        self.tails[entity] = self._add(name, naming.comment_of(name, (), first=True), select)

    def _extend(self, scope: str | None, definitions: Sequence[Definition]) -> None:
        """As few parts as can be, each with all that the one before is enough for: an engine plans part by part."""
        for own in parts.layers(definitions):
            self._lighten(scope, own)
            self.weights.add(scope, own)
            select = exp.select(exp.Star(), *(forms.named(one.sql, one.name) for one in own))
            select = select.from_(_table(self.tails[scope]))
            of_whom = DOSSIERS if scope is None else self.policy.entities[scope].list_key
            name = f"{of_whom}_decided"
            comment = naming.comment_of(name, (), first=True)
            self.tails[scope] = self._add(name, comment, select, ((), *self._remarks(own)))
            if scope is None:
                self.of_dossiers.add(self.tails[None])

    def _remarks(self, definitions: Sequence[Definition]) -> Iterator[tuple[str, ...]]:
        """What is said above each column, once for those of a rule that stand together."""
        before: tuple[str | None, str] | None = None
        for definition in definitions:
            about = (definition.rule, definition.part)
            if about == before:
                yield ()
                continue
            before = about
            rule = definition.rule or ""
            yield naming.comment_of(definition.part, self.comments.get(rule, ()), first=rule not in self.said)
            self.said.add(rule)

    def _lighten(self, scope: str | None, definitions: Sequence[Definition]) -> None:
        """Has the last part kept, where these would otherwise grow too large over it."""
        if self.dialect.merges_parts and self.weights.is_too_much(scope, definitions):
            self.kept.add(self.tails[scope])
            self.weights.keep(scope)

    def _add(
        self, name: str, comment: tuple[str, ...], select: exp.Select, remarks: tuple[tuple[str, ...], ...] = ()
    ) -> str:
        chosen, number = name, 1
        while chosen.lower() in self.taken:
            number += 1
            chosen = f"{name}_{number}"
        self.taken.add(chosen.lower())
        self.parts.append(Part(chosen, comment, select, remarks))
        return chosen

    # -- text

    def _uses(self, final: exp.Select) -> Mapping[str, int]:
        """How many times each part, or table, would be read if no part were kept."""
        used = Counter(table.name for table in final.find_all(exp.Table))
        for part in reversed(self.parts):
            for table in part.select.find_all(exp.Table):
                used[table.name] += 1 if part.name in self.kept else used[part.name]
        return used

    def _keep_dossiers(self, final: exp.Select) -> None:
        """Has the dossiers kept that members are joined to and that are then joined to what these come to."""
        selects = [final, *(part.select for part in self.parts)]
        read = Counter(table.name for select in selects for table in select.find_all(exp.Table))
        self.kept |= {name for name in self.of_dossiers if read[name] > 1}

    def _text(self, final: exp.Select) -> str:
        lines: list[str] = []
        if self.dialect.keeps_dossiers:
            self._keep_dossiers(final)
        used = self._uses(final)
        for number, part in enumerate(self.parts):
            kept = ""
            if part.name in self.kept:
                kept = " MATERIALIZED"
            elif self.dialect.says_materialized and 1 < used[part.name] <= _OFTEN:
                kept = " NOT MATERIALIZED"
            name = exp.to_identifier(part.name, quoted=True).sql(self.dialect.value)
            lines += ["WITH"] if number == 0 else []
            lines += [f"-- {line}" for line in part.comment]
            lines.append(f"{name} AS{kept} (")
            lines += [f"  {line}" for line in part.lines(self.dialect)]
            lines.append(")," if number + 1 < len(self.parts) else ")")
        lines.append(final.sql(self.dialect.value, pretty=True))
        return "\n".join(lines)


def _output(name: str, sql: Sql) -> Sql:
    return sql.copy() if isinstance(sql, exp.Column) and sql.name == name else forms.named(sql, name)


def _table(name: str, alias: str | None = None) -> exp.Table:
    table = exp.table_(name, quoted=True)
    if alias is not None:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return table


def _all_of(table: str) -> Sql:
    return exp.Column(this=exp.Star(), table=exp.to_identifier(table))
