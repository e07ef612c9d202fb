"""How a file is understood, as tables and as JSON: what it is, its kind, each column, and why."""

from __future__ import annotations

from app import wording
from app.cli.outcome import Json
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.model.kinds import ColumnUse, Suggestion
from app.model.loads import FilePreview, Shape, Understanding
from app.wording.window import tell

ROWS_SHOWN = 5
CELL_SHOWN = 24


def file_text(found: Understanding) -> str:
    """What a file is and how it is read, with every reason."""
    offer, shape = found.offer, found.offer.shape
    known = [
        ("file", offer.path.name),
        ("size", wording.size(offer.size)),
        ("format", tell(f"load.format-{shape.format}")),
        ("encoding", shape.encoding or ""),
        ("columns are parted by", mark(shape)),
        ("sheet", shape.sheet or ""),
        ("names are on row", wording.number(shape.header_row) if shape.header_row else ""),
        ("footer", wording.footer(shape)),
    ]
    told = facts([(name, value) for name, value in known if value])
    return paragraphs(told, notes_text(shape.notes), _loaded_before(found))


def mapping_text(found: Understanding, *, samples: bool) -> str:
    """The kind and why, and what each column means and why."""
    rows = [
        (
            one.use.column,
            *(() if not found.offer.shape.fixed else (_place(found.offer.shape, one),)),
            meaning(one.use),
            wording.note(one.reason),
            *((" · ".join(_short(sample) for sample in one.samples),) if samples else ()),
        )
        for one in found.suggestions
    ]
    header = ["column", "means", "why"]
    if found.offer.shape.fixed:
        header.insert(1, "places")
    if samples:
        header.append("examples")
    reason = wording.note(found.reason) if found.reason else ""
    return paragraphs(
        facts([("kind", found.kind or ""), ("why", reason)]) if found.kind else "",
        table(header, rows),
    )


def rows_text(shown: FilePreview) -> str:
    """The first rows as they are read and as they are understood, and those set aside."""
    preview = shown.preview
    sample = shown.found.offer.sample
    cells = list(zip(sample.numbers, sample.cells, strict=True))[:ROWS_SHOWN]
    raw = table(
        ("row", *shown.found.offer.shape.columns),
        [(str(number), *map(_short, row)) for number, row in cells],
    )
    if preview is None:
        return paragraphs(f"{tell('load.first-rows')}:", raw)
    after = preview.after[:ROWS_SHOWN]
    names = list(dict.fromkeys(name for record in after for name in record))
    understood = table(
        [wording.field(name) for name in names],
        [tuple(_short(record.get(name, "")) for name in names) for record in after],
    )
    aside = table(
        ("row", "column", "why it would not be loaded"),
        [
            (str(one.row), one.column or "", wording.rejection(one))
            for one in preview.rejections[:ROWS_SHOWN]
        ],
    )
    return paragraphs(
        f"{tell('load.first-rows')}:",
        raw,
        f"{tell('load.as-kept')}:" if understood else "",
        understood,
        f"{tell('load.sample-rejected')}:" if aside else "",
        aside,
    )


def missing_text(found: Understanding) -> str:
    """What is still needed before the file can be loaded."""
    if found.kind is None:
        return wording.name("end", "kind-not-recognised")
    if not found.missing:
        return ""
    return f"{wording.name('end', 'columns-missing')} {', '.join(found.missing)}"


def preview_json(shown: FilePreview) -> dict[str, Json]:
    """Everything a preview tells, for scripts."""
    found, preview = shown.found, shown.preview
    offer, shape = found.offer, found.offer.shape
    sample = zip(offer.sample.numbers, offer.sample.cells, strict=True)
    warnings = (*shape.notes, *(preview.noticed if preview is not None else ()))
    rejections = preview.rejections if preview is not None else offer.set_aside
    return {
        "file": offer.path.name,
        "sha256": offer.sha256,
        "size": offer.size,
        "format": shape.format,
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "header_row": shape.header_row,
        "sheet": shape.sheet,
        "layout": [
            {"column": one.name, "start": one.start, "width": one.width or None}
            for one in shape.fixed
        ],
        "footer": {
            "rows": shape.footer_rows,
            "total": shape.footer_total,
            "sums": [{"column": s.column or None, "total": s.total} for s in shape.footer_sums],
        },
        "reading": notes_json(shape.notes),
        "seen_before": offer.seen_before,
        "withdrawn_before": offer.withdrawn_before,
        "kind": found.kind,
        "kind_reason": notes_json([found.reason])[0] if found.reason else None,
        "missing": list(found.missing),
        "mapping": [_suggestion_json(one, found.dates) for one in found.suggestions],
        "rows": [
            {"row": number, "cells": dict(zip(shape.columns, cells, strict=True))}
            for number, cells in sample
        ],
        "understood": [dict(record) for record in preview.after] if preview is not None else [],
        "rejections": [
            {"row": r.row, "column": r.column, "code": r.code, "message": wording.rejection(r)}
            for r in rejections
        ],
        "warnings": notes_json(warnings),
    }


def meaning(use: ColumnUse) -> str:
    """A column's meaning as a mapping file writes it; a dash where it is only kept."""
    if use.means is None:
        return "-"
    return use.means.value if use.party == 1 else f"{use.means.value}@{use.party}"


def _suggestion_json(one: Suggestion, dates: dict[str, str]) -> dict[str, Json]:
    return {
        "column": one.use.column,
        "means": one.use.means.value if one.use.means is not None else None,
        "party": one.use.party,
        "date_format": dates.get(one.use.column),
        "reason": {"code": one.reason.code, "message": wording.note(one.reason)},
        "confidence": one.confidence,
        "samples": list(one.samples),
    }


def mark(shape: Shape) -> str:
    """What parts the columns of a delimited file, in words where it has any."""
    return "" if shape.delimiter is None else wording.delimiter(shape.delimiter)


def _loaded_before(found: Understanding) -> str:
    offer = found.offer
    if offer.seen_before is not None:
        return tell("load.seen-before", load=offer.seen_before)
    if offer.withdrawn_before is not None:
        return tell("load.withdrawn-before", load=offer.withdrawn_before)
    return ""


def _place(shape: Shape, one: Suggestion) -> str:
    places = next((c for c in shape.fixed if c.name == one.use.column), None)
    if places is None:
        return ""
    return (
        f"{places.start}-{places.start + places.width - 1}" if places.width else f"{places.start}-"
    )


def _short(text: str) -> str:
    return text if len(text) <= CELL_SHOWN else f"{text[: CELL_SHOWN - 1]}…"
