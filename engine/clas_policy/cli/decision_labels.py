"""Labels that a decision record does not hold, taken from the policy where it is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that a record does not hold, where its policy is at hand; otherwise ids serve."""

    funders: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[tuple[str, str], str] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None

    @classmethod
    def of(cls, policy: Policy) -> Labels:
        return cls(
            {name: funder.label for name, funder in policy.funders.items()},
            {name: document.label for name, document in policy.documents.items()},
            {(fact.name, option.value): option.label for fact in policy.facts.values() for option in fact.options},
            {name: entity.label for name, entity in policy.entities.items()},
            policy.title,
        )
