"""The CREATE TABLE statements of tables."""

from __future__ import annotations

from sqlglot import exp

from clas_policy.batch.sql.dialects import Dialect
from clas_policy.batch.tables import Table


def create_table(table: Table, dialect: Dialect | str) -> str:
    """The statement that makes a table."""
    columns = [
        exp.ColumnDef(
            this=exp.to_identifier(column.name, quoted=True),
            kind=exp.DataType.build(column.type),
            constraints=[exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())] if column.required else [],
        )
        for column in table.columns
    ]
    made = exp.Create(kind="TABLE", this=exp.Schema(this=exp.table_(table.name, quoted=True), expressions=columns))
    return made.sql(Dialect(dialect).value, pretty=True)
