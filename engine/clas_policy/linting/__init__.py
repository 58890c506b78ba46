"""What is allowed in a policy, but doubtful: rules with a code, a level, and a way to silence each with a reason."""

from clas_policy.linting.finding import LEVELS, RULES, at_least
from clas_policy.linting.report import LintReport, lint

__all__ = ["LEVELS", "RULES", "LintReport", "at_least", "lint"]
