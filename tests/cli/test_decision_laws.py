"""What any decision on any policy must look like on paper, on generated ones."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generation import policies_and_dossiers

from clas_policy import figures
from clas_policy.cli import decision_markdown, decision_text, decision_view
from clas_policy.cli.blocks import Heading, Item, Items, Paragraph, Table
from clas_policy.cli.decision_labels import Labels
from clas_policy.cli.definitions import definitions, readers_of
from clas_policy.explain import Context, Evaluator, record
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.speech import Speech

CONTEXT = Context(date(2024, 11, 5), "0.1.0")
LANGUAGES = st.sampled_from(("fr", "en"))


@settings(max_examples=50, deadline=None)
@given(policies_and_dossiers(), LANGUAGES, st.booleans(), st.booleans())
def test_any_decision_can_be_printed_in_80_columns(
    both: tuple[Policy, Dossier], lang: str, verbose: bool, brief: bool
) -> None:
    policy, dossier = both
    found = record(Evaluator(policy).evaluate(dossier), CONTEXT, brief=brief)
    blocks = decision_view.blocks(found, Speech(lang), Labels.of(policy), verbose=verbose)
    text = decision_text.render(blocks)
    assert [line for line in text.splitlines() if len(line) > decision_text.WIDTH or line != line.rstrip()] == []
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert decision_markdown.render(blocks).startswith("# ")


@settings(max_examples=50, deadline=None)
@given(policies_and_dossiers(), LANGUAGES)
def test_a_decision_tells_every_grant_and_every_amount(both: tuple[Policy, Dossier], lang: str) -> None:
    policy, dossier = both
    found = record(Evaluator(policy).evaluate(dossier), CONTEXT)
    blocks = decision_view.blocks(found, Speech(lang), Labels.of(policy), verbose=True)
    tables = [block for block in blocks if isinstance(block, Table)]
    rows = [row for table in tables for row in table.rows[: len(table.rows) - table.totals]]
    assert len(rows) == len(found["grants"])
    for grant in found["grants"]:
        shown = {figures.money(amount, lang) for amount in (grant["amount"],) if amount not in (None, "0.00")}
        assert any(grant["label"] == row[1] and shown <= {row[3]} for row in rows) or grant["status"] == "refused"
    totals = [row for table in tables for row in table.rows[len(table.rows) - table.totals :]]
    for name, sums in found["totals"]["by_funder"].items() if rows else ():
        assert any(row[1] == policy.funders[name].label for row in totals)
        assert any(row[3] == figures.money(sums["due"], lang) for row in totals)


@settings(max_examples=50, deadline=None)
@given(policies_and_dossiers(), LANGUAGES)
def test_a_decision_without_its_policy_is_printed_all_the_same(both: tuple[Policy, Dossier], lang: str) -> None:
    """As a replay a year later has it: names stand for the labels that the record does not hold."""
    policy, dossier = both
    found = record(Evaluator(policy).evaluate(dossier), CONTEXT, brief=True)
    assert decision_text.render(decision_view.blocks(found, Speech(lang), Labels()))


@settings(max_examples=50, deadline=None)
@given(policies_and_dossiers())
def test_every_name_of_a_policy_can_be_written_back(both: tuple[Policy, Dossier]) -> None:
    policy, _dossier = both
    told = {(definition.section, definition.name) for definition in definitions(policy)}
    for section in ("facts", "parameters", "criteria", "deadlines", "grants", "orientations", "entities", "funders"):
        assert {(section, name) for name in getattr(policy, section)} <= told
    for name in (*policy.facts, *policy.criteria):
        assert name not in readers_of(name, policy)


HOSTILE = (
    "| x | `y` <script>alert(1)</script> **z** [a](javascript:b) ![i](http://h) # 1. - > ~~s~~ &amp; \\ _u_ \n\n"
    "# z\x1b[2J"
)


@pytest.mark.parametrize("lead", ["", "# ", "- ", "1. ", "> ", "| ", "```", "    ", "+ ", "* ", "12) ", "=== ", "--- "])
def test_nothing_that_a_policy_says_is_markup_in_markdown(lead: str) -> None:
    """Read back by rule: no character of Markdown or HTML stands without its backslash, no line begins a block."""
    hostile = lead + HOSTILE
    blocks = (
        Heading(hostile),
        Paragraph(hostile),
        Items((Item(hostile, (Item(hostile),)),)),
        Table((hostile, "b"), ((hostile, "1"),)),
    )
    rendered = decision_markdown.render(blocks)
    for line in rendered.splitlines():
        inner = re.sub(r"^(#+ |( *)- |\| )", "", line).removesuffix(" |")
        bare = re.sub(r"\\.", "", inner)
        if not set(line) <= set("|-: "):
            assert not re.search(r"[`*_\[\]<>#~&!]", bare), line
            assert "://" not in bare
            assert not re.match(r"\s|[-+=]|[0-9]+[.)]|\\[0-9]", inner), line
    assert "\x1b" not in rendered
    assert len(rendered.splitlines()) == len(decision_markdown.render(_tame(blocks)).splitlines())


def _tame(blocks: tuple[Heading | Paragraph | Items | Table, ...]) -> tuple[Heading | Paragraph | Items | Table, ...]:
    """The same document with nothing in it."""
    assert len(blocks) == 4
    return (Heading("x"), Paragraph("x"), Items((Item("x", (Item("x"),)),)), Table(("x", "b"), (("x", "1"),)))
