"""The records and loads of one run laid out for reading: what review and thresholds show."""

from __future__ import annotations

from app.matching.reasons import reasons as reasons_of
from app.model.loads import LoadSummary
from app.model.runs import Decision, FieldView, PairSummary, RecordView
from app.model.viewing import LINES
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

ORDER = {line[0]: place for place, line in enumerate(LINES)}
"""Where each field of a record stands when it is read."""


class Desk:
    """The records and loads of one run, laid out for reading."""

    def __init__(self, reader: Reader, run: str) -> None:
        summary = stored.require(reader, run)
        self.left = shelf.get(reader, summary.left)
        self.right = shelf.get(reader, summary.right) if summary.right else self.left
        self._reader = reader
        self._run = run

    def view(self, load: LoadSummary, record: int) -> RecordView:
        """One record, its fields in reading order."""
        return view_of(load, stored.record(self._reader, self._run, load.load, record))

    def summary(self, found: stored.Pair, decision: Decision | None) -> PairSummary:
        """One pair as a list shows it."""
        left = stored.record(self._reader, self._run, self.left.load, found.left_record)
        right = stored.record(self._reader, self._run, self.right.load, found.right_record)
        return PairSummary(
            pair=stored.pair_id(self._run, found.n),
            left=_reference(left),
            right=_reference(right),
            left_row=left.row,
            right_row=right.row,
            left_part=left.part,
            right_part=right.part,
            weight=found.weight,
            probability=found.probability,
            band=found.band,
            evidence=found.evidence,
            reasons=reasons_of(found.evidence),
            decision=decision,
        )


def view_of(load: LoadSummary, copy: stored.PairRecord) -> RecordView:
    """A record as it is read, its fields in reading order."""
    names = sorted(copy.fields, key=lambda name: ORDER.get(name, len(ORDER)))
    fields = tuple(FieldView(name, *copy.fields[name]) for name in names)
    return RecordView(load.load, load.kind, load.file, copy.row, copy.part, fields)


def _reference(record: stored.PairRecord) -> str:
    return record.fields.get("reference", ("", ""))[0] or f"row {record.row}"
