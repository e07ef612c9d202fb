"""Take a file in: look at it, preview it, accept it, and withdraw a load taken in by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from app.base.digests import file_sha256
from app.base.errors import Fact, Refused, Where
from app.base.progress import SILENT, Progress
from app.governance.gateways import route_for, told
from app.model.governance import Route
from app.model.kinds import Mapping
from app.model.loads import (
    FIRST_REJECTIONS,
    LoadAnswer,
    LoadRequest,
    LoadSummary,
    LoadWishes,
    Offer,
    Preview,
    ReadChoices,
    Rejection,
    Understanding,
    Withdrawal,
)
from app.model.notes import Note
from app.model.particulars import Reasons
from app.model.rowsource import RowSource
from app.services import reading, retention
from app.services.passage import Batch, Passage
from app.services.reading import (
    kind_of,
    look,
    mapping_of,
    mapping_written,
    require_sheet,
    settled,
    understand,
)
from app.services.takeback import dependants, require_reason, take_back
from app.services.workspace import Workspace
from app.stores import dictionary, rejections, sharing, suppliers, views
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader, Writer


def inspect(
    workspace: Workspace,
    path: Path,
    choices: ReadChoices | None = None,
    progress: Progress = SILENT,
) -> Offer:
    """Look at a file without loading it; says whether the same file was loaded before."""
    return look(workspace.catalogue, path, choices or ReadChoices(), workspace.read, progress)


def understood(
    workspace: Workspace, path: Path, wishes: LoadWishes, progress: Progress = SILENT
) -> Understanding:
    """Look at a file and understand it by the mapping file given, remembered or proposed."""
    return understand(workspace.catalogue, path, wishes, workspace.read, progress)


def preview(workspace: Workspace, offer: Offer, mapping: Mapping) -> Preview:
    """The first rows as they would be stored, and what would be rejected among them."""
    return reading.preview(workspace.catalogue, offer, mapping, workspace.clock().date())


def load_file(
    workspace: Workspace,
    path: Path,
    wishes: LoadWishes | None = None,
    progress: Progress = SILENT,
    tell: Callable[[Understanding], object] = lambda _found: None,
) -> LoadAnswer:
    """Look at a file and accept it with the mapping given, remembered or proposed.

    `tell` is told how the file is understood before a row of it is kept.
    """
    wishes = wishes or LoadWishes()
    found = understood(workspace, path, wishes, progress)
    mapping = mapping_of(found)
    tell(found)
    request = LoadRequest(
        path=path,
        mapping=mapping,
        shape=found.offer.shape,
        agreement=wishes.agreement,
        route=wishes.route,
        as_at=wishes.as_at,
        sha256=found.offer.sha256,
        kind_reason=found.reason,
        reasons=found.reasons,
    )
    if wishes.save_mapping is None:
        return accept(workspace, request, progress)
    with mapping_written(mapping, wishes.save_mapping) as place:
        return _named_after(accept(workspace, request, progress), place)


def accept(workspace: Workspace, request: LoadRequest, progress: Progress = SILENT) -> LoadAnswer:
    """Store a file's rows, codes and rejections as one load, seen only when it is whole.

    Raises Refused: sheet-not-stated, file-already-loaded, agreement-unknown, route-unknown,
    route-not-for-subject, as-at-in-future, nothing-to-load, and whatever reading meets; nothing is
    then kept.
    """
    workspace.require_right("load.accept")
    _require_past(request.as_at, workspace.clock().date())
    request = replace(request, mapping=settled(request.mapping, request.shape))
    route = _route(workspace, request)
    sha256 = _fresh_digest(workspace, request, progress)
    workspace.require_space(request.path.stat().st_size)
    with workspace.chunks("load.accept", shelf.PREFIX) as work:

        def keep(rejected: Sequence[Rejection]) -> None:
            with work.chunk() as writer:
                rejections.add(writer, work.id, rejected)

        today, shape = workspace.clock().date(), request.shape
        passage = Passage(workspace.catalogue, request.path, shape, request.mapping, today, keep)
        with workspace.read() as reader:
            book = dictionary.codebook(reader)
        for n, batch in enumerate(passage.batches(progress)):
            codes = book.encode_records(batch.records)
            with work.chunk() as writer:
                shelf.add_chunk(writer, work.id, n, _raw(shape.columns, batch), codes)
        progress.stage("finish")
        _require_unchanged(request, sha256, progress)
        _require_rows(request, passage)
        notes = (*passage.notes(), *_route_notes(workspace, route, request.agreement))
        notes = (*notes, *_notes_of_before(workspace, request, sha256))
        facts = _load_facts(workspace, request, route, sha256)
        with work.finish() as change:
            _require_new(change.writer, request, sha256)
            dictionary.append(change.writer, book)
            whole = replace(facts, rows_read=passage.rows_read, warnings=notes)
            summary = shelf.finish(change.writer, work.id, whole)
            answer = _answer(change.writer, summary)
            _remember(change.writer, workspace, request)
            change.facts |= _trail_facts(summary)
    return answer


def _named_after(answer: LoadAnswer, place: Callable[[], None]) -> LoadAnswer:
    """Name the mapping file of a load that stands; that it cannot be named undoes no load."""
    try:
        place()
    except Refused as error:
        facts: dict[str, Fact] = {
            "problem": error.code,
            "file": error.where.file if error.where else "",
        }
        return replace(answer, warnings=(*answer.warnings, Note("mapping-not-saved", facts)))
    return answer


def _answer(reader: Reader, summary: LoadSummary) -> LoadAnswer:
    """What became of a file: counts, the first rejections and how many each reason took."""
    return LoadAnswer(
        load=summary.load,
        kind=summary.kind,
        sha256=summary.sha256,
        rows_read=summary.rows_read,
        rows_loaded=summary.rows_loaded,
        rows_rejected=summary.rows_rejected,
        rejections=rejections.first(reader, summary.load, FIRST_REJECTIONS),
        groups=rejections.groups(reader, summary.load),
        warnings=summary.warnings,
    )


def loads(workspace: Workspace) -> tuple[LoadSummary, ...]:
    """Every load, withdrawn ones too, oldest first."""
    with workspace.read() as reader:
        return retention.with_terms(reader, shelf.summaries(reader))


def load_rows(workspace: Workspace, load: str) -> RowSource:
    """A load's rows for a table; opening them is recorded."""
    workspace.note("look.load", {"load": load})
    with workspace.read() as reader:
        return workspace.shelf.take(load, lambda: views.load_view(reader, load))


