"""Find one person in all loads that a purpose may see: for a case that is named, on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from app.base.errors import Fact, Refused
from app.base.progress import SILENT, Progress
from app.governance.gateways import require, require_people, source_of
from app.matching.sides import Flags
from app.model.codebook import Codebook
from app.model.loads import LoadSummary
from app.model.notes import Note
from app.model.policy import LOOK
from app.model.records import DOMAINS
from app.model.runs import RecordView
from app.model.searching import OfficerSearches, SearchAnswer, SearchRequest
from app.services import clocks
from app.services.copies import copied
from app.services.desk import view_of
from app.services.standing import stands
from app.services.workspace import Workspace
from app.standardise.addresses import postcode
from app.standardise.dates import DateFormat, read_date
from app.standardise.names import given_names, surname
from app.stores import dictionary, trail
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

MOST = 100
"""Records laid out for one search; who finds more knows too little."""
LONGEST = 60
"""Characters of a case reference that are kept."""
LEAST = 2
"""Things that must be known of a person: a surname alone is a trawl."""
ACTION = f"{LOOK}search"
LOOKS = (f"{LOOK}person", f"{LOOK}pair")
EPOCH = date(1970, 1, 1)
DATES = (DateFormat("%Y-%m-%d"), DateFormat("%d/%m/%Y"), DateFormat("%d.%m.%Y"))
SURNAMES = ("surname", "surname_a", "surname_b", "birth_surname", "alias_surname")
FORENAMES = ("forename", "middle", "alias_forename")
COLUMNS = (
    *("row", "canonical", "birth_date", "birth_year", "postcode"),
    *(*SURNAMES, *FORENAMES),
)


@dataclass(frozen=True)
class _Wanted:
    """What is looked for, as records hold it; None where it is not known."""

    surname: str | None
    forename: str | None
    canonical: str | None
    born: date | None
    postcode: str | None


def find(workspace: Workspace, request: SearchRequest, progress: Progress = SILENT) -> SearchAnswer:
    """Records of every standing load that agree with all that is known of a person.

    Names agree as matching takes them (short forms, former surnames, initials); a birth date or
    postcode that a record lacks is no disagreement. Loads that the purpose may not see are left
    out, with the clause; for a person's own request none is. The search stands in the trail with
    its purpose or request and its case, and not with what was looked for. Raises Refused:
    purpose-unknown, purpose-matches-nobody, search-needs-case, search-too-wide,
    search-unreadable, request-unknown, request-closed.
    """
    facts = _asked(workspace, request)
    wanted = _read(workspace, request)
    progress.stage("search")
    found: list[RecordView] = []
    searched: list[str] = []
    left_out: list[Note] = []
    total = 0
    with workspace.read() as reader:
        book = dictionary.codebook(reader)
        for load in [one for one in shelf.summaries(reader) if one.state == "visible"]:
            progress.step(0)
            clause = None if request.request else _clause(workspace, load, request.purpose)
            if clause is not None:
                left_out.append(Note("load-not-searched", {"load": load.load, "clause": clause}))
                continue
            searched.append(load.load)
            places = _places(workspace, reader, load, book, wanted)
            total += len(places)
            found += _views(reader, load, places[: MOST - len(found)], book)
    workspace.note(ACTION, {**facts, "loads": len(searched), "records": len(found)})
    return SearchAnswer(tuple(found), total - len(found), tuple(searched), tuple(left_out))


def _asked(workspace: Workspace, request: SearchRequest) -> dict[str, Fact]:
    """What the trail says of why somebody is looked for, once that is a reason."""
    if request.request:
        with workspace.read() as reader:
            kept = clocks.require_open(reader, request.request)
        return {"request": kept.request, "case": kept.case}
    governance = workspace.catalogue.governance
    require(governance, (), request.purpose)
    require_people(governance, request.purpose)
    case = " ".join(request.case.split())[:LONGEST]
    if not case:
        raise Refused("search-needs-case")
    return {"purpose": request.purpose, "case": case}


def _clause(workspace: Workspace, load: LoadSummary, purpose: str) -> Fact:
    """Why a purpose may not see a load, None where it may."""
    governance, kind = workspace.catalogue.governance, workspace.catalogue.kinds[load.kind]
    try:
        require(governance, [source_of(governance, load, kind.subject)], purpose)
    except Refused as refusal:
        return refusal.facts["clause"]
    return None


def searches(workspace: Workspace, month: str) -> tuple[OfficerSearches, ...]:
    """What each officer searched for and looked at in a month (`2026-11`), by name.

    Raises Refused `month-unreadable`.
    """
    try:
        date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refused("month-unreadable", month=month[:20]) from None
    told: dict[str, OfficerSearches] = {}
    with workspace.read() as reader:
        for entry in trail.entries(reader, 0, None, LOOK):
            if not entry.at.startswith(month) or entry.action not in (ACTION, *LOOKS):
                continue
            one = told.get(entry.steward, OfficerSearches(entry.steward, 0, 0, 0, ()))
            asked = entry.action == ACTION
            cases = {*one.cases, str(entry.facts["case"])} if asked else set(one.cases)
            told[entry.steward] = OfficerSearches(
                steward=entry.steward,
                searches=one.searches + asked,
                records=one.records + (int(str(entry.facts["records"])) if asked else 0),
                looks=one.looks + (not asked),
                cases=tuple(sorted(cases)),
            )
    return tuple(told[name] for name in sorted(told))


def _read(workspace: Workspace, request: SearchRequest) -> _Wanted:
    """The request as records hold such things; what is given and cannot be read is refused."""
    rules = workspace.catalogue.names
    family, given = surname(request.surname, rules).surname, given_names(request.forename, rules)
    code, _ = postcode(request.postcode.strip(), rules.addresses)
    parts, _ = read_date(request.born.strip(), DATES, rules.dates, workspace.clock().date())
    born = parts.whole
    for field, text, value in (
        ("birth_date", request.born, born),
        ("surname", request.surname, family),
        ("forename", request.forename, given.forename),
        ("postcode", request.postcode, code),
    ):
        if text.strip() and value is None:
            raise Refused("search-unreadable", field=field, value=text[:40])
    if sum(known is not None for known in (family, given.forename, born, code)) < LEAST:
        raise Refused("search-too-wide", least=LEAST)
    return _Wanted(family, given.forename, given.canonical, born, code)


def _places(
    workspace: Workspace, reader: Reader, load: LoadSummary, book: Codebook, wanted: _Wanted
) -> list[int]:
    """Ordinals of a load's standing records that agree with all that is wanted."""
    codes = shelf.read_codes(reader, load.load, COLUMNS)
    agree = np.ones(codes.num_rows, dtype=np.bool_)
    if workspace.catalogue.kinds[load.kind].subject != "person":
        agree &= stands(workspace, reader, load, codes.column("row").to_pylist())
    table = _Columns(codes, book)
    if wanted.surname is not None:
        agree &= table.any_is(SURNAMES, wanted.surname)
    if wanted.forename is not None:
        called = table.any_is(("canonical",), wanted.canonical or wanted.forename)
        called |= table.any_is(FORENAMES, wanted.forename)
        called |= table.any_is(("forename",), wanted.forename[0])
        if len(wanted.forename) == 1:
            called |= table.begins("forename", wanted.forename)
        agree &= called
    if wanted.born is not None:
        days = table.numbers("birth_date")
        year = table.numbers("birth_year")
        partly = (days == _ABSENT) & ((year == wanted.born.year) | (year == _ABSENT))
        agree &= (days == (wanted.born - EPOCH).days) | partly
    if wanted.postcode is not None:
        agree &= table.any_is(("postcode",), wanted.postcode) | table.unknown("postcode")
    return np.flatnonzero(agree).tolist()


