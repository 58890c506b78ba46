"""A day of an author, in a copy of the Gers layer: the right decision, or the right error at its place."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.checking import check
from clas_policy.explain import Context, Evaluator, record
from clas_policy.problem import Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

ROOT = Path(__file__).parents[1]
LAYER = "departements/32/2024-2025"
SHIPPED = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies" / f"{LAYER}.yaml"
DOSSIER = json.loads((ROOT / "examples" / "dossier-32-2024-2025.json").read_text(encoding="utf-8"))
DAY = date(2024, 11, 5)

Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        return text.replace(old, new)

    return edit


def add(section: str, lines: str) -> Edit:
    """Adds lines at the end of a section, or the section itself at the end of the file."""

    def edit(text: str) -> str:
        if f"\n{section}:\n" not in text:
            return f"{text}\n{section}:\n{lines}"
        return text.replace(f"\n{section}:\n", f"\n{section}:\n{lines}")

    return edit


class Copy:
    """A copy of the Gers layer in a folder of the author's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / f"{LAYER}.yaml"
        self.file.parent.mkdir(parents=True)
        self.file.write_bytes(SHIPPED.read_bytes())

    def edit(self, *edits: Edit) -> None:
        text = self.file.read_text(encoding="utf-8")
        for edit in edits:
            text = edit(text)
        self.file.write_text(text, encoding="utf-8")

    def problems(self) -> tuple[Problem, ...]:
        return check(Catalogue([user_shelf(self.folder), engine_shelf()]), [LAYER]).problems

    def only_problem(self) -> Problem:
        problems = self.problems()
        assert len(problems) == 1, [str(problem.message) for problem in problems]
        return problems[0]

    def text_at(self, problem: Problem) -> str:
        assert problem.span is not None
        line = self.file.read_text(encoding="utf-8").splitlines()[problem.span.line - 1]
        return line[problem.span.column - 1 : problem.span.end_column - 1]

    def decide(self, **changes: object) -> dict[str, Any]:
        assert not [p for p in self.problems() if p.severity == "error"], [str(p.message) for p in self.problems()]
        policy = Catalogue([user_shelf(self.folder), engine_shelf()]).compose(LAYER, DAY)
        dossier = json.loads(json.dumps(DOSSIER))
        for path, value in changes.items():
            target = dossier
            *groups, last = path.split("__")
            for group in groups:
                target = target[int(group) if group.isdigit() else group]
            target[last] = value
        raw = json_text.parse(json.dumps(dossier).encode(), "dossier.json")
        evaluation = Evaluator(policy).evaluate(DossierReader(policy).read(raw))
        return record(evaluation, Context(DAY, "0", ()))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "mes-politiques")


def grant(decision: dict[str, Any], name: str, member: str | None) -> dict[str, Any]:
    (found,) = [
        entry
        for entry in decision["grants"]
        if entry["id"] == name and (entry["entity"] or {}).get("collectif") == member
    ]
    return dict(found)


def test_the_copy_decides_as_what_is_shipped(copy: Copy) -> None:
    decision = copy.decide()

    assert decision["outcome"] == "admissible"
    assert {key: decision["totals"][key] for key in ("due", "eligible", "undetermined_at_most")} == {
        "due": "4708.28",
        "eligible": "658.00",
        "undetermined_at_most": "329.00",
    }


def test_another_last_day_makes_the_same_deposit_late(copy: Copy) -> None:
    copy.edit(swap("last_day: 2024-10-30", "last_day: 2024-10-11"))

    decision = copy.decide()

    assert decision["outcome"] == "inadmissible"
    assert decision["totals"]["due"] == "0.00"
    assert [effect["id"] for effect in decision["effects"]] == ["gers_depot"]


def test_an_extension_admits_those_it_is_for(copy: Copy) -> None:
    extension = (
        "last_day: 2024-10-30\n    extensions:\n      - {last_day: 2024-11-15, when: {not: porteur.renouvellement}}"
    )
    copy.edit(swap("last_day: 2024-10-30", extension))
    late = {"depot__date": "2024-11-10"}

    assert copy.decide(**late)["outcome"] == "inadmissible"
    assert copy.decide(**late, porteur__renouvellement=False)["outcome"] == "admissible"
    assert copy.decide(**late, porteur__renouvellement=None)["outcome"] == "incomplete"
    assert copy.decide(depot__date="2024-11-16", porteur__renouvellement=False)["outcome"] == "inadmissible"


