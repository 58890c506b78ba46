"""Every number of a report and of an impact, counted again from the evaluator in plain Python.

Two departments, two funders, some hundreds of made-up dossiers in which much is unknown, lists that are absent or
empty: the commands read them, the tests count them one by one.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.recounting import (
    ASSUMED,
    DAY,
    DEPARTMENTS,
    Judged,
    Unit,
    dossiers,
    judged,
    policies,
    policy,
    settled,
    units,
    with_few_applicants,
)

from clas_policy.batch.impact.breaking_down import Breakdowns
from clas_policy.batch.impact.counted import Counted
from clas_policy.batch.impact.counting import count
from clas_policy.batch.impact.unit_tables import Compared
from clas_policy.batch.reading import lines_bulk
from clas_policy.cli import impact_bulk, impact_run
from clas_policy.explain import Evaluator
from clas_policy.model.fact import Type, Value

COUNT = 220
CHANGED = {"prix_plafond": 9500_00, "taux_ps": 320_000, "effectif_min": 9}
SET = ("prix_plafond=9500 EUR", "taux_ps=32 %", "effectif_min=9")
THIN, NO_BREAK = "\u202f", "\u00a0"


@pytest.fixture
def folder(here: Path) -> Path:
    return policies(here / "regles")


@pytest.fixture
def files(folder: Path, here: Path, run: Run) -> list[Path]:
    """The dossiers of each department."""
    (here / "h.yaml").write_text(ASSUMED, encoding="utf-8")
    found = []
    for seed, department in enumerate(DEPARTMENTS, 1):
        name = f"{department}.ndjson"
        options = ("--policies", "regles", "--assumptions", "h.yaml", "--seed", str(seed), "--dossiers", str(COUNT))
        chosen = ("--policy", f"departements/{department}/2024-2025", "--output", f"ndjson:{name}")
        assert run("simulate", *options, *chosen).code == 0
        place = here / name
        place.write_text(with_few_applicants(place.read_text(encoding="utf-8")), encoding="utf-8")
        found.append(place)
    return found


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


# What a change would come to


@pytest.fixture
def pairs(folder: Path, files: list[Path]) -> list[tuple[Judged, Judged]]:
    """Each dossier under its two policies."""
    found = []
    for file, department in zip(files, DEPARTMENTS, strict=True):
        before, after = policy(folder, department), policy(folder, department, **CHANGED)
        evaluators = Evaluator(before), Evaluator(after)
        found += [(judged(evaluators[0], one), judged(evaluators[1], one)) for one in dossiers(file, before)]
    return found


@pytest.fixture(params=["one by one", "in a database"])
def impact(
    request: pytest.FixtureRequest, files: list[Path], here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The command's answer, as JSON; the page is in ``p.html``, all that changes in ``l.json``."""
    counted = []
    if request.param == "in a database":
        monkeypatch.setattr(impact_run, "MUCH", 0)
        monkeypatch.setattr(lines_bulk, "LEAST", 0)

        def watched(compared: Compared, breakdowns: Breakdowns) -> Counted:
            counted.append(1)
            return count(compared, breakdowns)

        monkeypatch.setattr(impact_bulk, "count", watched)
    settings = [part for one in SET for part in ("--set", one)]
    outputs = ("--output", "json", "--output", "html:p.html", "--list", "l.json", "--by", "all")
    names = [file.name for file in files]
    ran = run("impact", *names, "--policies", "regles", "--as-of", DAY.isoformat(), *settings, *outputs, "-q")
    assert ran.code == 0, ran
    assert len(counted) == (2 if request.param == "in a database" else 0), "once for each pair of policies"
    return json.loads(ran.out)


def effects(found: Iterable[Unit]) -> dict[str, Any]:
    """The effects on some units, as JSON has them."""
    kept = list(found)

    def some(kind: str, name: str = "amount") -> dict[str, Any]:
        own = [one for one in kept if one.what == kind]
        if name == "":
            return {"count": len(own)}
        return {"count": len(own), "amount": f"{Decimal(sum(one.after - one.before for one in own)) / 100:.2f}"}

    before, after = sum(one.before for one in kept), sum(one.after for one in kept)
    told = {"before": before, "after": after, "difference": after - before}
    return {
        "count": len(kept),
        **{name: f"{Decimal(value) / 100:.2f}" for name, value in told.items()},
        "gain": some("gain"),
        "lose": some("loss"),
        "status": some("status", ""),
        "undetermined": some("open"),
        "same": some("same", ""),
    }


