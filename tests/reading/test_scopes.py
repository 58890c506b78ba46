"""Which names a rule may use: of its entity, of its layer and above, and what a dossier can have a key for."""

from __future__ import annotations

import pytest
from tests.policy_texts import policy_of
from tests.reading.small_layers import LOCAL, hints, texts, told

# --- deriving -------------------------------------------------------------------------------------------------------


def test_a_fact_is_not_derived_from_one_that_is_derived() -> None:
    derive = "derive:\n  base.oui: {by: x/y, reads: [base.non]}\n  base.ouvert: {by: x/y, reads: [base.oui]}\n"

    assert told(texts(derive)) == [
        (
            "référentiel «base.ouvert» CLAS-P127 `base.ouvert` is derived from `base.oui`, which is derived itself"
            " ← référentiel «base.oui»"
        )
    ]


def test_a_fact_is_not_derived_from_itself() -> None:
    assert [line.split()[2] for line in told(texts("derive: {base.oui: {by: x/y, reads: [base.oui]}}\n"))] == [
        "CLAS-P127"
    ]


def test_a_child_does_not_derive_what_a_parents_derivation_reads() -> None:
    referentiel = "derive: {base.oui: {by: x/y, reads: [base.ouvert]}}\n"
    local = "derive: {base.ouvert: {by: x/y, reads: [base.non]}}\n"

    assert told(texts(referentiel, local=local)) == [
        (
            "référentiel «base.oui» CLAS-P127 `base.oui` is derived from `base.ouvert`, which is derived itself"
            " ← local «base.ouvert»"
        )
    ]


def test_a_department_derives_its_own_facts_and_those_open_to_it() -> None:
    local = """\
facts:
  loc.commune: {type: text, label: C}
  groupe.loc_rural: {type: boolean, label: R}
derive:
  base.ouvert: {by: loc/ouvert, reads: [loc.commune]}
  groupe.loc_rural: {by: loc/rural, reads: [groupe.nombre, base.somme]}
"""
    policy = policy_of(texts(local=local))

    derivations = {name: fact.derivation for name, fact in policy.facts.items() if fact.derivation}
    assert {name: (one.by, one.reads, one.origin.layer) for name, one in derivations.items()} == {
        "base.ouvert": ("loc/ouvert", ("loc.commune",), LOCAL),
        "groupe.loc_rural": ("loc/rural", ("groupe.nombre", "base.somme"), LOCAL),
    }


def test_a_fact_of_the_dossier_is_not_derived_from_those_of_its_groups() -> None:
    assert [line.split()[2] for line in told(texts("derive: {base.oui: {by: x/y, reads: [groupe.oui]}}\n"))] == [
        "CLAS-P140"
    ]


def test_a_derivation_reads_a_fact_once() -> None:
    assert told(texts("derive: {base.oui: {by: x/y, reads: [base.non, base.somme, base.non]}}\n")) == [
        "référentiel «base.non» CLAS-P153 `base.non` stands twice"
    ]


# --- scopes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("criteria: {c: {label: C, for_each: groupe, requires: lieu.oui}}", "lieu.oui"),
        ("criteria: {c: {label: C, requires: {every: groupe, requires: lieu.oui}}}", "lieu.oui"),
        ("criteria: {c: {label: C, for_each: groupe, requires: critere_lieu}}", "critere_lieu"),
        ("grants: {g: {label: G, for_each: groupe, funder: caisse, amount: lieu.somme}}", "lieu.somme"),
        ("grants: {g: {label: G, for_each: groupe, funder: caisse, amount: 1 EUR, accord: lieu.oui}}", "lieu.oui"),
        ("grants: {g: {label: G, for_each: groupe, funder: caisse, amount: aide_lieu}}", "aide_lieu"),
        ("grants: {g: {label: G, for_each: groupe, funder: caisse, amount: {if_granted: aide_lieu}}}", "aide_lieu"),
        (
            "criteria: {c: {label: C, for_each: groupe, requires: {amount: groupe.somme, from: lieu.somme}}}",
            "lieu.somme",
        ),
    ],
)
def test_a_rule_about_each_group_does_not_read_the_names_of_another_entity(rule: str, name: str) -> None:
    of_lieu = """
criteria: {critere_lieu: {label: D, for_each: lieu, requires: base.oui}}
grants: {aide_lieu: {label: H, for_each: lieu, funder: caisse, amount: 1 EUR}}
"""

    assert told(texts(of_lieu, f"{rule}\n")) == [
        f"annual «{name}» CLAS-P141 `{name}` belongs to another entity, `lieu` ← référentiel «{name}»"
    ]


