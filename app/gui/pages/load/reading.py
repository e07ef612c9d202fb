"""The step that shows how a file is read: its first rows, and choices that read it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.forms import Choice, Field, LineBox, Notice, Text
from app.gui.frame import Desk
from app.gui.tables import Table
from app.model.loads import Offer, ReadChoices
from app.wording import note, number, size
from app.wording.window import tell

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16", "utf-16-le", "utf-16-be")
DELIMITERS = (",", ";", "\t", "|")


class Reading(QWidget):
    """The first rows of the file; `changed` is called with the choices the steward insists on."""

    def __init__(self, desk: Desk, changed: Callable[[ReadChoices], object]) -> None:
        super().__init__()
        self._changed = changed
        self.choices = ReadChoices()
        self.what = Text("", "quiet")
        self.seen = Notice("", "warn")
        self.seen.hide()
        self.notes = Text("", "quiet")
        self.encoding, self.delimiter, self.sheet = Choice(), Choice(), Choice()
        self.encoding.setMinimumContentsLength(26)
        self.header = LineBox(characters=5)
        self.encoding.currentIndexChanged.connect(lambda _at: self._choose())
        self.delimiter.currentIndexChanged.connect(lambda _at: self._choose())
        self.sheet.currentIndexChanged.connect(lambda _at: self._choose())
        self.header.editingFinished.connect(self._choose)
        self._fields = {
            "encoding": Field(tell("load.encoding"), self.encoding),
            "delimiter": Field(tell("load.delimiter"), self.delimiter),
            "sheet": Field(tell("load.sheet"), self.sheet),
            "header": Field(tell("load.header-row"), self.header),
        }
        self.rows = Table(desk.jobs, "preview", tell("load.first-rows"))
        across = QHBoxLayout()
        across.setSpacing(24)
        for field in self._fields.values():
            across.addWidget(field)
        across.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.seen)
        box.addWidget(self.what)
        box.addLayout(across)
        box.addWidget(self.notes)
        box.addWidget(self.rows, 1)

    def begin(self) -> None:
        """Forget what was insisted on for the file before."""
        self.choices = ReadChoices()

    def show_offer(self, offer: Offer) -> None:
        """Show a file as it is read now."""
        shape = offer.shape
        self.what.say(
            tell(
                "load.read-as",
                file=offer.path.name,
                size=size(offer.size),
                format=tell(f"load.format-{shape.format}"),
                n=len(shape.columns),
            )
        )
        self._offer(self.encoding, "encoding", shape.encoding, ENCODINGS)
        self._offer(self.delimiter, "delimiter", shape.delimiter, DELIMITERS)
        self._offer(self.sheet, "sheet", shape.sheet, shape.sheets)
        self._fields["header"].setVisible(shape.header_row is not None)
        self.header.setText(str(shape.header_row or ""))
        self.notes.say(" ".join(note(one) for one in shape.notes))
        seen = offer.seen_before
        self.seen.say(tell("load.seen-before", load=seen) if seen else "")
        columns = _distinct((tell("load.row"), *shape.columns))
        cells = zip(offer.sample.numbers, offer.sample.cells, strict=True)
        self.rows.show_rows(columns, [(number(n), *row) for n, row in cells])

    def _offer(self, box: Choice, key: str, value: str | None, known: tuple[str, ...]) -> None:
        self._fields[key].setVisible(value is not None)
        if value is None:
            return
        names = list(known) if value in known else [value, *known]
        box.offer([(name, _spoken(key, name)) for name in names], value)

    def _choose(self) -> None:
        fresh = replace(
            self.choices,
            encoding=self._insisted("encoding", self.encoding),
            delimiter=self._insisted("delimiter", self.delimiter),
            sheet=self._insisted("sheet", self.sheet),
            header_row=self._header(),
        )
        if fresh != self.choices:
            self.choices = fresh
            self._changed(fresh)

    def _insisted(self, key: str, box: Choice) -> str | None:
        return box.value() if self._fields[key].isVisibleTo(self) else None

    def _header(self) -> int | None:
        typed = self.header.value()
        return int(typed) if typed.isdecimal() and int(typed) > 0 else None


def _spoken(key: str, value: str) -> str:
    if key == "delimiter":
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
        return tell(f"load.delimiter-{names[value]}") if value in names else value
    if key == "encoding":
        known = {"utf-8", "utf-8-sig", "cp1252", "utf-16"}
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
