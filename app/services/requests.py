"""Requests of persons about data on them: opened, their records laid to them, clocked, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.base.errors import Refused
from app.model.requests import Place, RequestSummary, SubjectRequest, SubjectView
from app.services import clocks, subject
from app.services.workspace import Change, Workspace
from app.stores import loads as shelf
from app.stores import requests
from app.stores.sqlcipher import Reader

LONGEST = 200
"""Characters of a case reference or a reason that are kept."""


def listed(workspace: Workspace) -> tuple[RequestSummary, ...]:
    """Every request with what it waits for, oldest first."""
    with workspace.read() as reader:
        return clocks.summaries(workspace, reader)


def begin(
    workspace: Workspace, right: str, case: str, received: date, identity: date | None = None
) -> RequestSummary:
    """Put a request on record; `identity` is the day it was clear who asks, None if it is not yet.

    Raises Refused: right-missing, right-unknown, request-needs-case, request-day-to-come,
    request-day-too-early.
    """
    clocks.right_of(workspace, right)
    told = _line(case, "request-needs-case")
    _require_past(workspace, received)
    if identity is not None:
        _require_past(workspace, identity)
        _require_after(received.isoformat(), identity)
    asked = SubjectRequest(
        "",
        right,
        told,
        received.isoformat(),
        None if identity is None else identity.isoformat(),
        None,
        None,
        workspace.now(),
        workspace.steward.name,
    )
    with workspace.write("request.open") as change:
        kept = requests.put(change.writer, asked)
        change.facts |= {"request": kept.request, "right": right, "on": kept.received_on}
    return clocks.summary_of(workspace, kept, 0)


def identified(workspace: Workspace, request: str, on: date) -> RequestSummary:
    """It became clear who asks: the clock runs from this day.

    Raises Refused: right-missing, request-unknown, request-closed, request-day-to-come,
    request-day-too-early.
    """
    return _dated(workspace, "request.identity", request, "identity_on", on)


def acknowledged(workspace: Workspace, request: str, on: date) -> RequestSummary:
    """The person was told that the request has come. Raises Refused as `identified`."""
    return _dated(workspace, "request.acknowledge", request, "acknowledged_on", on)


def extend(workspace: Workspace, request: str, why: str) -> RequestSummary:
    """Take the longer time that the law gives, once, before the usual one is over.

    Raises Refused: right-missing, request-unknown, request-closed, request-needs-reason,
    request-not-extendable, request-extended, request-late.
    """
    told = _line(why, "request-needs-reason")
    with workspace.write("request.extend") as change:
        kept = clocks.require_open(change.writer, request)
        right = clocks.right_of(workspace, kept.right)
        if right.extend_months is None or kept.identity_on is None:
            raise Refused("request-not-extendable", request=request)
        if kept.extended_why is not None:
            raise Refused("request-extended", request=request)
        now = clocks.summary_of(workspace, kept, 0)
        if now.days_left is not None and now.days_left < 0:
            raise Refused("request-late", request=request, due=now.due)
        requests.change(change.writer, request, "extended_why", told)
        answer = _told(workspace, change, request)
        change.facts["until"] = answer.due or ""
    return answer


def lay(workspace: Workspace, request: str, places: Sequence[Place]) -> RequestSummary:
    """Lay records to a request: the steward has seen that they are the person's.

    Raises Refused: right-missing, request-unknown, request-closed, load-unknown, load-withdrawn,
    record-not-there.
    """
    with workspace.write("request.lay") as change:
        writer = change.writer
        clocks.require_open(writer, request)
        laid = [(place, _ordinal(writer, place)) for place in places]
        requests.lay(writer, request, laid, workspace.now(), workspace.steward.name)
        answer = _told(workspace, change, request)
        change.facts["records"] = len(places)
    return answer


def take_off(workspace: Workspace, request: str, places: Sequence[Place]) -> RequestSummary:
    """Records turn out not to be the person's. Raises Refused as `lay`, and record-not-laid."""
    with workspace.write("request.take-off") as change:
        clocks.require_open(change.writer, request)
        if requests.take_off(change.writer, request, places) != len(set(places)):
            raise Refused("record-not-laid", request=request)
        answer = _told(workspace, change, request)
        change.facts["records"] = len(places)
    return answer


def close(
    workspace: Workspace, request: str, outcome: str, why: str
) -> tuple[SubjectView, tuple[str, ...]]:
    """End a request; with the recipients to be told, where the law has them told of its outcome.

    Raises Refused: right-missing, request-unknown, request-closed, outcome-unknown,
    request-needs-reason.
    """
    told = _line(why, "request-needs-reason")
    with workspace.write("request.close") as change:
        kept = clocks.require_open(change.writer, request)
        right = clocks.right_of(workspace, kept.right)
        if outcome not in right.outcomes:
            known = ", ".join(right.outcomes)
            raise Refused("outcome-unknown", outcome=outcome[:40], known=known)
        at, by = workspace.now(), workspace.steward.name
        requests.close(change.writer, request, (outcome, told), at, by)
        change.facts |= {"request": request, "right": kept.right, "outcome": outcome}
        view = subject.view(workspace, change.writer, request)
        told_too = {one.recipient for one in view.gone_out} if outcome in right.tell_after else ()
        return view, tuple(sorted(told_too))


def held(workspace: Workspace, request: str) -> SubjectView:
    """Everything held about the person of a request; the look is recorded.

    Raises Refused `request-unknown`.
    """
    with workspace.read() as reader:
        view = subject.view(workspace, reader, request)
    workspace.note("look.request", {"request": request, "records": len(view.records)})
    return view


def laid(workspace: Workspace, request: str) -> tuple[Place, ...]:
    """Which records are laid to a request. Raises Refused `request-unknown`."""
    with workspace.read() as reader:
        requests.get(reader, request)
        return tuple(place for place, _ in requests.records(reader, request))


def _dated(workspace: Workspace, action: str, request: str, name: str, on: date) -> RequestSummary:
    _require_past(workspace, on)
    with workspace.write(action) as change:
        kept = clocks.require_open(change.writer, request)
        _require_after(kept.received_on, on)
        requests.change(change.writer, request, name, on.isoformat())
        answer = _told(workspace, change, request)
        change.facts["on"] = on.isoformat()
    return answer


def _told(workspace: Workspace, change: Change, request: str) -> RequestSummary:
    """The request as it now stands, and its id for the trail."""
    change.facts["request"] = request
    kept = requests.get(change.writer, request)
    return clocks.summary_of(workspace, kept, len(requests.records(change.writer, request)))


def _ordinal(reader: Reader, place: Place) -> int:
    """Where a record stands in its load."""
    codes = shelf.read_codes(reader, place.load, ["row", "part"])
    rows, parts = codes.column("row").to_numpy(), codes.column("part").to_numpy()
    found = ((rows == place.row) & (parts == place.part)).nonzero()[0]
    if not len(found):
        raise Refused("record-not-there", load=place.load, row=place.row, part=place.part)
    return int(found[0])


def _line(text: str, code: str) -> str:
    told = " ".join(text.split())[:LONGEST]
    if not told:
        raise Refused(code)
    return told


def _require_past(workspace: Workspace, on: date) -> None:
    if on > workspace.clock().date():
        raise Refused("request-day-to-come", on=on.isoformat())


def _require_after(received: str, on: date) -> None:
    if on.isoformat() < received:
        raise Refused("request-day-too-early", on=on.isoformat(), received=received)
