"""``evaluate``: what agents read, what programs read, and what happens to what cannot be decided."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Ran

ROOT = Path(__file__).parents[2]
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
SAMPLE = json.loads((ROOT / "examples" / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
CASES = [
    json.loads(line)["dossier"]
    for line in (ROOT / "tests" / "data" / "reference-cases.ndjson").read_text(encoding="utf-8").splitlines()
]
SCHEMA = json.loads((ROOT / "schemas" / "decision.schema.json").read_text(encoding="utf-8"))

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _gers(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Gers layer as a folder of the user's, beside the national layers; a dossier to decide."""
    monkeypatch.delenv("CLAS_POLICY_WITHOUT_PLUGINS")
    monkeypatch.setenv("CLAS_POLICY_PATH", str(GERS))
    monkeypatch.setenv("CLAS_POLICY_AS_OF", "2024-11-05")
    save(here / "dossier.json", SAMPLE)


def save(path: Path, dossier: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dossier, ensure_ascii=False), encoding="utf-8")


def changed(**answers: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(SAMPLE))
    for path, value in answers.items():
        *above, last = path.split("__")
        target: Any = made
        for key in above:
            target = target[int(key) if key.isdigit() else key]
        target[last] = value
    return made


DOSSIERS = {
    "sample": SAMPLE,
    "late": changed(depot__date="2024-10-31T00:30:00+01:00"),
    "to be completed": changed(
        depot__date=None, bilan__financier_afas=None, collectifs__0__effectif=7, collectifs__0__rural=None
    ),
    "nothing to grant": changed(charte__respectee=False),
    "mandatory orientation": changed(partenariat__etablissements_scolaires=False),
    "accord refused": changed(collectifs__0__bonus_enfants__accord=False),
    "expenses unknown": changed(collectifs__1__depenses=None),
    "no group": changed(collectifs=[]),
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", DOSSIERS)
def test_what_an_agent_reads(run: Run, here: Path, snapshot: SnapshotAssertion, name: str, lang: str) -> None:
    save(here / "dossier.json", DOSSIERS[name])

    ran = run("evaluate", "dossier.json", "--lang", lang)

    assert ran.code == 0
    assert without_digests(ran.out) == snapshot
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def without_digests(text: str) -> str:
    """Comments in the shipped layers change their digests, and nothing else here."""
    import re

    return re.sub(r"\([0-9a-f]{12}\)", "(…)", text)


def test_verbose_names_every_criterion(run: Run, snapshot: SnapshotAssertion) -> None:
    assert without_digests(run("evaluate", "dossier.json", "--lang", "fr", "-v").out) == snapshot


def test_markdown_is_the_same_document(run: Run, snapshot: SnapshotAssertion) -> None:
    assert without_digests(run("evaluate", "dossier.json", "--lang", "fr", "--output", "markdown").out) == snapshot


def test_nothing_that_a_dossier_says_becomes_markup(run: Run, here: Path) -> None:
    save(here / "dossier.json", changed(dossier="a|b <script> [x](javascript:y) `c` *d*"))

    out = run("evaluate", "dossier.json", "--output", "markdown").out

    assert "<script>" not in out
    assert r"\[x\](javascript" in out
    assert r"a\|b \<script\>" in out


@pytest.mark.parametrize("options", [(), ("--brief",)])
@pytest.mark.parametrize("number", range(0, 60, 6))
def test_every_record_is_of_its_schema(run: Run, here: Path, number: int, options: tuple[str, ...]) -> None:
    save(here / "dossier.json", CASES[number])

    ran = run("evaluate", "dossier.json", "--output", "json", *options)

    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(ran.out))


def test_one_dossier_is_an_object_and_several_are_a_list(run: Run, here: Path) -> None:
    save(here / "second.json", changed(dossier="second"))

    assert json.loads(run("evaluate", "dossier.json", "--output", "json").out)["dossier"]["id"] == "32-2024-0017"
    several = json.loads(run("evaluate", "dossier.json", "second.json", "--output", "json").out)
    assert [decision["dossier"]["id"] for decision in several] == ["32-2024-0017", "second"]


def lines(text: str) -> list[str]:
    return [json.loads(line)["dossier"]["id"] for line in text.splitlines()]


def test_folders_patterns_and_lines_are_all_read(run: Run, here: Path) -> None:
    save(here / "in" / "b.json", changed(dossier="b"))
    save(here / "in" / "below" / "a.json", changed(dossier="a"))
    (here / "in" / "notes.txt").write_text("no dossier", encoding="utf-8")
    many = here / "many.ndjson"
    many.write_text("\n".join(json.dumps(changed(dossier=f"n{i}")) for i in range(3)) + "\n\n", encoding="utf-8")

    assert lines(run("evaluate", "in", "--output", "ndjson").out) == ["b", "a"]
    assert lines(run("evaluate", "in/*.json", "--output", "ndjson").out) == ["b"]
    assert lines(run("evaluate", "in/**/*.json", "--output", "ndjson").out) == ["b", "a"]
    assert lines(run("evaluate", "many.ndjson", "--output", "ndjson").out) == ["n0", "n1", "n2"]
    assert lines(run("evaluate", "in", "in/b.json", "--output", "ndjson").out) == ["b", "a"], "each once"


