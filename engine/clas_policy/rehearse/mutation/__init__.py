"""Mutants of a policy: small slips that its tests should notice, unless they provably change nothing."""

from clas_policy.rehearse.mutation.mutants import Mutant, mutants
from clas_policy.rehearse.mutation.proofs import Proofs
from clas_policy.rehearse.mutation.score import Equivalent, Score, score, together

__all__ = ["Equivalent", "Mutant", "Proofs", "Score", "mutants", "score", "together"]