def withdraw(workspace: Workspace, load: str, reason: str, *, dry_run: bool = False) -> Withdrawal:
    """Take a load back with all that rests on it; a dry run only shows what that is, reason aside.

    Raises Refused: load-unknown, load-withdrawn, reason-unknown, right-missing.
    """
    if dry_run:
        with workspace.read() as reader:
            return dependants(reader, workspace, load)
    require_reason(workspace, reason)
    with workspace.write("load.withdraw") as change:
        answer = take_back(workspace, change, load, reason)
    workspace.shelf.drop(load)
    workspace.vault.checkpoint()
    return answer


def _fresh_digest(workspace: Workspace, request: LoadRequest, progress: Progress) -> str:
    """SHA-256 of a file that is not loaded yet, under an agreement that is known."""
    require_sheet(request.path.name, request.shape)
    progress.stage("digest")
    sha256 = file_sha256(request.path, progress)
    if sha256 != (request.sha256 or sha256):
        raise Refused("file-changed", where=Where(file=request.path.name), file=request.path.name)
    with workspace.read() as reader:
        _require_new(reader, request, sha256)
        if request.agreement is not None:
            sharing.agreement(reader, request.agreement)
    return sha256


def _require_new(reader: Reader, request: LoadRequest, sha256: str) -> None:
    """Refuse a file, or sheet of a workbook, of which a load is in use.

    Asked before the work, and again in the transaction that ends it: another may have come between.
    """
    earlier = shelf.by_sha256(reader, sha256, request.shape.sheet)
    if earlier is not None:
        raise Refused("file-already-loaded", where=Where(file=request.path.name), load=earlier)


