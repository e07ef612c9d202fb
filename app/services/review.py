"""The reading desk: a queue of pairs, each opened, decided, undone, with its reasons."""

from __future__ import annotations

from collections.abc import Collection

from app.base.errors import Refused
from app.model.runs import (
    WORTH_REVIEW,
    Band,
    Bands,
    Decision,
    PairSummary,
    PairView,
    Queue,
    Undo,
    Verdict,
)
from app.services.desk import Desk
from app.services.memory import deciding_digest, elsewhere
from app.services.sampling import draw
from app.services.workspace import Workspace
from app.stores import decisions
from app.stores import runs as stored
from app.stores import sharing as packages
from app.stores.sqlcipher import Reader


def queue(
    workspace: Workspace, run: str, band: Band | None = None, *, sample: bool = False
) -> Queue:
    """The pairs to decide in a run, heaviest first, with counts and this steward's place.

    `sample` is for those that are drawn to tell how right the lines are, in an order of chance.
    """
    with workspace.read() as reader:
        stored.require(reader, run)
        stands = decisions.standing(reader, run)
        if sample:
            pairs = _sample(workspace, reader, run, stands)
        else:
            pairs = stored.pair_ids(reader, run, (band,) if band else WORTH_REVIEW)
        position = decisions.bookmark(reader, run, workspace.steward.name)
    decided = [stands[pair] for pair in pairs if pair in stands]
    unsure = sum(decision.verdict is Verdict.UNSURE for decision in decided)
    return Queue(
        run=run,
        pairs=pairs,
        position=min(position, len(pairs)),
        done=len(decided),
        left=len(pairs) - len(decided),
        unsure=unsure,
        decided=tuple(pair for pair in pairs if pair in stands),
    )


def _sample(
    workspace: Workspace, reader: Reader, run: str, stands: Collection[str]
) -> tuple[str, ...]:
    decided = {stored.split_id(pair)[1] for pair in stands}
    drawn = draw(reader, run, workspace.catalogue.vault_policy.review_sample, decided)
    return tuple(stored.pair_id(run, number) for number in drawn.numbers)


def kept(workspace: Workspace, run: str) -> Bands:
    """How many pairs of a run can be looked at, by band; the rest of the unlikely are a count."""
    with workspace.read() as reader:
        return stored.kept(reader, run)


def pair(workspace: Workspace, pair_id: str) -> PairView:
    """Open one pair; the look is recorded."""
    run, _ = stored.split_id(pair_id)
    with workspace.read() as reader:
        found = stored.pair(reader, pair_id)
        desk = Desk(reader, run)
        view = PairView(
            summary=desk.summary(found, decisions.latest(reader, pair_id)),
            left=desk.view(desk.left, found.left_record),
            right=desk.view(desk.right, found.right_record),
            history=decisions.history(reader, pair_id),
        )
    workspace.note("look.pair", {"pair": pair_id})
    return view


def pairs(
    workspace: Workspace,
    run: str,
    band: Band | None = None,
    limit: int | None = None,
    *,
    sample: bool = False,
) -> tuple[PairSummary, ...]:
    """Pairs of a run, heaviest first, with their evidence; listing them is recorded.

    `sample` lists those that are drawn to tell how right the lines are, in an order of chance.
    """
    with workspace.read() as reader:
        desk = Desk(reader, run)
        stands = decisions.standing(reader, run)
        chosen = (
            (stored.pair(reader, one) for one in _sample(workspace, reader, run, stands)[:limit])
            if sample
            else stored.pairs(reader, run, band, limit)
        )
        listed = tuple(
            desk.summary(found, stands.get(stored.pair_id(run, found.n)))
            for found in chosen
            if not (sample and band) or found.band is band
        )
    workspace.note("look.pairs", {"run": run, "band": band.value if band else None})
    return listed


