"""The page of a report in a real Chromium: nothing is cut, nothing is asked of the network, all can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.batch.chromium import Page, chromium
from tests.batch.report_cases import counted, gers, gers_dossiers, gers_plan
from tests.batch.test_impact import impact, with_value

from clas_policy.batch.impact.frame import Frame, Side
from clas_policy.batch.impact.telling import document as impact_document
from clas_policy.batch.report.layout import default_layout
from clas_policy.batch.report.outline import document
from clas_policy.batch.report.page import page
from clas_policy.batch.report.voice import Voice
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy

pytestmark = pytest.mark.browser

A4 = 688
"""The width of a page of A4 within its margins, in pixels."""
WIDTHS = [(360, False), (768, False), (1280, False), (A4, True)]
LONG = "Association_intercommunale_pour_l'accompagnement_des_collégiens_et_des_lycéens_de_Lomagne"


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with chromium() as found:
        yield found


@pytest.fixture(
    scope="module", params=["shipped plan", "compared with last year", "every fact", "unbounded", "another policy"]
)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of fictional dossiers, one with a name that has nowhere to break."""
    policy = gers()
    dossiers = gers_dossiers(policy)
    path = tmp_path_factory.mktemp("report") / "bilan.html"
    if request.param == "another policy":
        path.write_text(page_of_an_impact(policy, dossiers), encoding="utf-8")
        return path
    dossiers[0] = replace(dossiers[0], facts={**dossiers[0].facts, "porteur.nom": LONG})
    plan = default_layout(policy) if request.param == "every fact" else gers_plan(policy)
    report = counted(policy, dossiers, plan)
    before = None
    if request.param == "compared with last year":
        before = counted(policy, dossiers[:40], plan)
        before = replace(before, origin=before.origin._replace(period="2023-2024"))
    if request.param == "unbounded":
        big = report.amounts._replace(undetermined=123_456_789_012, unbounded=1234)
        grants = tuple(replace(grant, amounts=big) for grant in report.grants)
        origin = report.origin._replace(status="draft", unread=1234, others=3)
        report = replace(report, amounts=big, grants=grants, origin=origin)
    path.write_text(page(document(report, before, "fr"), "2023-2024" if before else ""), encoding="utf-8")
    return path


def page_of_an_impact(policy: Policy, dossiers: list[Dossier]) -> str:
    """Gains, losses and what cannot be told, every breakdown shown."""
    dossiers[0] = replace(dossiers[0], id=LONG)
    after = with_value(policy, prix_plafond=9999_99, effectif_min=9, taux_ps=300_000)
    found = impact(policy, after, dossiers)
    sides = Side("departements/32/2024-2025", policy.title), Side("essai.yaml", "Une autre note")
    frame = Frame(*sides, by=tuple(one.by.name for one in found.breakdowns), as_of=date(2024, 11, 5), top=400)
    return page(impact_document(found, frame, Voice("fr")), "avant")


@pytest.fixture
def shown(browser: Page, file: Path) -> Page:
    browser.open(file)
    return browser


def test_nothing_is_wrong_and_nothing_is_asked_of_the_network(shown: Page, file: Path) -> None:
    assert shown.said("Runtime.exceptionThrown") == []
    assert shown.said("Runtime.consoleAPICalled") == []
    assert shown.said("Log.entryAdded") == []
    asked = {event["request"]["url"] for event in shown.said("Network.requestWillBeSent")}
    assert asked == {file.as_uri()}
    assert shown.look("document.scripts.length") == 0


@pytest.mark.parametrize(("width", "printed"), WIDTHS)
def test_nothing_overflows(shown: Page, width: int, printed: bool) -> None:
    shown.size(width, printed=printed)
    assert shown.look("document.documentElement.scrollWidth") <= width
    beyond = """
        [...document.querySelectorAll("main *, header *, nav *, footer *")]
            .filter(one => !one.closest("svg") && !(getComputedStyle(one).position === "absolute")
                    && !one.closest("thead"))
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .map(one => one.tagName + " " + one.textContent.slice(0, 60))
    """
    assert shown.look(beyond) == []


@pytest.mark.parametrize(("width", "printed"), WIDTHS)
def test_no_ordinary_word_is_broken(shown: Page, width: int, printed: bool) -> None:
    shown.size(width, printed=printed)
    broken = """
        [...document.querySelectorAll("th, td, dt, dd, p, h1, h2, h3, li, figcaption")]
            .filter(one => !one.closest("svg")
                    && !(one.closest("thead") && getComputedStyle(one.closest("thead")).position === "absolute"))
            .flatMap(one => {
                const found = [];
                for (const node of one.childNodes) {
                    if (node.nodeType !== 3) continue;
                    for (const word of node.textContent.matchAll(/[^\\s\u00a0\u202f-]+/g)) {
                        if (word[0].length > 24) continue;
                        const range = document.createRange();
                        range.setStart(node, word.index);
                        range.setEnd(node, word.index + word[0].length);
                        const tops = [...range.getClientRects()].map(box => Math.round(box.top));
                        if (new Set(tops).size > 1) found.push(word[0]);
                    }
                }
                return found;
            })
    """
    assert shown.look(broken) == []