READS = (
    ("criteria: {c: {label: C, requires: loc.x}}", "facts: {loc.x: {type: boolean, label: X}}", "loc.x", "P101"),
    ("criteria: {c: {label: C, requires: loc_x}}",
     "criteria: {loc_x: {label: X, requires: base.oui}}", "loc_x", "P102"),
    ("admissibility: [loc_x]", "criteria: {loc_x: {label: X, requires: base.oui}}", "loc_x", "P107"),
    ("criteria: {c: {label: C, requires: {fact: groupe.nombre, from: loc_x}, for_each: groupe}}",
     "parameters: {loc_x: {type: integer, value: 1, label: X}}", "loc_x", "P104"),
    ("grants: {g: {label: G, funder: caisse, amount: loc_x}}",
     "parameters: {loc_x: {type: money, value: 1 EUR, label: X}}", "loc_x", "P103"),
    ("grants: {g: {label: G, funder: loc_x, amount: 1 EUR}}", "funders: {loc_x: {label: X}}", "loc_x", "P108"),
    ("grants: {g: {label: G, funder: caisse, amount: 1 EUR, accord: loc.x}}",
     "facts: {loc.x: {type: boolean, label: X}}", "loc.x", "P101"),
    ("criteria: {c: {label: C, requires: base.oui, for_each: loc_x}}",
     "entities: {loc_x: {list: loc_xs, label: X}}", "loc_x", "P105"),
    ("criteria: {c: {label: C, requires: {some: loc_x, requires: base.oui}}}",
     "entities: {loc_x: {list: loc_xs, label: X}}", "loc_x", "P105"),
    ("orientations: {o: {label: O, weight: advisory, requires: loc_x}}",
     "deadlines: {loc_x: {label: X, fact: base.date, last_day: 2024-10-01}}", "loc_x", "P102"),
)  # fmt: skip


@pytest.mark.parametrize(("parent", "child", "name", "code"), READS, ids=[read[3] + read[0][:9] for read in READS])
@pytest.mark.parametrize("level", ["référentiel", "annual"])
def test_a_parent_does_not_read_what_its_child_declares(
    level: str, parent: str, child: str, name: str, code: str
) -> None:
    layers = texts(parent, "", child) if level == "référentiel" else texts("", parent, child)

    (line,) = told(layers)
    assert line.startswith(f"{level} «{name}» CLAS-{code} unknown ")
    assert line.endswith(f" ← local «{name}»")
    assert hints(layers) == [f"`{LOCAL}` declares it, and a layer cannot read what is below it"]


# --- the keys of a dossier ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("entities: {loc_g: {list: dossier, label: G}}",
         ["local «list» CLAS-P172 `dossier` is a key of the dossier itself"]),
        ("entities: {loc_g: {list: base, label: G}}",
         ["local «base» CLAS-P170 `base` already begins the name of a fact ← référentiel «base.date»",
          "local «base» CLAS-P174 `base` does not start with the layer's prefix"]),
        ("entities: {loc_g: {list: gs, label: G}}",
         ["local «gs» CLAS-P174 `gs` does not start with the layer's prefix"]),
        ("entities: {loc_g: {list: loc_gs, label: G}}\nfacts: {loc_g.loc_g: {type: boolean, label: X}}",
         ["local «loc_g.loc_g» CLAS-P172 a fact of `loc_g` cannot be named like it"]),
        ("entities: {loc_g: {list: loc_gs, label: G}}\nfacts: {loc_gs.x: {type: boolean, label: X}}",
         ["local «loc_gs.x» CLAS-P172 a fact cannot start with `loc_gs`"]),
    ],
)  # fmt: skip
def test_an_entity_takes_no_key_that_a_dossier_has(declared: str, expected: list[str]) -> None:
    assert told(texts(local=f"{declared}\n")) == expected


def test_an_entity_of_a_child_does_not_take_a_parents_facts_for_its_own() -> None:
    annual = "facts: {loc_g.oui: {type: boolean, label: X}}\ncriteria: {c: {label: C, requires: loc_g.oui}}\n"

    assert told(texts("", annual, "entities: {loc_g: {list: loc_gs, label: G}}\n")) == [
        "local «loc_g» CLAS-P170 `loc_g` already begins the name of a fact ← annual «loc_g.oui»"
    ]


@pytest.mark.parametrize(
    ("fact", "at"),
    [
        ("{type: money, max: -3 EUR, label: X}", "-3 EUR"),
        ("{type: money, min: 5 EUR, max: 3 EUR, label: X}", "5 EUR"),
        ("{type: choices, min_items: 2, of: {a: A}, label: X}", "2"),
    ],
)
def test_a_fact_that_no_value_could_answer_is_refused(fact: str, at: str) -> None:
    (line,) = told(texts(local=f"facts: {{loc.x: {fact}}}\n"))

    assert line.startswith(f"local «{at}» CLAS-P150 ")
