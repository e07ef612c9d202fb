"""Runs of the matching, their pairs, and narrow copies of the records in those pairs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.notes import Note
from app.model.runs import Band, Bands, Evidence, RunSummary
from app.stores import loads, plain, unfinished
from app.stores.sqlcipher import Reader, Row, Writer

PREFIX = "R"
_SUMMARY = (
    "SELECT r.id, r.plan, r.plan_digest, r.left_load, r.right_load, r.purpose, r.state,"
    " r.candidate_pairs, r.certain, r.probable, r.possible, r.unlikely,"
    " (SELECT count(stands) FROM"
    " (SELECT max(seq), stands FROM decision WHERE run = r.id GROUP BY pair)),"
    " r.run_at, r.run_by FROM run r"
)
_PAIR = (
    "SELECT p.n, p.left_record, p.right_record, p.weight, p.probability, p.band, e.evidence"
    " FROM pair p JOIN pair_evidence e ON e.run = p.run AND e.n = p.n"
)
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Pair:
    """Two records compared: ordinals in their loads' codes, weight in bits, probability 0-1."""

    n: int
    left_record: int
    right_record: int
    weight: float
    probability: float
    band: Band
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Crossing:
    """How many pairs lie on the other side of a line, and the first of them."""

    count: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class PairRecord:
    """A record of a pair copied narrow: its line, its part, and (raw, standard) by field."""

    load: str
    record: int
    row: int
    part: int
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class RunFacts:
    """What is recorded of a run when it is finished; `seconds` by stage, bands of all pairs."""

    plan: str
    plan_digest: str
    plan_json: str
    left: str
    right: str | None
    purpose: str | None
    candidate_pairs: int
    bands: Bands
    seconds: dict[str, float]
    notes: tuple[Note, ...]
    run_at: str
    run_by: str


def pair_id(run: str, n: int) -> str:
    """The id of a pair: "R1-37"."""
    return f"{run}-{n}"


def split_id(pair: str) -> tuple[str, int]:
    """Run and number of a pair's id. Raises Refused `pair-unknown` when it is no such id."""
    run, _, number = pair.partition("-")
    if not run.startswith(PREFIX) or not (number.isascii() and number.isdigit()):
        raise Refused("pair-unknown", pair=pair[:40])
    return run, int(number)


def add_pairs(writer: Writer, run: str, pairs: Iterable[Pair]) -> None:
    """Store a batch of pairs; numbers count from 1 within the run."""
    batch = list(pairs)
    writer.run_many(
        "INSERT INTO pair (run, n, left_record, right_record, weight, probability, band)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                run,
                int(p.n),
                int(p.left_record),
                int(p.right_record),
                float(p.weight),
                float(p.probability),
                p.band.value,
            )
            for p in batch
        ),
    )
    writer.run_many(
        "INSERT INTO pair_evidence (run, n, evidence) VALUES (?, ?, ?)",
        ((run, int(p.n), _evidence_text(p.evidence)) for p in batch),
    )


def add_records(writer: Writer, run: str, records: Iterable[PairRecord]) -> None:
    """Store narrow copies of records that take part in pairs; each once in a run."""
    writer.run_many(
        "INSERT INTO pair_record (run, load, record, row, part, fields) VALUES (?, ?, ?, ?, ?, ?)",
        ((run, r.load, int(r.record), int(r.row), int(r.part), _ENCODE(r.fields)) for r in records),
    )


def finish(writer: Writer, run: str, facts: RunFacts) -> RunSummary:
    """Make a run visible; call it in the long write's last transaction.

    Raises Refused `load-withdrawn` when a load went while the match was at work.
    """
    for load in (facts.left, facts.right):
        if load is not None:
            loads.require(writer, load)
    bands = facts.bands
    writer.run(
        "INSERT INTO run (id, n, state, plan, plan_digest, plan_json, left_load, right_load,"
        " purpose, candidate_pairs, certain, probable, possible, unlikely, seconds, notes,"
        " run_at, run_by) VALUES (?, ?, 'complete', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            unfinished.number_of(run),
            facts.plan,
            facts.plan_digest,
            facts.plan_json,
            facts.left,
            facts.right,
            facts.purpose,
            facts.candidate_pairs,
            *(bands.certain, bands.probable, bands.possible, bands.unlikely),
            plain.write(facts.seconds),
            plain.write(facts.notes),
            facts.run_at,
            facts.run_by,
        ),
    )
    return get(writer, run)


