"""The plan of a report: what it may say, what is refused and where, what the policy itself can tell without one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.batch.report_cases import PLAN, ROOT, counted, gers, gers_dossiers, gers_plan

from clas_policy.batch.report import data
from clas_policy.batch.report.layout import Layout, Part, default_layout
from clas_policy.batch.report.layout_reading import load
from clas_policy.model.policy import Policy
from clas_policy.problem import PolicyError
from clas_policy.resources import folder

SCHEMAS = {
    name: json.loads((folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("report-layout", "report")
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return gers()


def read(policy: Policy, text: str, here: Path) -> Layout:
    file = here / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, "plan.yaml", policy)


def said(policy: Policy, text: str, here: Path) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        read(policy, text, here)
    return [
        f"{problem.span.line}:{problem.span.column} {problem.code} {problem.message}"
        + (f" | {problem.hint}" if problem.hint else "")
        for problem in refused.value.problems
        if problem.span is not None
    ]


def test_the_shipped_plan_is_read_without_a_problem(policy: Policy) -> None:
    plan = gers_plan(policy)
    assert plan.title == "Bilan départemental des Clas"
    assert plan.applicants is not None
    assert plan.applicants.many == "porteurs"
    assert [summed.fact for summed in plan.entities["collectif"].sums] == ["collectif.effectif", "collectif.depenses"]
    rural = next(split for split in plan.entities["collectif"].splits if split.fact == "collectif.rural")
    assert dict(rural.values) == {"true": "Rural", "false": "Urbain"}
    assert plan.parts == tuple(Part)


def test_the_shipped_plan_names_its_schema() -> None:
    first = PLAN.read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("../../schemas/report-layout.schema.json")


def test_a_plan_may_order_and_leave_out_parts(policy: Policy, tmp_path: Path) -> None:
    plan = read(policy, "report: Bilan\nsections: [applicants, dossiers]\n", tmp_path)
    assert plan.parts == (Part.APPLICANTS, Part.DOSSIERS)


def test_an_entity_that_a_plan_does_not_name_is_counted_and_no_more(policy: Policy, tmp_path: Path) -> None:
    plan = read(policy, "report: Bilan\n", tmp_path)
    (rows,) = counted(policy, gers_dossiers(policy, 10), plan).entities
    assert rows.count > 0
    assert (rows.sums, rows.breakdowns, rows.answers) == ((), (), ())


WRONG = sorted((ROOT / "tests" / "bad" / "report").glob("*.yaml"))


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_what_is_wrong_is_said_at_its_place(policy: Policy, file: Path, tmp_path: Path) -> None:
    told = said(policy, file.read_text(encoding="utf-8"), tmp_path)
    assert told == file.with_suffix(".expected").read_text(encoding="utf-8").splitlines()


def test_everything_that_is_wrong_is_said_at_once(policy: Policy, tmp_path: Path) -> None:
    text = "report: B\nintroduction: [x]\napplicant: {fact: y.z}\nentities:\n  groupe: {}\n"
    assert len(said(policy, text, tmp_path)) == 3


def test_without_a_plan_every_fact_is_told_but_accords(policy: Policy) -> None:
    plan = default_layout(policy)
    accords = {grant.accord for grant in policy.grants.values()}
    told: set[str] = set()
    for rows in (plan.dossiers, *plan.entities.values()):
        told |= {summed.fact for summed in rows.sums} | {split.fact for split in rows.splits}
        told |= {answered.fact for answered in rows.answers}
    kinds = {"boolean", "integer", "money", "choice", "choices"}
    assert told == {fact.name for fact in policy.facts.values() if fact.type.value in kinds} - accords
    assert plan.applicants is not None
    assert plan.applicants.fact == "porteur.nom"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_french(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:clas-policy:schema:{name}:1"
    for described in subschemas(schema):
        if "description" in described:
            assert described["description"].endswith("."), described["description"]
        if described.get("type") == "object":
            assert "additionalProperties" in described


def subschemas(schema: Any) -> list[dict[str, Any]]:
    found = []
    if isinstance(schema, dict):
        found += [schema] if "type" in schema or "description" in schema else []
        for key, value in schema.items():
            if key not in ("examples", "enum", "const", "required"):
                found += subschemas(value)
    elif isinstance(schema, list):
        for value in schema:
            found += subschemas(value)
    return found


def test_every_example_of_a_key_is_valid() -> None:
    schema = SCHEMAS["report-layout"]
    for where in (schema, *(schema["$defs"][name] for name in ("rows", "told", "told_by"))):
        for key, described in where["properties"].items():
            assert described["examples"], key
            alone = Draft202012Validator({**described, "$defs": schema["$defs"]})
            for example in described["examples"]:
                assert not list(alone.iter_errors(example)), f"{key}: {example}"


@pytest.mark.parametrize("plan", ["shipped", "default"])
def test_what_is_written_fits_its_schema(policy: Policy, plan: str) -> None:
    layout = gers_plan(policy) if plan == "shipped" else default_layout(policy)
    written = data.to_json(counted(policy, gers_dossiers(policy), layout))
    assert [error.message for error in Draft202012Validator(SCHEMAS["report"]).iter_errors(written)] == []


def test_amounts_in_json_are_decimal_texts(policy: Policy) -> None:
    written = data.to_json(counted(policy, gers_dossiers(policy, 60), gers_plan(policy)))
    assert all(re.fullmatch(r"[0-9]+\.[0-9]{2}", written["amounts"][key]) for key in ("due", "eligible"))
