"""Match two loads, or one within itself, under a purpose that all sources allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np
import pyarrow as pa

from app.base.digests import canonical
from app.base.errors import Fact, Refused
from app.base.progress import SILENT, Progress
from app.governance.gateways import choose, permitted, source_of
from app.matching.engine import Limits, match
from app.matching.engine import cost as estimate
from app.model.codebook import Codebook
from app.model.loads import LoadSummary
from app.model.matches import BANDS, Cost, Matches
from app.model.notes import Note
from app.model.plan import MatchPlan
from app.model.runs import LINES, Band, MatchRequest, RunAnswer, RunSummary
from app.services import memory
from app.services.copies import copied
from app.services.increments import ONLY_NEW, Increment, increment
from app.services.standing import stands
from app.services.workspace import LongWrite, Workspace
from app.stores import decisions, dictionary
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

PAIRS_AT_ONCE = 5000
UNLIKELY_KEPT = 10_000
"""Unlikely pairs stored of one run; the bands still count every pair compared."""


@dataclass(frozen=True)
class _Side:
    """One load ready to match: `codes` hold only standing records, `ordinals` their places."""

    load: LoadSummary
    subject: str
    codes: pa.Table
    ordinals: np.ndarray
    set_aside: int


@dataclass(frozen=True)
class _Found:
    """What a matching found, with the sides its ordinals point into."""

    matches: Matches
    places: np.ndarray
    left: _Side
    right: _Side | None
    book: Codebook


def run(workspace: Workspace, request: MatchRequest, progress: Progress = SILENT) -> RunAnswer:
    """Match and store what was found; the run is seen only when it is whole.

    Raises Refused: load-unknown, load-withdrawn, plan-unknown, plan-not-for-kinds,
    purpose-not-permitted, purpose-needs-agreement, no-common-purpose, same-load-twice,
    too-many-pairs, not-enough-memory, since-not-alike, since-without-pairs.
    """
    workspace.require_right("match.run")
    seconds: dict[str, float] = {}
    began = perf_counter()
    with workspace.read() as reader:
        left, right, plan, purpose = _prepared(workspace, reader, request)
        progress.stage("read-codes")
        book = dictionary.codebook(reader)
        fresh = _fresh(reader, request.since, left, right, plan)
    seconds["read"] = perf_counter() - began
    matches = match(
        left.codes,
        right.codes if right else None,
        book,
        plan,
        progress,
        Limits(_memory(workspace, request), fresh.among if fresh else None),
    )
    matches = fresh.new_pairs(matches) if fresh else matches
    seconds |= matches.seconds
    began = perf_counter()
    places = _worth_keeping(matches)
    with workspace.chunks("match.run", stored.PREFIX) as work:
        found = _Found(matches, places, left, right, book)
        _keep(workspace, work, found, progress)
        carried = _carried(workspace, work.id, found, progress)
        seconds["write"] = perf_counter() - began
        title = workspace.catalogue.governance.purposes[purpose].title
        notes = _notes(matches, left, right, title, len(carried))
        if fresh:
            counts = {"unchanged": fresh.unchanged, "new": left.codes.num_rows - fresh.unchanged}
            notes = (Note(ONLY_NEW, {"run": fresh.run, **counts}), *notes)
        facts = _facts(workspace, (left, right, plan, purpose), matches, seconds, notes)
        with work.finish() as change:
            stored.finish(change.writer, work.id, facts)
            decisions.decide_all(change.writer, carried)
            change.facts |= _trail_facts(work.id, facts, len(places), len(carried))
            if fresh:
                change.facts["since"] = fresh.run
            change.topics.add("pair")
    return RunAnswer(work.id, plan.id, matches.candidate_pairs, matches.bands, seconds, notes)


def _facts(
    workspace: Workspace,
    asked: tuple[_Side, _Side | None, MatchPlan, str],
    matches: Matches,
    seconds: dict[str, float],
    notes: tuple[Note, ...],
) -> stored.RunFacts:
    """What is kept of a run beside its pairs."""
    left, right, plan, purpose = asked
    lines = {"id": plan.id, "version": plan.version, LINES: asdict(plan.thresholds)}
    return stored.RunFacts(
        plan=plan.id,
        plan_digest=plan.digest,
        plan_json=canonical(lines).decode(),
        left=left.load.load,
        right=right.load.load if right else None,
        purpose=purpose,
        candidate_pairs=matches.candidate_pairs,
        bands=matches.bands,
        seconds={stage: round(taken, 3) for stage, taken in seconds.items()},
        notes=notes,
        run_at=workspace.now(),
        run_by=workspace.steward.name,
    )


def cost(workspace: Workspace, request: MatchRequest, progress: Progress = SILENT) -> Cost:
    """What a match would compare, rule by rule; nothing is compared, kept or decided.

    Raises Refused as `run` does.
    """
    workspace.require_right("match.run")
    with workspace.read() as reader:
        left, right, plan, _ = _prepared(workspace, reader, request)
        progress.stage("read-codes")
        book = dictionary.codebook(reader)
        fresh = _fresh(reader, request.since, left, right, plan)
    codes = left.codes.filter(pa.array(fresh.among.left)) if fresh else left.codes
    memory = _memory(workspace, request)
    return estimate(codes, right.codes if right else None, book, plan, progress, memory)


def _fresh(
    reader: Reader, since: str | None, left: _Side, right: _Side | None, plan: MatchPlan
) -> Increment | None:
    """What of the left load an increment matches; None for a whole match."""
    if since is None:
        return None
    loads = (left.load, right.load if right else None)
    return increment(reader, since, loads, left.codes, plan)


def _memory(workspace: Workspace, request: MatchRequest) -> int:
    return request.memory_mb or workspace.catalogue.vault_policy.match_memory_mb


def runs(workspace: Workspace) -> tuple[RunSummary, ...]:
    """Every run, withdrawn ones too, oldest first."""
    with workspace.read() as reader:
        return stored.summaries(reader)


def plans_for(workspace: Workspace, left: str, right: str | None) -> tuple[str, ...]:
    """Plans that fit the kinds of two loads, the one that follows from them first."""
    with workspace.read() as reader:
        subjects = [
            _subject(workspace, shelf.require(reader, load)) for load in (left, right) if load
        ]
    return _fitting(workspace, subjects)


def purposes(workspace: Workspace, left: str, right: str | None) -> tuple[str, ...]:
    """Purposes that both loads' routes permit, the one taken unless stated first."""
    with workspace.read() as reader:
        loads = [shelf.require(reader, load) for load in (left, right) if load]
    governance = workspace.catalogue.governance
    sources = [source_of(governance, load, _subject(workspace, load)) for load in loads]
    return permitted(governance, sources, matching=True)


