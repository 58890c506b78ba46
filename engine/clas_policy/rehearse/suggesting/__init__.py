"""The cases that the tests of a policy lack, found by search and written for an author to confirm."""

from clas_policy.rehearse.suggesting.finding import Suggested, Suggestion, suggest
from clas_policy.rehearse.suggesting.starting import starting
from clas_policy.rehearse.suggesting.writing import cases_text, file_text

__all__ = ["Suggested", "Suggestion", "cases_text", "file_text", "starting", "suggest"]
