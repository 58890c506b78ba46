"""Two policies that the same dossiers meet, made ready once."""

from __future__ import annotations

from dataclasses import replace

from clas_policy.batch.impact.classing import Classes
from clas_policy.batch.impact.difference import Comparer, Difference
from clas_policy.batch.impact.verdict import Judge
from clas_policy.model.dossier import Dossier, Member
from clas_policy.model.policy import Policy


class Meeting:
    """Compares dossiers under a policy before and one after; `funders` say who pays each grant, on either side."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self.policies = before, after
        self._judges = Judge(before), Judge(after)
        self.comparer = Comparer(before, after)
        self.classes = Classes(before, after)
        self.funders = tuple({grant.name: grant.funder for grant in policy.grants.values()} for policy in self.policies)

    def compare(self, before: Dossier, after: Dossier) -> Difference:
        """What becomes of a dossier, as either policy reads it."""
        return self.comparer.compare(self._judges[0].judge(before), self._judges[1].judge(after))


def united(before: Dossier, after: Dossier) -> Dossier:
    """What either policy reads of one dossier."""
    if before is after:
        return before
    members = {**after.members, **before.members}
    for entity in before.members.keys() & after.members.keys():
        pairs = zip(before.members[entity], after.members[entity], strict=True)
        members[entity] = tuple(Member(one.id, {**other.facts, **one.facts}) for one, other in pairs)
    return replace(before, facts={**after.facts, **before.facts}, members=members)
