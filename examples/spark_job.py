"""A Spark job: the queries of a policy over Parquet tables, their results to Parquet.

    clas-policy sql --year 2024-2025 --department 32 --dialect spark > dossiers.sql
    clas-policy sql --year 2024-2025 --department 32 --dialect spark --of collectifs > collectifs.sql
    spark-submit spark_job.py tables results dossiers.sql collectifs.sql

`tables` holds one Parquet file or folder per table, called like it (`dossiers.parquet`, `collectifs.parquet`; the
columns are those that `clas-policy sql --tables` prints). The result of `NAME.sql` goes to `results/NAME`. The cluster
needs nothing of clas-policy.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession


def main(tables: str, results: str, *queries: str) -> None:
    """Runs each query, one after the other."""
    spark = (
        SparkSession.builder.appName("clas-policy")
        .config("spark.sql.analyzer.maxIterations", "1000")  # deep rules make more parts of WITH than Spark expects
        .config("spark.sql.ansi.enabled", "true")  # a number that does not fit is an error
        .getOrCreate()
    )
    folder = spark.sparkContext._jvm.org.apache.hadoop.fs.Path(tables)
    for status in folder.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).listStatus(folder):
        place = status.getPath()
        name = place.getName().removesuffix(".parquet")
        spark.read.parquet(place.toString()).createOrReplaceTempView(f"`{name}`")
    for query in queries:
        sql = Path(query).read_text(encoding="utf-8").rstrip().removesuffix(";")
        spark.sql(sql).write.mode("errorifexists").parquet(f"{results}/{Path(query).stem}")
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: spark-submit spark_job.py TABLES RESULTS QUERY.sql…")
    main(*sys.argv[1:])
