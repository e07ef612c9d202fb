"""What waits for the steward."""

from __future__ import annotations

from app.model.runs import WORTH_REVIEW
from app.model.vaults import Waiting
from app.services.workspace import Workspace
from app.stores import decisions, runs, sharing, unfinished
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


def waiting(workspace: Workspace) -> tuple[Waiting, ...]:
    """Everything that waits, the most pressing first; empty when nothing does.

    Codes: `unfinished`, `pairs-to-review` (by run), `packages-draft`, `packages-approved`,
    `registrations-unmatched` (by load), `rows-rejected` (by load), `nothing-loaded`.
    """
    with workspace.read() as reader:
        left_over = unfinished.listing(reader)
        loads = [load for load in shelf.summaries(reader) if load.state == "visible"]
        held = [run for run in runs.summaries(reader) if run.state == "complete"]
        states = [package.state for package in sharing.packages(reader)]
        undecided = {run.run: _undecided(reader, run.run) for run in held}
    kinds = workspace.catalogue.kinds
    matched = {name for run in held for name in (run.left, run.right)}
    found = [Waiting("unfinished", 1, "settings", one.id) for one in left_over]
    found += [
        Waiting("pairs-to-review", number, "review", run)
        for run, number in undecided.items()
        if number
    ]
    found += [
        Waiting(f"packages-{state}", states.count(state), "sharing")
        for state in ("draft", "approved")
        if state in states
    ]
    found += [
        Waiting("registrations-unmatched", load.records, "matching", load.load)
        for load in loads
        if kinds[load.kind].subject != "person" and load.load not in matched
    ]
    found += [
        Waiting("rows-rejected", load.rows_rejected, "load", load.load)
        for load in loads
        if load.rows_rejected
    ]
    if not loads:
        found.append(Waiting("nothing-loaded", 0, "load"))
    return tuple(found)


def _undecided(reader: Reader, run: str) -> int:
    pairs = runs.pair_ids(reader, run, WORTH_REVIEW)
    return len(set(pairs) - set(decisions.standing(reader, run)))
