"""What stewards said of two records, remembered when a later run finds the same two again.

The same means: unchanged in every field that decides. Whoever loads an extract anew need not
judge its pairs anew, and two records that were found to be of different people stay apart; as
soon as one deciding field changes the pair is open again. Where several records of one load say
the same (a father and a son of one name on a register), only their references tell them apart;
where these do not, nothing is taken for granted and the pair stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.base.digests import keyed_digest
from app.base.progress import Progress
from app.matching.sides import Ints
from app.model.records import CODES
from app.model.runs import Verdict
from app.services.desk import ORDER
from app.services.workspace import Workspace
from app.stores import decisions
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.decisions import Judgement
from app.stores.sqlcipher import Reader

OWN = ("row", "part")
"""Where a record stands in its file is no part of what it says."""
ODD = np.uint64(0x9E3779B97F4A7C15)
"""Multiplier that spreads a code over 64 bits (Knuth's golden ratio hashing)."""


@dataclass(frozen=True)
class Seen:
    """A record as it is known again: where it lies, what decides, and what its source calls it."""

    load: str
    record: int
    digest: str
    reference: str


@dataclass(frozen=True)
class Carried:
    """Judgements that hold for pairs of a new run, and how many pairs none could be held to."""

    judgements: list[Judgement]
    open: int


def deciding_digest(workspace: Workspace, record: stored.PairRecord) -> str:
    """Digest of what decides a pair: the standardised fields, not how a supplier wrote them.

    Keyed by the vault, since names and dates are few enough to be guessed.
    """
    names = sorted(record.fields, key=lambda name: ORDER.get(name, len(ORDER)))
    standard = [(name, record.fields[name][1]) for name in names]
    fields = [[name, value] for name, value in standard if value]
    return keyed_digest(fields, workspace.digest_key)


def seen(workspace: Workspace, record: stored.PairRecord) -> Seen:
    """A narrow copy as it is known again."""
    reference = record.fields.get("reference", ("", ""))[0].strip()
    named = f"{reference} {record.part}" if reference else ""
    return Seen(record.load, record.record, deciding_digest(workspace, record), named)


class Recall:
    """Tells which of the judgements in a vault was said of two given records."""

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self._workspace = workspace
        self._reader = reader
        self._alike: dict[str, tuple[Ints, Ints]] = {}
        self._kinds: dict[str, str] = {}

    @cached_property
    def _said(self) -> decisions.Memory:
        return decisions.memory(self._reader)

    def __bool__(self) -> bool:
        return bool(self._said)

    def apart(self) -> list[tuple[str, str]]:
        """Digests of the records of which a standing judgement says that they are two people."""
        return [
            digests
            for digests, said in self._said.items()
            if any(one.verdict is Verdict.DIFFERENT for one in said)
        ]

    def of(self, one: Seen, other: Seen) -> tuple[Judgement, ...]:
        """Judgements of two records that say what these say, oldest first, whoever they are."""
        return self._said.get(decisions.unordered(one.digest, other.digest), ())

    def holding(self, one: Seen, other: Seen) -> Judgement | None:
        """The newest judgement that was said of these very two records."""
        about = (said for said in reversed(self.of(one, other)) if self.about(said, (one, other)))
        return next(about, None)

    def family(self, judgement: Judgement) -> tuple[Judgement, ...]:
        """What stands of the very two records of a judgement, in any run, oldest first."""
        digests = decisions.unordered(judgement.left_digest, judgement.right_digest)
        said = self._said.get(digests, ())
        if len(said) < 2:
            return said or (judgement,)
        ends = self.ends(judgement.pair)
        return tuple(
            one
            for one in said
            if decisions.root(one) == decisions.root(judgement) or self.about(one, ends)
        )

    def about(self, said: Judgement, pair: tuple[Seen, Seen]) -> bool:
        """Whether a judgement of records that say the same was said of these very two."""
        then = self.ends(said.pair)
        return self._these(then, pair) or self._these(then[::-1], pair)

    def ends(self, pair: str) -> tuple[Seen, Seen]:
        """The two records of a pair."""
        run, _ = stored.split_id(pair)
        summary, found = stored.get(self._reader, run), stored.pair(self._reader, pair)
        ends = (
            (summary.left, found.left_record),
            (summary.right or summary.left, found.right_record),
        )
        one, other = (seen(self._workspace, stored.record(self._reader, run, *end)) for end in ends)
        return one, other

    def _these(self, then: tuple[Seen, ...], now: tuple[Seen, Seen]) -> bool:
        if any(old.digest != new.digest for old, new in zip(then, now, strict=True)):
            return False
        twofold = _twofold(now) and _twofold(then)
        if twofold and max(self._number(one) for one in (*then, *now)) == len(now):
            return True
        return all(
            self._known_by_name(old, new) or self._number(old) == self._number(new) == 1
            for old, new in zip(then, now, strict=True)
        )

    def _known_by_name(self, old: Seen, new: Seen) -> bool:
        """Whether two sights are of one record: it lies where it lay, or is called the same."""
        if old.load == new.load:
            return old.record == new.record
        named = bool(new.reference) and old.reference == new.reference
        return named and self._kind(old.load) == self._kind(new.load)

    def _kind(self, load: str) -> str:
        if load not in self._kinds:
            self._kinds[load] = shelf.get(self._reader, load).kind
        return self._kinds[load]

    def _number(self, one: Seen) -> int:
        """How many records of its load say what a record says, itself among them."""
        if one.load not in self._alike:
            alike = likeness(self._reader, one.load)
            self._alike[one.load] = alike, np.sort(alike)
        alike, ordered = self._alike[one.load]
        first, last = (np.searchsorted(ordered, alike[one.record], s) for s in ("left", "right"))
        return int(last - first)


def likeness(reader: Reader, load: str) -> Ints:
    """A number for each record of a load, the same for records that say the same.

    Two that differ may share one, once in 2^64: then their references are asked for too.
    """
    codes = shelf.read_codes(reader, load)
    mixed = np.zeros(codes.num_rows, dtype=np.uint64)
    for field in CODES:
        if field.name in OWN:
            continue
        plain = codes.column(field.name).cast("int64").fill_null(np.iinfo(np.int64).min)
        mixed = (mixed ^ plain.to_numpy().astype(np.uint64)) * ODD
        mixed ^= mixed >> np.uint64(29)
    alike: Ints = mixed.view(np.int64)
    return alike


def carried(workspace: Workspace, run: str, loads: tuple[str, str], progress: Progress) -> Carried:
    """The judgements that hold for pairs of a new run, found between two loads."""
    with workspace.read() as reader:
        recall = Recall(workspace, reader)
        if not recall:
            return Carried([], 0)
        known = {}
        for record in stored.records(reader, run):
            known[record.load, record.record] = seen(workspace, record)
            progress.step(0)
        judgements, open_pairs = [], 0
        for pair, one, other in _ends(reader, run, loads, known):
            if not recall.of(one, other):
                continue
            found = recall.holding(one, other)
            open_pairs += found is None
            if found is not None:
                judgements.append(_again(found, pair, one, other))
            progress.step(0)
        return Carried(judgements, open_pairs)


def elsewhere(workspace: Workspace, reader: Reader, given: Judgement) -> tuple[Judgement, ...]:
    """What stands in other runs of the very two records of a judgement, told as it now says."""
    candidates = decisions.alike(reader, given)
    if not candidates:
        return ()
    recall = Recall(workspace, reader)
    stood = decisions.latest(reader, given.pair)
    roots = {given.pair, (stood and stood.carried_from) or given.pair}
    one, other = recall.ends(given.pair)
    return tuple(
        replace(
            given,
            pair=old.pair,
            left_digest=old.left_digest,
            right_digest=old.right_digest,
            carried_from=given.pair,
        )
        for old in candidates
        if decisions.root(old) in roots or recall.about(old, (one, other))
    )


def _twofold(pair: tuple[Seen, ...]) -> bool:
    """Whether a pair is of two records of one load that say the same."""
    one, other = pair
    return one.load == other.load and one.digest == other.digest


def _ends(
    reader: Reader, run: str, loads: tuple[str, str], known: dict[tuple[str, int], Seen]
) -> Iterator[tuple[str, Seen, Seen]]:
    for number, left, right in stored.places_of(reader, run):
        yield stored.pair_id(run, number), known[loads[0], left], known[loads[1], right]


def _again(found: Judgement, pair: str, one: Seen, other: Seen) -> Judgement:
    return replace(
        found,
        pair=pair,
        left_digest=one.digest,
        right_digest=other.digest,
        carried_from=decisions.root(found),
    )
