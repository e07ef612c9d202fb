"""The copy a person asked for: everything held about them, sealed for them to open."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path

from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.files.write_safe import safe_csv
from app.model.requests import HeldRecord, SubjectPack, SubjectView
from app.reports.subject import TABLE, Say, subject_page, subject_rows
from app.sealing import parcel, passphrases
from app.services import clocks, office, subject
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores.sqlcipher import Reader

PAGE, DATA, ROWS = "what-is-held.html", "what-is-held.json", "what-is-held.csv"
Given = tuple[str, str]
"""A column that is given though nobody mapped it: its load and its name."""


def pack(
    workspace: Workspace,
    request: str,
    to: Path,
    say: Say,
    give: Collection[Given] = (),
    progress: Progress = SILENT,
) -> SubjectPack:
    """Write the copy as an AES-256 ZIP under a generated passphrase, read back before it stands.

    It holds a page, the same as data (JSON) and the columns as CSV. What may tell of somebody
    else is withheld, but for the columns `give` that a steward has looked at. Officers are not
    named. Raises Refused: right-missing, file-exists, request-unknown, request-closed,
    request-unidentified, request-nothing-laid, request-left-out, column-not-withheld,
    disk-full, cannot-write.
    """
    workspace.require_right("request.pack")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    progress.stage("request-pack")
    with workspace.read() as reader:
        view = _proved(workspace, reader, request, give)
        sender = office.name(workspace, reader)
    files = _files(workspace, view, sender, say)
    phrase = passphrases.generate(
        workspace.catalogue.passphrase_words, workspace.catalogue.package_policy.passphrase_words
    )
    with part_for(to) as part:
        with part.writing() as stream:
            out = parcel.Parcel(stream, phrase)
            for name, content in files.items():
                out.add(name, [content])
            out.close()
        with part.path.open("rb") as stream:
            parcel.prove(stream, phrase, out.digests, to.name)
        sha256 = file_sha256(part.path, progress)
        with named(workspace, "request.pack", to, part.place) as change:
            withheld = sum(len(one.withheld) for one in view.records)
            change.facts |= {
                "request": request,
                "file": to.name,
                "sha256": sha256,
                "records": len(view.records),
                "withheld": withheld,
            }
    return SubjectPack(
        request, str(to), sha256, phrase, len(view.records), withheld, len(view.gone_out)
    )


def _proved(
    workspace: Workspace, reader: Reader, request: str, give: Collection[Given]
) -> SubjectView:
    """What is held, once it is clear who asks and what is theirs."""
    kept = clocks.require_open(reader, request)
    if kept.identity_on is None:
        raise Refused("request-unidentified", request=request)
    view = subject.view(workspace, reader, request)
    if not view.records:
        raise Refused("request-nothing-laid", request=request)
    for pair, at in view.unlaid:
        raise Refused("request-left-out", request=request, pair=pair, load=at.load, row=at.row)
    withheld = {(one.load, name) for one in view.records for name, _ in one.withheld}
    for load, name in give:
        if (load, name) not in withheld:
            raise Refused("column-not-withheld", load=load[:40], column=name[:80])
    return replace(view, records=tuple(_with(one, give) for one in view.records))


def _with(one: HeldRecord, give: Collection[Given]) -> HeldRecord:
    """A record with the columns that are given all the same, and without the text of the rest."""
    given = tuple(cell for cell in one.withheld if (one.load, cell[0]) in give)
    rest = tuple((name, "") for name, _ in one.withheld if (one.load, name) not in give)
    return replace(one, columns=(*one.columns, *given), withheld=rest)


def _files(workspace: Workspace, view: SubjectView, sender: str, say: Say) -> dict[str, bytes]:
    templates = workspace.catalogue.report_templates
    marking = templates.words["subject-marking"]
    clause = clocks.right_of(workspace, view.summary.kept.right).clause
    purposes = workspace.catalogue.governance.purposes

    def word(family: str, code: str) -> str:
        return (
            purposes[code].title if family == "purpose" and code in purposes else say(family, code)
        )

    texts = {"classification": marking, "office": sender, "clause": clause}
    return {
        PAGE: subject_page(templates, view, texts, word),
        DATA: json.dumps(_data(view), indent=2, ensure_ascii=False).encode("utf-8"),
        ROWS: b"".join(safe_csv(TABLE, subject_rows(view), (marking,))),
    }


def _data(view: SubjectView) -> dict[str, object]:
    """The view as data, without officers and without the names of withheld records."""
    kept = view.summary.kept
    return {
        "case": kept.case,
        "received": kept.received_on,
        "records": [
            {**asdict(one), "withheld": [name for name, _ in one.withheld]} for one in view.records
        ],
        "compared": [
            {**asdict(one), "other": asdict(one.other) if one.other else None}
            for one in view.compared
        ],
        "looks": [{"at": one.at, "action": one.action} for one in view.looks],
        "given_to": [asdict(one) for one in view.gone_out],
    }
