"""Run a Muniment match model on Splink's Spark backend (outside Muniment, on your own cluster).

    pip install "splink==5.0.0" pyspark
    python run_links.py --left people.parquet --right deaths.parquet \\
        --settings splink_settings.json --post-steps post_steps.sql --share 0.05 --out links

The two Parquet files hold standardised records (one row a person) with the columns named below
and a unique column `unique_id`. Nothing is sent anywhere; the links are written to --out.
"""

import argparse
import json
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from splink import Linker, SparkAPI
from splink.backends.spark import similarity_jar_location

COLUMNS = ["RECORD COLUMNS"]
KEYS = {"KEY": "COLUMNS"}


def session() -> SparkSession:
    """A Spark session with Splink's string functions."""
    return (
        SparkSession.builder.appName("links")
        .config("spark.jars", similarity_jar_location())
        .getOrCreate()
    )


def records(spark: SparkSession, path: str, source: str) -> DataFrame:
    """Standardised records with the derived blocking keys and the name of their table."""
    table = spark.read.parquet(path).select("unique_id", *COLUMNS)
    for name, sql in KEYS.items():
        table = table.selectExpr("*", f"{sql} AS {name}")
    return table.selectExpr("*", f"'{source}' AS source_dataset")


def main() -> None:
    """Read, link, correct, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("left", "settings", "post-steps", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--right")
    parser.add_argument("--share", type=float, default=0.05, help="right records with a partner")
    parser.add_argument("--pairs", type=float, default=1e7, help="random pairs to count u on")
    options = parser.parse_args()
    spark = session()
    api = SparkAPI(spark_session=spark, break_lineage_method="persist")
    tables = [records(spark, options.left, "left")]
    if options.right:
        tables.append(records(spark, options.right, "right"))
    settings = json.loads(Path(options.settings).read_text(encoding="utf-8"))
    settings["link_type"] = "link_only" if options.right else "dedupe_only"
    settings["probability_two_random_records_match"] = options.share / tables[0].count()
    linker = Linker([api.register(table) for table in tables], settings)
    if any("u_probability" not in level for level in levels(settings)):
        linker.training.estimate_u_using_random_sampling(max_pairs=options.pairs)
    predictions = linker.inference.predict(threshold_match_weight=-10)
    predictions.as_spark_dataframe().createOrReplaceTempView("predictions")
    steps = Path(options.post_steps).read_text(encoding="utf-8")
    for statement in filter(str.strip, steps.split(";")):
        spark.sql(statement)
    spark.table("links").write.mode("overwrite").parquet(options.out)


def levels(settings: dict) -> list[dict]:
    """All levels that carry bits."""
    return [
        level
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]


if __name__ == "__main__":
    main()
