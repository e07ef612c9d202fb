"""What stewards said of pairs: append-only, the newest stands, an undo is a row too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.runs import Decision, Verdict
from app.stores import settings
from app.stores.keys import DataKey
from app.stores.runs import split_id
from app.stores.sqlcipher import Reader, Row, Writer

DIGEST_KEY = "deciding-key"
_COLUMNS = "d.pair, d.verdict, d.reason, d.note, d.decided_by, d.decided_at, d.carried_from"
_STANDING = (
    f"SELECT {_COLUMNS} FROM"  # noqa: S608
    " (SELECT max(seq), stands FROM decision WHERE {} = ? GROUP BY pair) l"
    " JOIN decision d ON d.seq = l.stands"
)


@dataclass(frozen=True)
class Judgement:
    """A decision as given, with the keyed digests of both records' deciding fields."""

    pair: str
    verdict: Verdict
    reason: str
    note: str
    by: str
    at: str
    left_digest: str
    right_digest: str
    carried_from: str | None = None
    """The pair it was said of, where a later run found the same two records."""


Memory = dict[tuple[str, str], tuple[Judgement, ...]]
"""What stands of two records that say the same, oldest first, by their digests unordered."""


def unordered(left: str, right: str) -> tuple[str, str]:
    """Two digests whichever side they stand on."""
    return (left, right) if left <= right else (right, left)


def root(judgement: Judgement) -> str:
    """The pair that a judgement was said of first."""
    return judgement.carried_from or judgement.pair


def decide(writer: Writer, given: Judgement) -> Decision:
    """Append a decision; it supersedes the one that stood."""
    run, _ = split_id(given.pair)
    stood = _standing_seq(writer, given.pair)
    number = newest(writer) + 1
    writer.run(
        "INSERT INTO decision (seq, run, pair, verdict, reason, note, decided_by, decided_at,"
        " left_digest, right_digest, stood, stands, carried_from)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            run,
            given.pair,
            given.verdict.value,
            given.reason,
            given.note,
            given.by,
            given.at,
            given.left_digest,
            given.right_digest,
            stood,
            number,
            given.carried_from,
        ),
    )
    return Decision(
        given.pair,
        given.verdict,
        given.reason,
        given.note,
        given.by,
        given.at,
        given.carried_from,
    )


def decide_all(writer: Writer, given: Iterable[Judgement]) -> None:
    """Append decisions one after another."""
    for judgement in given:
        decide(writer, judgement)


def undo(writer: Writer, pair: str, by: str, at: str) -> Decision | None:
    """Append an undo of the decision that stands; what stood before it (or None) stands again.

    Raises Refused `pair-undecided`.
    """
    standing = _standing_seq(writer, pair)
    if standing is None:
        raise Refused("pair-undecided", pair=pair[:40])
    before = writer.first("SELECT run, stood FROM decision WHERE seq = ?", (standing,))
    if before is None:
        raise Refused("vault-damaged")
    writer.run(
        "INSERT INTO decision (run, pair, verdict, reason, note, decided_by, decided_at,"
        " left_digest, right_digest, stood, stands)"
        " VALUES (?, ?, NULL, 'undo', '', ?, ?, '', '', ?, ?)",
        (before[0], pair, by, at, standing, before[1]),
    )
    return latest(writer, pair)


def before(reader: Reader, pair: str) -> Decision | None:
    """The decision that would stand for a pair, or None, were the one that stands undone."""
    row = reader.first(
        f"SELECT {_COLUMNS} FROM decision s JOIN decision d ON d.seq = s.stood WHERE s.seq = ?",  # noqa: S608
        (_standing_seq(reader, pair),),
    )
    return None if row is None else _decision(row)


def latest(reader: Reader, pair: str) -> Decision | None:
    """The decision that stands for a pair, or None."""
    row = reader.first(_STANDING.format("pair"), (pair,))
    return None if row is None else _decision(row)


def standing(reader: Reader, run: str) -> dict[str, Decision]:
    """The decision that stands for each decided pair of a run."""
    found = (_decision(row) for row in reader.rows(_STANDING.format("run"), (run,)))
    return {decision.pair: decision for decision in found}


def judgements(reader: Reader, run: str) -> tuple[Judgement, ...]:
    """What stands of the decided pairs of a run, with the digests, in the order it was said."""
    rows = reader.rows(
        f"SELECT {_COLUMNS}, d.left_digest, d.right_digest FROM"  # noqa: S608
        " (SELECT max(seq), stands FROM decision WHERE run = ? GROUP BY pair) l"
        " JOIN decision d ON d.seq = l.stands ORDER BY d.seq",
        (run,),
    )
    return tuple(_judgement(row) for row in rows)


def history(reader: Reader, pair: str) -> tuple[Decision, ...]:
    """Every decision ever given for a pair, oldest first, undone ones too."""
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM decision d WHERE d.pair = ? AND d.verdict IS NOT NULL"  # noqa: S608
        " ORDER BY d.seq",
        (pair,),
    )
    return tuple(_decision(row) for row in rows)


def counts(reader: Reader, run: str) -> dict[Verdict, int]:
    """How many pairs of a run stand decided, by verdict (all three named)."""
    rows = reader.rows(
        "SELECT d.verdict, count(*) FROM"
        " (SELECT max(seq), stands FROM decision WHERE run = ? GROUP BY pair) l"
        " JOIN decision d ON d.seq = l.stands GROUP BY d.verdict",
        (run,),
    )
    return dict.fromkeys(Verdict, 0) | {Verdict(verdict): number for verdict, number in rows}


