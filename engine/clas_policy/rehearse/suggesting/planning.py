"""What a search knows of a policy: its compiled rules, the values to try, and the ways of each kind of goal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clas_policy.explain import Evaluator
from clas_policy.explain.compiled import Test
from clas_policy.explain.conditions import compiled
from clas_policy.model import condition as c
from clas_policy.model.truth import Truth
from clas_policy.rehearse.coverage.watch import Watch
from clas_policy.rehearse.suggesting.aggregates import Aggregates
from clas_policy.rehearse.suggesting.conditions import Conditions
from clas_policy.rehearse.suggesting.entitlements import Entitlements
from clas_policy.rehearse.suggesting.numbers import Numbers
from clas_policy.rehearse.suggesting.scene import Scene, Who
from clas_policy.rehearse.suggesting.values import Values


class Planner:
    """Ways to goals under one policy."""

    def __init__(self, evaluator: Evaluator, watches: Iterable[Watch]) -> None:
        self.program = evaluator.program
        self.policy = evaluator.policy
        self.values = Values(self.policy, watches)
        self.conditions = Conditions(self)
        self.aggregates = Aggregates(self)
        self.entitlements = Entitlements(self)
        self.numbers = Numbers(self)
        self._named: dict[c.Condition, Test] = {}

    def truth(self, scene: Scene, test: Test, want: Truth, who: Who) -> Iterator[Scene]:
        """The scenes in which a condition has a truth."""
        return self.conditions.truth(scene, test, want, who)

    def compiled(self, node: c.Condition) -> Test:
        """A condition that stands nowhere in the policy."""
        if node not in self._named:
            self._named[node] = compiled(node, self.program.names)
        return self._named[node]
