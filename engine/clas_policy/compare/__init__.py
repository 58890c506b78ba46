"""What changed in meaning between two policies: one more reader of the model."""

from clas_policy.compare.changes import Change, Group, Section
from clas_policy.compare.comparison import Comparison, compare

__all__ = ["Change", "Comparison", "Group", "Section", "compare"]