def summaries(reader: Reader) -> tuple[RunSummary, ...]:
    """Every run, withdrawn ones too, oldest first."""
    return tuple(_summary(row) for row in reader.rows(f"{_SUMMARY} ORDER BY r.n"))


def get(reader: Reader, run: str) -> RunSummary:
    """One run. Raises Refused `run-unknown`."""
    row = reader.first(f"{_SUMMARY} WHERE r.id = ?", (run,))
    if row is None:
        raise Refused("run-unknown", run=run[:40])
    return _summary(row)


def require(reader: Reader, run: str) -> RunSummary:
    """One run that may be used. Raises Refused `run-unknown` or `run-withdrawn`."""
    summary = get(reader, run)
    if summary.state == "withdrawn":
        raise Refused("run-withdrawn", run=run)
    return summary


def details(reader: Reader, run: str) -> RunFacts:
    """All that was recorded of a run."""
    summary = get(reader, run)
    row = reader.first("SELECT plan_json, seconds, notes FROM run WHERE id = ?", (run,))
    plan_json, seconds, notes = row or ("", "{}", "[]")
    return RunFacts(
        plan=summary.plan,
        plan_digest=summary.plan_digest,
        plan_json=plan_json,
        left=summary.left,
        right=summary.right,
        purpose=summary.purpose,
        candidate_pairs=summary.candidate_pairs,
        bands=summary.bands,
        seconds=plain.read(dict[str, float], seconds),
        notes=plain.read_all(Note, notes),
        run_at=summary.run_at,
        run_by=summary.run_by,
    )