def test_an_orientation_per_group_is_found_for_each_and_changes_no_amount(copy: Copy) -> None:
    orientation = """  gers_socle_complet:
    for_each: collectif
    label: Les cinq actions du socle pour les parents
    requires: {fact: collectif.socle.parents, from: 5}
    weight: priority
"""
    before = copy.decide()
    copy.edit(add("orientations", orientation))

    decision = copy.decide()

    found = {o["entity"]["collectif"]: o["status"] for o in decision["orientations"] if o["id"] == "gers_socle_complet"}
    assert found == {"cm1-cm2": "not_met", "college": "met"}
    assert decision["totals"] == before["totals"]


def test_a_misspelt_parameter_is_shown_with_the_one_that_was_meant(copy: Copy) -> None:
    copy.edit(
        add(
            "orientations",
            """  gers_grand:
    for_each: collectif
    label: Un grand groupe
    requires: {fact: collectif.effectif, from: efectif_max}
    weight: advisory
""",
        )
    )

    problem = copy.only_problem()

    assert problem.code == "CLAS-P104"
    assert copy.text_at(problem) == "efectif_max"
    assert "`effectif_max`" in str(problem.hint)


def test_a_forgotten_unit_is_shown_with_the_form_to_write(copy: Copy) -> None:
    copy.edit(add("parameters", "  gers_montant:\n    type: money\n    value: 150\n    label: Aide locale\n"))

    problem = copy.only_problem()

    assert problem.code == "CLAS-P130"
    assert copy.text_at(problem) == "150"
    assert "`150 EUR`" in str(problem.hint)


def test_a_label_cut_by_a_comma_in_braces_is_one_problem_that_says_so(copy: Copy) -> None:
    copy.edit(
        add(
            "orientations",
            "  gers_cantine: {label: Un goûter, si possible local, requires: partenariat.reaap, weight: advisory}\n",
        )
    )

    problem = copy.only_problem()

    assert problem.span is not None
    assert "si possible local" in copy.text_at(problem)
    assert "quotes" in str(problem.hint) or "quotes" in str(problem.message)


def test_the_national_ceiling_cannot_be_changed_and_both_places_are_named(copy: Copy) -> None:
    copy.edit(add("set", "  prix_plafond: 9000 EUR\n"))

    problem = copy.only_problem()

    assert problem.code == "CLAS-L205"
    assert copy.text_at(problem) == "prix_plafond"
    assert "referentiel-2019" in str(problem.related[0].span)


def test_choosing_the_parents_reading_settles_the_group_where_they_differ(copy: Copy) -> None:
    choice = """  criteres_bonus_parents:
    reading: {reading}
    because: Le comité retient cette lecture, pour l'essai
    source: note-32, §3
"""
    assert grant(copy.decide(), "bonus_parents", "college")["status"] == "undetermined"

    copy.edit(add("choose", choice.replace("{reading}", "par_symetrie")))
    decision = copy.decide()
    assert grant(decision, "bonus_parents", "college")["status"] == "refused"
    assert decision["open_readings"] == []

    copy.edit(swap("reading: par_symetrie", "reading: au_moins_un"))
    assert grant(copy.decide(), "bonus_parents", "college")["status"] == "eligible"


def test_a_local_grant_is_capped_by_what_the_others_leave_to_pay(copy: Copy) -> None:
    copy.edit(
        add("funders", "  gers_ville:\n    label: Ville d'essai\n"),
        add(
            "grants",
            """  gers_complement:
    for_each: collectif
    label: Complément de la ville
    funder: gers_ville
    requires: ps
    amount: 5000 EUR
    at_most:
      minus: [collectif.depenses, ps]
""",
        ),
    )

    decision = copy.decide()

    assert grant(decision, "gers_complement", "cm1-cm2")["amount"] == "5000.00"
    assert grant(decision, "gers_complement", "college")["amount"] == "4050.00", "6000.00 − 1950.00"
    assert decision["totals"]["by_funder"]["gers_ville"]["due"] == "9050.00"
    assert decision["totals"]["by_funder"]["caf"]["due"] == "4708.28"


def test_a_local_grant_is_never_paid_by_the_national_funder(copy: Copy) -> None:
    copy.edit(add("grants", "  gers_complement:\n    label: Complément\n    funder: caf\n    amount: 50 EUR\n"))

    problem = copy.only_problem()

    assert problem.code == "CLAS-L216"
    assert copy.text_at(problem) == "caf"