@pytest.mark.parametrize(("width", "printed"), WIDTHS)
def test_no_text_of_a_chart_is_cut_or_written_over(shown: Page, width: int, printed: bool) -> None:
    shown.size(width, printed=printed)
    cut = """
        [...document.querySelectorAll("svg")].flatMap(svg => {
            const box = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")].filter(text => {
                const own = text.getBoundingClientRect();
                return own.right > box.right + 0.5 || own.bottom > box.bottom + 4 || own.left < box.left - 0.5;
            }).map(text => text.textContent);
        })
    """
    assert shown.look(cut) == []
    over = """
        [...document.querySelectorAll("svg")].flatMap(svg => {
            const boxes = [...svg.querySelectorAll("text")].map(text => [text, text.getBBox()]);
            return boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
                .filter(([, b]) => a.x < b.x + b.width && b.x < a.x + a.width
                        && a.y + 3 < b.y + b.height - 3 && b.y + 3 < a.y + a.height - 3)
                .map(([other]) => one.textContent + " / " + other.textContent));
        })
    """
    assert shown.look(over) == []


def test_every_picture_has_an_alternative(shown: Page) -> None:
    assert shown.look("document.querySelectorAll('svg').length") > 3
    nodes: list[dict[str, Any]] = shown.ask("Accessibility.getFullAXTree")["nodes"]
    pictures = [node for node in nodes if node.get("role", {}).get("value") in ("image", "img", "graphics-document")]
    assert len(pictures) == shown.look("document.querySelectorAll('svg, img').length")
    for picture in pictures:
        assert len(picture["name"]["value"]) > 20, picture


def test_headings_tables_and_names_are_in_order(shown: Page) -> None:
    levels = shown.look("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert shown.look("[...document.querySelectorAll('table')].every(one => one.caption?.textContent.trim())")
    assert shown.look("[...document.querySelectorAll('th')].every(one => one.scope)")
    assert shown.look("new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size") == shown.look(
        "document.querySelectorAll('[id]').length"
    )
    assert shown.look("[...document.querySelectorAll('a')].every(one => document.querySelector(one.hash))")


@pytest.mark.parametrize("width", [360, 1280])
def test_tables_stay_tables_to_who_hears_them(shown: Page, width: int) -> None:
    shown.size(width)
    nodes: list[dict[str, Any]] = shown.ask("Accessibility.getFullAXTree")["nodes"]
    roles = [node.get("role", {}).get("value") for node in nodes if not node.get("ignored")]
    assert roles.count("table") == shown.look("document.querySelectorAll('table').length")
    assert roles.count("rowheader") == shown.look("document.querySelectorAll('tbody th').length")
    assert roles.count("columnheader") == shown.look("document.querySelectorAll('thead th').length")


CONTRAST = """
    (() => {
        const light = colour => {
            const parts = colour.match(/[\\d.]+/g).map(Number).slice(0, 3).map(part => part / 255)
                .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
        };
        const behind = one => {
            for (; one; one = one.parentElement) {
                const colour = getComputedStyle(one).backgroundColor;
                if (!/, 0\\)$/.test(colour)) return colour;
            }
            return "rgb(255, 255, 255)";
        };
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        const faint = [];
        for (const one of document.querySelectorAll("body *")) {
            const style = getComputedStyle(one);
            const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
            if (own && one.tagName !== "TITLE" && one.tagName !== "DESC") {
                const colour = one.closest("svg") ? style.fill : style.color;
                if (ratio(colour, behind(one)) < 4.5) faint.push(one.textContent.slice(0, 40));
            }
            if (one.tagName === "rect") {
                const colour = style.stroke !== "none" ? style.stroke : style.fill;
                if (ratio(colour, behind(one)) < (one.classList.contains("before") ? 2.5 : 3)) faint.push("bar");
            }
        }
        return faint;
    })()
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_contrasts_are_those_of_wcag_aa(shown: Page, width: int) -> None:
    shown.size(width)
    assert shown.look(CONTRAST) == []


def test_it_prints_on_a4(shown: Page) -> None:
    shown.size(1280)
    printed = shown.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
    assert len(printed) > 20_000
