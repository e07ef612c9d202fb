"""The step that shows how a file is read: its first rows, and choices that read it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Choice, Field, LineBox, Notice, Text, flow, row
from app.gui.frame import Desk
from app.gui.pages.load.places import Places
from app.gui.tables import Table
from app.model.loads import LoadWishes, Offer, ReadChoices, Shape
from app.services.reading import choices_of
from app.wording import delimiter, note, number, size
from app.wording.window import tell

FIXED = "fixed"
"""Stands among the marks between columns for columns at fixed places."""


class Reading(QWidget):
    """The first rows of the file; `changed` is called with the choices the steward insists on."""

    def __init__(
        self,
        desk: Desk,
        changed: Callable[[ReadChoices], object],
        show_load: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._changed = changed
        self._limits = desk.workspace.catalogue.reading
        self.choices = ReadChoices()
        self._offer: Offer | None = None
        self._shape = Shape("csv", ())
        self.what = Text("", "quiet")
        self.seen = Notice("", "warn")
        self.open_seen = Button("", lambda: show_load(self._seen()))
        self._seen_row = row(self.open_seen, 1)
        self.notes = Text("", "quiet")
        self.encoding, self.delimiter, self.sheet = Choice(), Choice(), Choice()
        self.encoding.setMinimumContentsLength(26)
        self.delimiter.setMinimumContentsLength(16)
        self.header = LineBox(characters=5)
        self.encoding.currentIndexChanged.connect(lambda _at: self._choose())
        self.delimiter.currentIndexChanged.connect(lambda _at: self._choose())
        self.sheet.currentIndexChanged.connect(lambda _at: self._choose())
        self.header.editingFinished.connect(self._choose)
        self._fields = {
            "encoding": Field(tell("load.encoding"), self.encoding),
            "delimiter": Field(tell("load.delimiter"), self.delimiter),
            "sheet": Field(tell("load.sheet"), self.sheet),
            "header": Field(tell("load.header-row"), self.header, rule=self._header_rule),
        }
        self.places = Places(desk, self._placed)
        self.rows = Table(desk.jobs, "preview", tell("load.first-rows"))
        self.rows.setMinimumHeight(220)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 0)
        box.setSpacing(12)
        across = flow(*self._fields.values(), gap=24)
        for item in (self.seen, self._seen_row, self.what, across, self.notes, self.places):
            box.addWidget(item)
        box.addWidget(self.rows, 1)

        for field in self._fields.values():  # their boxes stand in one line with each other
            for label in field.findChildren(Text):
                label.setWordWrap(False)

    def take_over(self, shape: Shape) -> None:
        """Insist from now on on what a mapping file insisted on."""
        self.choices = choices_of(shape)

    def begin(self) -> None:
        """Forget what was insisted on for the file before."""
        self.choices = ReadChoices()

    def settle(self) -> bool:
        """Tell changes of the ruler that still wait; whether the file is read again for them."""
        before = self.choices
        self.places.flush()
        return self.choices != before

    def settled_header(self) -> bool:
        """Whether the row of names is a number or left to the program; says at the box if not."""
        return self._fields["header"].check() is None

    def show_unread(self) -> None:
        """No rows: as chosen now the file cannot be read, and rows read before would mislead."""
        self.rows.show_rows((tell("load.row"),), [], empty=tell("load.unread"))

    def wishes(self) -> LoadWishes:
        """What was insisted on, for a file that is read as a mapping file says."""
        chosen = self.choices
        return LoadWishes(encoding=chosen.encoding, delimiter=chosen.delimiter, sheet=chosen.sheet)

    def show_offer(self, offer: Offer) -> None:
        """Show a file as it is read now."""
        self._offer = offer
        self._shape = shape = offer.shape
        self.what.say(
            tell(
                "load.read-as",
                file=offer.path.name,
                size=size(offer.size),
                format=tell(f"load.format-{shape.format}"),
                n=len(shape.columns),
            )
        )
        mark = FIXED if shape.format == "fixed" else shape.delimiter
        self._offer_choice(self.encoding, "encoding", shape.encoding, self._limits.encodings)
        self._offer_choice(self.delimiter, "delimiter", mark, (*self._limits.delimiters, FIXED))
        settled = self._settled_sheet()
        sheets = shape.sheets if settled else ("", *shape.sheets)
        shown = None if shape.sheet is None else settled or ""
        self._offer_choice(self.sheet, "sheet", shown, sheets)
        self._fields["header"].setVisible(shape.format != "xml")
        self.header.setText(str(shape.header_row or ""))
        self.notes.say(" ".join(note(one) for one in shape.notes))
        self._show_before(offer)
        self.places.setVisible(shape.format == "fixed")
        self.places.show_offer(offer)
        columns = _distinct((tell("load.row"), *shape.columns))
        cells = zip(offer.sample.numbers, offer.sample.cells, strict=True)
        self.rows.show_rows(columns, [(number(n), *row) for n, row in cells])

    def _show_before(self, offer: Offer) -> None:
        """Say that the same file was loaded before, and show the way to that load."""
        seen, withdrawn = offer.seen_before, offer.withdrawn_before
        if seen is not None:
            self.seen.say(tell("load.seen-before", load=seen))
            self.open_seen.say(tell("load.open-seen", load=seen))
        else:
            self.seen.say(tell("load.withdrawn-before", load=withdrawn) if withdrawn else "")
        self._seen_row.setVisible(seen is not None)

    def _seen(self) -> str:
        return (self._offer.seen_before if self._offer is not None else None) or ""

    def _offer_choice(
        self, box: Choice, key: str, value: str | None, known: tuple[str, ...]
    ) -> None:
        self._fields[key].setVisible(value is not None)
        if value is None:
            return
        names = list(known) if value in known else [value, *known]
        box.offer([(name, _spoken(key, name)) for name in names], value)

    def _choose(self) -> None:
        """Insist on what was chosen otherwise than the file is read now, and on nothing else."""
        shape, before = self._shape, self.choices
        mark = self.delimiter.value() if self._shown("delimiter") else shape.delimiter
        was = FIXED if shape.format == FIXED else shape.delimiter
        fresh = before
        typed = self.settled_header() and self.header.value() != str(shape.header_row or "")
        row = self._header() if typed else None
        if typed:
            fresh = replace(fresh, header_row=row)
        if mark != was:
            parted = None if mark == FIXED else mark
            layout = () if mark == FIXED else None
            fresh = replace(fresh, delimiter=parted, layout=layout, header_row=row)
        if self._shown("encoding") and self.encoding.value() != shape.encoding:
            fresh = replace(fresh, encoding=self.encoding.value())
        sheet = self.sheet.value() if self._shown("sheet") else ""
        if sheet and sheet != (before.sheet or self._settled_sheet()):
            fresh = replace(fresh, sheet=sheet, header_row=row)
        self._insist(fresh)

    def _settled_sheet(self) -> str | None:
        """The sheet the file is read by, none where several are alike and nobody chose."""
        alike = any(one.code == "sheets-alike" for one in self._shape.notes)
        return None if alike else self._shape.sheet

    def _placed(self) -> None:
        self._insist(replace(self.choices, layout=self.places.layout_now(), delimiter=None))

    def _insist(self, fresh: ReadChoices) -> None:
        if fresh != self.choices:
            self.choices = fresh
            self._changed(fresh)

    def _shown(self, key: str) -> bool:
        return self._fields[key].isVisibleTo(self)

    def _header(self) -> int | None:
        typed = self.header.value()
        return int(typed) if typed else None

    def _header_rule(self) -> str | None:
        typed = self.header.value()
        return None if not typed or typed.isdecimal() else tell("load.need-header-row")


def _spoken(key: str, value: str) -> str:
    if not value:
        return tell("load.sheet-choose")
    if key == "delimiter":
        return tell("load.delimiter-fixed") if value == FIXED else delimiter(value)
    if key == "encoding":
        known = {"utf-8", "utf-8-sig", "cp1252", "utf-16", "cp850"}
        return tell(f"load.encoding-{value}") if value in known else value.upper()
    return value


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Column names made different, for a table finds columns by name."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(made)
