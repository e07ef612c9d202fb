"""Match files against known truth and say how good the matching is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.base.clock import Clock, system_clock
from app.base.errors import Refused, Where
from app.base.memory import peak_mb
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.files.read import read
from app.files.sniff import sniff
from app.matching.engine import blocked, match
from app.matching.measure import as_pairs, measure
from app.matching.train import train
from app.model.codebook import Codebook
from app.model.evaluation import EvaluateAnswer, EvaluateRequest
from app.model.kinds import ColumnUse, Mapping
from app.model.loads import LoadWishes, Offer, ReadChoices
from app.model.meanings import Meaning
from app.services.passage import Passage
from app.services.reading import mapping_of, understand

FEW_IDS = 0.1
"""Share of second values that are ids up to which they are taken for names of clusters."""


@dataclass(frozen=True)
class _Side:
    ids: tuple[str, ...]
    records: pa.Table


def evaluate(
    catalogue: Catalogue,
    request: EvaluateRequest,
    progress: Progress = SILENT,
    clock: Clock = system_clock,
) -> EvaluateAnswer:
    """Read, standardise, match and measure; no vault, nothing written.

    Raises Refused for files that cannot be read, `id-column-missing`, `ids-repeat`,
    `truth-too-narrow`, `truth-unknown-ids`, `truth-empty`, `truth-one-cluster`.
    """
    seconds: dict[str, float] = {}
    began = perf_counter()
    reader = _Reader(catalogue, request.id_column, clock().date(), progress)
    left = reader.side(request.left, request.mapping_left)
    right = reader.side(request.right, request.mapping_right) if request.right else None
    truth = _truth(catalogue, request.truth, left, right)
    if not truth:
        raise Refused("truth-empty", where=Where(file=request.truth.name))
    seconds["read"] = perf_counter() - began
    began = perf_counter()
    book = Codebook()
    left_codes = book.encode_records(left.records)
    right_codes = book.encode_records(right.records) if right else None
    seconds["encode"] = perf_counter() - began
    plan = catalogue.plans["people"]
    if request.train:
        began = perf_counter()
        plan = train(left_codes, right_codes, book, plan, progress)
        seconds["train"] = perf_counter() - began
    matches = match(left_codes, right_codes, book, plan, progress)
    seconds |= matches.seconds
    compared = blocked(left_codes, right_codes, book, plan, as_pairs(truth))
    found = measure(matches, truth, request.threshold, right is None, compared)
    return EvaluateAnswer(
        left_records=len(left.ids),
        right_records=len(right.ids) if right else None,
        true_pairs=len(truth),
        candidate_pairs=matches.candidate_pairs,
        blocking_recall=found.blocking_recall,
        at_threshold=found.at_threshold,
        best=found.best,
        clusters=found.clusters,
        seconds=seconds,
        peak_rss_mb=peak_mb(),
        unguarded=len(catalogue.plans["people"].adjustments) - len(plan.adjustments),
    )


@dataclass(frozen=True)
class _Reader:
    catalogue: Catalogue
    id_column: str | None
    today: date
    progress: Progress

    def side(self, path: Path, mapping_file: Path | None) -> _Side:
        """One file as records, its ids unique."""
        wishes = LoadWishes(kind=None if mapping_file else "people", mapping_file=mapping_file)
        found = understand(self.catalogue, path, wishes, progress=self.progress)
        mapping = _with_id(found.offer, mapping_of(found), self.id_column)
        passage = Passage(self.catalogue, path, found.offer.shape, mapping, self.today)
        records = pa.concat_tables(batch.records for batch in passage.batches(self.progress))
        ids = tuple(records.column("reference").to_pylist())
        first = pc.filter(records.column("reference"), pc.equal(records.column("part"), 1))
        if len(pc.unique(first)) < len(first):
            raise Refused("ids-repeat", where=Where(file=path.name))
        return _Side(ids, records)


def _with_id(offer: Offer, mapping: Mapping, id_column: str | None) -> Mapping:
    """The mapping with the id column as the only reference."""
    columns = offer.shape.columns
    wanted = id_column or columns[0]
    if wanted not in columns:
        raise Refused("id-column-missing", where=Where(file=offer.path.name, column=wanted))
    uses = [
        ColumnUse(use.column, None) if use.means is Meaning.REFERENCE else use
        for use in mapping.columns
        if use.column != wanted
    ]
    uses.append(ColumnUse(wanted, Meaning.REFERENCE))
    return replace(mapping, columns=tuple(uses))


def _truth(
    catalogue: Catalogue, path: Path, left: _Side, right: _Side | None
) -> set[tuple[int, int]]:
    """True pairs as record positions (left, right), or (lower, higher) within one file."""
    left_at = _places(left)
    right_at = left_at if right is None else _places(right)
    lines = _lines(catalogue, path, left_at, right_at)
    pairs = [ends for _, ends in lines]
    if right is None and _clusters(pairs, left_at):
        if len(pairs) > 2 and len({cluster for _, cluster in pairs}) == 1:
            raise Refused("truth-one-cluster", where=Where(file=path.name))
        return _within(pairs, left_at)
    found, unknown = set(), []
    for row, (first, second) in lines:
        one, other = first, second
        if one not in left_at and one in right_at:
            one, other = other, one  # truth may name the sides the other way round
        if one not in left_at or other not in right_at:
            unknown.append(row)
            continue
        a, b = left_at[one], right_at[other]
        found.add((min(a, b), max(a, b)) if right is None else (a, b))
    if unknown:
        where = Where(file=path.name, row=unknown[0])
        raise Refused("truth-unknown-ids", where=where, rows=len(unknown), of=len(pairs))
    return {pair for pair in found if right is not None or pair[0] != pair[1]}


def _lines(
    catalogue: Catalogue, path: Path, left_at: dict[str, int], right_at: dict[str, int]
) -> list[tuple[int, tuple[str, str]]]:
    """The first two cells of each row with its number, a first line without names among them."""
    shape = sniff(path, ReadChoices(), {}, catalogue.reading)
    if len(shape.columns) < 2:
        raise Refused("truth-too-narrow", where=Where(file=path.name))
    lines = [
        (number, (cells[0].strip(), cells[1].strip()))
        for rows in read(path, shape, lambda _rejection: None, catalogue.reading)
        for number, cells in zip(rows.numbers, rows.cells, strict=True)
    ]
    first = (shape.columns[0].strip(), shape.columns[1].strip())
    if first[0] in left_at and (right_at is left_at or first[1] in right_at):
        lines.insert(0, (1, first))  # there is no row of names
    return lines


def _places(side: _Side) -> dict[str, int]:
    """Where the record of each id lies; of a joint row the first person."""
    places: dict[str, int] = {}
    for position, id_ in enumerate(side.ids):
        places.setdefault(id_, position)
    return places


def _clusters(pairs: list[tuple[str, str]], at: dict[str, int]) -> bool:
    """Whether rows are id and cluster: every record once, or a second column that is no id.

    A cluster may happen to be called as a record is, so that a few ids prove nothing; pairs with
    a few unknown ids are pairs still, and told as such.
    """
    firsts = {one for one, _ in pairs}
    ids = sum(other in at for _, other in pairs)
    return (len(firsts) == len(pairs) and firsts >= set(at)) or ids <= FEW_IDS * len(pairs)


def _within(pairs: list[tuple[str, str]], at: dict[str, int]) -> set[tuple[int, int]]:
    members: dict[str, list[int]] = {}
    for id_, cluster in pairs:
        if id_ in at:
            members.setdefault(cluster, []).append(at[id_])
    return {
        (int(a), int(b))
        for group in members.values()
        for i, a in enumerate(np.sort(group))
        for b in np.sort(group)[i + 1 :]
    }
