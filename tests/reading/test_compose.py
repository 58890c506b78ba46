"""What a layer may change of its parents, each refusal with its place and the other one's."""

from __future__ import annotations

import pytest
from tests.policy_texts import composed, policy_of
from tests.reading.small_layers import LOCAL, evaluated, hints, texts, told

# --- what is open, and to whom --------------------------------------------------------------------------------------

OPEN = """\
parameters:
  clos: {type: money, value: 10 EUR, label: C}
  annuel: {type: money, open_to: annual, label: A}
  local: {type: money, open_to: local, value: 5 EUR, label: L}
criteria:
  lu_clos:
    label: L
    readings:
      a: {label: A, requires: base.oui}
      b: {label: B, requires: base.non}
  lu_local:
    label: L
    open_to: local
    readings:
      a: {label: A, requires: base.oui}
      b: {label: B, requires: base.non}
  simple: {label: S, requires: base.oui}
grants:
  close: {label: C, funder: caisse, amount: clos}
  ouverte: {label: O, open_to: local, funder: caisse, amount: clos, requires: base.oui}
  de_groupe: {label: G, open_to: local, for_each: groupe, funder: caisse, amount: clos}
"""
SET = "set: {annuel: 1 EUR}\n"
SEALED = "`{}` is sealed: `essai/referentiel-2020` does not open it here"
CHOSEN = "reading: a, because: parce que"
GRANT = "label: O, funder: caisse, amount: 1 EUR"


@pytest.mark.parametrize(
    ("section", "name", "body"),
    [
        ("set", "clos", "1 EUR"),
        ("set", "annuel", "1 EUR"),
        ("choose", "lu_clos", f"{{{CHOSEN}}}"),
        ("replace", "close", f"{{{GRANT}}}"),
        ("derive", "base.oui", "{by: x/y, reads: [base.non]}"),
    ],
)
def test_what_is_not_open_is_sealed_for_a_child(section: str, name: str, body: str) -> None:
    layers = texts(OPEN, SET, f"{section}:\n  {name}: {body}\n")

    assert told(layers) == [f"local «{name}» CLAS-L205 {SEALED.format(name)} ← référentiel «{name}»"]
    level = "it is open to the level `annual` only" if name == "annuel" else "only its own layer may change it"
    assert hints(layers) == [level]


def test_what_is_open_to_a_department_is_sealed_for_the_year() -> None:
    layers = texts(OPEN, f"{SET}choose: {{lu_local: {{{CHOSEN}}}}}\nreplace: {{ouverte: {{{GRANT}}}}}\n")

    assert told(layers) == [
        f"annual «lu_local» CLAS-L205 {SEALED.format('lu_local')} ← référentiel «lu_local»",
        f"annual «ouverte» CLAS-L205 {SEALED.format('ouverte')} ← référentiel «ouverte»",
    ]
    assert set(hints(layers)) == {"it is open to the level `local` only"}


@pytest.mark.parametrize(
    ("declared", "section", "name", "body"),
    [
        ("parameters: {loc_n: {type: money, value: 1 EUR, label: N}}", "set", "loc_n", "2 EUR"),
        (
            "criteria: {loc_n: {label: N, readings: {a: {label: A, requires: base.oui}}}}",
            "choose",
            "loc_n",
            f"{{{CHOSEN}}}",
        ),
        (
            "funders: {loc_f: {label: F}}\ngrants: {loc_n: {label: N, funder: loc_f, amount: 1 EUR}}",
            "replace",
            "loc_n",
            "{label: N, funder: loc_f, amount: 2 EUR}",
        ),
    ],
)
def test_a_layer_does_not_change_what_it_declares_itself(declared: str, section: str, name: str, body: str) -> None:
    layers = texts(OPEN, SET, f"{declared}\n{section}: {{{name}: {body}}}\n")

    assert told(layers) == [f"local «{name}» CLAS-L206 `{name}` is declared in this very file ← local «{name}»"]
    assert hints(layers) == ["write it where it is declared"]


