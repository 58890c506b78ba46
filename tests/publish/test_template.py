"""The dossier to fill in, and its questions."""

from __future__ import annotations

import json

from tests.reading.dossier_policies import fact, policy, small, whole

from clas_policy.publish.dossier_schema import dossier_schema
from clas_policy.publish.fact_words import answer
from clas_policy.publish.template import questions, template
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader

TEMPLATE = """\
{
  "dossier": "a-completer",
  "annee_scolaire": "2024-2025",
  "departement": "32",
  "porteur": {
    "nom": null,
    "renouvellement": null
  },
  "depot": {
    "date": null,
    "plateforme": null
  },
  "projet": {
    "taux": null,
    "budget": null,
    "solde": null
  },
  "partenariat": {
    "autres_dispositifs": null
  },
  "collectifs": [
    {
      "collectif": "collectif-1",
      "effectif": null,
      "commune": null,
      "niveaux": null,
      "depenses": null,
      "bonus_parents": {
        "accord": null
      }
    }
  ]
}
"""


def test_every_fact_is_null_in_the_order_of_the_policy_without_those_worked_out() -> None:
    assert template(small(), "2024-2025", "32") == TEMPLATE


def test_the_template_reads_as_a_dossier_of_which_nothing_is_known() -> None:
    raw = json_text.parse(template(whole(), "2024-2025", "32").encode(), "d.json")
    dossier = DossierReader(whole()).read(raw)
    assert (dossier.period, dossier.department, dict(dossier.facts)) == ("2024-2025", "32", {})
    assert [(member.id, dict(member.facts)) for member in dossier.members["collectif"]] == [("collectif-1", {})]


def test_without_a_department_it_is_null() -> None:
    assert json.loads(template(small(), "2026", None))["departement"] is None


def test_each_fact_of_the_template_has_its_question_and_no_other() -> None:
    asked = [question.fact for question in questions(small())]
    derived = {"collectif.rural"}
    assert sorted(asked) == sorted(set(small().facts) - derived)


def test_the_questions_come_in_the_order_of_the_template() -> None:
    shuffled = policy(reversed(list(small().facts.values())), small().entities.values())
    where = [question.where.replace("[]", "") for question in questions(shuffled)]
    assert where == list(paths(json.loads(template(shuffled, "2024-2025", "32"))))


def paths(document: dict[str, object], above: str = "") -> list[str]:
    found: list[str] = []
    for key, value in document.items():
        match value:
            case dict():
                found += paths(value, f"{above}{key}.")
            case [dict(member)]:
                found += paths(member, f"{above}{key}.")
            case None:
                found.append(f"{above}{key}")
            case _:
                assert key in ("dossier", "annee_scolaire", "departement", "collectif")
    return found


def test_a_question_says_what_to_ask_and_what_to_write() -> None:
    by_fact = {question.fact: question for question in questions(small())}
    date = by_fact["depot.date"]
    assert (date.label, date.question) == ("Date de dépôt", "Quel jour le dossier a-t-il été déposé ?")
    assert (date.where, date.answer) == ("depot.date", 'une date, comme "2024-10-30"')
    levels = by_fact["collectif.niveaux"]
    assert (levels.entity, levels.where, levels.question) == ("collectif", "collectifs[].niveaux", levels.label)
    assert levels.answer.startswith('une liste de choix, au moins 1, parmi : "maternelle" (Maternelle) ; ')
    assert [option.value for option in levels.choices] == ["maternelle", "elementaire", "college", "lycee"]


def test_bounds_are_said_in_words() -> None:
    words = {name: answer(one) for name, one in small().facts.items()}
    assert words["collectif.effectif"] == "un nombre entier, de 0 à 500"
    assert words["projet.solde"] == 'un montant en euros, comme "2758.28", de -1000.00 à 1000.00 €'
    integer = small().facts["collectif.effectif"].type
    assert answer(fact("a.b", integer, minimum=1)) == "un nombre entier, au moins 1"
    assert answer(fact("a.b", integer, maximum=9)) == "un nombre entier, au plus 9"


def test_the_schema_has_the_keys_of_the_template() -> None:
    schema = dossier_schema(whole())
    document = json.loads(template(whole(), "2024-2025", "32"))
    assert set(schema["properties"]) == set(document)
