"""A dossier to start from, for a policy that has no tests yet: it answers everything, and meets what it can."""

from __future__ import annotations

from collections.abc import Iterator

from clas_policy.explain import Evaluator
from clas_policy.model import condition as c
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.rehearse.coverage import Points
from clas_policy.rehearse.running import Prepare, as_it_is
from clas_policy.rehearse.suggesting.planning import Planner
from clas_policy.rehearse.suggesting.scene import Scene, SpentError, Stage, Who
from clas_policy.rehearse.suggesting.synthetic import synthetic

_LIMIT = 2_000


def starting(policy: Policy, *, prepare: Prepare = as_it_is) -> Dossier:
    """The synthetic dossier, made admissible, with its grants eligible or due, where a search finds how."""
    points = Points(Evaluator(policy))
    planner = Planner(points.evaluator, points.watches)
    stage = Stage(points.evaluator, prepare, _LIMIT)
    scene = stage.opening(synthetic(policy))
    for wish in range(len(_wishes(planner, scene))):
        stage.renew()
        try:
            scene = next(_wishes(planner, scene)[wish], scene)
        except SpentError:
            continue
    return scene.dossier


def _wishes(planner: Planner, scene: Scene) -> list[Iterator[Scene]]:
    policy = planner.policy
    wishes = [planner.entitlements.outcome(scene, want=True)]
    for name, grant in policy.grants.items():
        status = "due" if grant.accord is None else "eligible"
        wishes += [planner.entitlements.status(scene, name, status, who) for who in _whose(scene, grant.entity)]
    for name, criterion in policy.criteria.items():
        test = planner.compiled(c.CriterionMet(name))
        wishes += [planner.truth(scene, test, True, who) for who in _whose(scene, criterion.entity)]
    for name, orientation in policy.orientations.items():
        asked = planner.program.orientations[name].requires
        if asked is not None:
            wishes += [planner.truth(scene, asked, True, who) for who in _whose(scene, orientation.entity)]
    return wishes


def _whose(scene: Scene, entity: str | None) -> list[Who]:
    return [None] if entity is None else [(entity, member) for member in scene.ids(entity)]
