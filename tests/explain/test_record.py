"""The decision record: its schema, its reasons, its bytes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from syrupy.assertion import SnapshotAssertion
from tests.explain.dossiers import typed
from tests.explain.gers_policy import gers_policy
from tests.explain.small import GROUP, criterion, evaluate, fact, grant, item, orientation, origin, small_policy
from tests.generation import policies_and_dossiers

from clas_policy.explain import Context, Evaluator, PluginRef, RecordWarning, record, to_json, write
from clas_policy.model import condition as c
from clas_policy.model.decision import MemberRef, Totals
from clas_policy.model.dossier import Dossier
from clas_policy.model.fact import Type
from clas_policy.model.money import format_amount
from clas_policy.model.policy import Choice, Deadline, Effect, Policy
from clas_policy.model.truth import STATUS
from clas_policy.resources import folder

DATA = Path(__file__).parent.parent / "data"
CONTEXT = Context(date(2024, 11, 5), "0.1.0", (PluginRef("departements.32", "clas-policy-gers", "0.1.0"),))
SCHEMA = json.loads((folder("schemas") / "decision.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def sample_record(*, brief: bool = False, context: Context = CONTEXT) -> dict[str, Any]:
    plain = json.loads((DATA / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
    policy = gers_policy()
    return record(Evaluator(policy).evaluate(typed(plain, policy)), context, brief=brief)


def entry(entries: list[dict[str, Any]], name: str, member: str | None = None) -> dict[str, Any]:
    entity = None if member is None else {"collectif": member}
    (found,) = [one for one in entries if one["id"] == name and one["entity"] == entity]
    return found


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a record, at any depth."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part)


def test_the_schema_is_sound_closed_and_describes_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for one in objects(SCHEMA):
        if isinstance(one.get("properties"), dict) and "type" in one:
            assert one["additionalProperties"] is False
            for name, field in one["properties"].items():
                target = SCHEMA["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
                assert field.get("description") or target.get("description"), name


@given(policies_and_dossiers())
def test_every_record_fits_the_schema(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation = Evaluator(policy).evaluate(dossier)
    for brief in (True, False):
        VALIDATOR.validate(record(evaluation, CONTEXT, brief=brief))


@given(policies_and_dossiers())
def test_what_is_written_is_the_record_and_nothing_else(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation = Evaluator(policy).evaluate(dossier)
    for brief in (True, False):
        written = write(evaluation, CONTEXT, brief=brief)
        assert to_json(record(evaluation, CONTEXT, brief=brief)) == written
        assert "\n" not in written


@given(policies_and_dossiers())
def test_reasons_end_in_the_status_and_the_amount_that_they_explain(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    found = record(Evaluator(policy).evaluate(dossier), CONTEXT)
    for one in (*found["criteria"], *found["orientations"]):
        assert one.get("judged_by") or one["why"]["status"] == one["status"]
        assert one.get("not_applicable", False) == one.get("why", {}).get("not_applicable", False)
    for one in found["grants"]:
        assert ("how" in one) == (one["status"] != "refused")
        if "how" in one:
            assert one["how"]["rounded"] == one["amount"]
    for node in objects(found):
        if node.get("form") in ("all", "any", "not", "readings", "every", "some"):
            assert node["status"] == _joined(node["form"], [item["status"] for item in node["items"]], node)


def _joined(form: str, statuses: list[str], node: dict[str, Any]) -> str:
    if form in ("every", "some") and not statuses:
        return str(node["status"])  # an absent list, or an empty one
    if form == "not":
        return {"met": "not_met", "not_met": "met", "unknown": "unknown"}[statuses[0]]
    if form == "readings":
        return statuses[0] if len(set(statuses)) == 1 else "unknown"
    first, last = ("not_met", "met") if form in ("all", "every") else ("met", "not_met")
    return first if first in statuses else "unknown" if "unknown" in statuses else last


@given(policies_and_dossiers())
def test_a_brief_record_is_the_full_one_without_its_reasons(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation = Evaluator(policy).evaluate(dossier)
    full = record(evaluation, CONTEXT)
    for one in (*full["grants"], *full["criteria"], *full["orientations"]):
        one.pop("why", None)
        one.pop("how", None)
    assert full == record(evaluation, CONTEXT, brief=True)


@given(policies_and_dossiers())
def test_what_was_found_is_what_is_recorded(made: tuple[Policy, Dossier]) -> None:
    policy, dossier = made
    evaluation = Evaluator(policy).evaluate(dossier)
    found = record(evaluation, CONTEXT, brief=True)

    def entity(member: MemberRef | None) -> dict[str, str] | None:
        return None if member is None else {member.entity: member.id}

    def money(cents: int | None) -> str | None:
        return None if cents is None else format_amount(cents)

    def totals(sums: Totals) -> dict[str, str | None]:
        return {name: money(cents) for name, cents in sums._asdict().items()}

    assert [
        (one.get("fact"), one.get("list"), one["entity"], one["label"], one.get("question"), one["could_change"])
        for one in found["missing"]
    ] == [
        (one.fact, one.list, entity(one.member), one.label, one.question, list(one.could_change))
        for one in evaluation.missing
    ]
    assert [(one["id"], one["entity"], one["status"], one["amount"], one["at_most"]) for one in found["grants"]] == [
        (one.grant.name, entity(one.member), one.status, money(one.amount), money(one.at_most))
        for one in evaluation.grants
    ]
    by_funder = found["totals"].pop("by_funder")
    assert found["totals"] == totals(evaluation.totals)
    assert by_funder == {funder: totals(sums) for funder, sums in evaluation.by_funder.items()}
    assert [one["parameter"] for one in found.get("unconfirmed", ())] == [
        one.parameter for one in evaluation.unconfirmed
    ]
    for key, names in (("criteria", (*policy.criteria, *policy.deadlines)), ("orientations", (*policy.orientations,))):
        expected = [(name, entity(member), STATUS[truth]) for name in names for member, truth in evaluation.truth(name)]
        assert [(one["id"], one["entity"], one["status"]) for one in found[key]] == expected


def test_the_record_of_the_sample(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(sample_record(), ensure_ascii=False, indent=2) == snapshot


def test_a_grant_says_how_its_amount_comes_about() -> None:
    how = entry(sample_record()["grants"], "ps", "cm1-cm2")["how"]
    assert (how["operation"], how["exact"], how["rounded"]) == ("rate", "2758.275", "2758.28")
    rate, base, ceiling = how["operands"]
    assert (rate["name"], rate["value"], rate["source"]) == ("taux_ps", "32.5 %", "note-32, §3")
    assert rate["at"].startswith("national/2024-2025:")
    assert (base["role"], base["name"], base["value"]) == ("of", "collectif.depenses", "9120.00")
    assert (ceiling["role"], ceiling["value"]) == ("counted_up_to", "8487.00")


def test_because_names_what_decides() -> None:
    grants = sample_record()["grants"]
    assert entry(grants, "bonus_parents", "cm1-cm2")["because"] == ["ps", "criteres_bonus_parents"]
    assert entry(grants, "bonus_parents", "college")["because"] == ["criteres_bonus_parents"]
    assert entry(grants, "bonus_enfants", "college")["because"] == ["criteres_bonus_enfants"]


def test_because_names_a_refused_accord_and_an_unmet_item() -> None:
    facts = [fact("a.oui"), fact("groupe.oui"), fact("groupe.accord")]
    paid = grant(
        "aide",
        c.Literal(5),
        GROUP,
        requires=c.FactIsTrue("groupe.oui"),
        accord="groupe.accord",
        because=("groupe.oui",),
    )
    policy = small_policy(facts=facts, grants=[paid], criteria=[criterion("tenu", c.FactIsTrue("a.oui"))])
    evaluation = evaluate(policy, {}, [{"groupe.oui": True, "groupe.accord": False}, {"groupe.oui": None}])
    refused, undetermined = record(evaluation, CONTEXT)["grants"]
    assert refused["because"] == ["groupe.accord"]
    assert undetermined["because"] == ["groupe.oui"]


def test_a_grant_with_more_than_names_says_why() -> None:
    facts = [fact("a.oui"), fact("a.autre")]
    either = c.AnyOf((c.FactIsTrue("a.oui"), c.FactIsTrue("a.autre")))
    named = c.All((c.FactIsTrue("a.oui"), c.FactIsTrue("a.autre")))
    grants = [grant("une", c.Literal(5), requires=either), grant("autre", c.Literal(5), requires=named)]
    found = record(evaluate(small_policy(facts=facts, grants=grants)), CONTEXT)["grants"]
    assert [one["why"]["form"] for one in found if "why" in one] == ["any"]


def test_a_criterion_that_does_not_apply_says_so() -> None:
    plain = json.loads((DATA / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
    plain["porteur"]["renouvellement"] = False
    policy = gers_policy()
    found = record(Evaluator(policy).evaluate(typed(plain, policy)), CONTEXT)
    one = entry(found["criteria"], "gers_bilan_financier")
    assert (one["status"], one["not_applicable"]) == ("met", True)
    assert [item["name"] for item in one["why"]["items"]] == ["porteur.renouvellement"]


def test_a_chosen_reading_says_who_chose_it_and_why() -> None:
    chosen = Choice("une", "La première lecture", "La note le dit", origin(9, "doc, §2"))
    policy = small_policy(facts=[fact("a.oui")], criteria=[criterion("tenu", c.FactIsTrue("a.oui"), chosen=chosen)])
    (one,) = record(evaluate(policy), CONTEXT)["criteria"]
    assert one["chosen"] == {
        "reading": "une",
        "label": "La première lecture",
        "because": "La note le dit",
        "source": "doc, §2",
        "at": "essai/1:9",
    }


@pytest.mark.parametrize(
    ("day", "status", "reason"),
    [(1, "not_met", "early"), (5, "met", None), (9, "not_met", "late"), (None, "unknown", None)],
)
def test_a_deadline_stands_among_the_criteria_and_says_early_or_late(
    day: int | None, status: str, reason: str | None
) -> None:
    opens, last = c.Literal(date(2024, 6, 3)), c.Literal(date(2024, 6, 7))
    opened = c.Within("a.jour", c.Bounds(opens))
    whole = c.All((opened, c.Within("a.jour", c.Bounds(None, last))))
    deadline = Deadline("depot", "Le dépôt", None, "a.jour", origin(), condition=whole, opened=opened)
    items = (item("depot", is_deadline=True, otherwise=Effect.NEXT_YEAR),)
    policy = small_policy(facts=[fact("a.jour", Type.DATE)], deadlines=[deadline], admissibility=items)
    found = record(evaluate(policy, {"a.jour": day and date(2024, 6, day)}), CONTEXT)
    (one,) = found["criteria"]
    assert (one["id"], one["kind"], one["status"], one.get("reason")) == ("depot", "deadline", status, reason)
    effect = {"id": "depot", "entity": None, "effect": "next_year", "reason": reason}
    assert found["effects"] == ([effect] if reason else [])
    assert [bound["bound"] for bound in one["why"]["items"][0]["bounds"]] == ["on_or_after"]


def test_what_the_committee_judges_is_said() -> None:
    (one,) = record(evaluate(small_policy(orientations=[orientation("vers", None)])), CONTEXT)["orientations"]
    assert (one["status"], one["judged_by"]) == ("unknown", "committee")
    assert "why" not in one


def test_warnings_from_outside_come_last() -> None:
    context = Context(date(2024, 1, 1), "0.1.0", (), (RecordWarning("CLAS-X303", ("a.oui",), MemberRef(GROUP, "g1")),))
    found = record(evaluate(small_policy()), context)
    assert [(one["code"], one["entity"]) for one in found["warnings"]] == [
        ("CLAS-W403", None),
        ("CLAS-X303", {"groupe": "g1"}),
    ]
    assert found["as_of"] == "2024-01-01"


def test_an_evaluator_writes_for_one_context_after_another() -> None:
    evaluation = evaluate(small_policy())
    days = [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 1)]
    assert [record(evaluation, Context(day, "0.1.0"))["as_of"] for day in days] == [str(day) for day in days]


def test_changing_a_record_changes_no_other() -> None:
    evaluation = evaluate(small_policy(facts=[fact("a.oui")], criteria=[criterion("tenu", c.FactIsTrue("a.oui"))]))
    first = record(evaluation, CONTEXT)
    before = to_json(first)
    first["criteria"][0]["why"]["status"] = "met"
    first["policy"]["layers"].clear()
    assert write(evaluation, CONTEXT) == before


def test_text_that_json_has_to_escape_survives() -> None:
    label = 'Le « fait » "a"\\ \u2028 é'
    rule = criterion("tenu", c.FactIsTrue("a.oui"))
    policy = small_policy(facts=[fact("a.oui", label=label)], criteria=[rule])
    assert record(evaluate(policy), CONTEXT)["criteria"][0]["why"]["label"] == label


PROGRAM = """
import sys
from tests.explain.test_record import sample_record
from clas_policy.explain import to_json
sys.stdout.buffer.write(to_json(sample_record()).encode())
"""


@pytest.mark.parametrize("seed", ["0", "4321"])
def test_the_bytes_depend_on_nothing_of_the_machine(seed: str, tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join((str(root), str(root / "engine"))),
        "TZ": "Pacific/Kiritimati" if seed == "0" else "Pacific/Pago_Pago",
        "LC_ALL": "C" if seed == "0" else "fr_FR.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert done.stdout == to_json(sample_record()).encode()
