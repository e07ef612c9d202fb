"""This engine beside Splink on one machine and one data set: deaths against residents.

    python tests/bench/bench_splink.py --people 100000 --deaths 60000 --rounds 3 \\
        --opponent expert-deaths.json --folder EMPTY

Splink gets the same standardised records as a table, and its own expert model (trained, with the
level design of the starting model). Each side runs in a process of its own, the sides in turn:
`ready` scores with the model as it is, `trained` first estimates the prior, u by random sampling
and m by expectation maximisation, `held` is this engine from codes as an opened vault holds them,
`text` this engine from columns of raw text, `floor` reading the columns and the joins alone; `raw`
is what it costs to make Splink's table of the raw text in plain SQL (its records are not used, ours
are better). `week`, `week_ready` and `week_trained` match the first 13,000 deaths alone. Prints one
JSON object: CPU and wall seconds (medians), peak memory, accuracy at .95 and at the best threshold
(Splink's one-to-one), and the ratios of CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench_match import DEATHS, RESIDENTS, codes, joins_alone, standardised

from app.base.memory import peak_mb
from app.exampleshire.council import generate
from app.matching.engine import match
from app.matching.measure import at_threshold, best_threshold
from app.model.codebook import Codebook
from app.model.exampleshire import ExampleshireProfile
from app.model.meanings import Meaning
from app.services.catalogue import catalogue

SIDES = ("held", "floor", "text", "week", "raw", "ready", "trained", "week_ready", "week_trained")
WEEK = 13_000
SHARES = ("in_extract", "habits_in_extract")
"""Rates of the council's errors that say where an error falls, not how often."""
MOST = 900
AT = 0.95
SAID = (0.9, 0.99)
SETTLED = ("l.sn = r.sn and l.dob = r.dob", "l.pc = r.pc and l.cn = r.cn")
"""What Splink's m is trained on: each rule leaves the other's fields to learn."""
CERTAIN = "l.fn = r.fn and l.sn = r.sn and l.dob = r.dob"
"""From which Splink guesses how many pairs match; a rule is thought to find `RECALL` of them."""
RECALL = 0.6
RANDOM_PAIRS = 1_000_000
TABLE = """
SELECT unique_id, forename AS fn, canonical AS cn, substr(forename, 1, 1) AS fi,
  middle AS mid, substr(middle, 1, 1) AS mi, surname AS sn, substr(surname, 1, 1) AS si,
  surname_a AS sn1, surname_b AS sn2, birth_surname AS maiden, birth_date AS dob,
  CAST(birth_year AS INT) AS yob, CAST(birth_month AS INT) * 100 + birth_day AS mdy,
  postcode AS pc, house AS num, uprn, CAST(sex AS VARCHAR) AS sex, nino,
  substr(postcode, 1, length(postcode) - 2) AS sec,
  substr(postcode, 1, length(postcode) - 3) AS dis,
  regexp_extract(postcode, '^[A-Z]+') AS area
FROM {name}
"""
"""RECORDS under the names that the expert model knows."""


def erring(factor: float) -> ExampleshireProfile:
    """The council with this many times its usual errors."""
    profile = catalogue().exampleshire
    rates = {
        name: min(MOST, round(rate * factor))
        for name, rate in vars(profile.errors).items()
        if name not in SHARES and isinstance(rate, int)
    }
    return replace(profile, errors=replace(profile.errors, **rates))


def prepare(folder: Path, people: int, deaths: int, seed: int, factor: float = 1.0) -> None:
    """Raw text, standardised records, codes and truth of one council, as files."""
    council = generate(people, deaths, seed, erring(factor))
    raw = {"left": council.residents(), "right": council.deaths()}
    del council
    book, persons = Codebook(), {}
    for side, kind, meanings in (("left", "people", RESIDENTS), ("right", "deaths", DEATHS)):
        pq.write_table(raw[side], folder / f"{side}-text.parquet")
        records, persons[side] = standardised(raw.pop(side), kind, meanings)
        pq.write_table(book.encode_records(records), folder / f"{side}-codes.parquet")
        numbered = records.append_column("unique_id", pa.array(np.arange(records.num_rows)))
        pq.write_table(numbered, folder / f"{side}-records.parquet")
    place = {int(person): n for n, person in enumerate(persons["left"])}
    truth = [(place[int(p)], j) for j, p in enumerate(persons["right"]) if int(p) in place]
    np.save(folder / "truth.npy", np.array(truth))
    (folder / "book.pickle").write_bytes(pickle.dumps(book))


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What was made, wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - cpu


