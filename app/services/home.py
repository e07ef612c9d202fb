"""What waits for the steward."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.base.errors import Fact
from app.model.answers import Awaited
from app.model.erasures import Erasure
from app.model.loads import LoadSummary
from app.model.requests import Owed, RequestSummary
from app.model.runs import WORTH_REVIEW, RunSummary
from app.model.vaults import Waiting
from app.services import answers, clocks, notices, retention
from app.services.workspace import Workspace
from app.stores import decisions, erasures, runs, sharing, trail, unfinished
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

HANDED = "load.export-rejected"
"""The act by which rejected rows go to the supplier: then they are seen to."""

REMARKS = (
    "agreement-missing",
    "footer-total-differs",
    "footer-sum-differs",
    "footer-unreconciled",
)
"""Remarks of a load that must not be told once and forgotten."""


def waiting(workspace: Workspace) -> tuple[Waiting, ...]:
    """Everything that waits, the most pressing first; empty when nothing does.

    Codes: `unfinished`, `retention-over` and `retention-near` (by load, with the days since or
    until it is to be destroyed), `pairs-to-review` (by run), `packages-draft`,
    `packages-approved`, `receipt-late` and `destruction-late` (by package, with the days since it
    was due), `registrations-unmatched`, `agreement-missing`, `footer-total-differs`,
    `footer-sum-differs`, `footer-unreconciled`, `rows-rejected` (each by load; rejected rows wait
    until they were handed to the supplier), `request-identity`, `request-due` and `request-late`
    (by request, with the days until or since it is due), `erasure-proposed` (by load),
    `notice-owed` (by package), `nothing-loaded`.
    """
    with workspace.read() as reader:
        left_over = unfinished.listing(reader)
        standing = [load for load in shelf.summaries(reader) if load.state == "visible"]
        loads = {load.load: load for load in retention.with_terms(reader, standing)}
        held = [run for run in runs.summaries(reader) if run.state == "complete"]
        states = [package.state for package in sharing.packages(reader)]
        undecided = {run.run: _undecided(reader, run.run) for run in held}
        late = answers.awaited(workspace, reader)
        requests = clocks.summaries(workspace, reader)
        proposed = erasures.listing(reader)
        owed = notices.owed(workspace, reader)
        handed = {entry.facts["load"] for entry in trail.entries(reader, 0, None, HANDED)}
    kinds = workspace.catalogue.kinds
    matched = {name for run in held for name in (run.left, run.right)}
    found = [Waiting("unfinished", 1, "settings", one.id) for one in left_over]
    found += _retained(workspace, loads)
    found += [_review(run, undecided[run.run], loads) for run in held if undecided[run.run]]
    found += _proposed(loads, proposed)
    found += _packages(states)
    found += [_late(workspace, one) for one in late]
    found += [
        Waiting("notice-owed", 1, "sharing", package, of=package, file=recipient, against=request)
        for package, recipient, request in owed
    ]
    found += _asked(workspace, requests)
    found += [
        _about(load, "registrations-unmatched", load.records, "matching")
        for load in loads.values()
        if kinds[load.kind].subject != "person" and load.load not in matched
    ]
    found += _flawed(loads, handed)
    if not loads:
        found.append(Waiting("nothing-loaded", 0, "load"))
    return tuple(found)


def _flawed(loads: dict[str, LoadSummary], handed: Collection[Fact]) -> list[Waiting]:
    """Remarks of loads that must not be forgotten, and rows that were not loaded."""
    remarks = [
        _about(load, remark.code, 1, "load")
        for load in loads.values()
        for remark in load.warnings
        if remark.code in REMARKS
    ]
    return remarks + [
        _about(load, "rows-rejected", load.rows_rejected, "load")
        for load in loads.values()
        if load.rows_rejected and load.load not in handed
    ]


def _retained(workspace: Workspace, loads: dict[str, LoadSummary]) -> list[Waiting]:
    """Loads whose time is over, longest first, and those whose time is soon over."""
    soon = workspace.catalogue.sharing.remind_days
    left = {name: retention.days_left(workspace, load) for name, load in loads.items()}
    due = sorted((days, name) for name, days in left.items() if days is not None and days <= soon)
    return [
        _about(loads[name], "retention-over" if days < 0 else "retention-near", abs(days), "load")
        for days, name in due
    ]


def _proposed(loads: dict[str, LoadSummary], erasures: tuple[Erasure, ...]) -> list[Waiting]:
    return [
        _about(loads[one.load], "erasure-proposed", 1, "load")
        for one in erasures
        if one.erased_at is None and one.load in loads
    ]


def _packages(states: list[str]) -> list[Waiting]:
    return [
        Waiting(f"packages-{state}", states.count(state), "sharing")
        for state in ("draft", "approved")
        if state in states
    ]


def _late(workspace: Workspace, one: Awaited) -> Waiting:
    """An answer that a recipient owes, with the days since it was due."""
    days = (workspace.clock().date() - date.fromisoformat(one.due)).days
    code = f"{one.what}-late"
    return Waiting(code, days, "sharing", one.package, of=one.package, file=one.recipient)


def _asked(workspace: Workspace, requests: tuple[RequestSummary, ...]) -> list[Waiting]:
    """Requests of persons that are late, nearly late, or wait to know who asks; soonest first."""
    soon = workspace.catalogue.sharing.remind_days
    found = []
    for one in sorted(requests, key=lambda r: (r.days_left is None, r.days_left or 0)):
        kept, days = one.kept, one.days_left
        if one.owed is Owed.IDENTITY:
            code, count = "request-identity", 1
        elif days is not None and days <= soon:
            code, count = "request-late" if days < 0 else "request-due", abs(days)
        else:
            continue
        found.append(
            Waiting(code, count, "requests", kept.request, of=kept.request, file=kept.case)
        )
    return found


def _about(load: LoadSummary, code: str, count: int, page: str) -> Waiting:
    return Waiting(code, count, page, load.load, of=load.load, file=load.file)


def _review(run: RunSummary, count: int, loads: dict[str, LoadSummary]) -> Waiting:
    left, right = loads[run.left], loads[run.right] if run.right else None
    return Waiting(
        "pairs-to-review" if right else "pairs-within-to-review",
        count,
        "review",
        run.run,
        of=run.run,
        file=left.file,
        against=right.file if right else "",
    )


def _undecided(reader: Reader, run: str) -> int:
    pairs = runs.pair_ids(reader, run, WORTH_REVIEW)
    return len(set(pairs) - set(decisions.standing(reader, run)))
