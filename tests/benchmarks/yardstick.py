"""The Gers rules of 2024-2025 written by hand: what a careful programmer would write without an engine.

Plain functions on the dossier as JSON gives it, `Decimal` for money, None for what is not known. It gives the outcome,
the status and amount of each grant and the totals; the engine's speed is measured against it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
RATE = Decimal("0.325")
CEILING = Decimal(8487)
BONUS = Decimal("329.00")
LAST_DAY = date(2024, 10, 30)
PARIS = ZoneInfo("Europe/Paris")
SCHOOL_YEARS = {"elementaire", "college", "lycee"}

Truth = bool | None


def all_of(values: Iterable[Truth]) -> Truth:
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def day(text: str) -> date:
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(PARIS).date()


def decide(dossier: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome, each group's grants and the totals of a dossier."""
    admissible = admissibility(dossier)
    base = base_conditions(dossier)
    due = eligible = at_most = ZERO
    groups: dict[str, Any] = {}
    for group in dossier["collectifs"]:
        entitled = all_of((admissible, base, group_conditions(group)))
        low, high = service_grant(group)
        results = {
            "ps": settle(entitled, True, low, high),
            "bonus_enfants": bonus(entitled, children_criteria(group), group.get("bonus_enfants") or {}),
            "bonus_parents": bonus(entitled, parents_criteria(group), group.get("bonus_parents") or {}),
        }
        for status, _, most in results.values():
            if status == "due":
                due += most
            elif status == "eligible":
                eligible += most
            elif status == "undetermined":
                at_most += most
        groups[group["collectif"]] = {
            name: {"status": status, "amount": None if amount is None else str(amount)}
            for name, (status, amount, _) in results.items()
        }
    return {
        "outcome": "incomplete" if admissible is None else "admissible" if admissible else "inadmissible",
        "due": str(due),
        "eligible": str(eligible),
        "undetermined_at_most": str(at_most),
        "groups": groups,
    }


def admissibility(dossier: Mapping[str, Any]) -> Truth:
    deposit = (dossier.get("depot") or {}).get("date")
    in_time = None if deposit is None else day(deposit) <= LAST_DAY
    renewal = (dossier.get("porteur") or {}).get("renouvellement")
    if renewal is False:
        return in_time
    report = dossier.get("bilan") or {}
    done = all_of((report.get("financier_afas"), report.get("questionnaire_sphinx")))
    if renewal is None and done is False:
        done = None
    return all_of((in_time, done))


def base_conditions(dossier: Mapping[str, Any]) -> Truth:
    axes = dossier.get("axes") or {}
    return all_of(
        (
            axes.get("enfants"),
            axes.get("parents"),
            axes.get("ecole"),
            axes.get("territoire"),
            (dossier.get("charte") or {}).get("respectee"),
            (dossier.get("projet") or {}).get("hors_temps_scolaire"),
        )
    )


def group_conditions(group: Mapping[str, Any]) -> Truth:
    size, rural, years = group.get("effectif"), group.get("rural"), group.get("niveaux")
    if size is None:
        right_size = None
    elif 8 <= size <= 12:
        right_size = True
    else:
        right_size = rural if 5 <= size <= 12 else False
    return all_of((right_size, None if years is None else set(years) <= SCHOOL_YEARS))


def children_criteria(group: Mapping[str, Any]) -> Truth:
    rows = group.get("bonus_enfants") or {}
    others = any_of((rows.get("materiel"), rows.get("intervenants"), rows.get("sorties")))
    return all_of((rows.get("projet_structure"), others))


def parents_criteria(group: Mapping[str, Any]) -> Truth:
    rows = group.get("bonus_parents") or {}
    first = rows.get("projet_specifique")
    others = any_of((rows.get("intervenants"), rows.get("actions_specifiques"), rows.get("public_cible")))
    by_symmetry, at_least_one = all_of((first, others)), any_of((first, others))
    return by_symmetry if by_symmetry is at_least_one else None


def service_grant(group: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    expenses = group.get("depenses")
    if expenses is None:
        return ZERO, cents(CEILING * RATE)
    amount = cents(min(Decimal(str(expenses)), CEILING) * RATE)
    return amount, amount


def bonus(entitled: Truth, criteria: Truth, rows: Mapping[str, Any]) -> tuple[str, Decimal | None, Decimal]:
    return settle(all_of((entitled, criteria)), rows.get("accord"), BONUS, BONUS)


def settle(entitled: Truth, accord: Truth, low: Decimal, high: Decimal) -> tuple[str, Decimal | None, Decimal]:
    if entitled is False or accord is False:
        return "refused", ZERO, ZERO
    if entitled is None or low != high:
        return "undetermined", low if low == high else None, high
    return ("eligible" if accord is None else "due"), low, high
