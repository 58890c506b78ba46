"""Why: a condition as a tree, each node with its value and status; what is told is asked of what was run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, assert_never

from clas_policy.explain import workings
from clas_policy.explain.citing import Citations, amount_words, number_text, options
from clas_policy.explain.compiled import Test
from clas_policy.explain.logic import Run
from clas_policy.explain.ranges import Range
from clas_policy.explain.slots import IDENTITY, Row
from clas_policy.explain.writing import Tell, by_status, more, opened, quoted, text
from clas_policy.model import condition as c
from clas_policy.model.amount import Amount
from clas_policy.model.fact import Fact, Type
from clas_policy.model.truth import STATUS

TellMembers: TypeAlias = Callable[[Row], str]
"""Writes the items of an aggregate from the dossier's row."""


def why(test: Test, cite: Citations) -> Tell:
    """Tells the reasons of a condition."""
    node = test.node
    match node:
        case c.FactIsTrue(fact=name):
            return _fact(test, name, cite)
        case c.CriterionMet(criterion=name):
            return _rule(test, "criterion", name, cite)
        case c.DeadlineMet(deadline=name):
            return _rule(test, "deadline", name, cite)
        case c.GrantEntitled(grant=name):
            return _rule(test, "grant", name, cite)
        case c.Not():
            return _parts(test, opened(form="not"), cite)
        case c.All():
            return _parts(test, opened(form="all"), cite)
        case c.AnyOf():
            return _parts(test, opened(form="any"), cite)
        case c.AtLeast(count=count):
            return _parts(test, opened(form="at_least", count=count), cite)
        case c.Within(fact=name, bounds=bounds):
            return _within(test, cite.policy.facts[name], bounds, cite)
        case c.OneOf(fact=name, values=values):
            return _choice(test, "one_of", cite.policy.facts[name], values, cite)
        case c.Includes(fact=name, value=value):
            return _choice(test, "includes", cite.policy.facts[name], (value,), cite)
        case c.Only(fact=name, values=values):
            return _choice(test, "only", cite.policy.facts[name], values, cite)
        case c.AmountWithin(bounds=limits):
            return _amount_within(test, limits, cite)
        case c.Every(entity=entity):
            return _members(test, "every", entity, cite)
        case c.Some(entity=entity):
            return _members(test, "some", entity, cite)
        case c.Count(entity=entity, bounds=bounds):
            return _count(test, entity, bounds, cite)
        case c.Sum():
            return _sum(test, node, cite)
        case c.OpenReadings(readings=readings):
            return _readings(test, readings, cite)
        case _:
            assert_never(node)


def only_if(applies: Test, requires: Test, run: Run, cite: Citations) -> Tell:
    """Why a criterion with a condition of its own is met: where it does not apply, that is the whole reason."""
    condition, requirement, applicable = why(applies, cite), why(requires, cite), applies.run
    does_not_apply = opened(form="only_if", status="met", not_applicable=True) + ',"items":['
    heads = by_status(opened(form="only_if"), ',"items":[')

    def tell(d: Row, e: Row) -> str:
        if applicable(d, e) is False:
            return f"{does_not_apply}{condition(d, e)}]}}"
        return f"{heads[run(d, e)]}{condition(d, e)},{requirement(d, e)}]}}"

    return tell


def _fact(test: Test, name: str, cite: Citations) -> Tell:
    run, cited, at = test.run, cite.fact(name), cite.at(test.node.at)
    told = {
        truth: f'{opened(form="fact", **cited)},"value":{text(truth)},"status":"{status}"{at}}}'
        for truth, status in STATUS.items()
    }
    return lambda d, e: told[run(d, e)]


def _rule(test: Test, form: str, name: str, cite: Citations) -> Tell:
    run, told = test.run, by_status(opened(form=form, **cite.rule(name)), cite.at(test.node.at) + "}")
    return lambda d, e: told[run(d, e)]


def _parts(test: Test, head: str, cite: Citations) -> Tell:
    run, heads = test.run, by_status(head, cite.at(test.node.at) + ',"items":[')
    tells = tuple(why(part, cite) for part in test.parts)
    return lambda d, e: f"{heads[run(d, e)]}{','.join([tell(d, e) for tell in tells])}]}}"


def _within(test: Test, fact: Fact, bounds: c.Bounds[c.Operand], cite: Citations) -> Tell:
    run, head = test.run, opened(form="within", **cite.fact(fact.name)) + ',"value":'
    value, limits = cite.value_of(fact), cite.bounds(bounds, fact.type)
    statuses = by_status("", cite.at(test.node.at) + ',"bounds":[')
    return lambda d, e: f"{head}{value(d, e)}{statuses[run(d, e)]}{limits(d, e)}]}}"


