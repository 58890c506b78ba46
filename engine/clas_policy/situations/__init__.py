"""Every distinguishable situation of a condition: which truths it can have, whether two conditions are one."""

from clas_policy.situations.meaning import Differs, Same, Situations, Undecided, Verdict

__all__ = ["Differs", "Same", "Situations", "Undecided", "Verdict"]
