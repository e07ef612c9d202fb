"""What a person's request waits for, and until when it must be answered, as rights.toml says."""

from __future__ import annotations

from datetime import date, timedelta

from app.base.clock import months_on
from app.base.errors import Refused
from app.model.requests import Owed, RequestSummary, Right, SubjectRequest
from app.services.workspace import Workspace
from app.stores import requests
from app.stores.sqlcipher import Reader


def summaries(workspace: Workspace, reader: Reader) -> tuple[RequestSummary, ...]:
    """Every request with its clock, oldest first."""
    counts = requests.counts(reader)
    return tuple(
        summary_of(workspace, kept, counts.get(kept.request, 0))
        for kept in requests.listing(reader)
    )


def summary_of(workspace: Workspace, kept: SubjectRequest, records: int) -> RequestSummary:
    """One request with what it waits for today."""
    right = right_of(workspace, kept.right)
    owed = _owed(right, kept)
    due = _due(right, kept, owed)
    left = None if due is None else (due - workspace.clock().date()).days
    told = None if due is None else due.isoformat()
    return RequestSummary(kept, right.title, records, owed, told, left)


def right_of(workspace: Workspace, right: str) -> Right:
    """A right by its id. Raises Refused `right-unknown`."""
    known = workspace.catalogue.governance.rights
    if right not in known:
        raise Refused("right-unknown", right=right[:40], known=", ".join(known))
    return known[right]


def require_open(reader: Reader, request: str) -> SubjectRequest:
    """A request that has not ended. Raises Refused: request-unknown, request-closed."""
    kept = requests.get(reader, request)
    if kept.outcome is not None:
        raise Refused("request-closed", request=request, outcome=kept.outcome)
    return kept


def held_back(workspace: Workspace, reader: Reader, load: str) -> frozenset[int]:
    """Records of a load that leave in no package, because an objection to it was upheld."""
    rights = workspace.catalogue.governance.rights.values()
    outcomes = [(right.id, outcome) for right in rights for outcome in right.hold_back_after]
    return requests.held_back(reader, outcomes, load)


def _owed(right: Right, kept: SubjectRequest) -> Owed:
    if kept.outcome is not None:
        return Owed.NOTHING
    if right.acknowledge_days is not None and kept.acknowledged_on is None:
        return Owed.ACKNOWLEDGEMENT
    if right.months is not None and kept.identity_on is None:
        return Owed.IDENTITY
    return Owed.ANSWER


def _due(right: Right, kept: SubjectRequest, owed: Owed) -> date | None:
    if owed is Owed.ACKNOWLEDGEMENT and right.acknowledge_days is not None:
        return date.fromisoformat(kept.received_on) + timedelta(days=right.acknowledge_days)
    if owed is not Owed.ANSWER or right.months is None or kept.identity_on is None:
        return None
    more = right.extend_months or 0 if kept.extended_why is not None else 0
    return months_on(date.fromisoformat(kept.identity_on), right.months + more)