def standing_rows(workspace: Workspace, load: str) -> frozenset[int]:
    """Lines of a load's records that stand: not withdrawn or amended since."""
    with workspace.read() as reader:
        side = _side(workspace, reader, shelf.require(reader, load))
    return frozenset(side.codes.column("row").to_pylist())


def _prepared(
    workspace: Workspace, reader: Reader, request: MatchRequest
) -> tuple[_Side, _Side | None, MatchPlan, str]:
    if request.right == request.left:
        raise Refused("same-load-twice", load=request.left)
    summaries = [shelf.require(reader, load) for load in (request.left, request.right) if load]
    subjects = [_subject(workspace, summary) for summary in summaries]
    plan = _plan(workspace, request.plan, subjects)
    if len(summaries) == 2 and subjects == [plan.right, plan.left] != subjects[::-1]:
        summaries.reverse()
    governance = workspace.catalogue.governance
    sources = [source_of(governance, load, _subject(workspace, load)) for load in summaries]
    purpose = choose(governance, sources, request.purpose)
    sides = [_side(workspace, reader, summary) for summary in summaries]
    return sides[0], sides[1] if len(sides) == 2 else None, plan, purpose


def _plan(workspace: Workspace, stated: str | None, subjects: Sequence[str]) -> MatchPlan:
    plans = workspace.catalogue.plans
    if stated is not None and stated not in plans:
        raise Refused("plan-unknown", plan=stated, known=", ".join(plans))
    fitting = _fitting(workspace, subjects)
    chosen = stated or (fitting[0] if fitting else None)
    if chosen is None or chosen not in fitting:
        raise Refused("plan-not-for-kinds", plan=chosen or "", subjects=", ".join(subjects))
    return plans[chosen]


def _fitting(workspace: Workspace, subjects: Sequence[str]) -> tuple[str, ...]:
    """Plans by fit: made for these subjects first, the plan for any people last."""
    plans = workspace.catalogue.plans.values()
    wanted = sorted(subjects)
    exact = [p.id for p in plans if len(wanted) == 2 and sorted((p.left, p.right)) == wanted]
    general = [p.id for p in plans if p.left == p.right == "person"]
    return tuple(dict.fromkeys([*exact, *general]))


def _subject(workspace: Workspace, load: LoadSummary) -> str:
    return workspace.catalogue.kinds[load.kind].subject


