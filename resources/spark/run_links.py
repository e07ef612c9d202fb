"""Run a Muniment match model on Splink's Spark backend (outside Muniment, on your own cluster).

    pip install "splink==5.0.0" "pyspark>=4" pyarrow rapidfuzz
    python run_links.py --left people.parquet --right deaths.parquet \\
        --settings splink_settings.json --post-steps post_steps.sql --out links

The Parquet files hold standardised records (one row a person) with the columns named below and a
column `unique_id`. Without --right one table is matched within itself. Nothing is sent anywhere;
the links are written to --out: unique ids, bits by field and rule, weight, probability, band.

Levels, m and the rules come with the model; u (also where the settings have one), the value
frequencies and the prior are counted on the data given here, as Muniment counts them. Values too
frequent for a blocking rule are left out of it, as Muniment does (view `left_out`). Spark takes its
own settings from spark-defaults.conf.
"""

import argparse
import json
import math
from pathlib import Path

from splink import Linker

COLUMNS = ...
"""Columns of a standardised record."""

LEVELS = ...
"""Columns of the view `chances`, and the field and level whose u each holds."""

BLOCKING = ...
"""The plan's rules between two tables and within one, without the values that are left out."""

FREQUENCIES = ...
"""Columns that Splink weighs by the frequency of their values: a view tf_NAME each."""

OWN_FREQUENCIES = ...
"""Levels whose frequency Muniment steadies by a base rate, which Splink by itself would not."""

LEAST_FREQUENCY = ...

RETAINED = ...
"""Columns that the post-steps read beside Splink's own."""

PRIOR = ...
"""The plan's guess of the share of right records with a partner, and how it is estimated."""

KEPT = {
    *("sizes", "keyed_left", "keyed_right", "held_left", "held_right", "bearers", "met"),
    *("days_left", "days_right", "days", "counted", "chances", "frequencies", "dwellings"),
    *(
        "same_namesakes",
        "same_namesakes_letter",
        "yields",
        "left_out",
        "people_left",
        "people_right",
    ),
    *("evidence", "sums", "prior", "corrected", "rivals"),
    *("looked_r", "looked"),
}
"""Views worked out once and for all: they are read often, or their plans would grow too large."""

COUNT = ...

DESCRIBE = ...


class Spark:
    """Spark, as far as this program asks anything of it."""

    def __init__(self):
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import udf
        from rapidfuzz.distance import JaroWinkler
        from splink import SparkAPI
        from splink.backends.spark import similarity_jar_location

        builder = SparkSession.builder.appName("links")
        self.session = builder.config("spark.jars", similarity_jar_location()).getOrCreate()
        self.api = SparkAPI(spark_session=self.session, break_lineage_method="persist")

        def jaro_winkler(a, b):
            return None if a is None or b is None else JaroWinkler.similarity(a, b)

        # Splink's own counts an odd transposition half; Winkler's, and Muniment's, drops it.
        # The executors' Python (PYSPARK_PYTHON) needs rapidfuzz too.
        self.session.udf.register("jaro_winkler", udf(jaro_winkler, "double", useArrow=True))

    def read(self, path, view):
        """Records of a Parquet file as a view."""
        table = self.session.read.parquet(path).select("unique_id", *COLUMNS)
        table.createOrReplaceTempView(view)

    def run(self, statement):
        """Execute one statement."""
        self.session.sql(statement)

    def rows(self, query):
        """The rows of a query as dictionaries."""
        return [row.asDict() for row in self.session.sql(query).collect()]

    def keep(self, view):
        """Work a view out once, and forget how it was made."""
        self.session.table(view).localCheckpoint().createOrReplaceTempView(view)

    def write(self, view, path):
        """A view as Parquet files."""
        self.session.table(view).write.mode("overwrite").parquet(path)


def statements(text):
    """The statements of an SQL text."""
    return [part.strip() for part in text.split(";") if part.strip()]


def create(machine, name, query):
    """Make a view."""
    run(machine, f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}")


def run(machine, statement):
    """Run a statement that makes a view; keep the view if it is read often."""
    machine.run(statement)
    name = statement[statement.index(" VIEW ") + 6 :].split()[0]
    if name in KEPT:
        machine.keep(name)
    return name


