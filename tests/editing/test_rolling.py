"""Next year's layer: nothing of last year is taken for this year's, and nothing else changes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy_texts import composed, policy_of, shipped
from tests.yaml_generation import ANNUAL, LOCAL, REFERENTIEL, Layers, layers

from clas_policy.editing import confirming
from clas_policy.editing.carrying import Turn, mentions, renewed
from clas_policy.editing.confirming import Answer
from clas_policy.editing.rolling import Rolled, roll
from clas_policy.editing.rolling_tests import roll_tests
from clas_policy.model.dates import Period
from clas_policy.model.policy import Policy
from clas_policy.reading.places import places, to_confirm
from clas_policy.reading.yaml_nodes import parse

TURN = Turn(Period(2024, 2025), Period(2025, 2026))
DAY = date(2025, 9, 1)
HARD = """\
policy: departements/99/2024-2025
extends: national/2024-2025
version: 2
effective_from: 2024-12-01 # corrigée
status: in_force
title: >-
  Note 2024/2025 d'essai, 2024-2025 ; 2024 à part
prefix: essai
source: "note-99, §1" # la note
checked_on: 2024-09-01
documents:
  note-99: {title: "Note, 2024", published_on: 2024-06-01, publisher: Caf}
# Les valeurs de 2024
parameters:
  essai_a: {type: integer, value: 3, label: A, checked_on: 2024-09-01}
  essai_b:
    type: date
    value: 2024-10-01
    checked_on: 2024-09-01 # vu
    label: B en 2024 # oui
facts:
  essai.x:
    type: integer
    min: 0
    max: 30
    label: X
choose:
  criteres_bonus_parents:
    reading: par_symetrie
    because: >- # vu en comité
      Le comité : décide
      ainsi | toujours

    source: note-99, §2
deadlines:
  source: note-99, §3
  essai_d:
    label: D
    fact: depot.date
    opens_on: 2024-06-01
    last_day: 2024-10-30 # inclus
    extensions:
      - {last_day: 2024-11-30, when: {fact: collectif.effectif, from: 8, to: 12}} # zone
      - checked_on: 2024-09-01
        last_day: 2024-12-30
        when: porteur.renouvellement
  essai_e: {label: E, when_text: en juin 2024}
criteria:
  essai_c:
    label: C
    for_each: collectif
    requires: {at_least: 1, of: [{fact: collectif.effectif, from: 8}, {fact: collectif.depenses, above: 0 EUR}]}
grants:
  essai_g:
    label: G
    funder: essai_f
    amount:
      add:
        - 100 EUR # base
        - essai_m
    round_to: 1 EUR
