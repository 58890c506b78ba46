"""What ``check`` does: every file read, every combination that some date selects composed, every figure recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from clas_policy.catalogue import Catalogue, LayerFile
from clas_policy.compositions import Chain, selected
from clas_policy.explain import Evaluator
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.money import format_euros
from clas_policy.model.policy import Policy, Published
from clas_policy.problem import Message, PolicyError, Problem, Related
from clas_policy.reading.places import to_confirm

_NAMED: Final = 5
"""So many of what a draft still has to confirm are named."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The problems found, the files read and the compositions tried."""

    problems: tuple[Problem, ...]
    files: tuple[LayerFile, ...]
    compositions: int

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def check(catalogue: Catalogue, ids: Iterable[str] | None = None) -> CheckReport:
    """Checks the layers of a catalogue, all or some with their parents.

    Raises PolicyError for an id that is not there.
    """
    wanted = tuple(ids) if ids is not None else catalogue.ids()
    problems: list[Problem] = list(catalogue.problems) if ids is None else []
    files: dict[LayerFile, None] = {}
    done: set[Chain] = set()
    for name in wanted:
        if not catalogue.files(name):
            catalogue.chain(name, date.max)  # raises, and names what there is
        for file in catalogue.files(name):
            files[file] = None
            problems.extend(catalogue.read(file).problems)
        for chain in _combinations(catalogue, name, problems):
            files.update(dict.fromkeys(chain))
            if chain not in done:
                done.add(chain)
                problems.extend(_check_chain(catalogue, chain))
    problems.extend(_drafts(catalogue, files))
    return CheckReport(catalogue.told(problems), tuple(files), len(done))


def _drafts(catalogue: Catalogue, files: Iterable[LayerFile]) -> Iterator[Problem]:
    """What drafts still have to confirm, said of each."""
    for file in files:
        layer = catalogue.read(file).layer
        left = to_confirm(layer.root) if layer is not None and layer.is_draft else ()
        if layer is not None and left:
            names = ", ".join(f"`{place.address}`" for place in left[:_NAMED])
            values: dict[str, str | Message] = {"id": layer.id, "names": names, "count": str(len(left))}
            message = Message("`{id}` is a draft, and still to confirm: {names}", values)
            if len(left) > _NAMED:
                message = Message("`{id}` is a draft, and still to confirm: {names}… ({count} in all)", values)
            hint = Message("`clas-policy confirm {id}` goes through them", {"id": layer.id})
            yield Problem("CLAS-L222", message, layer.span("status"), hint=hint, severity="warning")


def _combinations(catalogue: Catalogue, name: str, problems: list[Problem]) -> Iterator[Chain]:
    """The chains below one id that some date selects."""
    found = selected(catalogue, name)
    for refusal in found.refused:
        # A day before the first version selects nothing, which is no fault while another day selects something.
        problems.extend(problem for problem in refusal.problems if problem.code != "CLAS-L214" or not found.chains)
    yield from found.chains


def _check_chain(catalogue: Catalogue, chain: Chain) -> Iterator[Problem]:
    try:
        policy = catalogue.compose_layers(chain, draft=True)
    except PolicyError as error:
        yield from error.problems
        return
    yield from _figures(policy)


def _figures(policy: Policy) -> Iterator[Problem]:
    """Published figures against what the policy pays at the most, and grants that nothing bounds."""
    if policy.period is None:
        return
    most = most_paid(policy)
    bottom = policy.layers[-1].id
    for figure in policy.published:
        problem = _compare(figure, most.get(figure.grant), policy)
        if problem is not None:
            yield problem
    for name, amount in most.items():
        grant = policy.grants[name]
        if amount is None and grant.origin.layer == bottom and grant.origin.at is not None:
            yield Problem(
                "CLAS-P191",
                Message("nothing bounds `{name}`", {"name": name}),
                grant.origin.at,
                hint=Message("an `at_most`, a `counted_up_to` or a `max` on the facts would give totals a ceiling"),
                severity="warning",
            )


def most_paid(policy: Policy) -> dict[str, int | None]:
    """The high end of each grant (cents; None: unbounded), per member or dossier, when all facts are unknown."""
    nothing = Dossier(
        "", str(policy.period), policy.department, {}, {name: (Member("", {}),) for name in policy.entities}
    )
    evaluation = Evaluator(policy).evaluate(nothing)
    return {result.grant.name: result.at_most for result in evaluation.grants}


def _compare(figure: Published, most: int | None, policy: Policy) -> Problem | None:
    if any(policy.parameters[name].value is None for name in policy.unconfirmed):
        return None  # a draft's figures are not all there to recompute it from
    if most is not None:
        step = figure.rounded_to
        rounded = (2 * most + step) // (2 * step) * step
        if rounded == figure.at_most:
            return None
        computed = format_euros(most)
    else:
        computed = "∞"
    grant = policy.grants[figure.grant]
    return Problem(
        "CLAS-P190",
        Message(
            "`{grant}` is printed as at most {published}, and the policy pays at most {computed}",
            {
                "published": format_euros(figure.at_most),
                "grant": figure.grant,
                "computed": computed,
            },
        ),
        figure.origin.at,
        related=(Related(Message("the grant"), grant.origin.at),) if grant.origin.at else (),
        hint=Message("one of the figures is mistyped, or the printed one is rounded: say so with `rounded_to`"),
    )
