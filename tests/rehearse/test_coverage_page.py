"""The page of a policy's coverage: what it shows, and what it never lets through."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.policy_texts import policy_of, shipped

from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier
from clas_policy.rehearse.coverage import Points, Report, cover
from clas_policy.rehearse.coverage.report import Ratio
from clas_policy.rehearse.coverage_page import page, percent

POLICY = policy_of(shipped())
SOURCES = {f"{name}.yaml": text.splitlines() for name, text in shipped().items()}


def blank() -> Report:
    return cover([POLICY], [Evaluator(POLICY).evaluate(Dossier("d", "2024-2025", "32", {}, {}))])


class Reader(HTMLParser):
    """The tags of a page and the classes of its rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.rows: dict[str, str] = {}
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "tr" and given.get("id"):
            self.rows[str(given["id"])] = str(given["class"])
        self.links += [str(given[key]) for key in ("href", "src") if key in given]


def test_lines_are_coloured_by_what_was_seen_of_them() -> None:
    rows = Reader(page(blank(), SOURCES, "Gers")).rows
    names = list(SOURCES)
    referentiel = names.index("national/referentiel-2019.yaml") + 1
    text = SOURCES["national/referentiel-2019.yaml"]
    axes = text.index(
        "    requires: [axes.enfants, axes.parents, axes.ecole, axes.territoire] # une liste : tout est exigé"
    )

    assert rows[f"f{referentiel}-{axes + 1}"] == "partly"
    assert rows[f"f{referentiel}-1"] == "nothing"
    assert len(rows) == sum(map(len, SOURCES.values()))


def test_what_is_missing_is_said_in_french_below_the_line() -> None:
    text = page(blank(), SOURCES, "Gers")

    assert "<code>axes.enfants</code> : jamais vrai, ni faux</li>" in text.replace("\u00a0", " ")


def test_a_whole_policy_lacks_nothing() -> None:
    points = Points(Evaluator(POLICY)).all
    text = page(Report(points, points), SOURCES, "Gers")

    assert "rien ne manque" in text
    assert " : jamais" not in text.replace("\u00a0", " ")
    assert not {"partly", "missing"} & set(Reader(text).rows.values())


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    read = Reader(page(blank(), SOURCES, "Gers"))

    assert not {"script", "img", "link", "iframe", "object"} & set(read.tags)
    assert all(link.startswith("#") for link in read.links)
    assert read.tags.count("html") == read.tags.count("main") == 1


def test_every_link_leads_somewhere() -> None:
    text = page(blank(), SOURCES, "Gers")
    places = set(re.findall(r' id="([^"]+)"', text))

    assert {link.removeprefix("#") for link in Reader(text).links} <= places


def test_no_text_of_a_policy_becomes_html() -> None:
    hostile = '<script>alert(1)</script> <a href="javascript:x">`|`</a> & "quoted"'
    sources = {name: [hostile, *lines] for name, lines in SOURCES.items()}
    text = page(blank(), {f"<b>{name}": lines for name, lines in sources.items()} | sources, hostile)

    assert "<script" not in text
    assert "<b>" not in text
    assert '<a href="javascript' not in text
    assert text.count("&lt;script&gt;") == 2 * len(SOURCES) + 2  # the lines, the title twice


def test_percentages_are_french_and_rounded_down() -> None:
    assert percent(Ratio(9_999, 10_000)) == "99,9\u202f%"
    assert percent(Ratio(3, 3)) == "100\u202f%"