def pairs(
    reader: Reader, run: str, band: Band | None = None, limit: int | None = None
) -> Iterator[Pair]:
    """Pairs of a run, heaviest first; of one band, or all."""
    require(reader, run)
    where = "p.run = ?" if band is None else "p.run = ? AND p.band = ?"
    values = (run,) if band is None else (run, band.value)
    rows = reader.each(
        f"{_PAIR} WHERE {where} ORDER BY p.weight DESC, p.n LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return (_pair(row) for row in rows)


def pair_ids(reader: Reader, run: str, bands: Iterable[Band]) -> tuple[str, ...]:
    """Ids of a run's pairs in some bands, heaviest first: the order of a review queue."""
    chosen = [band.value for band in bands]
    marks = ", ".join("?" * len(chosen))
    rows = reader.rows(
        f"SELECT n FROM pair WHERE run = ? AND band IN ({marks}) ORDER BY weight DESC, n",  # noqa: S608
        (run, *chosen),
    )
    return tuple(pair_id(run, n) for (n,) in rows)


def kept(reader: Reader, run: str) -> Bands:
    """How many pairs of a run are stored, by band: of the unlikely, only the likeliest."""
    require(reader, run)
    rows = reader.rows("SELECT band, count(*) FROM pair WHERE run = ? GROUP BY band", (run,))
    return Bands(**dict(rows))


def chances(reader: Reader, run: str) -> Iterator[tuple[int, Band, float]]:
    """Number, band and probability of every stored pair of a run."""
    sql = "SELECT n, band, probability FROM pair WHERE run = ?"
    return ((int(n), Band(band), float(p)) for n, band, p in reader.each(sql, (run,), 5_000))


def crossing(
    reader: Reader, run: str, bands: Iterable[Band], line: float, *, rising: bool, limit: int
) -> Crossing:
    """Pairs of some bands on the other side of a line of probability, the nearest to it first.

    `rising` counts those at or above the line, else those below it.
    """
    chosen = [band.value for band in bands]
    where = (
        f" WHERE p.run = ? AND p.band IN ({', '.join('?' * len(chosen))})"
        f" AND p.probability {'>=' if rising else '<'} ?"
    )
    values = (run, *chosen, line)
    count = reader.first(f"SELECT count(*) FROM pair p{where}", values)  # noqa: S608
    way = "ASC" if rising else "DESC"
    rows = reader.rows(
        f"{_PAIR}{where} ORDER BY p.probability {way}, p.n LIMIT ?", (*values, limit)
    )
    return Crossing(count[0] if count else 0, tuple(_pair(row) for row in rows))


def pair(reader: Reader, identity: str) -> Pair:
    """One pair by its id. Raises Refused `pair-unknown`, `run-withdrawn`."""
    run, number = split_id(identity)
    if _state(reader, run) == "withdrawn":
        raise Refused("run-withdrawn", run=run)
    row = reader.first(f"{_PAIR} WHERE p.run = ? AND p.n = ?", (run, number))
    if row is None or _state(reader, run) is None:
        raise Refused("pair-unknown", pair=identity[:40])
    return _pair(row)


def places(reader: Reader, run: str, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The left and right records of pairs by their numbers in a run, in the order given."""
    wanted = frozenset(numbers)
    sql = "SELECT n, left_record, right_record FROM pair WHERE run = ?"
    every = reader.each(sql, (run,), 5_000)
    held = {n: (left, right) for n, left, right in every if n in wanted}
    return [held[number] for number in numbers]


def places_of(reader: Reader, run: str) -> Iterator[tuple[int, int, int]]:
    """Number, left and right record of every stored pair of a run, one not yet complete too."""
    sql = "SELECT n, left_record, right_record FROM pair WHERE run = ? ORDER BY n"
    return ((int(n), int(left), int(right)) for n, left, right in reader.each(sql, (run,), 5_000))


def record(reader: Reader, run: str, load: str, number: int) -> PairRecord:
    """The narrow copy of one record of a run's pairs. Raises Refused `record-unknown`."""
    found = record_or_none(reader, run, load, number)
    if found is None:
        raise Refused("record-unknown", load=load, record=number)
    return found


def record_or_none(reader: Reader, run: str, load: str, number: int) -> PairRecord | None:
    """The narrow copy of one record, None where it stands in no pair of the run."""
    row = reader.first(
        "SELECT load, record, row, part, fields FROM pair_record"
        " WHERE run = ? AND load = ? AND record = ?",
        (run, load, number),
    )
    return None if row is None else _record(row)


def records(reader: Reader, run: str) -> Iterator[PairRecord]:
    """All narrow copies of a run."""
    rows = reader.each(
        "SELECT load, record, row, part, fields FROM pair_record WHERE run = ?", (run,)
    )
    return (_record(row) for row in rows)


def of_load(reader: Reader, load: str) -> tuple[str, ...]:
    """Ids of the runs, not yet withdrawn, that used a load."""
    rows = reader.rows(
        "SELECT id FROM run WHERE state = 'complete' AND (left_load = ? OR right_load = ?)"
        " ORDER BY n",
        (load, load),
    )
    return tuple(row[0] for row in rows)


def withdraw(writer: Writer, run: str) -> None:
    """Take a run away: its pairs and copies go, its entry stays.

    Its decisions stay too, without their notes and digests, which tell of people.
    """
    require(writer, run)
    for table in ("pair", "pair_evidence", "pair_record"):
        writer.run(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608
    writer.run("UPDATE run SET state = 'withdrawn' WHERE id = ?", (run,))
    writer.run(
        "UPDATE decision SET note = '', left_digest = '', right_digest = '' WHERE run = ?", (run,)
    )


def _summary(row: Row) -> RunSummary:
    return RunSummary(
        run=row[0],
        plan=row[1],
        plan_digest=row[2],
        left=row[3],
        right=row[4],
        purpose=row[5],
        state=row[6],
        candidate_pairs=row[7],
        bands=Bands(*row[8:12]),
        decided=row[12],
        run_at=row[13],
        run_by=row[14],
    )


def _state(reader: Reader, run: str) -> str | None:
    row = reader.first("SELECT state FROM run WHERE id = ?", (run,))
    return None if row is None else str(row[0])


def _pair(row: Row) -> Pair:
    n, left, right, weight, probability, band, evidence = row
    bars = tuple(Evidence(*bar) for bar in json.loads(evidence))
    return Pair(n, left, right, weight, probability, Band(band), bars)


def _evidence_text(evidence: Iterable[Evidence]) -> str:
    """Bars as lists, in the order of Evidence's fields: a tenth of the time of naming them."""
    return _ENCODE([[e.field, e.left, e.right, e.level, float(e.weight)] for e in evidence])


def _record(row: Row) -> PairRecord:
    load, number, line, part, fields = row
    named = {name: (raw, standard) for name, (raw, standard) in json.loads(fields).items()}
    return PairRecord(load, number, line, part, named)