def test_who_gains_and_who_loses_is_counted_again(impact: Any, pairs: list[tuple[Judged, Judged]]) -> None:
    found = list(units(pairs))
    own, members = ([unit for scope, unit in found if scope == wanted] for wanted in (None, "collectif"))
    assert impact["dossiers"] == effects(own)
    assert impact["members"] == {"collectif": effects(members)}
    assert {"gain", "loss", "open", "same"} <= {one.what for one in own}, "the population has some of each"
    changes = Counter(one.after - one.before for one in own if one.what in ("gain", "loss"))
    left = +changes
    for one in impact["distribution"]:
        low, high = (None if end is None else cents(end) for end in (one["from"], one["to"]))
        inside = [
            change for change in changes
            if (change > 0) == (low is not None and low >= 0)
            and (low is None or low < change or change == low < 0)
            and (high is None or change < high or change == high > 0)
        ]  # fmt: skip
        inside = [change for change in inside if not (change < 0 and change == high) and not (0 < change == low)]
        assert one["dossiers"] == sum(changes[change] for change in inside)
        assert cents(one["amount"]) == sum(change * changes[change] for change in inside)
        for change in inside:
            left.pop(change)
    assert not left, "every change is in one class"


def test_what_each_funder_pays_is_counted_again(impact: Any, pairs: list[tuple[Judged, Judged]]) -> None:
    assert list(impact["funders"]) == ["caf", "essai_ville"]
    for funder, told in {**impact["funders"], None: impact["total"]}.items():
        for side, name in enumerate(("before", "after")):
            sums: Counter[str] = Counter()
            endless = 0
            for pair in pairs:
                grants = pair[side].evaluation.policy.grants
                own = [
                    (grants[grant].funder, *line) for (grant, _), line in pair[side].lines.items()
                    if funder in (None, grants[grant].funder)
                ]  # fmt: skip
                for _funder, status, _low, high in own:
                    sums[status] += high or 0
                endless += len({one for one, status, _low, high in own if status != "refused" and high is None})
            assert cents(told[name]["due"]) == sums["due"]
            assert cents(told[name]["eligible"]) == sums["eligible"]
            assert cents(told[name]["due_or_eligible"]) == sums["due"] + sums["eligible"]
            assert told[name]["dossiers_without_a_bound"] == endless
            if not endless:
                assert cents(told[name]["undetermined_at_most"]) == sums["undetermined"]
        gap = {name: cents(told["after"][name]) - cents(told["before"][name]) for name in ("due", "eligible")}
        assert {name: cents(told["difference"][name]) for name in gap} == gap
    assert impact["total"]["before"]["dossiers_without_a_bound"] > 0, "some list is absent"


def test_outcomes_statuses_and_rules_are_counted_again(impact: Any, pairs: list[tuple[Judged, Judged]]) -> None:
    outcomes = Counter((one.outcome, other.outcome) for one, other in pairs)
    assert {(one["before"], one["after"]): one["dossiers"] for one in impact["outcomes"]} == outcomes
    statuses: dict[str, Counter[tuple[str, str]]] = {}
    rules: dict[str, Counter[tuple[str, str]]] = {}
    words = {True: "met", False: "not_met", None: "unknown"}
    for one, other in pairs:
        for (grant, member), line in one.lines.items():
            statuses.setdefault(grant, Counter())[line[0], other.lines[grant, member][0]] += 1
        for (rule, member), truth in one.truths.items():
            if truth is not other.truths[rule, member]:
                rules.setdefault(rule, Counter())[words[truth], words[other.truths[rule, member]]] += 1
    for told, counted in ((impact["grants"], statuses), (impact["rules"], rules)):
        found = {name: {(one["before"], one["after"]): one["count"] for one in ones} for name, ones in told.items()}
        assert found == counted
    assert rules


def test_every_class_is_counted_again(impact: Any, pairs: list[tuple[Judged, Judged]], folder: Path) -> None:
    found = list(units(pairs))
    facts = {**policy(folder, "98").facts, **policy(folder, "32").facts}
    names = {one["by"] for one in impact["breakdowns"]}
    assert {"departement", "collectifs", "collectif.rural", "collectif.effectif", "collectif.niveaux"} <= names
    for breakdown in impact["breakdowns"]:
        name = breakdown["by"]
        scope = None if breakdown["counts"] == "dossier" else breakdown["counts"]
        own = [unit for one, unit in found if one == scope]
        counted = Counter[int]()
        for told in breakdown["classes"]:
            inside = [number for number, unit in enumerate(own) if matches(told["of"], answer(unit, name))]
            counted.update(inside)
            assert {key: told[key] for key in told if key != "of"} == effects(own[number] for number in inside), name
        assert set(counted) == set(range(len(own))), f"{name}: everybody is in a class"
        if not breakdown["overlaps"]:
            assert max(counted.values()) == 1, f"{name}: nobody is in two"
        assert breakdown["overlaps"] == (name in facts and facts[name].type is Type.CHOICES)