@pytest.mark.parametrize(
    ("declared", "name", "hint"),
    [
        ("parameters: {clos: {type: money, value: 1 EUR, label: C}}", "clos", "add a rule of your own"),
        ("parameters: {local: {type: money, value: 1 EUR, label: C}}", "local", "give its value under `set:`"),
        ("criteria: {simple: {label: C, requires: base.oui}}", "simple", "add a rule of your own"),
        ("criteria: {lu_local: {label: C, requires: base.oui}}", "lu_local", "choose one under `choose:`"),
        ("grants: {ouverte: {label: C, funder: caisse, amount: clos}}", "ouverte", "write it under `replace:`"),
        ("facts: {base.ouvert: {type: boolean, label: U}}", "base.ouvert", "write it under `derive:`"),
        ("facts: {base.oui: {type: boolean, label: U}}", "base.oui", "add a rule of your own"),
        ("entities: {groupe: {list: loc_groupes, label: G}}", "groupe", "add a rule of your own"),
        ("funders: {caisse: {label: C}}", "caisse", "add a rule of your own"),
        ("orientations: {simple: {label: C, weight: advisory}}", "simple", "add a rule of your own"),
        ("deadlines: {close: {label: C, when_text: en juin}}", "close", "add a rule of your own"),
        ("texts: {simple: {label: C, text: T}}", "simple", "add a rule of your own"),
    ],
)  # fmt: skip
def test_a_parents_name_is_not_declared_again(declared: str, name: str, hint: str) -> None:
    layers = texts(OPEN, SET, f"{declared}\n")

    sealed = f"`{name}` is declared by `essai/referentiel-2020`, and what a parent declares is sealed"
    assert f"local «{name}» CLAS-L205 {sealed} ← référentiel «{name}»" in told(layers)
    assert [said for said in hints(layers) if hint in said]


def test_a_parents_document_is_not_declared_again() -> None:
    assert told(texts(local="documents: {doc: {title: Autre}}\n")) == [
        "local «doc» CLAS-L205 the document `doc` is declared by a parent ← référentiel «doc»"
    ]


def test_an_open_figure_keeps_its_default_until_it_is_set() -> None:
    paid = OPEN.replace("amount: clos, requires", "amount: local, requires")

    assert evaluated(policy_of(texts(paid, SET)), oui=True)["ouverte"] == ("due", 500, 500)
    assert evaluated(policy_of(texts(paid, SET, "set: {local: 7.50 EUR}\n")), oui=True)["ouverte"] == ("due", 750, 750)


def test_a_department_has_figures_of_its_own_with_their_values() -> None:
    local = """\
funders: {loc_f: {label: F}}
parameters: {loc_forfait: {type: money, value: 12 EUR, label: F}}
grants: {loc_aide: {label: A, funder: loc_f, amount: {smallest_of: [loc_forfait, clos]}}}
"""
    policy = policy_of(texts(OPEN, SET, local))

    assert evaluated(policy)["loc_aide"] == ("due", 1000, 1000)
    assert policy.parameters["loc_forfait"].value_origin.source == "doc, §3"


def test_a_department_cannot_leave_its_own_figure_without_a_value() -> None:
    layers = texts(OPEN, SET, "parameters: {loc_n: {type: money, label: N}}\n")

    assert told(layers) == ["local «loc_n» CLAS-P182 `loc_n` has no value, and no layer may give one"]


def test_a_year_must_set_what_it_is_left_to_set() -> None:
    assert told(texts(OPEN)) == [
        "annual «policy» CLAS-P182 `annuel` has no value in `essai/2024-2025` ← référentiel «annuel»"
    ]
    assert composed(dict(list(texts(OPEN).items())[:1]))[0] is not None, "the référentiel alone may wait for it"


def test_a_chosen_reading_is_what_is_required_and_says_who_chose_it() -> None:
    local = "choose: {lu_local: {reading: b, because: le comité lit ainsi, source: 'doc, §9'}}\n"
    grant = OPEN.replace("requires: base.oui}\n  de_groupe", "requires: lu_local}\n  de_groupe")

    assert evaluated(policy_of(texts(grant, SET)), oui=True, non=False)["ouverte"][0] == "undetermined"
    policy = policy_of(texts(grant, SET, local))
    assert evaluated(policy, oui=True, non=False)["ouverte"][0] == "refused"
    assert evaluated(policy, oui=False, non=True)["ouverte"][0] == "due"
    chosen = policy.criteria["lu_local"].chosen
    assert chosen is not None
    assert (chosen.reading, chosen.label, chosen.because) == ("b", "B", "le comité lit ainsi")
    assert (chosen.origin.layer, chosen.origin.source) == (LOCAL, "doc, §9")


# --- replacing ------------------------------------------------------------------------------------------------------


