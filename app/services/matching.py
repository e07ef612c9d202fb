"""Match two loads, or one within itself, under a purpose that all sources allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import pyarrow as pa

from app.base.digests import canonical
from app.base.errors import Fact, Refused
from app.base.progress import SILENT, Progress
from app.governance.gateways import choose, permitted, source_of
from app.matching.engine import Limits, match
from app.matching.engine import cost as estimate
from app.model.codebook import Codebook
from app.model.matches import Cost
from app.model.notes import Note
from app.model.plan import MatchPlan
from app.model.runs import LINES, MatchRequest, RunAnswer, RunSummary
from app.services import increments, memory
from app.services.increments import ONLY_NEW, SET_ASIDE, Increment
from app.services.keeping import Found, Kept, found, keep
from app.services.sides import Side, side_of, subject_of
from app.services.workspace import Workspace
from app.stores import decisions, dictionary
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader


@dataclass(frozen=True)
class _Asked:
    """A match as it is asked for: the sides, the plan, the purpose, and what an increment is."""

    left: Side
    right: Side | None
    plan: MatchPlan
    purpose: str
    book: Codebook
    memory_mb: int
    fresh: Increment | None

    @property
    def codes(self) -> tuple[pa.Table, pa.Table | None]:
        """The codes of both sides."""
        return self.left.codes, self.right.codes if self.right else None


def run(workspace: Workspace, request: MatchRequest, progress: Progress = SILENT) -> RunAnswer:
    """Match and store what was found; the run is seen only when it is whole.

    Raises Refused: load-unknown, load-withdrawn, plan-unknown, plan-not-for-kinds,
    purpose-not-permitted, purpose-needs-agreement, no-common-purpose, same-load-twice,
    too-many-pairs, not-enough-memory, since-not-alike, since-without-pairs, since-stand-again.
    """
    workspace.require_right("match.run")
    seconds: dict[str, float] = {}
    began = perf_counter()
    asked = _asked(workspace, request, progress)
    seconds["read"] = perf_counter() - began
    made = _found(asked, progress)
    seconds |= made.matches.seconds
    began = perf_counter()
    with workspace.chunks("match.run", stored.PREFIX) as work:
        keep(workspace, work, made, progress)
        carried = memory.carried(workspace, work.id, made.loads, progress)
        seconds["write"] = perf_counter() - began
        facts = _facts(workspace, asked, made, seconds, _notes(workspace, asked, made, carried))
        with work.finish() as change:
            if asked.fresh:
                stored.require(change.writer, asked.fresh.run)
                change.facts["since"] = asked.fresh.run
            stored.finish(change.writer, work.id, facts)
            decisions.decide_all(change.writer, carried.judgements)
            change.facts |= _trail_facts(work.id, facts, len(made), len(carried.judgements))
            change.topics.add("pair")
    compared = made.matches.candidate_pairs
    return RunAnswer(work.id, asked.plan.id, compared, made.bands, seconds, facts.notes)


def _asked(workspace: Workspace, request: MatchRequest, progress: Progress) -> _Asked:
    """The sides of a match and, where it adds to another run, what is new in it."""
    with workspace.read() as reader:
        left, right, plan, purpose = _prepared(workspace, reader, request)
        progress.stage("read-codes")
        book = dictionary.codebook(reader)
        since = request.since
        fresh = increments.increment(reader, since, left, right, plan) if since else None
    ceiling = request.memory_mb or workspace.catalogue.vault_policy.match_memory_mb
    return _Asked(left, right, plan, purpose, book, ceiling, fresh)


def _found(asked: _Asked, progress: Progress) -> Found:
    """Match what is asked for, or what is new of it beside what stands."""
    left, right, book, fresh = asked.left, asked.right, asked.book, asked.fresh
    plan, ceiling = asked.plan, asked.memory_mb
    if fresh is None or right is None:
        matches = match(*asked.codes, book, plan, progress, Limits(ceiling))
        return found(matches, (left, right), book)
    sides = (left, right)
    fresh, matches = increments.matched(fresh, sides, book, plan, progress, ceiling)
    told = fresh.new_pairs(matches)
    return found(told, sides, book, Kept(fresh.run, fresh.kept_pairs(told)))


def _facts(
    workspace: Workspace,
    asked: _Asked,
    found: Found,
    seconds: dict[str, float],
    notes: tuple[Note, ...],
) -> stored.RunFacts:
    """What is kept of a run beside its pairs."""
    plan, right = asked.plan, asked.right
    lines = {"id": plan.id, "version": plan.version, LINES: asdict(plan.thresholds)}
    return stored.RunFacts(
        plan=plan.id,
        plan_digest=plan.digest,
        plan_json=canonical(lines).decode(),
        left=asked.left.load.load,
        right=right.load.load if right else None,
        purpose=asked.purpose,
        candidate_pairs=found.matches.candidate_pairs,
        bands=found.bands,
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
    asked = _asked(workspace, request, progress)
    book, plan, ceiling = asked.book, asked.plan, asked.memory_mb
    if asked.fresh is None or asked.right is None:
        return estimate(*asked.codes, book, plan, progress, ceiling)
    sides = (asked.left, asked.right)
    return increments.cost_of(asked.fresh, sides, book, plan, progress, ceiling)


def runs(workspace: Workspace) -> tuple[RunSummary, ...]:
    """Every run, withdrawn ones too, oldest first."""
    with workspace.read() as reader:
        return stored.summaries(reader)


def plans_for(workspace: Workspace, left: str, right: str | None) -> tuple[str, ...]:
    """Plans that fit the kinds of two loads, the one that follows from them first."""
    with workspace.read() as reader:
        subjects = [
            subject_of(workspace, shelf.require(reader, load)) for load in (left, right) if load
        ]
    return _fitting(workspace, subjects)


def purposes(workspace: Workspace, left: str, right: str | None) -> tuple[str, ...]:
    """Purposes that both loads' routes permit, the one taken unless stated first."""
    with workspace.read() as reader:
        loads = [shelf.require(reader, load) for load in (left, right) if load]
    governance = workspace.catalogue.governance
    sources = [source_of(governance, load, subject_of(workspace, load)) for load in loads]
    return permitted(governance, sources, matching=True)


