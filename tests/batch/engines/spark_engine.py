"""A Spark of the tests' own: local, one worker, nothing on the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)
from tests.batch.loading import Row

from clas_policy.batch.sql import Dialect
from clas_policy.batch.tables import Column, Kind, Table


class Spark:
    dialect = Dialect.SPARK

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark

    def load(self, tables: Sequence[Table], rows: Mapping[str, Sequence[Row]]) -> None:
        for table in tables:
            fields = [StructField(column.name, _type(column), not column.required) for column in table.columns]
            frame = self.spark.createDataFrame([tuple(row) for row in rows[table.name]], StructType(fields))
            frame.createOrReplaceTempView(f"`{table.name}`")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.spark.sql(sql).collect()]


def _type(column: Column) -> DataType:
    match column.kind:
        case Kind.BOOLEAN:
            return BooleanType()
        case Kind.INTEGER:
            return IntegerType()
        case Kind.BIGINT:
            return LongType()
        case Kind.DECIMAL:
            return DecimalType(column.digits, column.decimals)
        case Kind.DATE:
            return DateType()
        case Kind.TEXT:
            return StringType()


@contextmanager
def session(folder: Path) -> Iterator[Spark]:
    """A local session that keeps its files in `folder`, stopped at the end."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.analyzer.maxIterations": "1000",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "local"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[1]").appName("clas-policy")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield Spark(spark)
    finally:
        spark.stop()
