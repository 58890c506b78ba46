"""The evaluator: the reference meaning of the policy language, exact, three-valued and explained."""

from clas_policy.explain.evaluation import Evaluation, Evaluator
from clas_policy.explain.record import record, to_json, write
from clas_policy.explain.replay import compare
from clas_policy.model.decision import Context, PluginRef, RecordWarning

__all__ = ["Context", "Evaluation", "Evaluator", "PluginRef", "RecordWarning", "compare", "record", "to_json", "write"]
