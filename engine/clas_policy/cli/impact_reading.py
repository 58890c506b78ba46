"""One dossier, as each of two policies reads it: once where they ask the same, twice where they do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Fact
from clas_policy.model.policy import Policy
from clas_policy.plugins import Host, derive
from clas_policy.problem import DossierError, Message, Problem
from clas_policy.reading.dossier import DossierReader
from clas_policy.reading.json_text import RawJson

if TYPE_CHECKING:
    from clas_policy.batch.reading.bundles import BundleReader
    from clas_policy.batch.reading.pool import Bundle

_NUMBER: Final = re.compile(r"\[[0-9]+\]")

Read: TypeAlias = "Dossier | DossierError"
"""What came of reading: a dossier, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Both:
    """A dossier as the policy before and the one after read it, and what plugins failed at."""

    before: Read
    after: Read
    problems: tuple[Problem, ...] = ()


class _Reader:
    """Reads dossiers by one policy; with `lenient`, what it does not ask for is put aside and named."""

    def __init__(self, policy: Policy, host: Host, *, lenient: bool) -> None:
        self.policy = policy
        self._host = host
        self._lenient = lenient
        self._json = DossierReader(policy, keep_unknown=lenient)
        self._rows: BundleReader | None = None
        self.derives = any(fact.derivation is not None for fact in policy.facts.values())
        if any(plugin.is_code for plugin in host.plugins):
            host.watch(policy)

    def json(self, raw: RawJson) -> Dossier:
        return self._json.read(raw, with_digest=False)

    def rows(self, bundle: Bundle) -> Dossier:
        if self._rows is None:
            from clas_policy.batch.reading.bundles import BundleReader
            from clas_policy.batch.reading.names import Names

            self._rows = BundleReader(Names(self.policy, keep_unknown=self._lenient))
        return self._rows.read(bundle)

    def derived(self, dossier: Dossier) -> tuple[Dossier, tuple[Problem, ...]]:
        return derive(self.policy, dossier, self._host) if self.derives else (dossier, ())


class PairReader:
    """Reads dossiers for two policies."""

    def __init__(self, before: Policy, after: Policy, host: Host) -> None:
        self._host = host
        self._strict: _Reader | None = None
        self._are_alike = asks_the_same(before, after)
        self._before = _Reader(before, host, lenient=not self._are_alike)
        self._after = self._before if self._are_alike else _Reader(after, host, lenient=True)

    @property
    def reads_alike(self) -> bool:
        """Whether a dossier is the same for both policies, and all that it says is in its text."""
        return self._are_alike and not self._before.derives

    def json(self, raw: RawJson) -> Both:
        return self._both(lambda reader: reader.json(raw))

    def rows(self, bundle: Bundle) -> Both:
        return self._both(lambda reader: reader.rows(bundle))

    def made_up(self, dossier: Dossier, document: Callable[[], RawJson]) -> Both:
        """A dossier that was drawn for both; read from its text where the two do not allow the same answers."""
        if self._are_alike:
            return self._both(lambda _: dossier)
        return self.json(document())

    def _both(self, read: Callable[[_Reader], Dossier]) -> Both:
        before, problems = _one(self._before, read)
        if self._are_alike:
            return Both(before, before, problems)
        after, more = _one(self._after, read)
        if isinstance(before, Dossier) and isinstance(after, Dossier):
            unknown = [name for name in before.ignored if name in after.ignored]
            if unknown:
                error = self._unknown(unknown, read)
                return Both(error, error)
        return Both(before, after, (*problems, *more))

    def _unknown(self, names: list[str], read: Callable[[_Reader], Dossier]) -> DossierError:
        """What neither policy asks for, at its place, which only a strict reader finds."""
        if self._strict is None:
            self._strict = _Reader(self._before.policy, self._host, lenient=False)
        found, _problems = _one(self._strict, read)
        problems = found.problems if isinstance(found, DossierError) else ()
        told = [problem for problem in problems if _NUMBER.sub("", problem.path or "") in names]
        message = Message("neither policy asks for {keys}", {"keys": ", ".join(f"`{name}`" for name in names)})
        return DossierError(told or [*problems[:1]] or [Problem("CLAS-D102", message)])


def _one(reader: _Reader, read: Callable[[_Reader], Dossier]) -> tuple[Read, tuple[Problem, ...]]:
    try:
        return reader.derived(read(reader))
    except DossierError as error:
        return error, ()


def asks_the_same(before: Policy, after: Policy) -> bool:
    """Whether two policies read every dossier alike: the same facts with the same bounds, the same lists."""
    lists = [[(entity.id, entity.list_key) for entity in policy.entities.values()] for policy in (before, after)]
    facts = [{name: _asked(fact) for name, fact in policy.facts.items()} for policy in (before, after)]
    return sorted(lists[0]) == sorted(lists[1]) and facts[0] == facts[1]


def _asked(fact: Fact) -> tuple[object, ...]:
    options = sorted(option.value for option in fact.options)
    derivation = None if fact.derivation is None else (fact.derivation.by, fact.derivation.reads)
    return fact.type, fact.entity, fact.minimum, fact.maximum, fact.min_items, options, derivation
