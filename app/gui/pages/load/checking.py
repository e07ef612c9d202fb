"""The step that shows everything once more before the file is taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Facts, Notice, Text
from app.gui.frame import Desk
from app.gui.tables import Table
from app.model.loads import Preview, Rejection
from app.wording import field, note, number, rejection
from app.wording.window import tell


class Checking(QWidget):
    """The answers, the first rows as they will be kept, and what will not be."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.facts = Facts()
        self.notes = Notice("", "warn", tell("load.note"))
        self.rejected = Table(
            desk.jobs,
            "preview-rejected",
            tell("load.sample-rejected"),
            {"reason": tell("load.reason"), "rows": tell("load.rows")},
            right=("rows",),
        )
        self.rejected.setMinimumHeight(150)
        self.after = Table(desk.jobs, "preview-after", tell("load.as-kept"))
        self.after.setMinimumHeight(300)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 0)
        box.setSpacing(12)
        self._rejected_head = Text(tell("load.sample-rejected"), "label")
        for item in (self.facts, self.notes, self._rejected_head, self.rejected):
            box.addWidget(item)
        box.addWidget(Text(tell("load.as-kept"), "label"))
        box.addWidget(self.after, 1)

    def show_preview(self, preview: Preview, facts: Iterable[tuple[str, str]]) -> None:
        """Show what was answered and what would come of it."""
        self.facts.show_rows(facts)
        lines = [note(one) for one in preview.warnings]
        if preview.noticed:
            lines.append(tell("load.noticed", n=len(preview.before.numbers)))
            lines += (note(one) for one in preview.noticed)
        self.notes.say("\n".join(lines))
        groups = grouped(preview.rejections)
        for item in (self._rejected_head, self.rejected):
            item.setVisible(bool(groups))
        self.rejected.show_rows(
            ("reason", "rows"), [(words, number(n)) for words, n in groups], groups
        )
        names = list(dict.fromkeys(name for record in preview.after for name in record))
        columns = tuple(field(name) for name in names)
        rows = [tuple(record.get(name, "") for name in names) for record in preview.after]
        self.after.show_rows(columns, rows)


def grouped(rejections: Iterable[Rejection]) -> list[tuple[str, int]]:
    """Reasons in words with how many rows each took, most first; a code speaks by its first row."""
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for one in rejections:
        counts[one.code] += 1
        words.setdefault(one.code, rejection(one))
    return [(words[code], count) for code, count in counts.most_common()]