def answer(unit: Unit, name: str) -> Any:
    if name == "departement":
        return unit.department
    return unit.size if name == "collectifs" else unit.facts.get(name)


def matches(of: Any, value: Value | None) -> bool:
    """Whether an answer falls into a class of the JSON."""
    if isinstance(of, dict):
        low, high = of["from"], of["to"]
        if value is None:
            return False
        if isinstance(value, date):
            told = value.isoformat()
            return (low is None or low <= told) and (high is None or told <= high)
        assert isinstance(value, int)
        number = cents if isinstance(low or high, str) else int
        return (low is None or number(low) <= value) and (high is None or value <= number(high))
    if isinstance(value, frozenset):
        return of == "" if not value else of in value
    return of is value if isinstance(of, bool) or of is None else of == value


def test_the_list_has_every_dossier_that_changes(impact: Any, pairs: list[tuple[Judged, Judged]], here: Path) -> None:
    listed = json.loads((here / "l.json").read_text(encoding="utf-8"))
    assert impact["changing"] == len(listed)
    assert impact["first"] == listed[:20]
    sizes = [abs(cents(one["difference"])) for one in listed]
    assert sizes == sorted(sizes, reverse=True)
    told = {(one["departement"], one["dossier"]): one for one in listed}
    kinds = {"gain": "gain", "loss": "loss", "status": "status", "open": "open"}
    wholes = [unit for scope, unit in units(pairs) if scope is None]
    for (one, other), unit in zip(pairs, wholes, strict=True):
        found = told.pop((one.dossier.department, one.dossier.id), None)
        assert (found is None) == (unit.what == "same")
        if found is None:
            continue
        assert found["what"] == kinds[unit.what]
        assert (cents(found["before"]), cents(found["after"])) == (unit.before, unit.after)
        assert found["outcome"] == {"before": one.outcome, "after": other.outcome}
        changed = {key: (line, other.lines[key]) for key, line in one.lines.items() if line != other.lines[key]}
        lines = {
            (grant["grant"], grant["member"] if grant["member"] is not None or grant["entity"] is None else "*"): tuple(
                (side["status"], cents(side["at_least"]), side["at_most"] and cents(side["at_most"]))
                for side in (grant["before"], grant["after"])
            )
            for grant in found["grants"]
        }
        assert lines == changed
    assert not told


def test_the_page_of_an_impact_has_the_same_numbers(
    impact: Any, pairs: list[tuple[Judged, Judged]], here: Path
) -> None:
    page = (here / "p.html").read_text(encoding="utf-8")
    found = [unit for scope, unit in units(pairs) if scope is None]
    told = table(page, "effects-dossiers")
    by_kind = {kind: [one for one in found if one.what == kind] for kind in ("gain", "loss", "open", "same")}
    for label, kind in (("gagnent", "gain"), ("perdent", "loss"), ("indéterminé : on ne peut pas dire", "open")):
        own = by_kind[kind]
        amount = sum(one.after - one.before for one in own)
        assert told[label][:3] == [counted_text(len(own)), share(len(own), len(found)), signed(amount)]
    assert told["ensemble"][:2] == [counted_text(len(found)), "100,0 %"]
    for side, column in ((0, 0), (1, 1)):
        rows = [
            (pair[side].evaluation.policy.grants[grant].funder, line)
            for pair in pairs for (grant, _), line in pair[side].lines.items()
        ]  # fmt: skip
        for number, funder in ((1, "caf"), (2, "essai_ville")):
            due = sum(settled(line) for one, line in rows if one == funder and line[0] == "due")
            assert table(page, f"cost-{number}-table")["Aides dues"][column] == money(due)


