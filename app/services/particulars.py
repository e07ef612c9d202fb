"""One load in full: how its file was read and mapped, and why, and what came of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from app.files.closing import figure
from app.model.kinds import ColumnUse, Mapping
from app.model.loads import ColumnSum, LoadSummary, Shape
from app.model.notes import Note
from app.model.particulars import Claim, MappedColumn, Particulars, Reasons
from app.services import retention
from app.services.workspace import Workspace
from app.stores import loads, rejections

CLAIMS = frozenset({"footer-total-differs", "footer-sum-differs", "footer-unreconciled"})
"""Warnings about what a closing row claims."""


def particulars(workspace: Workspace, load: str) -> Particulars:
    """What is kept of a load, withdrawn ones too. Raises Refused: load-unknown."""
    with workspace.read() as reader:
        (summary,) = retention.with_terms(reader, [loads.get(reader, load)])
        shape, reasons = loads.shape(reader, load), loads.reasons(reader, load)
        size, supplier = loads.file_of(reader, load)
        return Particulars(
            summary=summary,
            size=size,
            supplier=supplier,
            shape=shape,
            kind_reason=reasons.kind,
            columns=_columns(shape, loads.mapping(reader, load), reasons),
            claims=_claims(shape, summary),
            groups=rejections.groups(reader, load),
            withdrawn=loads.withdrawn(reader, load),
        )


def _columns(shape: Shape, mapping: Mapping, reasons: Reasons) -> tuple[MappedColumn, ...]:
    """The columns in the order of the file; one the mapping does not name is kept as it is."""
    uses = {use.column: use for use in mapping.columns}
    return tuple(
        MappedColumn(
            uses.get(name, ColumnUse(name, None)),
            mapping.dates.get(name),
            reasons.columns.get(name),
        )
        for name in shape.columns
    )


def _claims(shape: Shape, summary: LoadSummary) -> tuple[Claim, ...]:
    """What the closing rows claim, beside what was read."""
    read = summary.rows_read
    claims = []
    if shape.footer_total is not None:
        total = shape.footer_total
        claims.append(Claim("", str(total), str(read), total == read))
    claims += [_claim(one, read, summary.warnings) for one in shape.footer_sums]
    return tuple(claims)


def _claim(claimed: ColumnSum, read: int, warnings: Sequence[Note]) -> Claim:
    value = figure(claimed.total)
    for note in warnings:
        facts = note.facts
        if note.code == "footer-sum-differs" and (facts["column"], facts["declared"]) == (
            claimed.column,
            claimed.total,
        ):
            return Claim(claimed.column, claimed.total, str(facts["sum"]), agrees=False)
        if note.code == "footer-total-differs" and facts["declared"] == value:
            return Claim("", claimed.total, str(read), agrees=False)
        if note.code == "footer-unreconciled" and facts["declared"] == claimed.total:
            return Claim(claimed.column, claimed.total, "", agrees=None)
    if value is None:
        return Claim(claimed.column, claimed.total, "", agrees=None)
    of_rows = value == read
    return Claim("" if of_rows else claimed.column, claimed.total, claimed.total, agrees=True)
