"""The evaluator: the reference meaning of the policy language, exact, three-valued and explained."""

from clas_policy.explain.evaluation import Evaluation, Evaluator

__all__ = ["Evaluation", "Evaluator"]