@pytest.mark.parametrize("form", ["one", "lines", "indented"])
def test_standard_input_is_one_dossier_or_one_a_line(run: Run, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    texts = {
        "one": json.dumps(SAMPLE),
        "lines": f"{json.dumps(SAMPLE)}\n{json.dumps(changed(dossier='second'))}\n",
        "indented": json.dumps(SAMPLE, indent=2),
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(texts[form].encode())))

    expected = ["32-2024-0017", "second"] if form == "lines" else ["32-2024-0017"]
    assert lines(run("evaluate", "-", "--output", "ndjson").out) == expected


def test_a_bad_dossier_is_reported_and_the_good_ones_are_done(run: Run, here: Path) -> None:
    good, bad = json.dumps(SAMPLE), json.dumps(changed(collectifs__0__effectif="neuf"))
    (here / "many.ndjson").write_text(f"{good}\n{bad}\n{good}\n", encoding="utf-8")

    ran = run("evaluate", "many.ndjson", "--output", "ndjson")

    assert ran.code == 4
    assert len(ran.out.splitlines()) == 2
    assert "many.ndjson:2:" in ran.err
    assert "3 dossiers" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("dossier.json",), 0),
        (("dossier.json", "--strict"), 1),
        (("dossier.json", "--output", "papyrus"), 2),
        (("dossier.json", "--policy", "national/2024-2025", "--national"), 2),
        (("dossier.json", "--policy", "departements/33/2024-2025"), 3),
        (("other-year.json",), 3),
        (("broken.json",), 4),
        (("absent.json",), 5),
        (("nothing*.json",), 5),
        (("empty",), 5),
        (("dossier.json", "broken.json", "other-year.json"), 3),
    ],
)
def test_exit_codes(run: Run, here: Path, arguments: tuple[str, ...], code: int) -> None:
    save(here / "other-year.json", changed(annee_scolaire="2025-2026"))
    (here / "broken.json").write_text("{", encoding="utf-8")
    (here / "empty").mkdir()

    assert run("evaluate", *arguments).code == code


def test_strict_is_content_when_all_is_settled(run: Run, here: Path) -> None:
    group = {**SAMPLE["collectifs"][0]}
    save(here / "settled.json", changed(collectifs=[group]))

    assert run("evaluate", "settled.json", "--strict").code == 0


def test_an_absent_year_lists_what_there_is_and_computes_nothing(run: Run, here: Path) -> None:
    save(here / "dossier.json", changed(annee_scolaire="2025-2026"))

    ran = run("evaluate", "dossier.json")

    assert ran.out == ""
    assert "departements/32/2024-2025" in ran.err


def test_the_national_rules_alone_settle_nothing(run: Run) -> None:
    decision = json.loads(run("evaluate", "dossier.json", "--national", "--output", "json").out)

    assert decision["outcome"] == "incomplete"
    assert {grant["status"] for grant in decision["grants"]} <= {"undetermined", "refused"}
    assert decision["totals"]["due"] == "0.00"


def test_files_are_written_whole_or_not_at_all_and_never_over_an_input(run: Run, here: Path) -> None:
    before = (here / "dossier.json").read_bytes()
    assert run("evaluate", "dossier.json", "--output", "json:dossier.json").code == 2
    assert (here / "dossier.json").read_bytes() == before

    (here / "out.json").write_text("what was there", encoding="utf-8")
    (here / "broken.json").write_text("{", encoding="utf-8")
    assert run("evaluate", "broken.json", "--output", "json:out.json").code == 4
    assert (here / "out.json").read_text(encoding="utf-8") == "what was there"

    assert run("evaluate", "dossier.json", "--output", "json:out.json", "--output", "markdown:out.md").code == 0
    assert json.loads((here / "out.json").read_text(encoding="utf-8"))["totals"]["due"] == "4708.28"
    assert "Ce dossier est RECEVABLE" in (here / "out.md").read_text(encoding="utf-8"), "a document is French"
    assert sorted(path.name for path in here.iterdir()) == ["broken.json", "dossier.json", "out.json", "out.md"]


def test_a_draft_is_said_on_top(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = here / "mine" / "departements" / "32" / "2024-2025.yaml"
    layer.parent.mkdir(parents=True)
    text = (GERS / "departements" / "32" / "2024-2025.yaml").read_text(encoding="utf-8")
    layer.write_text(text.replace("status: in_force", "status: draft").replace("2024-10-30", "to_confirm"), "utf-8")
    monkeypatch.setenv("CLAS_POLICY_PATH", "mine")

    assert run("evaluate", "dossier.json").code == 3
    ran = run("evaluate", "dossier.json", "--draft", "--lang", "fr")
    assert ran.code == 0
    assert "BROUILLON" in ran.out.split("\n\n")[1].upper()
    decision = json.loads(run("evaluate", "dossier.json", "--draft", "--output", "json").out)
    assert decision["outcome"] == "incomplete"
    assert [entry["parameter"] for entry in decision["unconfirmed"]] == ["gers_depot.last_day"]


def test_control_characters_are_shown_and_never_sent(run: Run, here: Path) -> None:
    (here / "évil\x1b[31m.json").write_text("{", encoding="utf-8")

    ran = run("evaluate", ".")

    assert "\x1b" not in ran.err
    assert "\\x1b" in ran.err
