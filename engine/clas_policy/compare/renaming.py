"""Items that say the same under another name: the old policy in the names of the new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar, assert_never

from clas_policy.compare.changes import Section
from clas_policy.compare.normal import key, normal_amount, normal_condition
from clas_policy.compare.reach import SECTIONS
from clas_policy.frozen import dataclass
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Origin, cited
from clas_policy.model.policy import Criterion, Deadline, Grant, Orientation, Policy
from clas_policy.source import Span

T = TypeVar("T")

_KINDS: Final[Mapping[str, Section]] = {
    **SECTIONS,
    "accord": Section.FACTS,
    "reads": Section.FACTS,
}
"""The fields of the model that hold names, and the section of each: the same word for the same thing everywhere."""


@dataclass(frozen=True, slots=True)
class Names:
    """The new name of each renamed item, by section."""

    of: Mapping[Section, dict[str, str]] = field(default_factory=lambda: {section: {} for section in Section})

    def __bool__(self) -> bool:
        return any(self.of.values())

    def name(self, section: Section, name: str) -> str:
        return self.of[section].get(name, name)

    def source(self, source: str | None) -> str | None:
        """A citation, its document under the new name."""
        if source is None:
            return None
        document = cited(source)
        return f"{self.name(Section.DOCUMENTS, document)}{source.removeprefix(document)}"

    def put(self, value: T) -> T:
        """A value of the model, every name in it replaced by the new one."""
        changed: Any = self._put(value, None)
        return changed  # type: ignore[no-any-return]

    def _put(self, value: Any, section: Section | None) -> Any:
        if isinstance(value, str):
            return self.name(section, value) if section is not None else value
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple(self._put(part, section) for part in value)
        if isinstance(value, Origin):
            return replace(value, source=self.source(value.source))
        if is_dataclass(value) and not isinstance(value, (type, Span)):
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return replace(value, **{name: self._put(part, _KINDS.get(name)) for name, part in parts.items()})
        return value


def renamed(old: Policy, new: Policy) -> tuple[Policy, Names]:
    """The old policy in the names of the new one, and what was renamed.

    A name is taken for another where each stands on one side only, both have one label and say the same (references
    to renamed items included), and no third one does.
    """
    names = Names()
    _match(names, Section.DOCUMENTS, old.documents, new.documents, lambda one: one.label)
    _match(names, Section.FUNDERS, old.funders, new.funders, lambda one: one.label)
    _match(names, Section.ENTITIES, old.entities, new.entities, lambda one: (one.label, one.list_key))
    _follow_entities(names, old, new)
    _match(names, Section.FACTS, old.facts, new.facts, lambda fact: (fact.path, _fact(names.put(fact))))
    _match(names, Section.FACTS, old.facts, new.facts, lambda fact: _fact(names.put(fact)))
    _match(names, Section.PARAMETERS, old.parameters, new.parameters, lambda one: (one.label, one.type, one.value))
    rules: dict[Section, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        Section.CRITERIA: (old.criteria, new.criteria),
        Section.DEADLINES: (old.deadlines, new.deadlines),
        Section.GRANTS: (old.grants, new.grants),
        Section.ORIENTATIONS: (old.orientations, new.orientations),
    }

    def match_rules(section: Section, only: str | None = None) -> None:
        _match(names, section, *rules[section], lambda one: _rule(names.put(one)), only=only)

    for step, name in old.order:
        # Each comes after what it needs, so that its references are already in the new names.
        match_rules(SECTIONS[step], name)
    match_rules(Section.DEADLINES)
    match_rules(Section.ORIENTATIONS)
    _match(names, Section.TEXTS, old.texts, new.texts, lambda one: (one.label, one.text))
    return (with_names(old, names) if names else old), names


def _follow_entities(names: Names, old: Policy, new: Policy) -> None:
    """The facts of a renamed entity begin with its new name."""
    for before, after in names.of[Section.ENTITIES].items():
        for name, fact in old.facts.items():
            follower = f"{after}{name.removeprefix(before)}"
            if fact.entity == before and name not in new.facts and follower in new.facts and follower not in old.facts:
                names.of[Section.FACTS][name] = follower


def _match(
    names: Names,
    section: Section,
    old: Mapping[str, T],
    new: Mapping[str, T],
    said: Callable[[T], Any],
    *,
    only: str | None = None,
) -> None:
    """Notes the names that stand on one side only and say the same; `only` is the one old name that is asked about."""
    known = names.of[section]
    left = {name: item for name, item in old.items() if name not in new and name not in known}
    right = {name: item for name, item in new.items() if name not in old and name not in known.values()}
    if not left or not right or (only is not None and only not in left):
        return
    olds, news = _said(left, said), _said(right, said)
    once = {text for text, times in Counter(olds.values()).items() if times == 1}
    by_text = {text: name for name, text in news.items()}
    times = Counter(news.values())
    for name, text in olds.items():
        if text in once and times[text] == 1 and only in (None, name):
            known[name] = by_text[text]


def _said(items: Mapping[str, T], said: Callable[[T], Any]) -> dict[str, str]:
    return {name: repr(said(item)) for name, item in items.items()}


def _fact(fact: Fact) -> Any:
    derived = fact.derivation and (fact.derivation.by, sorted(fact.derivation.reads))
    options = sorted((option.value, option.label) for option in fact.options)
    bounds = (fact.minimum, fact.maximum, fact.min_items)
    return fact.label, fact.type.value, fact.entity, bounds, options, derived, fact.question, fact.help


def _rule(rule: Criterion | Deadline | Grant | Orientation) -> Any:
    """What a rule says, without its name and places."""
    match rule:
        case Grant():
            ceiling = key(normal_amount(rule.at_most)) if rule.at_most is not None else None
            paid = (key(normal_amount(rule.amount)), ceiling, rule.round_to)
            return rule.label, rule.entity, _text(rule.requires), *paid, rule.funder, rule.accord
        case Criterion():
            chosen = rule.chosen and rule.chosen.reading
            return rule.label, rule.entity, _text(rule.requires), _text(rule.only_if), chosen
        case Orientation():
            return rule.label, rule.entity, _text(rule.requires), rule.weight.value
        case Deadline():
            days = (key(rule.opens_on), key(rule.last_day), key(rule.before))
            more = sorted((key(one.last_day), _text(one.when)) for one in rule.extensions)
            return rule.label, rule.entity, rule.fact, days, more, rule.late.value, rule.when_text
        case _:
            assert_never(rule)


def _text(node: c.Condition | None) -> str:
    return key(normal_condition(node)) if node is not None else ""


def with_names(policy: Policy, names: Names) -> Policy:
    """The policy in the new names."""

    def items(section: Section, found: Mapping[str, T], name: str = "name") -> Mapping[str, T]:
        put: dict[str, T] = {}
        for old, item in found.items():
            changed: Any = names.put(item)
            put[names.name(section, old)] = replace(changed, **{name: names.name(section, old)})
        return MappingProxyType(put)

    def listed(name: str, *, is_deadline: bool) -> str:
        return names.name(Section.DEADLINES if is_deadline else Section.CRITERIA, name)

    return replace(
        policy,
        documents=items(Section.DOCUMENTS, policy.documents, "id"),
        funders=items(Section.FUNDERS, policy.funders, "id"),
        entities=items(Section.ENTITIES, policy.entities, "id"),
        facts=items(Section.FACTS, policy.facts),
        parameters=items(Section.PARAMETERS, policy.parameters),
        criteria=items(Section.CRITERIA, policy.criteria),
        deadlines=items(Section.DEADLINES, policy.deadlines),
        admissibility=tuple(
            replace(names.put(item), name=listed(item.name, is_deadline=item.is_deadline))
            for item in policy.admissibility
        ),
        grants=items(Section.GRANTS, policy.grants),
        orientations=items(Section.ORIENTATIONS, policy.orientations),
        published=names.put(policy.published),
        texts=items(Section.TEXTS, policy.texts),
        order=tuple((step, names.name(SECTIONS[step], name)) for step, name in policy.order),
        unconfirmed=tuple(names.name(Section.PARAMETERS, name) for name in policy.unconfirmed),
    )


def told(names: Names) -> Iterator[tuple[Section, str, str]]:
    """Each renamed item with its old and its new name; facts that only follow their entity are not told."""
    for section, found in names.of.items():
        for old, new in found.items():
            entity, path = old.partition(".")[::2]
            if section is Section.FACTS and new == f"{names.of[Section.ENTITIES].get(entity)}.{path}":
                continue
            yield section, old, new