def accuracy(pairs: Any, chance: Any, truth: Any) -> dict[str, float]:
    """F1 at .95 and at the best threshold, precision and recall at .95, and calibration.

    `said` is how many pairs were said to be .9 to .99, `held` the share of them that are true.
    """
    at, best = at_threshold(pairs, chance, truth, AT), best_threshold(pairs, chance, truth)
    said = pairs[(chance >= SAID[0]) & (chance < SAID[1])]
    true = set(map(tuple, truth.tolist()))
    held = sum(tuple(pair) in true for pair in said.tolist())
    return {
        "said": len(said),
        "held": round(held / max(1, len(said)), 4),
        "precision": round(at.precision, 4),
        "recall": round(at.recall, 4),
        "f1": round(at.f1, 4),
        "best_f1": round(best.f1, 4),
    }


def floor(folder: Path) -> dict[str, float]:
    """Reading the columns that the rules need and the joins alone: nothing goes below that."""
    plan = catalogue().plans["deaths"]
    tables = [pq.read_table(folder / f"{side}-codes.parquet") for side in ("left", "right")]
    book = pickle.loads((folder / "book.pickle").read_bytes())
    pairs, wall, cpu = timed(lambda: joins_alone(*tables, book, plan))
    return {"wall": wall, "cpu": cpu, "pairs": pairs}


def own(folder: Path, from_text: bool, weekly: bool) -> dict[str, float]:
    """This engine, from held codes or from raw text; all deaths or those of a week."""
    plan, truth = catalogue().plans["deaths"], np.load(folder / "truth.npy")
    kind = "text" if from_text else "codes"
    tables = [pq.read_table(folder / f"{side}-{kind}.parquet") for side in ("right", "left")]
    if weekly:
        tables[0], truth = tables[0].slice(0, WEEK), truth[truth[:, 1] < WEEK]
    book = Codebook() if from_text else pickle.loads((folder / "book.pickle").read_bytes())

    def coded(kind: str, meanings: dict[str, Meaning]) -> pa.Table:
        """The next table as codes; a table of text is let go when it is read."""
        table = tables.pop()
        return codes(table, kind, meanings, book) if from_text else table

    def work() -> Any:
        left = coded("people", RESIDENTS)
        return match(left, coded("deaths", DEATHS), book, plan)

    found, wall, cpu = timed(work)
    pairs = np.stack([found.left, found.right], axis=1).astype(np.int64)
    return {"wall": wall, "cpu": cpu, **accuracy(pairs, found.probability, truth)}


RAW = """
CREATE TABLE {side}_raw AS
WITH folded AS (
  SELECT *, string_split(
      trim(regexp_replace(upper(strip_accents({given})), '[^A-Z ]', '', 'g')), ' ') AS names,
    upper(strip_accents({surname})) AS family,
    regexp_replace(upper({postcode}), '[^A-Z0-9]', '', 'g') AS code,
    TRY_CAST({born} AS DATE) AS dob
  FROM given)
SELECT row_number() OVER () AS unique_id, names[1] AS fn, coalesce(root, names[1]) AS cn,
  names[1][1:1] AS fi, names[2] AS mid, names[2][1:1] AS mi,
  regexp_replace(family, '[^A-Z]', '', 'g') AS sn, family[1:1] AS si,
  CASE WHEN contains(family, '-') THEN split_part(family, '-', 1) END AS sn1,
  CASE WHEN contains(family, '-') THEN split_part(family, '-', 2) END AS sn2,
  nullif(regexp_replace(upper(strip_accents({maiden})), '[^A-Z]', '', 'g'), '') AS maiden, dob,
  year(dob) AS yob, month(dob) * 100 + day(dob) AS mdy, nullif(code, '') AS pc,
  regexp_extract(upper({line}), '^[0-9]+[A-Z]?') AS num, TRY_CAST({uprn} AS BIGINT) AS uprn,
  nullif(sex, '') AS sex, nullif(regexp_extract({nino}, '^[A-Z]{{2}}[0-9]{{6}}'), '') AS nino,
  code[:-3] AS sec, code[:-4] AS dis, regexp_extract(code, '^[A-Z]+') AS area
FROM folded LEFT JOIN roots ON roots.name = names[1]
"""
"""The raw text of one side as Splink's table: what a careful user would write in SQL."""
LEFT = {
    "given": "forename || ' ' || middle_names",
    "surname": "surname",
    "maiden": "''",
    "postcode": "postcode",
    "born": "birth_date",
    "line": "address_1",
    "uprn": "uprn",
    "nino": "nino",
}
RIGHT = {
    "given": "forenames",
    "surname": "surname",
    "maiden": "maidenSurname",
    "postcode": '"usualAddress/postcode"',
    "born": "dateOfBirth",
    "line": '"usualAddress/line1"',
    "uprn": "NULL",
    "nino": "''",
}


