"""A dossier from JSON to its typed facts, by the facts of a composed policy."""

from __future__ import annotations

from typing import Final

from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier, digest
from clas_policy.model.fact import Derivation, Fact, Type, Value
from clas_policy.model.policy import Policy
from clas_policy.problem import DossierError, Message
from clas_policy.reading import dossier_values as values
from clas_policy.reading.dossier_hints import Complaint, Refusal
from clas_policy.reading.dossier_walk import Branch, Keys, Leaf, Members, Walk
from clas_policy.reading.json_text import Json, RawJson

ID: Final = "dossier"
PERIOD: Final = "annee_scolaire"
DEPARTMENT: Final = "departement"
"""The keys of the envelope: what every dossier says, whatever the policy."""

_ENVELOPE: Final = (ID, PERIOD, DEPARTMENT)
_REQUIRED: Final = (ID, PERIOD)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a dossier says of itself before any policy is known; it selects the policy."""

    period: str
    department: str | None
    id: str


def _envelope() -> Keys:
    return {
        ID: Leaf(ID, values.identifier),
        PERIOD: Leaf(PERIOD, values.period),
        DEPARTMENT: Leaf(DEPARTMENT, values.department),
    }


def selection(raw: RawJson) -> Selection:
    """What the dossier says of itself; raises DossierError with every problem of these keys, and no other."""
    keys = _envelope()
    found = raw.value
    if isinstance(found, dict):
        found = {key: found[key] for key in keys if key in found}
    walk = Walk()
    walk.document(found, keys, _REQUIRED)
    if walk.complaints:
        raise DossierError(walk.problems(raw))
    return Selection(*_period_and_department(walk.facts), str(walk.facts[ID]))


def _period_and_department(facts: dict[str, Value]) -> tuple[str, str | None]:
    department = facts.get(DEPARTMENT)
    return str(facts[PERIOD]), None if department is None else str(department)


class DossierReader:
    """Reads dossiers by the facts of one policy, which is compiled once into a tree of keys.

    With `keep_unknown`, keys that the policy does not know are named in `Dossier.ignored` instead of being refused:
    for a policy whose plugins were switched off.
    """

    def __init__(self, policy: Policy, *, keep_unknown: bool = False) -> None:
        self._keep_unknown = keep_unknown
        self._keys = _envelope()
        self._homes: dict[str, str] = {}
        lists: dict[str, Keys] = {}
        for entity in policy.entities.values():
            lists[entity.id] = {entity.id: Leaf(entity.id, values.identifier)}
            if entity.list_key in self._keys:
                raise AssertionError(
                    entity.list_key
                )  # two lists, or a key of the envelope: no composed policy has that
            self._keys[entity.list_key] = Members(entity.id, lists[entity.id])
        for fact in policy.facts.values():
            _plant(fact, lists[fact.entity] if fact.entity else self._keys)
            home = _in_full(fact, policy)
            self._homes[fact.name] = home
            self._homes.setdefault(fact.path[-1], home)

    def read(self, raw: RawJson, *, with_digest: bool = True) -> Dossier:
        """The typed dossier; raises DossierError with every problem, each at its place.

        Its digest is a sixth of the work: a reader of very many that keeps no records may do without.
        """
        walk = Walk(ignored=set() if self._keep_unknown else None, homes=self._homes)
        walk.document(raw.value, self._keys, _REQUIRED)
        if walk.complaints:
            raise DossierError(walk.problems(raw))
        facts = walk.facts
        period, department = _period_and_department(facts)
        dossier_id = str(facts[ID])
        for key in _ENVELOPE:
            facts.pop(key, None)
        sha256 = digest(dossier_id, period, department, facts, walk.members) if with_digest else ""
        ignored = tuple(sorted(walk.ignored)) if walk.ignored else ()
        return Dossier(dossier_id, period, department, facts, walk.members, sha256, ignored)


def _in_full(fact: Fact, policy: Policy) -> str:
    """How a dossier writes a fact: ``"list": [{"key": {"fact": …}}]``."""
    *above, last = fact.path
    text = f'"{last}": …'
    for key in reversed(above):
        text = f'"{key}": {{{text}}}'
    return f'"{policy.entities[fact.entity].list_key}": [{{{text}}}]' if fact.entity else text


def _plant(fact: Fact, keys: Keys) -> None:
    """Puts what reads `fact` at its place among `keys`."""
    *above, last = fact.path
    for key in above:
        branch = keys.setdefault(key, Branch())
        if type(branch) is not Branch:
            raise AssertionError(fact.name)  # a fact under another one: no composed policy has that
        keys = branch.keys
    if last in keys:
        raise AssertionError(fact.name)  # the place of an id or of another fact: no composed policy has that
    if fact.derivation is not None:
        keys[last] = Leaf(fact.name, _derived(fact, fact.derivation))
    else:
        keys[last] = Leaf(fact.name, values.converter(fact), bool if fact.type is Type.BOOLEAN else None)


def _derived(fact: Fact, derivation: Derivation) -> values.Convert:
    message = Message("`{fact}` is worked out by `{by}`, not given", {"fact": fact.name, "by": derivation.by})

    def convert(_value: Json) -> Value:
        raise Refusal(Complaint("CLAS-D126", message, Message("leave the key out")))

    return convert