set:
  x: {value: 8, source: "note-99,
    §4", checked_on: 2024-09-01} # fin
"""
ROLLED = """\
policy: departements/99/2025-2026
extends: national/2025-2026
version: 1
status: draft
title: >-
  Note 2025/2026 d'essai, 2025-2026 ; 2024 à part
prefix: essai
source: to_confirm # 2024-2025 : note-99, §1 — la note
documents:
  note-99: {title: to_confirm, published_on: to_confirm, publisher: Caf} # 2024-2025 : Note, 2024 | 2024-06-01
# Les valeurs de 2024
parameters:
  essai_a: {type: integer, value: to_confirm, label: A} # 2024-2025 : 3
  essai_b:
    type: date
    value: to_confirm # 2024-2025 : 2024-10-01
    label: B en 2024 # à relire pour 2025-2026 — oui
facts:
  essai.x:
    type: integer
    min: 0
    max: 30 # à relire pour 2025-2026
    label: X
choose:
  criteres_bonus_parents:
    reading: par_symetrie
    because: to_confirm # 2024-2025 : "Le comité : décide ainsi | toujours" — vu en comité

    source: to_confirm # 2024-2025 : note-99, §2
deadlines:
  source: to_confirm # 2024-2025 : note-99, §3
  essai_d:
    label: D
    fact: depot.date
    opens_on: to_confirm # 2024-2025 : 2024-06-01
    last_day: to_confirm # 2024-2025 : 2024-10-30 — inclus
    extensions:
      - {last_day: to_confirm, when: {fact: collectif.effectif, from: to_confirm, to: to_confirm}} \
# 2024-2025 : 2024-11-30 | 8 | 12 — zone
      - last_day: to_confirm # 2024-2025 : 2024-12-30
        when: porteur.renouvellement
  essai_e: {label: E, when_text: to_confirm} # 2024-2025 : en juin 2024
criteria:
  essai_c:
    label: C
    for_each: collectif
    requires: {at_least: 1, of: [{fact: collectif.effectif, from: to_confirm}, {fact: collectif.depenses, above: \
to_confirm}]} # 2024-2025 : 8 | 0 EUR — à relire pour 2025-2026
grants:
  essai_g:
    label: G
    funder: essai_f
    amount:
      add:
        - to_confirm # 2024-2025 : 100 EUR — base
        - essai_m
    round_to: 1 EUR # à relire pour 2025-2026
set:
  x: {value: to_confirm, source: to_confirm} # 2024-2025 : 8 | note-99, §4 — fin
"""


def rolled(text: str, new_id: str, extends: str | None = None, turn: Turn = TURN) -> Rolled:
    data = text.encode()
    root = parse(data, "a.yaml").root
    assert root is not None
    return roll(data, root, new_id, extends, turn)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_figure_date_and_source_is_to_confirm_and_the_rest_is_kept(end: str, mark: str) -> None:
    text = mark + HARD.replace("\n", end)
    found = rolled(text, "departements/99/2025-2026", "national/2025-2026")
    assert found.data.decode() == mark + ROLLED.replace("\n", end)


def test_what_is_to_confirm_and_to_be_read_again_is_told() -> None:
    found = rolled(HARD, "departements/99/2025-2026", "national/2025-2026")
    root = parse(found.data, "").root
    assert root is not None
    assert found.to_confirm == tuple(place.address for place in to_confirm(root))
    assert [remark.text.partition(" #")[0] for remark in found.again] == [
        "# Les valeurs de 2024",
        "label: B en 2024",
        "max: 30",
        (
            "requires: {at_least: 1, of: [{fact: collectif.effectif, from: to_confirm}, "
            "{fact: collectif.depenses, above: to_confirm}]}"
        ),
        "round_to: 1 EUR",
    ]
    lines = found.data.decode().splitlines()
    assert all(lines[remark.line - 1].strip() == remark.text for remark in found.again)


def test_a_draft_that_is_rolled_over_keeps_what_it_noted() -> None:
    text = "policy: a/2024-2025\nversion: 1\nstatus: draft\nset:\n  x: to_confirm # 2023-2024 : 8\n  y: 3 # oui\n"
    found = rolled(text, "a/2025-2026")
    assert "  x: to_confirm # 2023-2024 : 8\n  y: to_confirm # 2024-2025 : 3 — oui\n" in found.data.decode()
    assert found.to_confirm == ("x", "y")


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "2024-2025",
            "2025-2026",
            "Barème 2024-2025 (2024/2025), né en 2024",
            "Barème 2025-2026 (2025/2026), né en 2024",
        ),
        ("2024-2025", "2025-2026", "12024-2025, 2024-20256, 2023-2024", "12024-2025, 2024-20256, 2023-2024"),
        ("2026", "2027", "Appel 2026, et 2026-2027, 12026", "Appel 2027, et 2026-2027, 12026"),
    ],
)
def test_only_the_words_that_are_the_period_change(old: str, new: str, before: str, after: str) -> None:
    assert renewed(before, Turn(Period.parse(old), Period.parse(new))) == after


def test_a_year_is_mentioned_by_itself_only() -> None:
    period = Period(2024, 2025)
    assert mentions("depuis juin 2025", period)
    assert not mentions("12024, 20255, 2023", period)


def meaning(policy: Policy) -> tuple[object, ...]:
    """What a policy says, without its sources, places and identity."""
    return (
        {name: parameter.value for name, parameter in policy.parameters.items()},
        {name: (rule.requires, rule.only_if) for name, rule in policy.criteria.items()},
        {name: (rule.condition, rule.late, rule.when_text) for name, rule in policy.deadlines.items()},
        {name: (rule.requires, rule.amount, rule.at_most, rule.round_to) for name, rule in policy.grants.items()},
        {name: (rule.requires, rule.weight) for name, rule in policy.orientations.items()},
        [(figure.grant, figure.at_most, figure.rounded_to) for figure in policy.published],
        [(item.name, item.otherwise) for item in policy.admissibility],
    )


def confirmed_as_last_year(data: bytes) -> bytes:
    """The text with every answer "as last year"."""
    for _ in range(10_000):
        left = confirming.left(data)
        if not left:
            return confirming.put_in_force(data)
        assert left[0].again or left[0].last is not None, left[0].place.address
        data = confirming.answer(data, left[0], Answer(left[0].last, None, DAY))
    raise AssertionError("an answer leaves what it answers")


def next_year(texts: dict[str, str], ids: tuple[str, str, str]) -> dict[str, str]:
    above, annual, local = ids
    new_annual, new_local = annual.replace("2024-2025", "2025-2026"), local.replace("2024-2025", "2025-2026")
    return {
        above: texts[above],
        new_annual: rolled(texts[annual], new_annual, above).data.decode(),
        new_local: rolled(texts[local], new_local, new_annual).data.decode(),
    }


def assert_rolls_over(texts: dict[str, str], ids: tuple[str, str, str]) -> None:
    before = policy_of(texts)
    drafts = next_year(texts, ids)
    draft = policy_of(drafts)
    assert draft.status == "draft"
    bottom = parse(drafts[draft.id].encode(), "").root
    assert bottom is not None
    for place in places(bottom):
        assert not re.fullmatch(r"[0-9].*(?:EUR|%)|[0-9]{4}-[0-9]{2}-[0-9]{2}", place.node.text) or place.keys[-1] in (
            "round_to",
            "rounded_to",
            "min",
            "max",
        ), place.full
    for name, text in drafts.items():
        if to_confirm(parse(text.encode(), "").root or bottom):
            in_force = re.sub(r"(status[\"']? *: *[\"']?)draft\b", r"\1in_force", text, count=1)
            assert in_force != text
            _, problems = composed({**drafts, name: in_force})
            assert {problem.code for problem in problems if problem.severity == "error"} == {"CLAS-P181"}
    done = {name: confirmed_as_last_year(text.encode()).decode() for name, text in list(drafts.items())[1:]}
    after = policy_of({ids[0]: texts[ids[0]], **done})
    assert after.status == "in_force"
    assert meaning(after) == meaning(before)


def test_the_shipped_policies_roll_over_and_confirmed_as_last_year_say_the_same() -> None:
    texts = shipped()
    above, annual, local = texts
    assert_rolls_over(texts, (above, annual, local))


@given(layers(), st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_policy_rolls_over_and_confirmed_as_last_year_says_the_same(policy: Layers, seed: int) -> None:
    texts = policy.texts(seed)
    if any("to_confirm" in text for text in texts.values()):
        texts = {}
    if texts:
        texts = {name: text.replace("status: draft", "status: in_force") for name, text in texts.items()}
        assert_rolls_over(texts, (REFERENTIEL, ANNUAL, LOCAL))


TESTS = """\
tests: departements/99/2024-2025
as_of: 2024-11-01
source: note-99
figures:
  taux: 30 %

  plafond: 5000 EUR # imprimé
dossier:
  depot.date: 2024-10-30
  porteur.nom: Les amis, 2024-2025
cases:
  Un cas:
    # pourquoi
    as_of: 2024-11-01
    change: {porteur.nom: "2024-2025"}
    expect: {outcome: admissible}
  Un autre: {expect: {outcome: incomplete}}
  En attente:
    todo: attendre la note
    expect: {outcome: incomplete}
"""
ROLLED_TESTS = """\
tests: departements/99/2025-2026
source: note-99 # à relire pour 2025-2026
# à revoir pour 2025-2026, d'après la nouvelle source :
# figures:
#   taux: 30 %

#   plafond: 5000 EUR # imprimé
dossier:
  depot.date: 2024-10-30
  porteur.nom: Les amis, 2025-2026
cases:
  Un cas:
    # pourquoi
    todo: à revoir pour 2025-2026
    change: {porteur.nom: "2025-2026"}
    expect: {outcome: admissible}
  Un autre: {todo: à revoir pour 2025-2026, expect: {outcome: incomplete}}
  En attente:
    todo: à revoir pour 2025-2026 — attendre la note
    expect: {outcome: incomplete}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tests_roll_over_each_case_to_be_looked_at_again(end: str) -> None:
    data = TESTS.replace("\n", end).encode()
    root = parse(data, "a.test.yaml").root
    assert root is not None
    found = roll_tests(data, root, "departements/99/2025-2026", TURN)
    assert found.data.decode() == ROLLED_TESTS.replace("\n", end)
    assert found.cases == 3


def test_figures_that_end_with_a_text_of_several_lines_become_a_comment_and_nothing_more() -> None:
    data = b"tests: a/2024-2025\nfigures:\n  taux: >-\n    30 %\ncases:\n  A: {expect: {outcome: incomplete}}\n"
    root = parse(data, "a.test.yaml").root
    assert root is not None
    assert "\n#   taux: >-\n#     30 %\ncases:\n" in roll_tests(data, root, "a/2025-2026", TURN).data.decode()
