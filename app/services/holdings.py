"""The register of information assets: what is held, whose it is, until when, and what uses it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from app.base.errors import Refused, Where
from app.files.whole import part_for
from app.governance.gateways import permitted, source_of
from app.model.holdings import Holding
from app.model.loads import LoadSummary
from app.services import office, retention
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import loads as shelf
from app.stores import runs, sharing
from app.stores.sqlcipher import Reader

MODEL = "https://github.com/co-cddo/ukgov-metadata-exchange-model"
"""The UK Cross-Government Metadata Exchange Model (active June 2026), whose terms are used."""


def holdings(workspace: Workspace) -> tuple[Holding, ...]:
    """Every load that stands, in order of loading."""
    with workspace.read() as reader:
        standing = [load for load in shelf.summaries(reader) if load.state == "visible"]
        return tuple(
            _holding(workspace, reader, load) for load in retention.with_terms(reader, standing)
        )


def export(workspace: Workspace, to: Path) -> int:
    """Write the register as a JSON catalogue of datasets; how many there are.

    It tells of loads and of nobody in them. Raises Refused: right-missing, file-exists,
    nothing-held, disk-full, cannot-write.
    """
    workspace.require_right("holdings.export")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    held = holdings(workspace)
    if not held:
        raise Refused("nothing-held")
    with workspace.read() as reader:
        publisher = office.name(workspace, reader)
    catalogue = {
        "conformsTo": MODEL,
        "publisher": publisher,
        "modified": workspace.now(),
        "dataset": [_dataset(one, publisher) for one in held],
    }
    text = json.dumps(catalogue, indent=2, ensure_ascii=False) + "\n"
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(text.encode("utf-8"))
        with named(workspace, "holdings.export", to, part.place) as change:
            change.facts |= {"loads": len(held), "file": to.name}
    return len(held)


def _holding(workspace: Workspace, reader: Reader, load: LoadSummary) -> Holding:
    governance, kinds = workspace.catalogue.governance, workspace.catalogue.kinds
    source = source_of(governance, load, kinds[load.kind].subject)
    agreement = sharing.agreement(reader, load.agreement) if load.agreement else None
    using = [runs.get(reader, run) for run in runs.of_load(reader, load.load)]
    packages = [sharing.package(reader, one) for one in sharing.of_load(reader, load.load)]
    size, supplier = shelf.file_of(reader, load.load)
    since = date.fromisoformat((load.as_at or load.loaded_at)[:10])
    purposes = {run.purpose for run in using if run.state == "complete" and run.purpose}
    return Holding(
        load=load.load,
        kind=load.kind,
        title=kinds[load.kind].title,
        file=load.file,
        size=size,
        supplier=supplier,
        owners=tuple(agreement.controllers) if agreement else (),
        contact=(agreement.contact or None) if agreement else None,
        agreement=load.agreement,
        route=source.route.title,
        clause=source.route.clause,
        source=source.route.source,
        purposes=permitted(governance, (source,)),
        as_at=load.as_at,
        age=max(0, (workspace.clock().date() - since).days),
        loaded_at=load.loaded_at,
        loaded_by=load.loaded_by,
        records=load.records,
        rows_read=load.rows_read,
        rows_rejected=load.rows_rejected,
        destroy_by=load.destroy_by,
        days_left=retention.days_left(workspace, load),
        runs=tuple(run.run for run in using if run.state == "complete"),
        used_for=tuple(sorted(purposes)),
        packages=tuple(one.package for one in packages),
        told=tuple(sorted({one.recipient for one in packages if one.state == "sealed"})),
    )


def _dataset(one: Holding, publisher: str) -> dict[str, object]:
    """A holding in the terms of the exchange model; what it has no term for stands by itself."""
    return {
        "identifier": one.load,
        "title": one.title,
        "description": f"{one.title}, {one.records} records, from {one.file}.",
        "keyword": [one.kind],
        "publisher": publisher,
        "creator": list(one.owners) or [one.supplier or publisher],
        "contactPoint": one.contact,
        "issued": one.as_at,
        "modified": one.loaded_at,
        "accessRights": "INTERNAL",
        "securityClassification": "OFFICIAL",
        "distribution": [{"title": one.file, "byteSize": one.size}],
        "holding": {
            "route": one.route,
            "clause": one.clause,
            "source": one.source,
            "agreement": one.agreement,
            "purposes": list(one.purposes),
            "age_days": one.age,
            "rows_read": one.rows_read,
            "rows_rejected": one.rows_rejected,
            "destroy_by": one.destroy_by,
            "runs": list(one.runs),
            "used_for": list(one.used_for),
            "packages": list(one.packages),
            "told": list(one.told),
        },
    }
