"""The values that a search tries for a fact: those at which the policy's answer may turn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import assert_never

from clas_policy.explain.compiled import Formula, Test
from clas_policy.model import condition as c
from clas_policy.model.fact import Fact, Type, Value
from clas_policy.model.policy import Policy
from clas_policy.reading.dossier_values import limits
from clas_policy.rehearse.coverage.watch import AmountsBeside, FactBeside, Truths, Watch
from clas_policy.rehearse.suggesting.synthetic import usual_day

_ROUND = (0, 1, 2, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


class Values:
    """The values worth trying, by fact, unknown the last."""

    def __init__(self, policy: Policy, watches: Iterable[Watch]) -> None:
        self._policy = policy
        self._marks: dict[str, set[int | date]] = {}
        self._sets: dict[str, list[frozenset[str]]] = {}
        for watch in watches:
            self._note(watch)
        self._found: dict[str, tuple[Value | None, ...]] = {}

    def of(self, name: str) -> tuple[Value | None, ...]:
        """The values to try for a fact."""
        if name not in self._found:
            self._found[name] = (*self._known(self._policy.facts[name]), None)
        return self._found[name]

    def numbers(self, name: str) -> tuple[int, ...]:
        """The numbers to try for a fact of type integer, money or rate, in order."""
        fact = self._policy.facts[name]
        lowest, highest = limits(fact)
        near = [mark + side for mark in self._marks.get(name, ()) if isinstance(mark, int) for side in (-1, 0, 1)]
        unit = 100 if fact.type is Type.MONEY else 1
        rough = [number * unit for number in _ROUND]
        return tuple(sorted({value for value in (*near, *rough, lowest, highest) if lowest <= value <= highest}))

    def _known(self, fact: Fact) -> tuple[Value, ...]:
        match fact.type:
            case Type.BOOLEAN:
                return (True, False)
            case Type.CHOICE:
                return tuple(option.value for option in fact.options)
            case Type.CHOICES:
                return tuple(self._lists(fact))
            case Type.DATE:
                return self._days(fact)
            case Type.TEXT:
                return ()
            case Type.INTEGER | Type.MONEY | Type.RATE:
                return self._near(fact)
            case _:
                assert_never(fact.type)

    def _near(self, fact: Fact) -> tuple[int, ...]:
        """The marks first, then those beside them, then round ones: a readable number is tried before an odd one."""
        marks = sorted(mark for mark in self._marks.get(fact.name, ()) if isinstance(mark, int))
        beside = [mark + side for mark in marks for side in (-1, 1)]
        lowest, highest = limits(fact)
        ordered = dict.fromkeys((*marks, *beside, *self.numbers(fact.name)))
        return tuple(value for value in ordered if lowest <= value <= highest)

    def _days(self, fact: Fact) -> tuple[date, ...]:
        marks = sorted(mark for mark in self._marks.get(fact.name, ()) if isinstance(mark, date))
        marks = marks or [usual_day(self._policy)]
        beside = [mark + timedelta(days=side) for mark in marks for side in (-1, 1) if date.min < mark < date.max]
        return tuple(dict.fromkeys((*marks, *beside)))

    def _lists(self, fact: Fact) -> Iterable[frozenset[str]]:
        every = [option.value for option in fact.options]
        told = self._sets.get(fact.name, [])
        tried = [frozenset((value,)) for value in every]
        tried += [frozenset(every), frozenset(), *told]
        tried += [frozenset((*one, value)) for one in told for value in every]
        tried += [frozenset(every) - one for one in told]
        return (one for one in dict.fromkeys(tried) if len(one) >= fact.min_items)

    def _note(self, watch: Watch) -> None:
        match watch.goal:
            case FactBeside(fact=name, operand=operand):
                self._mark(name, operand)
            case AmountsBeside(amount=Formula(node=c.FactValue(fact=name)), bound=Formula(node=bound)) if isinstance(
                bound, c.Literal | c.ParameterValue
            ):
                self._mark(name, bound)
            case Truths(test=Test(node=c.Only(fact=name, values=values))):
                self._sets.setdefault(name, []).append(frozenset(values))
            case Truths(test=Test(node=c.Includes(fact=name, value=value))):
                self._sets.setdefault(name, []).append(frozenset((value,)))
            case _:
                pass

    def _mark(self, name: str, operand: c.Operand) -> None:
        value = self._policy.figure(operand)
        if value is not None:
            self._marks.setdefault(name, set()).add(value)
