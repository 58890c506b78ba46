"""Each form of condition alone, over all that its parts can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from tests.batch.engines.agreement import agree
from tests.batch.engines.engine import Engine
from tests.explain.small import (
    GROUP,
    criterion,
    dossier,
    fact,
    grant,
    item,
    orientation,
    origin,
    parameter,
    small_policy,
)

from clas_policy.model import condition as c
from clas_policy.model.fact import Type, Value
from clas_policy.model.policy import Deadline, Effect
from clas_policy.model.truth import Truth

TRUTHS: tuple[Truth, ...] = (True, False, None)
COLOURS = ("rouge", "vert", "bleu")
DAY = date(2024, 10, 30)
ONE, TWO, THREE = c.FactIsTrue("a.un"), c.FactIsTrue("groupe.un"), c.FactIsTrue("groupe.deux")
BOOLEANS = [fact(name) for name in ("a.un", "groupe.un", "groupe.deux")]


def criteria(nodes: Mapping[str, c.Condition] | Iterable[c.Condition], entity: str | None = None) -> list[Any]:
    if not isinstance(nodes, Mapping):
        nodes = {f"c{number}": node for number, node in enumerate(nodes)}
    return [criterion(name, node, entity) for name, node in nodes.items()]


def test_logic(engine: Engine) -> None:
    """One dossier for each truth of its fact, with a member for each pair of truths."""
    read: tuple[c.Condition, ...] = (ONE, TWO, c.Not(THREE))
    readings = [c.Reading(f"r{number}", "", node) for number, node in enumerate(read)]
    nodes: list[c.Condition] = [
        ONE,
        TWO,
        c.Not(TWO),
        c.Not(c.All((ONE, TWO))),
        c.All((ONE, c.AnyOf((TWO, c.Not(THREE))))),
    ]
    for size in (1, 2, 3):
        items = (ONE, TWO, c.Not(THREE))[:size]
        nodes += [c.All(items), c.AnyOf(items), *(c.AtLeast(count, items) for count in range(1, size + 1))]
        nodes.append(c.OpenReadings(tuple(readings[:size])))
    either = c.AnyOf((TWO, c.Not(THREE)))
    for one, other in (
        (c.All((ONE, either)), c.AnyOf((ONE, TWO, c.Not(THREE)))),
        (c.AnyOf(read), c.All(read)),
        (c.All((ONE, TWO)), c.AnyOf((ONE, c.Not(TWO)))),
        (c.All(()), c.AnyOf(())),
    ):
        nodes.append(c.OpenReadings((c.Reading("r0", "", one), c.Reading("r1", "", other))))
    rules = criteria(nodes, GROUP)
    rules += [criterion("si", TWO, GROUP, only_if=THREE), criterion("si_pas", ONE, GROUP, only_if=c.Not(TWO))]
    rules.append(criterion("encore", c.All((c.CriterionMet("si"), c.CriterionMet("c1"), ONE)), GROUP))
    members = [{"groupe.un": one, "groupe.deux": two} for one, two in product(TRUTHS, repeat=2)]
    policy = small_policy(facts=BOOLEANS, criteria=rules, orientations=[orientation("o", c.Not(THREE), GROUP)])
    agree(engine, policy, [dossier({"a.un": truth}, members) for truth in TRUTHS])


def test_what_the_policy_alone_decides(engine: Engine) -> None:
    """Constants are left out of the query, and are results all the same."""
    always, never = c.All(()), c.AnyOf(())
    unknown = c.Within("a.nombre", c.Bounds(c.ParameterValue("inconnu")))
    nodes: list[c.Condition] = [always, never, unknown, c.Not(always), c.Not(unknown)]
    nodes += [c.All((ONE, node)) for node in (always, never, unknown)] + [
        c.AnyOf((ONE, node)) for node in (always, never, unknown)
    ]
    nodes += [c.AtLeast(2, (ONE, node, always)) for node in (always, never, unknown)]
    nodes += [c.OpenReadings((c.Reading("r", "", ONE), c.Reading("s", "", node))) for node in (always, never, unknown)]
    nodes += [
        c.Every(GROUP, always),
        c.Every(GROUP, never),
        c.Some(GROUP, unknown),
        c.Count(GROUP, always, c.Bounds(c.Literal(1))),
    ]
    policy = small_policy(
        facts=[*BOOLEANS, fact("a.nombre", Type.INTEGER)],
        parameters=[parameter("inconnu", Type.INTEGER, None)],
        criteria=criteria(nodes),
        status="draft",
    )
    lists: list[list[dict[str, Value | None]] | None] = [None, [], [{}], [{}, {}]]
    agree(engine, policy, [dossier({"a.un": truth, "a.nombre": 3}, group) for truth in TRUTHS for group in lists])


VALUES: dict[Type, tuple[Any, ...]] = {
    Type.INTEGER: (-(10**15) + 1, 7, 8, 12, 13, 10**15 - 1),
    Type.MONEY: (0, 799, 800, 801, 1200, 1201, 10**17 - 1),
    Type.RATE: (0, 324_999, 325_000, 325_001, 1_000_000, 9_999_999),
    Type.DATE: (date(1, 1, 1), *(DAY + timedelta(days) for days in (-1, 0, 1, 2)), date(9999, 12, 31)),
}


@pytest.mark.parametrize("kind", VALUES)
def test_comparisons(engine: Engine, kind: Type) -> None:
    values = VALUES[kind]
    low, high = values[2], values[3]
    operands: list[c.Operand] = [
        c.Literal(low), c.ParameterValue("bas"), c.ParameterValue("inconnu"), c.FactValue("a.borne"),
        c.FactValue("groupe.borne"),
    ]  # fmt: skip
    nodes: list[c.Condition] = []
    for strict in (False, True):
        nodes += [c.Within("groupe.valeur", c.Bounds(one, lower_strict=strict)) for one in operands]
        nodes += [c.Within("groupe.valeur", c.Bounds(upper=one, upper_strict=strict)) for one in operands]
        nodes += [c.Within("groupe.valeur", c.Bounds(one, c.Literal(high), strict, strict)) for one in operands]
        nodes += [c.Within("groupe.valeur", c.Bounds(c.Literal(low), one, strict, not strict)) for one in operands]
    names = ("groupe.valeur", "groupe.borne", "a.borne")
    policy = small_policy(
        facts=[fact(name, kind) for name in names],
        parameters=[parameter("bas", kind, low), parameter("inconnu", kind, None)],
        criteria=criteria(nodes, GROUP),
        status="draft",
    )
    members = [{"groupe.valeur": one, "groupe.borne": two} for one, two in product((*values, None), (low, high, None))]
    agree(engine, policy, [dossier({"a.borne": bound}, members) for bound in (low, high, None)])


def test_choices(engine: Engine) -> None:
    sets = [frozenset(some) for size in range(4) for some in combinations(COLOURS, size)]
    wanted = [tuple(sorted(some)) for some in sets if some]
    nodes: list[c.Condition] = [c.OneOf("groupe.couleur", some) for some in wanted]
    nodes += [c.Only("groupe.couleurs", some) for some in wanted]
    nodes += [c.Includes("groupe.couleurs", colour) for colour in COLOURS]
    nodes += [c.Not(node) for node in nodes]
    policy = small_policy(
        facts=[fact("groupe.couleur", Type.CHOICE), fact("groupe.couleurs", Type.CHOICES)],
        criteria=criteria(nodes, GROUP),
    )
    members = [{"groupe.couleur": one, "groupe.couleurs": some} for one in (*COLOURS, None) for some in (*sets, None)]
    agree(engine, policy, [dossier(groups=members)])


def _lists(names: Iterable[str], values: Iterable[Any]) -> Iterable[list[dict[str, Any]] | None]:
    """No list, an empty one, and each of up to two members."""
    members = [dict(zip(names, some, strict=True)) for some in product(values, repeat=len(tuple(names)))]
    yield None
    yield []
    for size in (1, 2):
        yield from (list(group) for group in product(members, repeat=size))
    yield [*members, *members]


def test_every_some_and_count(engine: Engine) -> None:
    inner: list[c.Condition] = [
        TWO,
        c.Not(TWO),
        c.All((ONE, TWO)),
        c.CriterionMet("du_groupe"),
        c.CriterionMet("du_dossier"),
    ]
    nodes: list[c.Condition] = [make(GROUP, one) for make in (c.Every, c.Some) for one in inner]
    bounds: list[c.Bounds[c.Operand]] = [
        c.Bounds(c.Literal(1)), c.Bounds(upper=c.Literal(1)), c.Bounds(c.Literal(1), c.Literal(2)),
        c.Bounds(c.Literal(1), lower_strict=True), c.Bounds(upper=c.Literal(1), upper_strict=True),
        c.Bounds(c.FactValue("a.nombre")), c.Bounds(c.Literal(0), c.FactValue("a.nombre")),
        c.Bounds(c.ParameterValue("inconnu")),
    ]  # fmt: skip
    nodes += [c.Count(GROUP, one, bound) for one in inner for bound in bounds]
    rules = [criterion("du_groupe", c.AnyOf((TWO, ONE)), GROUP), criterion("du_dossier", c.Not(ONE)), *criteria(nodes)]
    rules.append(criterion("apres", c.All((TWO, c.Some(GROUP, c.Not(TWO)))), GROUP))
    rules.append(criterion("bien_apres", c.Every(GROUP, c.CriterionMet("apres"))))
    policy = small_policy(
        facts=[*BOOLEANS[:2], fact("a.nombre", Type.INTEGER)],
        parameters=[parameter("inconnu", Type.INTEGER, None)],
        criteria=rules,
        status="draft",
    )
    facts = [{"a.un": truth, "a.nombre": number} for truth in TRUTHS for number in (0, 1, None)]
    agree(engine, policy, [dossier(own, group) for own in facts for group in _lists(["groupe.un"], TRUTHS)])


@pytest.mark.parametrize("kind", [Type.INTEGER, Type.MONEY])
@pytest.mark.parametrize(("minimum", "maximum"), [(None, None), (0, None), (-5, None), (None, 12), (-5, 12), (2, 12)])
def test_sums(engine: Engine, kind: Type, minimum: int | None, maximum: int | None) -> None:
    bounds: list[c.Bounds[c.Operand]] = [
        c.Bounds(c.Literal(8)), c.Bounds(upper=c.Literal(8)), c.Bounds(c.Literal(8), lower_strict=True),
        c.Bounds(upper=c.Literal(8), upper_strict=True), c.Bounds(c.Literal(-10), c.Literal(24)),
        c.Bounds(c.FactValue("a.borne")), c.Bounds(c.ParameterValue("inconnu"), c.Literal(3)), c.Bounds(c.Literal(0)),
    ]  # fmt: skip
    policy = small_policy(
        facts=[fact("groupe.valeur", kind, minimum=minimum, maximum=maximum), fact("a.borne", kind)],
        parameters=[parameter("inconnu", kind, None)],
        criteria=criteria(c.Sum("groupe.valeur", GROUP, bound) for bound in bounds),
        status="draft",
    )
    values = [value for value in (-5, 2, 8, 12) if (minimum or 0) <= value <= (maximum or 12)]
    lists = _lists(["groupe.valeur"], [*values, None])
    agree(engine, policy, [dossier({"a.borne": bound}, group) for group in lists for bound in (4, None)])


def test_admissibility_of_dossiers_and_members(engine: Engine) -> None:
    """Items of the dossier make the outcome, those of a member refuse its grants alone; deadlines, early and late."""
    in_time = c.Within("a.jour", c.Bounds(upper=c.Literal(DAY)))
    opened = c.Within("a.jour", c.Bounds(c.Literal(DAY - timedelta(1))))
    extended = c.All((ONE, c.Within("a.jour", c.Bounds(upper=c.Literal(DAY + timedelta(1))))))
    deadline = Deadline(
        "limite",
        "La limite",
        None,
        "a.jour",
        origin(),
        last_day=c.Literal(DAY),
        condition=c.All((opened, c.AnyOf((in_time, extended)))),
        opened=opened,
    )
    calendar = Deadline("rappel", "Un rappel", None, None, origin(), when_text="en juin")
    for complete in (True, False):
        policy = small_policy(
            facts=[*BOOLEANS, fact("a.jour", Type.DATE)],
            criteria=[criterion("propre", TWO, GROUP), criterion("autre", THREE, GROUP)],
            deadlines=[deadline, calendar],
            admissibility=(item("limite", is_deadline=True), item("propre", GROUP, Effect.NEXT_YEAR)),
            grants=[
                grant("aide", c.Literal(100), GROUP),
                grant(
                    "suite", c.Literal(50), GROUP, requires=c.All((c.GrantEntitled("aide"), c.CriterionMet("autre")))
                ),
                grant("prime", c.Literal(7), requires=c.Some(GROUP, c.GrantEntitled("suite"))),
            ],
            complete=complete,
        )
        members = [{"groupe.un": one, "groupe.deux": two} for one, two in product(TRUTHS, repeat=2)]
        lists: list[list[dict[str, Truth]] | None] = [None, [], members, *([member] for member in members)]
        days = [DAY + timedelta(days) for days in (-2, -1, 0, 1, 2)]
        agree(
            engine,
            policy,
            [dossier({"a.un": one, "a.jour": day}, some) for one in TRUTHS for day in (*days, None) for some in lists],
        )