def last_of(reader: Reader, run: str, by: str) -> str | None:
    """The pair a steward decided last in a run and has not undone, for undo by key.

    What was carried over was decided elsewhere, and is undone there.
    """
    row = reader.first(
        # The newest rows first: an index by run would sort every decision of the run.
        "SELECT d.pair FROM decision d NOT INDEXED"
        " WHERE d.run = ? AND d.decided_by = ? AND d.verdict IS NOT NULL"
        " AND d.carried_from IS NULL"
        " AND d.seq = (SELECT l.stands FROM decision l WHERE l.pair = d.pair"
        " ORDER BY l.seq DESC LIMIT 1) ORDER BY d.seq DESC LIMIT 1",
        (run, by),
    )
    return None if row is None else str(row[0])


def of_runs(reader: Reader, runs: Iterable[str]) -> int:
    """How many pairs of these runs stand decided."""
    return sum(sum(counts(reader, run).values()) for run in runs)


def memory(reader: Reader) -> Memory:
    """What was said of any two records and stands, in the order in which it was said.

    Those who were unsure said nothing. Judgements of withdrawn runs are forgotten: their digests
    are blank.
    """
    rows = reader.each(
        f"SELECT {_COLUMNS}, d.left_digest, d.right_digest FROM"  # noqa: S608
        " (SELECT max(seq), stands FROM decision GROUP BY pair) l"
        " JOIN decision d ON d.seq = l.stands WHERE d.left_digest <> '' AND d.right_digest <> ''"
        " AND d.verdict IN ('same', 'different') ORDER BY d.decided_at, d.seq"
    )
    found: dict[tuple[str, str], list[Judgement]] = {}
    for row in rows:
        judged = _judgement(row)
        found.setdefault(unordered(judged.left_digest, judged.right_digest), []).append(judged)
    return {digests: tuple(said) for digests, said in found.items()}


def alike(reader: Reader, given: Judgement) -> tuple[Judgement, ...]:
    """What stands in other complete runs of records that say what those of a judgement say."""
    rows = reader.rows(
        f"SELECT {_COLUMNS}, d.left_digest, d.right_digest FROM"  # noqa: S608
        " (SELECT seq FROM decision WHERE left_digest = ? AND right_digest = ?"
        " UNION SELECT seq FROM decision WHERE left_digest = ? AND right_digest = ?) f"
        " JOIN decision d ON d.seq = f.seq JOIN run r ON r.id = d.run"
        " WHERE r.state = 'complete' AND d.pair <> ? AND d.verdict IS NOT NULL AND d.seq ="
        " (SELECT l.stands FROM decision l WHERE l.pair = d.pair ORDER BY l.seq DESC LIMIT 1)"
        " ORDER BY d.seq",
        (
            *(given.left_digest, given.right_digest),
            *(given.right_digest, given.left_digest),
            given.pair,
        ),
    )
    return tuple(_judgement(row) for row in rows)


def copies(reader: Reader, pair: str) -> tuple[str, ...]:
    """Pairs of other complete runs whose standing decision was carried over from this one."""
    rows = reader.rows(
        "SELECT DISTINCT c.pair FROM decision c JOIN run r ON r.id = c.run"
        " WHERE c.carried_from = ? AND r.state = 'complete' AND c.seq ="
        " (SELECT l.stands FROM decision l WHERE l.pair = c.pair ORDER BY l.seq DESC LIMIT 1)"
        " ORDER BY c.pair",
        (pair,),
    )
    return tuple(row[0] for row in rows)


def newest(reader: Reader) -> int:
    """The number of the decision, or undo, that was given last; 0 before the first."""
    row = reader.first("SELECT coalesce(max(seq), 0) FROM decision")
    return int(row[0]) if row else 0


def digest_key(reader: Reader, data_key: DataKey) -> bytes:
    """What the digests of deciding fields are keyed by: it outlives every data key."""
    kept = settings.get(reader, DIGEST_KEY)
    return bytes.fromhex(kept) if kept else data_key.subkey("deciding-fields")


def keep_digest_key(writer: Writer, data_key: DataKey) -> None:
    """Keep in the vault what the digests are keyed by, before the data key changes."""
    settings.put(writer, DIGEST_KEY, digest_key(writer, data_key).hex())


def set_bookmark(writer: Writer, run: str, steward: str, position: int) -> None:
    """Remember where a steward left off in a run's queue."""
    writer.run(
        "INSERT INTO bookmark (run, steward, position) VALUES (?, ?, ?)"
        " ON CONFLICT (run, steward) DO UPDATE SET position = excluded.position",
        (run, steward, position),
    )


def bookmark(reader: Reader, run: str, steward: str) -> int:
    """Where a steward left off in a run's queue; 0 at first."""
    row = reader.first(
        "SELECT position FROM bookmark WHERE run = ? AND steward = ?", (run, steward)
    )
    return 0 if row is None else int(row[0])


def _standing_seq(reader: Reader, pair: str) -> int | None:
    row = reader.first(
        "SELECT stands FROM decision WHERE pair = ? ORDER BY seq DESC LIMIT 1", (pair,)
    )
    return None if row is None or row[0] is None else int(row[0])


def _judgement(row: Row) -> Judgement:
    pair, verdict, reason, note, by, at, origin, left, right = row
    return Judgement(pair, Verdict(verdict), reason, note, by, at, left, right, origin)


def _decision(row: Row) -> Decision:
    pair, verdict, *rest = row
    return Decision(pair, Verdict(verdict), *rest)
