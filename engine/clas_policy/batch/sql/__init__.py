"""A policy as one readable SQL query: the same meaning as the evaluator's, run by a database.

SQLGlot is used here and nowhere else.
"""

from clas_policy.batch.sql.compile import Compiled, Output, compile_policy
from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.sql.naming import check_tables, one_line
from clas_policy.batch.sql.schema import create_table

__all__ = ["Compiled", "Dialect", "Output", "check_tables", "compile_policy", "create_table", "one_line"]