def raw(folder: Path) -> dict[str, float]:
    """What standardising the raw text in SQL costs."""
    texts = {side: pq.read_table(folder / f"{side}-text.parquet") for side in ("left", "right")}
    names = catalogue().names.roots
    roots = pa.table({"name": list(names), "root": list(names.values())})

    def work() -> None:
        connection = duckdb.connect()
        connection.register("roots", roots)
        for side, columns in (("left", LEFT), ("right", RIGHT)):
            connection.register("given", texts[side])
            connection.execute(RAW.format(side=side, **columns))

    _, wall, cpu = timed(work)
    return {"wall": wall, "cpu": cpu}


def splink(folder: Path, opponent: Path, trained: bool, weekly: bool) -> dict[str, float]:
    """Splink with its expert model, as it is or trained on the data first."""
    from splink import DuckDBAPI, Linker

    truth, connection = np.load(folder / "truth.npy"), duckdb.connect()
    for side in ("left", "right"):
        records = pq.read_table(folder / f"{side}-records.parquet")
        if weekly and side == "right":
            records, truth = records.slice(0, WEEK), truth[truth[:, 1] < WEEK]
        connection.register("given", records)
        connection.execute(f"CREATE TABLE {side}_people AS {TABLE.format(name='given')}")
    settings = json.loads(opponent.read_text(encoding="utf-8"))

    def work() -> Any:
        api = DuckDBAPI(connection=connection)
        tables = [
            api.register(f"{side}_people", dataset_display_name=side) for side in ("left", "right")
        ]
        linker = Linker(tables, settings)
        if trained:
            train(linker)
        links = linker.inference.predict(threshold_match_probability=0.01)
        return links.as_duckdbpyrelation().to_arrow_table()

    links, wall, cpu = timed(work)
    return {"wall": wall, "cpu": cpu, **judged(links, truth)}


def train(linker: Any) -> None:
    """Splink's own training: prior, u by random sampling, m by expectation maximisation."""
    training = linker.training
    training.estimate_probability_two_random_records_match([CERTAIN], recall=RECALL)
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS)
    for rule in SETTLED:
        training.estimate_parameters_using_expectation_maximisation(rule)


def judged(links: pa.Table, truth: Any) -> dict[str, float]:
    """Splink's links against the truth, each record keeping its best partner."""
    pairs = np.stack(
        [links[f"unique_id_{side}"].to_numpy().astype(np.int64) for side in "lr"], axis=1
    )
    chance = links["match_probability"].to_numpy()
    order = np.lexsort((pairs[:, 0], pairs[:, 1], -chance))
    _, first = np.unique(pairs[order, 1], return_index=True)
    best = np.sort(order[first])
    return accuracy(pairs[best], chance[best], truth)


def one_side(options: argparse.Namespace) -> dict[str, float]:
    """One measurement in this process."""
    side = options.side
    weekly = side.startswith("week")
    if side in ("held", "text", "week"):
        found = own(options.folder, side == "text", weekly)
    elif side == "floor":
        found = floor(options.folder)
    elif side == "raw":
        found = raw(options.folder)
    else:
        found = splink(options.folder, options.opponent, side.endswith("trained"), weekly)
    return {**found, "peak_mb": peak_mb()}


def apart(options: argparse.Namespace, side: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--side", side, "--folder", str(options.folder)]
    command += ["--opponent", str(options.opponent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--deaths", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--errors", type=float, default=1.0, help="times the usual error rates")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--opponent", type=Path, required=True)
    parser.add_argument("--side", choices=SIDES)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(one_side(options)))
        return
    if not (options.folder / "truth.npy").exists():
        options.folder.mkdir(parents=True, exist_ok=True)
        prepare(options.folder, options.people, options.deaths, options.seed, options.errors)
    rounds = [{side: apart(options, side) for side in SIDES} for _ in range(options.rounds)]
    answer: dict[str, Any] = {
        side: {
            name: round(statistics.median(one[side][name] for one in rounds), 4)
            for name in rounds[0][side]
        }
        for side in SIDES
    }
    for theirs in ("ready", "trained"):
        cpu = answer[theirs]["cpu"]
        answer[f"{theirs}_to_held"] = round(cpu / answer["held"]["cpu"], 2)
        answer[f"{theirs}_to_text"] = round((cpu + answer["raw"]["cpu"]) / answer["text"]["cpu"], 2)
        weekly = answer[f"week_{theirs}"]["cpu"] / answer["week"]["cpu"]
        answer[f"week_{theirs}_to_week"] = round(weekly, 2)
    answer["held_to_floor"] = round(answer["held"]["cpu"] / answer["floor"]["cpu"], 2)
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
