"""A search for one person over all loads, and who searched in a month."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.notes import Note
from app.model.runs import RecordView


@dataclass(frozen=True)
class SearchRequest:
    """Whom to look for, for which purpose and in which case; what is not known stays empty.

    `born` is an ISO date. With a `request` of a person the search is for what is held on them: all
    loads are looked through, and its own case stands in place of `case`.
    """

    purpose: str = ""
    case: str = ""
    surname: str = ""
    forename: str = ""
    born: str = ""
    postcode: str = ""
    request: str = ""


@dataclass(frozen=True)
class SearchAnswer:
    """Records that may be of the person; `more` were found and not laid out.

    `searched` are the loads that were looked through, `left_out` tells why others were not.
    """

    records: tuple[RecordView, ...]
    more: int
    searched: tuple[str, ...]
    left_out: tuple[Note, ...]


@dataclass(frozen=True)
class OfficerSearches:
    """What one officer did in a month: searches, records they laid out, looks at people, cases."""

    steward: str
    searches: int
    records: int
    looks: int
    cases: tuple[str, ...]
