"""Three small layers with common names, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.policy_texts import composed

from clas_policy.explain import Evaluator
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy

REFERENTIEL, ANNUAL, LOCAL = "essai/referentiel-2020", "essai/2024-2025", "departements/98/2024-2025"
HEADS = {
    REFERENTIEL: "policy: essai/referentiel-2020\nversion: 1\nstatus: in_force\n",
    ANNUAL: "policy: essai/2024-2025\nextends: essai/referentiel-2020\nversion: 1\nstatus: in_force\n",
    LOCAL: "policy: departements/98/2024-2025\nextends: essai/2024-2025\nversion: 1\nstatus: in_force\nprefix: loc\n",
}
COMMON = """\
source: doc, §1
documents: {doc: {title: Un document}}
funders: {caisse: {label: La caisse}}
entities:
  groupe: {list: groupes, label: Un groupe}
  lieu: {list: lieux, label: Un lieu}
facts:
  base.date: {type: date, label: D}
  base.oui: {type: boolean, label: O}
  base.non: {type: boolean, label: N}
  base.somme: {type: money, label: S}
  base.ouvert: {type: boolean, open_to: local, label: U}
  groupe.nombre: {type: integer, min: 0, label: N}
  groupe.oui: {type: boolean, label: G}
  groupe.somme: {type: money, label: G}
  lieu.oui: {type: boolean, label: L}
  lieu.somme: {type: money, label: L}
"""
LAYERS = (REFERENTIEL, ANNUAL, LOCAL)


def texts(referentiel: str = "", annual: str = "", local: str = "") -> dict[str, str]:
    """Three layers, of which the first says the common names."""
    return {
        REFERENTIEL: HEADS[REFERENTIEL] + COMMON + referentiel,
        ANNUAL: HEADS[ANNUAL] + "source: doc, §2\n" + annual,
        LOCAL: HEADS[LOCAL] + "source: doc, §3\n" + local,
    }


def told(layers: Mapping[str, str]) -> list[str]:
    """Each problem as what it says of which words, with the words of the other places."""
    policy, problems = composed(layers)
    assert (policy is None) == any(problem.severity == "error" for problem in problems)
    lines = {f"{name}.yaml": text.split("\n") for name, text in layers.items()}

    def words(place: str, line: int, first: int, last: int) -> str:
        level = ("référentiel", "annual", "local")[[f"{name}.yaml" for name in LAYERS].index(place)]
        return f"{level} «{lines[place][line - 1][first - 1 : last - 1]}»"

    found = []
    for problem in problems:
        assert problem.span is not None
        spans = [problem.span, *(related.span for related in problem.related)]
        at, *others = (words(span.file, span.line, span.column, span.end_column) for span in spans)
        found.append(f"{at} {problem.code} {problem.message}" + "".join(f" ← {other}" for other in others))
    return found


def hints(layers: Mapping[str, str]) -> list[str]:
    return [str(problem.hint) for problem in composed(layers)[1]]


def evaluated(policy: Policy, **given: object) -> dict[str, tuple[str, int, int | None]]:
    """Each grant of a dossier with two groups and no place."""
    facts = {f"base.{name}": value for name, value in given.items()}
    groups = tuple(Member(f"g{n}", {"groupe.nombre": n, "groupe.somme": n * 100, "groupe.oui": True}) for n in (1, 2))
    dossier = Dossier("d", "2024-2025", "98", facts, {"groupe": groups, "lieu": ()})  # type: ignore[arg-type]
    results = Evaluator(policy).evaluate(dossier).grants
    return {
        result.grant.name + (f" {result.member.id}" if result.member else ""): (
            result.status,
            result.at_least,
            result.at_most,
        )
        for result in results
    }