def standing_rows(workspace: Workspace, load: str) -> frozenset[int]:
    """Lines of a load's records that stand: not withdrawn or amended since."""
    with workspace.read() as reader:
        side = side_of(workspace, reader, shelf.require(reader, load))
    return frozenset(side.codes.column("row").to_pylist())


def _prepared(
    workspace: Workspace, reader: Reader, request: MatchRequest
) -> tuple[Side, Side | None, MatchPlan, str]:
    if request.right == request.left:
        raise Refused("same-load-twice", load=request.left)
    summaries = [shelf.require(reader, load) for load in (request.left, request.right) if load]
    subjects = [subject_of(workspace, summary) for summary in summaries]
    plan = _plan(workspace, request.plan, subjects)
    if len(summaries) == 2 and subjects == [plan.right, plan.left] != subjects[::-1]:
        summaries.reverse()
    governance = workspace.catalogue.governance
    sources = [source_of(governance, load, subject_of(workspace, load)) for load in summaries]
    purpose = choose(governance, sources, request.purpose)
    sides = [side_of(workspace, reader, summary) for summary in summaries]
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


def _notes(
    workspace: Workspace, asked: _Asked, found: Found, carried: memory.Carried
) -> tuple[Note, ...]:
    left, right, fresh = asked.left, asked.right, asked.fresh
    notes = []
    if fresh:
        new = left.codes.num_rows - fresh.unchanged
        counts = {"unchanged": fresh.unchanged, "new": new, "gone": fresh.gone}
        pairs = len(found.kept.pairs.numbers) if found.kept else 0
        notes.append(Note(ONLY_NEW, {"run": fresh.run, **counts, "pairs": pairs}))
    title = workspace.catalogue.governance.purposes[asked.purpose].title
    notes.append(Note("run-purpose", {"purpose": title}))
    if carried.judgements:
        notes.append(Note("judgements-carried", {"pairs": len(carried.judgements)}))
    if carried.open:
        notes.append(Note("judgements-left-open", {"pairs": carried.open}))
    set_aside = left.set_aside + (right.set_aside if right else 0)
    if set_aside:
        notes.append(Note(SET_ASIDE, {"entries": set_aside}))
    notes.extend(
        Note(
            "hub-left-out",
            {"rule": cost.rule, "values": cost.values_left_out, "pairs": cost.pairs_left_out},
        )
        for cost in found.matches.costs
        if cost.values_left_out
    )
    return tuple(notes)
