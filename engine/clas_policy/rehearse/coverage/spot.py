"""Where in a rule a node stands: what its points have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clas_policy.explain.program import CompiledGrant
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.rehearse.coverage.point import Kind, Point, Rule
from clas_policy.rehearse.coverage.watch import Goal, Reached, See, Sight, Watch, gated, is_paid
from clas_policy.source import Span


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a rule: the rows that it is looked at on, the way that leads to it, and when it matters at all."""

    policy: Policy
    rule: Rule
    entity: str | None
    path: tuple[str, ...] = ()
    paid: CompiledGrant | None = None
    within: tuple[Reached, ...] = ()

    @classmethod
    def of(cls, policy: Policy, section: str, name: str, entity: str | None) -> Spot:
        """The top of a rule."""
        return cls(policy, Rule(section, name, entity), entity)

    def part(self, step: object) -> Spot:
        return replace(self, path=(*self.path, str(step)))

    def inside(self, entity: str) -> Spot:
        return replace(self, entity=entity)

    def behind(self, part: Reached) -> Spot:
        """Inside a part of a choice of cases."""
        return replace(self, within=(*self.within, part))

    def paying(self, grant: CompiledGrant) -> Spot:
        """Inside the amount of a grant, which counts where the grant is not refused."""
        return replace(self, paid=grant)

    def watch(self, see: See, points: Mapping[Sight, Point], goal: Goal) -> Watch:
        """A watch on the rows of this place, where it matters."""
        gates = [] if self.paid is None else [is_paid(self.paid.cell)]
        seeing = gated(see, [*gates, *(part.is_open for part in self.within)])
        return Watch(self.entity, seeing, points, goal, self.paid, self.within)

    def point(
        self,
        kind: Kind,
        at: Span | None,
        detail: Iterable[object],
        subject: Message,
        sight: Message,
        *,
        also: Iterable[Span] = (),
    ) -> Point:
        """A point here; what has no place of its own stands at the rule's, told apart by the way to it."""
        told = tuple(map(str, detail))
        if at is None:
            at, told = self.origin, (*told, *self.path)
        places = tuple(dict.fromkeys(place for place in also if place.line != at.line))
        return Point(kind, at, told, self.rule, subject, sight, places)

    @property
    def origin(self) -> Span:
        """Where the rule is declared."""
        rule = self.rule.declared(self.policy)
        return (rule and rule.origin.at) or Span(self.policy.layers[-1].file, 1, 1, 1, 1)