def _side(workspace: Workspace, reader: Reader, load: LoadSummary) -> _Side:
    codes = shelf.read_codes(reader, load.load)
    subject = _subject(workspace, load)
    ordinals = np.arange(codes.num_rows)
    if subject != "person":
        keep = stands(workspace, reader, load, codes.column("row").to_pylist())
        ordinals = np.flatnonzero(keep)
        codes = codes.take(pa.array(ordinals))
    return _Side(load, subject, codes, ordinals, load.records - len(ordinals))


def _keep(workspace: Workspace, work: LongWrite, found: _Found, progress: Progress) -> None:
    """Store pairs and narrow copies of their records, chunk by chunk, unseen as yet."""
    progress.stage("write", len(found.places))
    for batch in _pairs(found):
        with work.chunk() as writer:
            stored.add_pairs(writer, work.id, batch)
        progress.step(len(batch))
    for records in _copies(workspace, found):
        with work.chunk() as writer:
            stored.add_records(writer, work.id, records)
        progress.step(0)


def _carried(
    workspace: Workspace, run: str, found: _Found, progress: Progress
) -> list[decisions.Judgement]:
    """What was said before of pairs that this run found again."""
    left, right = found.left, found.right or found.left
    return memory.carried(workspace, run, (left.load.load, right.load.load), progress)


def _trail_facts(run: str, facts: stored.RunFacts, pairs: int, carried: int) -> dict[str, Fact]:
    return {
        "run": run,
        "plan": facts.plan,
        "plan_digest": facts.plan_digest,
        "left": facts.left,
        "right": facts.right,
        "purpose": facts.purpose,
        "pairs_compared": facts.candidate_pairs,
        "pairs_kept": pairs,
        "judgements_carried": carried,
    }


def _worth_keeping(matches: Matches) -> np.ndarray:
    """Places of the pairs to store: all that may be reviewed, and the likeliest of the unlikely."""
    unlikely = np.flatnonzero(matches.band == BANDS.index(Band.UNLIKELY))
    likeliest = np.argsort(-matches.probability[unlikely], kind="stable")[:UNLIKELY_KEPT]
    others = np.flatnonzero(matches.band != BANDS.index(Band.UNLIKELY))
    return np.sort(np.concatenate([others, unlikely[likeliest]]))


def _pairs(found: _Found) -> Iterator[list[stored.Pair]]:
    matches, left, right = found.matches, found.left, found.right
    other = right or left
    for start in range(0, len(found.places), PAIRS_AT_ONCE):
        part = found.places[start : start + PAIRS_AT_ONCE].tolist()
        evidence = matches.evidence(part, left.codes, right.codes if right else None, found.book)
        yield [
            stored.Pair(
                n=start + n + 1,
                left_record=int(left.ordinals[matches.left[i]]),
                right_record=int(other.ordinals[matches.right[i]]),
                weight=float(matches.weight[i]),
                probability=float(matches.probability[i]),
                band=matches.band_of(i),
                evidence=evidence[n],
            )
            for n, i in enumerate(part)
        ]


def _copies(workspace: Workspace, found: _Found) -> Iterator[list[stored.PairRecord]]:
    """Narrow copies of every record in a stored pair, a bounded number at once."""
    lefts, rights = found.matches.left[found.places], found.matches.right[found.places]
    right = found.right
    wanted = [(found.left, np.unique(lefts)), (right, np.unique(rights))]
    if right is None:
        wanted = [(found.left, np.union1d(lefts, rights))]
    for side, places in wanted:
        for start in range(0, len(places), PAIRS_AT_ONCE):
            part = places[start : start + PAIRS_AT_ONCE]
            yield _copied(workspace, side or found.left, part, found.book)


def _copied(
    workspace: Workspace, side: _Side, places: np.ndarray, book: Codebook
) -> list[stored.PairRecord]:
    with workspace.read() as reader:
        ordinals = side.ordinals[places].tolist()
        return copied(reader, side.load.load, ordinals, side.codes.take(pa.array(places)), book)


def _notes(
    matches: Matches, left: _Side, right: _Side | None, purpose: str, carried: int
) -> tuple[Note, ...]:
    notes = [Note("run-purpose", {"purpose": purpose})]
    if carried:
        notes.append(Note("judgements-carried", {"pairs": carried}))
    set_aside = left.set_aside + (right.set_aside if right else 0)
    if set_aside:
        notes.append(Note("entries-set-aside", {"entries": set_aside}))
    notes.extend(
        Note(
            "hub-left-out",
            {"rule": cost.rule, "values": cost.values_left_out, "pairs": cost.pairs_left_out},
        )
        for cost in matches.costs
        if cost.values_left_out
    )
    return tuple(notes)