_ABSENT = np.iinfo(np.int64).min


class _Columns:
    """Columns of a CODES table asked for texts."""

    def __init__(self, codes: pa.Table, book: Codebook) -> None:
        self._codes, self._book = codes, book

    def numbers(self, name: str) -> np.ndarray:
        """A column as int64, `_ABSENT` where a record has nothing."""
        column = self._codes.column(name).cast(pa.int64()).fill_null(_ABSENT)
        return np.asarray(column.to_numpy())

    def unknown(self, name: str) -> Flags:
        """Where a record has nothing."""
        unknown: Flags = self.numbers(name) == _ABSENT
        return unknown

    def any_is(self, names: tuple[str, ...], text: str) -> Flags:
        """Where one of some columns holds a text."""
        found: Flags = np.zeros(self._codes.num_rows, dtype=np.bool_)
        for name in names:
            code = self._book.code(DOMAINS[name], text)
            if code is not None:
                found |= self.numbers(name) == code
        return found

    def begins(self, name: str, letter: str) -> Flags:
        """Where a column's text begins with a letter."""
        texts = self._book.values(DOMAINS[name])
        known = np.fromiter((text.startswith(letter) for text in texts), np.bool_, len(texts))
        values = self.numbers(name)
        found: Flags = np.append(known, False)[np.where(values < 0, len(known), values)]
        return found


def _views(
    reader: Reader, load: LoadSummary, places: list[int], book: Codebook
) -> list[RecordView]:
    if not places:
        return []
    codes = shelf.read_codes(reader, load.load).take(pa.array(places))
    return [view_of(load, copy) for copy in copied(reader, load.load, places, codes, book)]