def decide(
    workspace: Workspace, pair_id: str, verdict: Verdict, reason: str, note: str = ""
) -> Decision:
    """Record a steward's judgement; it supersedes the one before.

    What stands in other runs of the very same two records changes with it.

    Raises Refused: pair-unknown, run-withdrawn, reason-unknown, reason-not-for-verdict,
    right-missing.
    """
    declared = workspace.catalogue.governance.reasons.get(reason)
    if declared is None:
        known = ", ".join(reasons(workspace, verdict))
        raise Refused("reason-unknown", reason=reason, known=known)
    if verdict.value not in declared.verdicts:
        known = ", ".join(reasons(workspace, verdict))
        raise Refused("reason-not-for-verdict", reason=reason, verdict=verdict.value, known=known)
    run, _ = stored.split_id(pair_id)
    with workspace.read() as reader:
        found = stored.pair(reader, pair_id)
        desk = Desk(reader, run)
        left, right = (
            deciding_digest(workspace, stored.record(reader, run, load.load, record))
            for load, record in ((desk.left, found.left_record), (desk.right, found.right_record))
        )
    with workspace.write("pair.decide") as change:
        given = decisions.Judgement(
            pair=pair_id,
            verdict=verdict,
            reason=reason,
            note=note,
            by=workspace.steward.name,
            at=workspace.now(),
            left_digest=left,
            right_digest=right,
        )
        copies = elsewhere(workspace, change.writer, given)
        decision = decisions.decide(change.writer, given)
        change.facts |= {"pair": pair_id, "verdict": verdict.value, "reason": reason}
        if copies:
            decisions.decide_all(change.writer, copies)
            change.facts["copies"] = len(copies)
    return decision


def undo(workspace: Workspace, run: str) -> Undo:
    """Undo this steward's last decision in a run; what stood before it, or None, stands again.

    Raises Refused nothing-to-undo, run-unknown, run-withdrawn.
    """
    with workspace.write("pair.undo") as change:
        found = _undo(workspace, change.writer, run)
        if found is None:
            raise Refused("nothing-to-undo", run=run)
        by, at = workspace.steward.name, workspace.now()
        for taken in (found.pair, *found.copies):
            decisions.undo(change.writer, taken, by, at)
        change.facts["pair"] = found.pair
        if found.copies:
            change.facts["copies"] = len(found.copies)
    return found


def next_undo(workspace: Workspace, run: str) -> Undo | None:
    """What `undo` would take back in a run, or None; raises Refused run-unknown, run-withdrawn."""
    with workspace.read() as reader:
        return _undo(workspace, reader, run)


def _undo(workspace: Workspace, reader: Reader, run: str) -> Undo | None:
    stored.require(reader, run)
    last = decisions.last_of(reader, run, workspace.steward.name)
    taken = None if last is None else decisions.latest(reader, last)
    if last is None or taken is None:
        return None
    sent: dict[str, None] = {}
    copies = decisions.copies(reader, last)
    for pair_id in (last, *copies):
        sent |= dict.fromkeys(_sent(reader, pair_id))
    return Undo(
        run=run,
        pair=last,
        band=stored.pair(reader, last).band,
        taken=taken,
        stands=decisions.before(reader, last),
        sent=tuple(sent),
        copies=copies,
    )


def _sent(reader: Reader, pair_id: str) -> list[str]:
    """Sealed packages that carried both records of a pair."""
    run, _ = stored.split_id(pair_id)
    summary, found = stored.require(reader, run), stored.pair(reader, pair_id)
    left = packages.receivers(reader, summary.left, found.left_record)
    right = packages.receivers(reader, summary.right or summary.left, found.right_record)
    return [package for package in left if package in right]


def bookmark(workspace: Workspace, run: str, position: int) -> None:
    """Remember where this steward left off in a run's queue."""
    with workspace.write("review.bookmark") as change:
        decisions.set_bookmark(change.writer, run, workspace.steward.name, position)
        change.facts |= {"run": run, "position": position}


def reasons(workspace: Workspace, verdict: Verdict | None = None) -> tuple[str, ...]:
    """Reason codes, all or those that can stand for a verdict, the usual one first."""
    declared = workspace.catalogue.governance.reasons.values()
    if verdict is None:
        return tuple(reason.id for reason in declared)
    fitting = [reason for reason in declared if verdict.value in reason.verdicts]
    return tuple(r.id for r in sorted(fitting, key=lambda r: r.usual != verdict.value))
