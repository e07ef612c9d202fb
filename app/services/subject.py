"""Everything held about one person: the records laid to a request, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from app.governance.gateways import source_of
from app.model.answers import Answered
from app.model.kinds import Mapping
from app.model.loads import LoadSummary
from app.model.meanings import Meaning
from app.model.requests import Compared, GoneOut, HeldRecord, Looked, Place, SubjectView
from app.model.runs import FieldView, Verdict
from app.model.viewing import columns_by_meaning
from app.services import clocks, retention
from app.services.copies import copied
from app.services.desk import view_of
from app.services.workspace import Workspace
from app.stores import answers, decisions, dictionary, links, requests, runs, sharing, trail
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

NAMES = frozenset(
    {Meaning.FULL_NAME, Meaning.TITLE, Meaning.GIVEN_NAMES, Meaning.MIDDLE_NAMES, Meaning.SURNAME}
)
"""Meanings whose text may name everybody of a line at once."""
LINES = frozenset({"title", "full_name", "given_names", "surname"})
"""Lines of a record that show those meanings."""
Cells = tuple[tuple[str, str], ...]
Said = tuple[tuple[FieldView, ...], Cells, Cells]
OF_PAIRS = ("look.pair", "pair.decide", "pair.undo")
OF_LOADS = ("look.load",)
OF_REQUESTS = ("look.request", "request.pack")


def view(workspace: Workspace, reader: Reader, request: str) -> SubjectView:
    """All of it, in one still picture of the vault. Raises Refused `request-unknown`."""
    kept = requests.get(reader, request)
    laid = requests.records(reader, request)
    loads = {load.load: load for load in retention.with_terms(reader, shelf.summaries(reader))}
    ordinals = {(place.load, record): place for place, record in laid}
    found = list(_compared(reader, ordinals))
    compared = tuple(one for one, _ in found)
    return SubjectView(
        clocks.summary_of(workspace, kept, len(laid)),
        tuple(_held(workspace, reader, loads[place.load], place, at) for place, at in laid),
        compared,
        tuple(_looks(reader, request, compared, {place.load for place, _ in laid})),
        tuple(_gone_out(reader, ordinals)),
        tuple(
            (one.pair, end)
            for one, end in found
            if one.verdict is Verdict.SAME and one.other is None
        ),
    )


def _held(
    workspace: Workspace, reader: Reader, load: LoadSummary, place: Place, ordinal: int
) -> HeldRecord:
    governance, kind = workspace.catalogue.governance, workspace.catalogue.kinds[load.kind]
    source = source_of(governance, load, kind.subject)
    agreement = sharing.agreement(reader, load.agreement) if load.agreement else None
    gone = load.state != "visible"
    fields, columns, withheld = ((), (), ()) if gone else _said(reader, load, ordinal)
    return HeldRecord(
        load=load.load,
        ordinal=ordinal,
        title=kind.title,
        file=load.file,
        row=place.row,
        part=place.part,
        as_at=load.as_at,
        loaded_at=load.loaded_at,
        owners=tuple(agreement.controllers) if agreement else (),
        route=source.route.title,
        clause=source.route.clause,
        agreement=load.agreement,
        destroy_by=load.destroy_by,
        gone=gone,
        fields=fields,
        columns=columns,
        withheld=withheld,
    )


def _said(reader: Reader, load: LoadSummary, ordinal: int) -> Said:
    """What a record says as it is read, its own source columns, and the columns withheld.

    Given are the columns that are mapped to this person of the line. What nobody mapped may tell
    of somebody else (an informant, a household), and so may a cell that names a couple: those are
    withheld until a steward has looked.
    """
    codes = shelf.read_codes(reader, load.load).take(pa.array([ordinal]))
    (copy,) = copied(reader, load.load, [ordinal], codes, dictionary.codebook(reader))
    line = shelf.read_raw_rows(reader, load.load, [ordinal])
    cells = {name: (line.column(name)[0].as_py() or "").strip() for name in line.schema.names[1:]}
    mapping = shelf.mapping(reader, load.load)
    couple = _names_a_couple(reader, load.load, mapping, copy.row)
    own = {
        column
        for meaning, columns in columns_by_meaning(mapping, copy.part).items()
        for column in columns
        if not (couple and meaning in NAMES)
    }
    filled = {name: cell for name, cell in cells.items() if cell}
    fields = view_of(load, copy).fields
    if couple:
        fields = tuple(_alone(field) for field in fields)
    return (
        fields,
        tuple((name, cell) for name, cell in filled.items() if name in own),
        tuple((name, cell) for name, cell in filled.items() if name not in own),
    )


def _names_a_couple(reader: Reader, load: str, mapping: Mapping, row: int) -> bool:
    """Whether the name cells of a line name several people at once."""
    if any(use.party != 1 for use in mapping.columns):
        return False
    rows = shelf.read_codes(reader, load, ["row"]).column("row").to_numpy()
    return int((rows == row).sum()) > 1


def _alone(field: FieldView) -> FieldView:
    """A line of a record whose text names a couple: what was read of this person alone."""
    return FieldView(field.name, field.standard, field.standard) if field.name in LINES else field


def _compared(
    reader: Reader, laid: dict[tuple[str, int], Place]
) -> Iterator[tuple[Compared, Place]]:
    """Every pair of a standing run that a record stands in, and where its other record stands."""
    for run in runs.summaries(reader):
        if run.state != "complete":
            continue
        standing = decisions.standing(reader, run.run)
        sides = (run.left, run.right or run.left)
        for pair, band, chance, _ in links.touching(reader, [run.run], laid):
            ((left, right),) = runs.places(reader, run.run, [runs.split_id(pair)[1]])
            ends = [(sides[0], left), (sides[1], right)]
            mine, theirs = ends if ends[0] in laid else ends[::-1]
            own, decision = laid[mine], standing.get(pair)
            copy = runs.record(reader, run.run, *theirs)
            one = Compared(
                pair=pair,
                purpose=run.purpose or "",
                run_at=run.run_at,
                load=own.load,
                row=own.row,
                band=band,
                probability=chance,
                verdict=decision.verdict if decision else None,
                decided_at=decision.at if decision else None,
                other=laid.get(theirs),
            )
            yield one, Place(theirs[0], copy.row, copy.part)


def _looks(
    reader: Reader, request: str, compared: tuple[Compared, ...], loads: set[str]
) -> Iterator[Looked]:
    """Acts that concerned the person, oldest first: of their pairs, their loads, this request."""
    pairs = {one.pair for one in compared}
    wanted = (
        ("pair", OF_PAIRS, pairs),
        ("load", OF_LOADS, loads),
        ("request", OF_REQUESTS, {request}),
    )
    found = [
        Looked(entry.seq, entry.at, entry.action, entry.steward)
        for fact, actions, about in wanted
        for action in actions
        for entry in trail.entries(reader, 0, None, action)
        if entry.facts.get(fact) in about
    ]
    yield from sorted(found, key=lambda one: one.seq)


def _gone_out(reader: Reader, laid: dict[tuple[str, int], Place]) -> Iterator[GoneOut]:
    """Every sealed package that carried a record, with the columns that it carried."""
    held = answers.listing(reader)
    for (load, record), place in laid.items():
        for identity in sharing.receivers(reader, load, record):
            package = sharing.package(reader, identity)
            receipt = held.get((identity, Answered.RECEIPT))
            destroyed = held.get((identity, Answered.DESTRUCTION))
            yield GoneOut(
                package=identity,
                recipient=package.recipient,
                purpose=package.purpose,
                agreement=package.agreement,
                sealed_at=package.sealed_at or "",
                load=load,
                row=place.row,
                columns=_columns_of(reader, identity, load),
                destroy_by=package.destroy_by,
                receipt_on=receipt.said_on if receipt else None,
                destroyed_on=destroyed.said_on if destroyed else None,
            )


def _columns_of(reader: Reader, package: str, load: str) -> tuple[str, ...]:
    """The columns that a package took from a load, by the names it gave them."""
    names: dict[str, None] = {}
    for file in sharing.spec(reader, package).files:
        sides = {"": file.load}
        if file.run:
            run = runs.get(reader, file.run)
            sides = {"left": run.left, "right": run.right or run.left}
        for column in file.columns:
            side, _, _ = column.take.rpartition(".")
            if sides.get(side) == load:
                names[column.name] = None
    return tuple(names)