def table(page: str, name: str) -> dict[str, list[str]]:
    """The cells of a table of a page by the head of their row, their spaces as usual ones."""
    (found,) = re.findall(rf'<table id="{name}".*?</table>', page, re.DOTALL)
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', found, re.DOTALL)
    return {plain(head): [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for head, cells in rows}


def plain(text: str) -> str:
    return html.unescape(text).replace(NO_BREAK, " ").replace(THIN, " ").replace("\u2212", "-")


def counted_text(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def money(amount: int) -> str:
    return f"{Decimal(amount) / 100:,.2f} €".replace(",", " ").replace(".", ",")


def signed(amount: int) -> str:
    return f"+{money(amount)}" if amount > 0 else money(amount) if amount else "="


def share(part: int, whole: int) -> str:
    """One decimal, half up."""
    return f"{Decimal((2000 * part + whole) // (2 * whole)) / 10:.1f} %".replace(".", ",")


# The yearly report


@pytest.fixture
def report(files: list[Path], run: Run) -> Callable[[str], Any]:
    """The report of a department, from the dossiers of both."""

    def made(department: str) -> Any:
        names = [file.name for file in files]
        chosen = ("--policies", "regles", "--year", "2024-2025", "--department", department)
        ran = run("report", *names, *chosen, "--as-of", DAY.isoformat(), "--output", "json", "-q")
        assert ran.code == 0, ran
        return json.loads(ran.out)

    return made


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_report_is_counted_again(
    department: str, report: Callable[[str], Any], pairs: list[tuple[Judged, Judged]]
) -> None:
    told = report(department)
    found = [one for one, _other in pairs if one.dossier.department == department]
    groups = [(one, member) for one in found for member in one.dossier.members.get("collectif", ())]
    assert told["outcomes"] == {
        name: sum(one.outcome == name for one in found) for name in ("admissible", "incomplete", "inadmissible")
    }
    assert told["origin"]["others"] == told["origin"]["made_up"] == len(found) == COUNT
    (entity,) = told["entities"]
    assert (entity["count"], entity["without_list"], entity["empty"]) == (
        len(groups),
        sum("collectif" not in one.dossier.members for one in found),
        sum(one.dossier.members.get("collectif") == () for one in found),
    )
    children = [member.facts["collectif.effectif"] for _, member in groups if "collectif.effectif" in member.facts]
    spent = [member.facts["collectif.depenses"] for _, member in groups if "collectif.depenses" in member.facts]
    assert [(one["fact"], one["known"]) for one in entity["sums"]] == [
        ("collectif.effectif", len(children)),
        ("collectif.depenses", len(spent)),
    ]
    assert [entity["sums"][0]["total"], cents(entity["sums"][1]["total"])] == [sum(children), sum(spent)]  # type: ignore[arg-type]
    by = {one["fact"]: one for one in entity["breakdowns"]}
    for line in by["collectif.niveaux"]["each"]:
        own = [(one, member) for one, member in groups if line["key"] in member.facts.get("collectif.niveaux", ())]  # type: ignore[operator]
        check_line(line, own)
    words = {True: "true", False: "false", None: ""}
    rural = {line["key"]: line for line in by["collectif.rural"]["lines"]}
    for value in (True, False, None):
        own = [(one, member) for one, member in groups if member.facts.get("collectif.rural") is value]
        check_line(rural[words[value]] if words[value] in rural else rural["?"], own)


def check_line(line: Any, own: list[Any]) -> None:
    """A line of a breakdown: groups, children, spending, and what their aids come to."""
    assert line["rows"] == len(own)
    assert line["sums"]["collectif.effectif"] == sum(member.facts.get("collectif.effectif", 0) for _, member in own)
    spent = sum(member.facts.get("collectif.depenses", 0) for _, member in own)
    assert cents(line["sums"]["collectif.depenses"]) == spent
    lines = [line for one, member in own for (_, of), line in one.lines.items() if of == member.id]
    for status in ("due", "eligible"):
        assert cents(line["amounts"][status]) == sum(high or 0 for one, _, high in lines if one == status)
    open_ = [high for one, _, high in lines if one == "undetermined"]
    assert cents(line["amounts"]["undetermined_bounded"]) == sum(high or 0 for high in open_)
    assert line["amounts"]["unbounded"] == open_.count(None)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_aids_of_a_report_are_counted_again(
    department: str, report: Callable[[str], Any], pairs: list[tuple[Judged, Judged]]
) -> None:
    told = report(department)
    found = [one for one, _other in pairs if one.dossier.department == department]
    grants = found[0].evaluation.policy.grants
    lines = [(grant, line) for one in found for (grant, _), line in one.lines.items()]
    for funder in [*told["funders"], {"funder": None, "amounts": told["amounts"]}]:
        own = [line for grant, line in lines if funder["funder"] in (None, grants[grant].funder)]
        check_amounts(funder["amounts"], own)
    for grant in told["grants"]:
        own = [line for name, line in lines if name == grant["grant"]]
        check_amounts(grant["amounts"], own)
        results = [
            line for one in found for (name, of), line in one.lines.items() if name == grant["grant"] and of != "*"
        ]
        for status in ("due", "eligible", "undetermined", "refused"):
            assert grant[status] == sum(line[0] == status for line in results), (grant["grant"], status)
    assert {one["funder"] for one in told["funders"]} == {grant.funder for grant in grants.values()}


def check_amounts(told: Any, lines: list[Any]) -> None:
    for status in ("due", "eligible"):
        assert cents(told[status]) == sum(high or 0 for one, _, high in lines if one == status)
    open_ = [high for one, _, high in lines if one == "undetermined"]
    assert cents(told["undetermined_bounded"]) == sum(high or 0 for high in open_)
    assert told["unbounded"] == open_.count(None)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_reasons_of_refusals_are_counted_again(
    department: str, report: Callable[[str], Any], pairs: list[tuple[Judged, Judged]]
) -> None:
    told = {grant["grant"]: grant for grant in report(department)["grants"]}
    found = [one for one, _other in pairs if one.dossier.department == department]
    wanted = {  # what the rules of the national layer name, written out by hand
        "ps": ("quatre_axes", "public", "hors_temps_scolaire", "charte", "taille_collectif"),
        "bonus_enfants": ("ps", "criteres_bonus_enfants", "collectif.bonus_enfants.accord"),
        "bonus_parents": ("ps", "criteres_bonus_parents", "collectif.bonus_parents.accord"),
    }
    for grant, names in wanted.items():
        refused: Counter[str] = Counter()
        alone: Counter[str] = Counter()
        for one in found:
            for member in one.dossier.members.get("collectif", ()):
                if one.lines[grant, member.id][0] != "refused":
                    continue
                causes = [name for name in names if is_false(one, name, member)]
                causes += [""] if one.outcome == "inadmissible" else []
                assert causes, "nothing is refused without a reason"
                refused.update(causes)
                alone.update(causes if len(causes) == 1 else [])
        reasons = {reason["name"]: reason for reason in told[grant]["reasons"]}
        assert {name: reason["refused"] for name, reason in reasons.items()} == dict(refused)
        assert {name: reason["alone"] for name, reason in reasons.items()} == {name: alone[name] for name in reasons}


def is_false(one: Judged, name: str, member: Any) -> bool:
    if name == "ps":
        return one.lines["ps", member.id][0] == "refused"
    if "." in name:
        return member.facts.get(name) is False
    return one.truths[(name, member.id) if (name, member.id) in one.truths else (name, None)] is False


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_answers_accords_and_applicants_are_counted_again(
    department: str, report: Callable[[str], Any], pairs: list[tuple[Judged, Judged]]
) -> None:
    told = report(department)
    found = [one for one, _other in pairs if one.dossier.department == department]
    blocking: Counter[str] = Counter()
    for one in found:
        blocking.update({missing.fact or missing.list or "" for missing in one.evaluation.missing})
    questions = {one["name"]: one for one in told["unanswered"]}
    assert {name: one["blocking"] for name, one in questions.items() if one["blocking"]} == dict(blocking)
    rural = [
        [member for member in one.dossier.members.get("collectif", ()) if "collectif.rural" not in member.facts]
        for one in found
    ]
    assert questions["collectif.rural"]["rows"] == sum(map(len, rural))
    assert questions["collectif.rural"]["dossiers"] == sum(map(bool, rural))
    for grant in told["grants"]:
        if grant["needs_accord"]:
            awaited = sum(
                line[0] == "eligible"
                for one in found
                for (name, _), line in one.lines.items()
                if name == grant["grant"]
            )
            assert grant["eligible"] == awaited
    lines = {line["name"]: line for line in told["applicants"]["lines"]}
    assert set(lines) == {str(one.dossier.facts.get("porteur.nom", "")) for one in found}
    for name, line in lines.items():
        own = [one for one in found if one.dossier.facts.get("porteur.nom", "") == name]
        groups = [member for one in own for member in one.dossier.members.get("collectif", ())]
        assert sum(line["outcomes"].values()) == len(own)
        assert line["outcomes"]["admissible"] == sum(one.outcome == "admissible" for one in own)
        assert line["members"] == [len(groups)]
        (sums,) = line["sums"]
        assert sums["collectif.effectif"] == sum(member.facts.get("collectif.effectif", 0) for member in groups)  # type: ignore[misc]
        spent = sum(member.facts.get("collectif.depenses", 0) for member in groups)  # type: ignore[misc]
        assert cents(sums["collectif.depenses"]) == spent
        for status in ("due", "eligible"):
            amount = sum(line[2] or 0 for one in own for line in one.lines.values() if line[0] == status)
            assert cents(line["amounts"][status]) == amount
