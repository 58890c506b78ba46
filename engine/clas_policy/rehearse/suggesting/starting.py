"""A dossier to start from, for a policy that has no tests yet: it answers everything, and meets what it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from clas_policy.explain import Evaluator
from clas_policy.explain.compiled import Test
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Grant, Policy
from clas_policy.rehearse.coverage import Points
from clas_policy.rehearse.running import Prepare, as_it_is
from clas_policy.rehearse.suggesting.planning import Planner
from clas_policy.rehearse.suggesting.scene import Scene, SpentError, Stage, Who
from clas_policy.rehearse.suggesting.synthetic import synthetic
from clas_policy.rehearse.suggesting.ways import Way

_LIMIT = 2_000


def starting(policy: Policy, *, prepare: Prepare = as_it_is) -> Dossier:
    """The synthetic dossier, made admissible, with its grants eligible or due, where a search finds how."""
    points = Points(Evaluator(policy))
    planner = Planner(points.evaluator, points.watches)
    stage = Stage(points.evaluator, prepare, _LIMIT)
    scene = stage.opening(synthetic(policy))
    for way in _wishes(planner):
        stage.renew()
        try:
            scene = next(way(scene), scene)
        except SpentError:
            continue
    return scene.dossier


def _wishes(planner: Planner) -> Iterator[Way]:
    policy = planner.policy
    yield lambda scene: planner.entitlements.outcome(scene, want=True)
    for grant in policy.grants.values():
        yield from _for_each(grant.entity, partial(_granted, planner, grant))
    for name, criterion in policy.criteria.items():
        yield from _for_each(criterion.entity, partial(_met, planner, planner.compiled(c.CriterionMet(name))))
    for orientation in planner.program.orientations.values():
        if orientation.requires is not None:
            yield from _for_each(orientation.rule.entity, partial(_met, planner, orientation.requires))


def _granted(planner: Planner, grant: Grant, scene: Scene, who: Who) -> Iterator[Scene]:
    status = "due" if grant.accord is None else "eligible"
    return planner.entitlements.status(scene, grant.name, status, who)


def _met(planner: Planner, test: Test, scene: Scene, who: Who) -> Iterator[Scene]:
    return planner.truth(scene, test, True, who)


def _for_each(entity: str | None, way: Callable[[Scene, Who], Iterator[Scene]]) -> Iterator[Way]:
    """A way for the dossier or for the first member of an entity; the synthetic dossier has no other."""

    def gone(scene: Scene) -> Iterator[Scene]:
        if entity is None:
            return way(scene, None)
        members = scene.ids(entity)
        return way(scene, (entity, members[0])) if members else iter(())

    yield gone
