"""The points of conditions: their truths, and the boundaries of what they compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from clas_policy.explain import Evaluator, amounts
from clas_policy.explain.compiled import Formula, Measure, Test
from clas_policy.explain.names import operand_value
from clas_policy.explain.program import CompiledGrant
from clas_policy.explain.ranges import scale
from clas_policy.explain.slots import Cell
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Type
from clas_policy.model.policy import Policy
from clas_policy.model.truth import STATUS as STATUSES
from clas_policy.problem import Message
from clas_policy.rehearse.coverage import reach as reaching
from clas_policy.rehearse.coverage import watch as watching
from clas_policy.rehearse.coverage import words
from clas_policy.rehearse.coverage.point import Kind, Point, Rule
from clas_policy.rehearse.coverage.reach import SIDES, Reach
from clas_policy.rehearse.coverage.watch import Gate, Sight, Watch
from clas_policy.source import Span


class Place:
    """Where a rule's nodes are, those without a place of their own at the rule's."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def of_rule(self, rule: Rule) -> Span:
        """Where a rule is declared."""
        policy = self._policy
        declared = {
            "criteria": policy.criteria,
            "deadlines": policy.deadlines,
            "grants": policy.grants,
            "orientations": policy.orientations,
        }[rule.section]
        return declared[rule.name].origin.at or Span(policy.layers[-1].file, 1, 1, 1, 1)
