"""The JSON Schema of the dossiers that a policy reads, for editors, portals and those who export dossiers.

It says what the reader of dossiers says, as far as JSON Schema can; its description names the rest.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any, Final, TypeAlias, assert_never

from clas_policy import resources
from clas_policy.model.fact import Fact, Type
from clas_policy.model.money import MAX_DIGITS
from clas_policy.model.policy import Policy
from clas_policy.publish.fact_words import answer
from clas_policy.reading.dossier_values import FORBIDDEN, limits

Schema: TypeAlias = dict[str, Any]

_END: Final = r"$(?!\n)"
"""The end of the text. Where `$` also stands before a last line end, as in Python, the rest says no."""

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,14})"
_MONEY: Final = rf"^{_NUMBER}(?:\.[0-9]{{1,2}})?{_END}"
_SIGNED_MONEY: Final = rf"^(?!-0(?:\.0{{1,2}})?$)-?{_NUMBER}(?:\.[0-9]{{1,2}})?{_END}"
_RATE: Final = rf"^(?:100(?:\.0{{1,4}})?|(?:0|[1-9][0-9]?)(?:\.[0-9]{{1,4}})?) %{_END}"
_TIME: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DATE: Final = (
    r"^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    rf"(?:[Tt]{_TIME}:[0-5][0-9](?:\.[0-9]{{1,6}})?(?:[Zz]|[+-]{_TIME}))?{_END}"
)
_TEXT: Final = rf"^(?=[\s\S]*\S)[^{FORBIDDEN.pattern[1:-1]}]*{_END}"

_BEYOND: Final = (
    "Ce que JSON Schema ne sait pas dire, et que `clas-policy` vérifie : une clé n'est écrite qu'une fois ; deux "
    "membres d'une liste n'ont pas le même identifiant ; les deux années d'une année scolaire se suivent ; un jour "
    "existe au calendrier, même avec une heure ; un nombre entier s'écrit avec des chiffres seulement (5.0 et 1E2 "
    "sont refusés), un montant écrit sans guillemets a deux décimales au plus, sans exposant ; les bornes d'un montant "
    "écrit entre guillemets et d'un taux ; les caractères invisibles les plus rares dans un identifiant."
)


@cache
def _envelope() -> Schema:
    path = resources.folder("schemas") / "dossier.schema.json"
    envelope: Schema = json.loads(path.read_text(encoding="utf-8"))
    return envelope


def dossier_schema(policy: Policy) -> Schema:
    """The schema (draft 2020-12) of a policy's dossiers: closed objects, where every fact may be null or absent.

    A fact that a plugin works out may only be null: a dossier does not give it.
    """
    schema = copy.deepcopy(_envelope())
    schema["$id"] = f"urn:clas-policy:dossier:{policy.id}"
    schema["title"] = f"Dossier – {policy.title}"
    schema["description"] = f"Les réponses qu'attend la politique `{policy.id}`. {_BEYOND}"
    lists: dict[str, Schema] = {}
    for entity in policy.entities.values():
        label = {
            "title": f"{entity.label} : identifiant",
            "description": "Différent pour chacun.",
            "$ref": "#/$defs/id",
        }
        lists[entity.id] = {"type": "object", "required": [entity.id], "properties": {entity.id: label}}
        schema["properties"][entity.list_key] = {
            "title": entity.label,
            "description": "Une liste ; null, ou sans cette clé : on ne sait pas. Une liste vide : il n'y en a aucun.",
            "type": ["array", "null"],
            "items": lists[entity.id],
        }
    for fact in policy.facts.values():
        _plant(fact, lists[fact.entity] if fact.entity else schema)
    for closed in (schema, *lists.values()):
        closed["additionalProperties"] = False
    schema["$defs"] = schema.pop("$defs") | {
        "date": {"type": ["string", "null"], "pattern": _DATE, "if": {"maxLength": 10}, "then": {"format": "date"}},
        "text": {"type": ["string", "null"], "pattern": _TEXT},
    }
    return schema


def _plant(fact: Fact, inside: Schema) -> None:
    *above, last = fact.path
    for key in above:
        inside = inside["properties"].setdefault(
            key, {"type": ["object", "null"], "properties": {}, "additionalProperties": False}
        )
    inside["properties"][last] = _property(fact)


def _property(fact: Fact) -> Schema:
    if fact.derivation is not None:
        reads = ", ".join(fact.derivation.reads)
        words = f"Calculé par `{fact.derivation.by}` à partir de {reads} : ne pas répondre."
        return {"title": fact.label, "description": words, "type": "null"}
    sentences = (fact.question, fact.help, f"À écrire : {answer(fact)} ; null si on ne sait pas.")
    return {"title": fact.label, "description": " ".join(filter(None, sentences)), **_type(fact)}


def _type(fact: Fact) -> Schema:
    match fact.type:
        case Type.BOOLEAN:
            return {"type": ["boolean", "null"]}
        case Type.INTEGER:
            low, high = limits(fact)
            return {"type": ["integer", "null"], "minimum": low, "maximum": high}
        case Type.MONEY:
            return _money(fact)
        case Type.RATE:
            return {"type": ["string", "null"], "pattern": _RATE}
        case Type.DATE:
            return {"$ref": "#/$defs/date"}
        case Type.CHOICE:
            return {"enum": [*(option.value for option in fact.options), None]}
        case Type.CHOICES:
            items = {"enum": [option.value for option in fact.options]}
            least = {"minItems": fact.min_items} if fact.min_items else {}
            return {"type": ["array", "null"], "items": items, "uniqueItems": True, **least}
        case Type.TEXT:
            return {"$ref": "#/$defs/text"}
        case _:
            assert_never(fact.type)


def _money(fact: Fact) -> Schema:
    low = fact.minimum or 0
    return {
        "type": ["string", "number", "null"],
        "pattern": _MONEY if low >= 0 else _SIGNED_MONEY,
        "minimum": _euros(low),
        "maximum": 10**MAX_DIGITS if fact.maximum is None else _euros(fact.maximum),
    }


def _euros(cents: int) -> int | float:
    """A bound as JSON writes numbers; no amount is computed with it."""
    return cents // 100 if cents % 100 == 0 else cents / 100
