"""This engine beside Splink's own demonstrations on its set of 1,000 invented records.

    python tests/bench/bench_public.py --file fake_1000.csv --folder EMPTY

`ready` is this engine with its shipped model, `trained` with `--train`; `introduction` and
`tutorial` Splink with the settings and the training of those two, `wide` the introduction's with
blocking on each column alone, which finds most true pairs. No label is used but to judge. Prints
one JSON object: F1 at .95 and at the best threshold, and the share of true pairs proposed at all.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import logging
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from app.matching.measure import at_threshold, best_threshold
from app.model.evaluation import EvaluateRequest
from app.services.catalogue import catalogue
from app.services.evaluate import evaluate

AT = 0.95
RECALL = 0.7
RANDOM_PAIRS = 1_000_000


def own(file: Path, truth: Path, train: bool) -> dict[str, float]:
    """This engine, as a steward measures it."""
    found = evaluate(catalogue(), EvaluateRequest(left=file, truth=truth, train=train))
    return {
        "f1": round(found.at_threshold.f1, 4),
        "best_f1": round(found.best.f1, 4),
        "proposed": round(found.blocking_recall, 4),
    }


BLOCKING = {
    "introduction": (("first_name", "dob"), ("surname",)),
    "tutorial": (("first_name", "city"), ("surname",)),
    "wide": (("first_name",), ("surname",), ("dob",), ("email",)),
}


def splink(file: Path, truth: set[tuple[int, int]], name: str) -> dict[str, float]:
    """Splink with the comparisons, the blocking and the training of one of its demonstrations."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)
    tutorial = name == "tutorial"
    surname = cl.NameComparison("surname") if tutorial else cl.JaroAtThresholds("surname")
    born = cl.DateOfBirthComparison("dob", input_is_string=True)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name"),
            surname,
            cl.LevenshteinAtThresholds("dob", 1) if tutorial else born,
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*keys) for keys in BLOCKING[name]],
    )
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE given AS SELECT * FROM read_csv('{file}', all_varchar=true)")
    api = DuckDBAPI(connection=connection)
    linker = Linker([api.register("given", dataset_display_name="given")], settings)
    names, email = block_on("first_name", "surname"), block_on("email")
    linker.training.estimate_probability_two_random_records_match([names], recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS)
    for rule in (names, email):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    links = linker.inference.predict()
    return judged(links.as_duckdbpyrelation().to_arrow_table(), truth)


def judged(links: Any, truth: set[tuple[int, int]]) -> dict[str, float]:
    """Splink's pairs against the truth."""
    sides = [links[f"unique_id_{side}"].to_pylist() for side in "lr"]
    pairs = np.sort(np.array(sides, dtype=np.int64).T, axis=1)
    chance, true = links["match_probability"].to_numpy(), np.array(sorted(truth))
    proposed = truth & set(map(tuple, pairs.tolist()))
    return {
        "f1": round(at_threshold(pairs, chance, true, AT).f1, 4),
        "best_f1": round(best_threshold(pairs, chance, true).f1, 4),
        "proposed": round(len(proposed) / len(truth), 4),
    }


def clusters(file: Path) -> dict[str, list[int]]:
    """Record numbers of each true person."""
    found: dict[str, list[int]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            found[row["cluster"]].append(int(row["unique_id"]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    held = clusters(options.file)
    truth = {p for ids in held.values() for p in itertools.combinations(sorted(ids), 2)}
    options.folder.mkdir(parents=True, exist_ok=True)
    listed = options.folder / "truth.csv"
    lines = [f"{one},{cluster}" for cluster, ids in held.items() for one in ids]
    listed.write_text("\n".join(["id,cluster", *lines]), encoding="utf-8")
    answer = {
        "ready": own(options.file, listed, train=False),
        "trained": own(options.file, listed, train=True),
        **{name: splink(options.file, truth, name) for name in BLOCKING},
    }
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