def link(machine, settings, steps, within):
    """From the views given_left and given_right to the view links."""
    right = "given_left" if within else "given_right"
    create(
        machine,
        "sizes",
        "SELECT (SELECT CAST(count(*) AS double) FROM given_left) AS left_n,"
        f" (SELECT CAST(count(*) AS double) FROM {right}) AS right_n, {within} AS within",
    )
    if within:
        create(machine, "given_right", "SELECT * FROM given_left")
    for statement in [*statements(COUNT), *statements(DESCRIBE)]:
        run(machine, statement)
    (sizes,), (chances,) = (machine.rows(f"SELECT * FROM {v}") for v in ("sizes", "chances"))
    settings = completed(settings, chances, within)
    names = ["people_left"] if within else ["people_left", "people_right"]
    tables = [machine.api.register(name, dataset_display_name=name) for name in names]
    linker = Linker(tables, settings)
    for name in FREQUENCIES:
        table = machine.api.register(f"tf_{name}")
        linker.table_management.register_term_frequency_lookup(table, name)
    scored = linker.inference.predict()
    create(machine, "predictions", f"SELECT * FROM {scored.physical_name}")
    for statement in statements(steps):
        if run(machine, statement) == "evidence":
            bits = prior_bits(estimated_share(machine, sizes), sizes)
            create(machine, "prior", f"SELECT CAST({round(bits, 2)} AS double) AS bits")


def completed(settings, chances, within):
    """The settings with u counted on this data, and all that needs more than the records."""
    settings = json.loads(json.dumps(settings))
    settings["link_type"] = "dedupe_only" if within else "link_only"
    rules = BLOCKING["within" if within else "between"]
    settings["blocking_rules_to_generate_predictions"] = [{"blocking_rule": r} for r in rules]
    settings["additional_columns_to_retain"] = RETAINED
    levels = {
        (comparison["output_column_name"], level["label_for_charts"]): level
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
    }
    for name, (field, code) in LEVELS.items():
        levels[field, code] |= {"u_probability": chances[name], "fix_u_probability": True}
    for field, code, name in OWN_FREQUENCIES:
        levels[field, code] |= {
            "tf_adjustment_column": name,
            "tf_minimum_u_value": LEAST_FREQUENCY,
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return settings


def prior_bits(share, sizes):
    """log2 prior odds of one pair, when `share` of the right records have a partner."""
    if sizes["within"]:
        return math.log2(share / max(1.0, sizes["left_n"] - 1))
    return math.log2(share / (1.0 - share) / max(1.0, sizes["left_n"]))


def estimated_share(machine, sizes):
    """Share of right records with a partner (within one table: partners a record).

    Expectation maximisation of this number alone; m and u stay fixed.
    """
    within, total = sizes["within"], sizes["right_n"]
    most = PRIOR["most_partners" if within else "most_share"]
    if within:
        create(machine, "sums", "SELECT bits FROM evidence")
    else:
        create(
            machine,
            "sums",
            f"SELECT sum(power(2.0, least(900.0, bits))) / {max(1.0, sizes['left_n'])} AS s"
            " FROM evidence GROUP BY unique_id_r",
        )
    share = PRIOR["share"]
    for _ in range(PRIOR["rounds"]):
        if within:
            odds = f"power(2.0, greatest(-900.0, least(900.0, bits + {prior_bits(share, sizes)})))"
            found = f"2.0 * sum({odds} / (1.0 + {odds}))"
        else:
            found = f"sum({share} * s / (1.0 - {share} + {share} * s))"
        (row,) = machine.rows(f"SELECT {found} AS found FROM sums")
        weight = PRIOR["strength"]
        new = ((row["found"] or 0.0) + weight * PRIOR["share"]) / (total + weight)
        new = min(most, max(1e-6, new))
        if abs(new - share) < PRIOR["settled"] * share:
            return new
        share = new
    return share


def main():
    """Read, link, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("left", "settings", "post-steps", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--right")
    options = parser.parse_args()
    settings = json.loads(Path(options.settings).read_text(encoding="utf-8"))
    steps = Path(options.post_steps).read_text(encoding="utf-8")
    machine = Spark()
    machine.read(options.left, "given_left")
    if options.right:
        machine.read(options.right, "given_right")
    link(machine, settings, steps, within=not options.right)
    machine.write("links", options.out)
    machine.session.stop()


if __name__ == "__main__":
    main()
