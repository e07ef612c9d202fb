"""What the reading desk knows of its queue: counts after a decision, undo, and words for it."""

from __future__ import annotations

from dataclasses import replace

from app.base.errors import Fact
from app.model.runs import WORTH_REVIEW, Band, Decision, Queue, Undo, Verdict
from app.services import review
from app.services.workspace import Workspace
from app.wording import moment_of, name
from app.wording.window import tell

SAMPLE = "sample"
"""Stands for a band where the pairs drawn by chance are chosen."""


def run_of(pair: str) -> str:
    """The run a pair's id names."""
    return pair.rpartition("-")[0]


def counted(queue: Queue, before: Decision | None, now: Decision) -> Queue:
    """The queue's counts after one more decision, without reading it again."""
    was_unsure = before is not None and before.verdict is Verdict.UNSURE
    is_unsure = now.verdict is Verdict.UNSURE
    fresh = now.pair not in queue.decided
    return replace(
        queue,
        done=queue.done + fresh,
        left=queue.left - fresh,
        unsure=queue.unsure + is_unsure - was_unsure,
        decided=(*queue.decided, now.pair) if fresh else queue.decided,
    )


def next_open(ws: Workspace, run: str) -> tuple[Band, int] | None:
    """The first band of a run that still has open pairs worth a look, and how many."""
    for band in WORTH_REVIEW:
        left = review.queue(ws, run, band).left
        if left:
            return band, left
    return None


def chosen_queue(ws: Workspace, run: str, chosen: str) -> Queue:
    """The queue of every band, of one band, or of the sample."""
    if chosen == SAMPLE:
        return review.queue(ws, run, sample=True)
    return review.queue(ws, run, Band(chosen) if chosen else None)


def state_of(queue: Queue, band: str) -> str:
    """The sentence of state: how many pairs wait, and of which band where only one is in sight."""
    if band == SAMPLE:
        return tell("review.title-sample", n=queue.left, run=queue.run)
    if not band:
        return tell("review.title", n=queue.left, run=queue.run)
    words = name("band", band)
    if not queue.pairs:
        return tell("review.title-empty", band=words, run=queue.run)
    key = "review.title-unlikely" if band == Band.UNLIKELY else "review.title-band"
    return tell(key, n=queue.left, band=words, run=queue.run)


def said_of(undo: Undo) -> dict[str, Fact]:
    """The decision that would be taken back, in words: its pair, what was said and when."""
    taken = undo.taken
    said, at = name("verdict", taken.verdict.value), moment_of(taken.at)
    return {"pair": undo.pair, "verdict": said, "at": at}