def _route(workspace: Workspace, request: LoadRequest) -> Route:
    """The route stated, else the one the file says of itself, else the default of its kind."""
    kind = kind_of(workspace.catalogue, request.mapping.kind)
    said, stated = request.shape.declared.get("route"), request.route
    if said and stated and said != stated:
        raise Refused(
            "route-contradicts-file",
            where=Where(file=request.path.name),
            route=stated,
            declared=said,
        )
    return route_for(workspace.catalogue.governance, kind.subject, stated or said)


def _load_facts(
    workspace: Workspace, request: LoadRequest, route: Route, sha256: str
) -> shelf.LoadFacts:
    """What is recorded of a load but its counts and warnings, which come with its end."""
    kind = kind_of(workspace.catalogue, request.mapping.kind)
    return shelf.LoadFacts(
        kind=kind.id,
        kind_digest=kind.digest,
        file=request.path.name,
        sha256=sha256,
        size=request.path.stat().st_size,
        mapping=request.mapping,
        shape=request.shape,
        rows_read=0,
        loaded_at=workspace.now(),
        loaded_by=workspace.steward.name,
        agreement=request.agreement,
        route=route.id,
        supplier=request.supplier,
        as_at=request.as_at or request.shape.declared.get("asAt"),
        reasons=Reasons(request.kind_reason, request.reasons),
    )


def _remember(writer: Writer, workspace: Workspace, request: LoadRequest) -> None:
    suppliers.remember(
        writer,
        request.shape.columns,
        request.mapping,
        workspace.now(),
        workspace.steward.name,
        request.supplier or "",
    )


def _require_past(as_at: str | None, today: date) -> None:
    """No list is true on a day that has not come."""
    if as_at is not None and date.fromisoformat(as_at) > today:
        raise Refused("as-at-in-future", as_at=as_at, today=today.isoformat())


def _require_unchanged(request: LoadRequest, sha256: str, progress: Progress) -> None:
    """What was read is what the load's digest says."""
    if file_sha256(request.path, progress) != sha256:
        name = request.path.name
        raise Refused("file-changed", where=Where(file=name), file=name)


def _require_rows(request: LoadRequest, passage: Passage) -> None:
    if not passage.loaded:
        where, reason = Where(file=request.path.name), ""
        if (first := passage.first) is not None:
            where, reason = Where(request.path.name, first.row, first.column), first.code
        raise Refused("nothing-to-load", where=where, rejected=passage.rows_read, reason=reason)


def _raw(columns: tuple[str, ...], batch: Batch) -> pa.Table:
    """The accepted rows as text columns behind their line numbers."""
    numbers = pa.array(batch.rows.numbers, pa.int32())
    cells = zip(*batch.rows.cells, strict=True) if batch.rows.cells else ((),) * len(columns)
    return pa.Table.from_arrays(
        [numbers, *(pa.array(column, pa.string()) for column in cells)],
        names=["row", *columns],
    )


def _route_notes(workspace: Workspace, route: Route, agreement: str | None) -> tuple[Note, ...]:
    if route.id == "unstated":
        return (Note("route-unstated"),)
    if route.needs_agreement and agreement is None:
        allowed = told(workspace.catalogue.governance, route.without_agreement)
        return (Note("agreement-missing", {"route": route.title, "allowed": allowed}),)
    return ()


def _notes_of_before(workspace: Workspace, request: LoadRequest, sha256: str) -> tuple[Note, ...]:
    """That the same file was loaded before and withdrawn."""
    with workspace.read() as reader:
        before = shelf.by_sha256(reader, sha256, request.shape.sheet, "withdrawn")
    return () if before is None else (Note("loaded-before-withdrawn", {"load": before}),)


def _trail_facts(summary: LoadSummary) -> dict[str, Fact]:
    return {
        "load": summary.load,
        "kind": summary.kind,
        "sha256": summary.sha256,
        "rows_read": summary.rows_read,
        "rows_loaded": summary.rows_loaded,
        "rows_rejected": summary.rows_rejected,
        "route": summary.route,
        "agreement": summary.agreement,
    }
