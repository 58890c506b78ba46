"""The cases that the tests of a policy lack, found by search and written for an author to confirm."""

from clas_policy.rehearse.suggesting.finding import Suggested, Suggestion, suggest
from clas_policy.rehearse.suggesting.synthetic import synthetic

__all__ = ["Suggested", "Suggestion", "suggest", "synthetic"]
