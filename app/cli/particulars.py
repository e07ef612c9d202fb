"""One load in full, as tables and as JSON: how it was read and mapped, and what came of it."""

from __future__ import annotations

from app import wording
from app.cli.outcome import Json
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.cli.understanding import mark, meaning
from app.model.kinds import Kind
from app.model.particulars import Claim, Particulars
from app.wording.window import tell


def particulars_text(told: Particulars, kinds: dict[str, Kind]) -> str:
    """Everything that is kept of a load but its rows."""
    load, shape = told.summary, told.shape
    kind = kinds[load.kind].title if load.kind in kinds else load.kind
    known = [
        ("load", load.load),
        ("state", wording.name("state", load.state)),
        ("file", f"{load.file}, {wording.size(told.size)}"),
        ("sha256", load.sha256),
        ("kind", kind),
        ("why", wording.note(told.kind_reason) if told.kind_reason else ""),
        ("format", tell(f"load.format-{shape.format}")),
        ("encoding", shape.encoding or ""),
        ("columns are parted by", mark(shape)),
        ("sheet", shape.sheet or ""),
        ("names are on row", wording.number(shape.header_row) if shape.header_row else ""),
        ("rows read", wording.number(load.rows_read)),
        ("rows loaded", wording.number(load.rows_loaded)),
        ("rows rejected", wording.number(load.rows_rejected)),
        ("records", wording.number(load.records)),
        ("route", load.route or ""),
        ("agreement", load.agreement or ""),
        ("supplier", told.supplier or ""),
        ("true on", wording.day_of(load.as_at) if load.as_at else ""),
        ("destroy by", wording.day_of(load.destroy_by or "")),
        ("loaded", f"{wording.moment_of(load.loaded_at)}, {load.loaded_by}"),
        ("withdrawn", _withdrawn(told)),
    ]
    return paragraphs(
        facts([(name, value) for name, value in known if value]),
        claims_text(told.claims),
        table(
            ("column", "means", "dates", "why"),
            [
                (
                    one.use.column,
                    meaning(one.use),
                    one.dates or "",
                    wording.note(one.reason) if one.reason else "",
                )
                for one in told.columns
            ],
        ),
        table(
            ("rows", "why they were not loaded"),
            [(str(group.count), wording.rejection(group.first)) for group in told.groups],
        ),
        notes_text(load.warnings),
    )


def claims_text(claims: tuple[Claim, ...]) -> str:
    """What closing rows claim and whether it agrees, one a line."""
    return "\n".join(map(wording.claim, claims))


def particulars_json(told: Particulars) -> dict[str, Json]:
    """The same for scripts, beside the facts that a list of loads gives."""
    shape, gone = told.shape, told.withdrawn
    return {
        "size": told.size,
        "supplier": told.supplier,
        "format": shape.format,
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "sheet": shape.sheet,
        "header_row": shape.header_row,
        "footer": [
            {
                "column": one.column or None,
                "declared": one.declared,
                "found": one.found or None,
                "agrees": one.agrees,
            }
            for one in told.claims
        ],
        "kind_reason": notes_json([told.kind_reason])[0] if told.kind_reason else None,
        "mapping": [
            {
                "column": one.use.column,
                "means": one.use.means.value if one.use.means is not None else None,
                "party": one.use.party,
                "date_format": one.dates,
                "reason": notes_json([one.reason])[0] if one.reason else None,
            }
            for one in told.columns
        ],
        "rejected": [
            {
                "code": group.first.code,
                "message": wording.rejection(group.first),
                "rows": group.count,
            }
            for group in told.groups
        ],
        "warnings": notes_json(told.summary.warnings),
        "withdrawn": {"at": gone.at, "by": gone.by, "reason": gone.reason} if gone else None,
    }


def _withdrawn(told: Particulars) -> str:
    gone = told.withdrawn
    if gone is None:
        return ""
    why = wording.name("withdrawal", gone.reason)
    return f"{wording.moment_of(gone.at)}, {gone.by}: {why}"
