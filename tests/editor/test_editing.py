"""What an author sees in an editor: the real yaml-language-server in a workspace of `clas-policy init`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.editor.conftest import LAYER, SHELVES
from tests.editor.language_server import LanguageServer

from clas_policy import resources

pytestmark = pytest.mark.editor

TESTS = "policies/departements/09/nouveau.test.yaml"
NEW = "policies/departements/09/nouveau.yaml"
HEADER = """\
policy: departements/09/2024-2025
extends: national/2024-2025
version: 1
status: draft
prefix: d09
"""
TESTED = "tests: departements/09/2024-2025\n"
CASE = f"{TESTED}cases:\n  Un cas:\n"
SCHEMAS = {
    name: json.loads((resources.folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("policy", "policy-test")
}
FRENCH = re.compile(r"\b(?:le|la|les|l'|un|une|des|du|de|d'|qui|que|ce|est|sous|vrai)\b", re.IGNORECASE)


MODELINE = re.compile(r"(?m)^# yaml-language-server:.*$")


def policy_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.yaml"))


def spoilt(text: str) -> str:
    """A policy, a test file or the plan of a report in which a word is misspelt."""
    for word, misspelt in (("version: ", "verzion: "), ("cases:", "cazes:"), ("report: ", "repport: ")):
        text = text.replace(f"\n{word}", f"\n{misspelt}")
    return text


def test_nothing_is_wrong_with_policies_whose_first_line_leads_to_the_schema(
    server: LanguageServer, workspace: Path
) -> None:
    files = [path for path in policy_files(*SHELVES) if MODELINE.search(path.read_text(encoding="utf-8"))]
    assert {"referentiel-2019.yaml", "2024-2025.yaml"} <= {path.name for path in files}
    files += [workspace / LAYER, workspace / LAYER.replace(".yaml", ".test.yaml")]
    for file in files:
        assert list(map(str, server.findings(str(file)))) == [], file
        assert server.findings(str(file), spoilt(file.read_text(encoding="utf-8"))), file


def test_nothing_is_wrong_with_policies_that_only_the_settings_lead_to_the_schema(
    server: LanguageServer, workspace: Path
) -> None:
    files = policy_files(workspace / "policies")
    assert len(files) == len(policy_files(*SHELVES)) + 2
    for file in files:
        text = MODELINE.sub("#", file.read_text(encoding="utf-8"))
        assert list(map(str, server.findings(str(file), text))) == [], file
        assert server.findings(str(file), spoilt(text)), file


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        (NEW, f"{HEADER}deadlins: {{}}\n", 6, "deadlins"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    lable: A\n    requires: a\n", 8, "lable"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    label: A\n    requires:\n      anny: [a]\n", 10, "any"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    label: A\n    requires: {{fact: a.b, fromm: 3}}\n", 9, "fromm"),
        (NEW, f"{HEADER}orientations:\n  d09_a:\n    label: A\n    weight: conseillée\n", 9, "advisory"),
        (NEW, HEADER.replace("draft", "brouillon"), 4, "in_force"),
        (NEW, f"{HEADER}set:\n  prix_plafond: 8487 €\n", 7, "comme 8487 EUR"),
        (NEW, f"{HEADER}facts:\n  d09:\n    type: boolean\n    label: A\n", 7, "au moins un point"),
        (NEW, f"{HEADER}deadlines:\n  d09_a: {{label: A, fact: a.b, last_day: 30/10/2024}}\n", 7, "AAAA-MM-JJ"),
        (TESTS, f"{CASE}    expct: {{outcome: admissible}}\n", 4, "expct"),
        (TESTS, f"{CASE}    expect:\n      outcome: admissibl\n", 5, "admissible"),
        (TESTS, f"{CASE}    expect:\n      grants:\n        ps: due\n", 6, "refused"),
        (TESTS, f"{CASE}    expect:\n      grants:\n        ps:\n          nord: {{due: 3 €}}\n", 7, "2758.28 EUR"),
        (TESTS, f"{CASE}    change: {{Depot: 1}}\n    expect: {{outcome: admissible}}\n", 4, "un point"),
    ],
)
def test_a_slip_is_underlined_at_its_line(file: str, text: str, line: int, said: str, server: LanguageServer) -> None:
    found = [finding for finding in server.findings(file, text) if said in finding.message]
    assert [finding.line for finding in found] == [line], list(map(str, server.findings(file, text)))


@pytest.mark.parametrize(
    ("file", "text", "labels"),
    [
        (NEW, f"{HEADER}¦\n", {"deadlines", "criteria", "orientations", "admissibility", "documents", "source"}),
        (NEW, f"{HEADER}facts:\n  d09.a:\n    ¦\n", set(SCHEMAS["policy"]["$defs"]["fact"]["properties"])),
        (NEW, f"{HEADER}grants:\n  d09_a:\n    ¦\n", set(SCHEMAS["policy"]["$defs"]["grant"]["properties"])),
        (NEW, f"{HEADER}deadlines:\n  d09_a:\n    ¦\n", set(SCHEMAS["policy"]["$defs"]["deadline"]["properties"])),
        (NEW, f"{HEADER}deadlines:\n  ¦\n", {"Nouvelle échéance"}),
        (TESTS, f"{TESTED}¦\n", {"as_of", "source", "figures", "dossier", "cases"}),
        (TESTS, f"{CASE}    ¦\n", {"source", "as_of", "todo", "change", "add", "remove", "expect"}),
        (TESTS, f"{CASE}    expect:\n      ¦\n", set(SCHEMAS["policy-test"]["$defs"]["expected"]["properties"])),
        (TESTS, f"{TESTED}cases:\n  ¦\n", {"Nouveau cas"}),
    ],
)
def test_the_keys_of_a_place_are_proposed(file: str, text: str, labels: set[str], server: LanguageServer) -> None:
    assert labels <= set(server.completions(file, text))


@pytest.mark.parametrize(
    ("file", "text", "values"),
    [
        (NEW, HEADER.replace("draft", "¦"), ["draft", "in_force"]),
        (
            NEW,
            f"{HEADER}facts:\n  d09.a:\n    type: ¦\n",
            ["boolean", "choice", "choices", "date", "integer", "money", "rate", "text"],
        ),
        (NEW, f"{HEADER}orientations:\n  d09_a:\n    weight: ¦\n", ["advisory", "mandatory", "priority"]),
        (NEW, f"{HEADER}deadlines:\n  d09_a:\n    late: ¦\n", ["inadmissible", "next_year", "not_examined"]),
        (
            NEW,
            f"{HEADER}admissibility:\n  - criterion: d09_a\n    otherwise: ¦\n",
            ["inadmissible", "next_year", "not_examined"],
        ),
        (TESTS, f"{CASE}    expect:\n      outcome: ¦\n", ["admissible", "inadmissible", "incomplete"]),
        (TESTS, f"{CASE}    expect:\n      criteria:\n        a: ¦\n", ["met", "not_met", "unknown"]),
        (TESTS, f"{CASE}    expect:\n      deadlines:\n        a:\n          nord: ¦\n", ["met", "not_met", "unknown"]),
        (TESTS, f"{CASE}    expect:\n      grants:\n        a: ¦\n", ["due", "eligible", "refused", "undetermined"]),
    ],
)
def test_the_values_of_a_choice_are_proposed_each_with_what_it_means(
    file: str, text: str, values: list[str], server: LanguageServer
) -> None:
    found = server.completions(file, text)
    assert sorted(found) == values
    for value, item in found.items():
        assert item.get("documentation"), value
        assert str(item["documentation"]).endswith("."), value


HEADS = {"not", "all", "any", "at_least", "fact", "amount", "every", "some", "count", "sum"}
FORMULAS = {"rate", "add", "minus", "smallest_of", "largest_of", "first_match", "total", "if_granted"}


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        (f"{HEADER}criteria:\n  d09_a:\n    requires:\n      ¦\n", HEADS),
        (f"{HEADER}criteria:\n  d09_a:\n    requires:\n      an¦\n", HEADS),
        (f"{HEADER}criteria:\n  d09_a:\n    requires:\n      any:\n        - ¦\n", HEADS),
        (f"{HEADER}grants:\n  d09_a:\n    amount:\n      ¦\n", FORMULAS),
    ],
    ids=["empty", "begun", "in-a-list", "amount"],
)
def test_the_heads_of_conditions_and_amounts_are_proposed_with_what_follows_them(
    text: str, heads: set[str], server: LanguageServer
) -> None:
    found = server.completions(NEW, text)
    assert heads <= set(found)
    for head in heads:
        assert str(found[head]["insertText"]).startswith(f"{head}:"), found[head]
        assert FRENCH.search(str(found[head]["documentation"])), head


def test_after_a_fact_its_comparisons_are_proposed_and_no_other_head(server: LanguageServer) -> None:
    found = set(server.completions(NEW, f"{HEADER}criteria:\n  d09_a:\n    requires:\n      fact: a.b\n      ¦\n"))
    assert {"from", "to", "above", "below", "is", "one_of", "includes", "only", "on_or_before", "after"} <= found
    assert not found & HEADS


def test_every_word_at_the_top_and_of_each_section_explains_itself_in_french(server: LanguageServer) -> None:
    checked = 0
    for name, file in (("policy", NEW), ("policy-test", TESTS)):
        for key, schema in SCHEMAS[name]["properties"].items():
            shown = server.hover(file, f"¦{key}: {{}}\n" if "propertyNames" in schema else f"¦{key}: x\n")
            assert schema["title"] in shown, key
            assert FRENCH.search(shown), key
            checked += 1
    assert checked > 25


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (NEW, f"{HEADER}deadlines:\n  d09_a:\n    la¦te: inadmissible\n", "Le dossier est irrecevable."),
        (NEW, f"{HEADER}deadlines:\n  d09_a:\n    late: inadm¦issible\n", "Ce qu'entraîne un retard"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    only¦_if: a\n", "La condition sans laquelle"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    requires: {{fa¦ct: a.b, from: 3}}\n", "Le fait à comparer"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    requires: {{fact: a.b, fr¦om: 3}}\n", "La borne basse, comprise"),
        (NEW, f"{HEADER}criteria:\n  d09_a:\n    requires: {{an¦y: [a, b]}}\n", "au moins une condition"),
        (NEW, f"{HEADER}grants:\n  d09_a:\n    amount: {{rate: a, o¦f: b}}\n", "Le montant dont on prend une part"),
        (NEW, f"{HEADER}orientations:\n  d09_a:\n    wei¦ght: advisory\n", "Conseillée"),
        (TESTS, f"{CASE}    chan¦ge: {{a.b: 1}}\n", "Les faits qui diffèrent"),
        (TESTS, f"{CASE}    expect:\n      miss¦ing: []\n", "exactement ceux-là"),
        (TESTS, f"{CASE}    expect:\n      grants: {{ps: {{d¦ue: 3 EUR}}}}\n", "L'aide est due"),
        (TESTS, f"{CASE}    expect:\n      criteria: {{a: m¦et}}\n", "Non rempli."),
        (TESTS, f"{TESTED}dossier:\n  depot.d¦ate: unknown\n", "La réponse du dossier"),
    ],
)
def test_hovering_a_word_says_in_french_what_it_means(file: str, text: str, said: str, server: LanguageServer) -> None:
    assert said in server.hover(file, text)