def _choice(test: Test, form: str, fact: Fact, values: tuple[str, ...], cite: Citations) -> Tell:
    run, head = test.run, opened(form=form, **cite.fact(fact.name)) + ',"value":'
    value, expected = cite.value_of(fact), more(expected=options(fact, values))
    statuses = by_status("", cite.at(test.node.at) + expected + "}")
    return lambda d, e: f"{head}{value(d, e)}{statuses[run(d, e)]}"


def _amount_within(test: Test, limits: c.Bounds[Amount], cite: Citations) -> Tell:
    run, heads = test.run, by_status(opened(form="amount"), cite.at(test.node.at) + ',"amount":')
    amount, *bounds = (workings.how(formula, cite) for formula in test.formulas)
    compared = tuple(
        (f'{{"bound":"{word}","amount":', tell) for word, tell in zip(amount_words(limits), bounds, strict=True)
    )

    def tell(d: Row, e: Row) -> str:
        limited = ",".join([f"{word}{bound(d, e)}}}" for word, bound in compared])
        return f'{heads[run(d, e)]}{amount(d, e)},"bounds":[{limited}]}}'

    return tell


def _members(test: Test, form: str, entity: str, cite: Citations) -> Tell:
    head = opened(form=form, of=entity, label=cite.policy.entities[entity].label)
    run, heads = test.run, by_status(head, cite.at(test.node.at) + ',"items":[')
    each = _each_member(entity, why(test.parts[0], cite), cite)
    return lambda d, e: f"{heads[run(d, e)]}{each(d)}]}}"


def _each_member(entity: str, tell: Tell, cite: Citations) -> TellMembers:
    """The items of the members, each an object that says first which one it is of."""
    rows_at, head = cite.names.layout.lists[entity], f'{{"entity":{{{quoted(entity)}:'
    return lambda d: ",".join([f"{head}{quoted(row[IDENTITY])}}},{tell(d, row)[1:]}" for row in d[rows_at] or ()])


def _count(test: Test, entity: str, bounds: c.Bounds[c.Operand], cite: Citations) -> Tell:
    head = opened(form="count", of=entity, label=cite.policy.entities[entity].label)
    each = _each_member(entity, why(test.parts[0], cite), cite)
    limits = cite.bounds(bounds, Type.INTEGER)
    return _measured(test, head, Type.INTEGER, lambda d, e: f'{limits(d, e)}],"items":[{each(d)}', cite)


def _sum(test: Test, node: c.Sum, cite: Citations) -> Tell:
    fact = cite.policy.facts[node.fact]
    value, limits = cite.value_of(fact), cite.bounds(node.bounds, fact.type)
    each = _each_member(node.entity, lambda d, e: f'{{"value":{value(d, e)}}}', cite)
    head = opened(form="sum", of=node.entity, **cite.fact(node.fact))
    return _measured(test, head, fact.type, lambda d, e: f'{limits(d, e)}],"terms":[{each(d)}', cite)


def _measured(test: Test, head: str, kind: Type, rest: Tell, cite: Citations) -> Tell:
    run, measure = test.run, test.measure
    statuses = by_status("", cite.at(test.node.at) + ',"bounds":[')

    def tell(d: Row, e: Row) -> str:
        number = None if measure is None else measure(d)
        return f"{head}{_number(number, kind)}{statuses[run(d, e)]}{rest(d, e)}]}}"

    return tell


def _number(number: Range | None, kind: Type) -> str:
    """Entries for a number, or for its ends while members are unknown (null: unbounded)."""
    if number is None:
        return ',"value":null'
    low, high = ("null" if isinstance(end, float) else number_text(end, kind) for end in number)
    return f',"value":{low}' if number[0] == number[1] else f',"value":null,"low":{low},"high":{high}'


def _readings(test: Test, readings: tuple[c.Reading, ...], cite: Citations) -> Tell:
    run, heads = test.run, by_status(opened(form="readings"), cite.at(test.node.at) + ',"items":[')
    items = tuple(
        (
            by_status(opened(form="reading", name=reading.id, label=reading.label), cite.at(reading.at) + ',"items":['),
            part.run,
            why(part, cite),
        )
        for reading, part in zip(readings, test.parts, strict=True)
    )

    def tell(d: Row, e: Row) -> str:
        told = ",".join([f"{head[reads(d, e)]}{requires(d, e)}]}}" for head, reads, requires in items])
        return f"{heads[run(d, e)]}{told}]}}"

    return tell