def test_a_replacement_is_the_whole_grant() -> None:
    local = "replace: {ouverte: {label: Autrement, funder: caisse, amount: 3 EUR, at_most: 2 EUR, accord: base.non}}\n"
    policy = policy_of(texts(OPEN, SET, local))

    assert evaluated(policy_of(texts(OPEN, SET)), oui=False)["ouverte"] == ("refused", 0, 0)
    # Nothing of the former requirement is left.
    assert evaluated(policy, oui=False)["ouverte"] == ("eligible", 200, 200)
    assert (policy.grants["ouverte"].label, policy.grants["ouverte"].origin.layer) == ("Autrement", LOCAL)
    assert list(policy.grants) == ["close", "ouverte", "de_groupe"], "it stays where it was declared"


def test_a_replacement_may_read_what_its_own_layer_adds() -> None:
    local = """\
criteria: {loc_c: {label: C, for_each: groupe, requires: {fact: groupe.nombre, from: 2}}}
replace: {de_groupe: {label: G, for_each: groupe, funder: caisse, amount: groupe.somme, requires: loc_c}}
"""
    found = evaluated(policy_of(texts(OPEN, SET, local)))

    assert (found["de_groupe g1"], found["de_groupe g2"]) == (("refused", 0, 0), ("due", 200, 200))


@pytest.mark.parametrize(
    ("grant", "each", "at"),
    [
        ("ouverte", "for_each: groupe, ", "for_each"),
        ("de_groupe", "", "de_groupe"),
        ("de_groupe", "for_each: lieu, ", "for_each"),
    ],
)
def test_a_replacement_is_for_each_of_the_same_entity(grant: str, each: str, at: str) -> None:
    layers = texts(OPEN, SET, f"replace: {{{grant}: {{{each}{GRANT}}}}}\n")

    assert told(layers) == [
        f"local «{at}» CLAS-P145 `{grant}` is not replaced for each of the same entity ← référentiel «{grant}»"
    ]


def test_a_replacement_is_paid_by_the_same_funder() -> None:
    local = "funders: {loc_f: {label: F}}\nreplace: {ouverte: {label: O, funder: loc_f, amount: 1 EUR}}\n"

    assert told(texts(OPEN, SET, local)) == [
        "local «loc_f» CLAS-P145 `ouverte` is not replaced with the same funder ← référentiel «ouverte»"
    ]


def test_a_replacement_that_depends_on_itself_is_refused_with_both_layers() -> None:
    referentiel = OPEN.replace("simple: {label: S, requires: base.oui}", "simple: {label: S, requires: ouverte}")
    local = "replace: {ouverte: {label: O, funder: caisse, amount: 1 EUR, requires: simple}}\n"

    assert told(texts(referentiel, SET, local)) == [
        "local «ouverte» CLAS-P160 a rule depends on itself: `ouverte` → `simple` → `ouverte` ← référentiel «simple»"
    ]


# --- the whole dossier ----------------------------------------------------------------------------------------------


def test_a_grant_of_the_dossier_adds_up_those_of_its_groups() -> None:
    referentiel = """\
grants:
  de_groupe: {label: G, for_each: groupe, funder: caisse, amount: groupe.somme, requires: groupe.oui}
  ensemble: {label: E, funder: caisse, amount: {rate: 50 %, of: {total: de_groupe}}, at_most: 1 EUR}
  reste: {label: R, funder: caisse, amount: {minus: [base.somme, {total: de_groupe}]}}
"""
    found = evaluated(policy_of(texts(referentiel)), somme=250)

    assert found == {
        "de_groupe g1": ("due", 100, 100),
        "de_groupe g2": ("due", 200, 200),
        "ensemble": ("due", 100, 100),
        "reste": ("due", 0, 0),
    }


def test_a_total_is_of_grants_that_a_child_may_replace() -> None:
    referentiel = """\
grants:
  de_groupe: {label: G, open_to: local, for_each: groupe, funder: caisse, amount: 1 EUR}
  ensemble: {label: E, funder: caisse, amount: {total: de_groupe}}
"""
    local = "replace: {de_groupe: {label: G, for_each: groupe, funder: caisse, amount: 5 EUR}}\n"

    assert evaluated(policy_of(texts(referentiel)))["ensemble"] == ("due", 200, 200)
    assert evaluated(policy_of(texts(referentiel, local=local)))["ensemble"] == ("due", 1000, 1000)
