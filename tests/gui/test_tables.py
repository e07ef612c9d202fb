"""Tables page over their rows: a million of them paint, sort and filter without freezing."""

import time
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QToolButton

from app.base.errors import Refused
from app.gui.forms import Dialog, Text
from app.gui.tables import Listed, SourceModel, Table
from app.gui.tables.rows import KEEP, WINDOW

PEOPLE = [("3", "Ada", "Lovelace"), ("20", "Alan", "Turing"), ("1", "Grace\nBrewster", "Hopper")]
NUMBERS = [(int(a), b.casefold(), c.casefold()) for a, b, c in PEOPLE]


class Many:
    """Rows that are worked out, as a store would read them; counts what was asked for."""

    columns = tuple(f"column {n}" for n in range(15))
    numbered = True

    def __init__(self, rows=1_000_000, slow=0.0):
        self._order = np.arange(rows)
        self._rows, self.slow, self.asked, self.rows_read = rows, slow, 0, 0

    def count(self):
        return len(self._order)

    def total(self):
        return self._rows

    def window(self, first, number):
        self.asked += 1
        self.rows_read += number
        return [
            tuple(f"{n} in {c}" for c in range(15)) for n in self._order[first : first + number]
        ]

    def key(self, position):
        return int(self._order[position])

    def arrange(self, sort, descending, contains):
        time.sleep(self.slow)
        order = np.arange(self._rows)
        if contains:
            order = order[: int(contains)]
        self._order = order[::-1] if descending else order


@pytest.fixture
def table(qtbot, jobs, look):
    QSettings().clear()
    made = Table(jobs, "test", "People")
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def settle(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.waiting, timeout=20_000)


def column(table, at):
    return [table.model.cell(n, at) for n in range(table.model.rowCount())]


@pytest.mark.parametrize("rows", [[], PEOPLE, PEOPLE * 400])
def test_the_model_keeps_qts_rules(qtbot, rows):
    model = SourceModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    source = Listed(("no", "first", "last"), rows)
    model.show_source(source)
    source.arrange("last", True, "o")
    model.rearranged()
    model.show_source(Listed((), []))


def test_only_windows_on_sight_are_fetched_and_few_are_kept(qtbot):
    source, model = Many(), SourceModel()
    model.show_source(source)
    assert source.asked == 0
    for at in range(0, 1_000_000, 5_000):
        assert model.cell(at, 3) == f"{at} in 3"
    assert len(model._windows) == KEEP
    asked = source.asked
    model.cell(995_000 // WINDOW * WINDOW, 0)
    assert source.asked == asked


def test_text_from_files_cannot_break_the_row(table):
    table.show_rows(("no", "first", "last"), PEOPLE)
    assert table.model.cell(2, 1) == "Grace⏎Brewster"


def test_sorting_goes_up_down_and_back(qtbot, jobs, table):
    table.show_rows(("no", "first", "last"), PEOPLE, NUMBERS)
    for expected in (["1", "3", "20"], ["20", "3", "1"], ["3", "20", "1"]):
        table._head_clicked(0)
        settle(qtbot, jobs)
        assert column(table, 0) == expected


def test_the_old_order_stays_until_the_new_one_lands(qtbot, jobs, table):
    source = Many(rows=1000, slow=0.3)
    table.show_source(source)
    before = column(table, 0)[:5]
    table.arrange("column 0", True, "")
    assert column(table, 0)[:5] == before
    settle(qtbot, jobs)
    assert column(table, 0)[0] == "999 in 0"


def test_the_filter_counts_shows_a_chip_and_is_removed_by_it(qtbot, jobs, table):
    table.show_rows(("no", "first", "last"), PEOPLE)
    table.focus_filter()
    assert table.filter.hasFocus()
    table.filter.setText("lan")
    qtbot.keyClick(table.filter, Qt.Key.Key_Return)
    settle(qtbot, jobs)
    assert column(table, 1) == ["Alan"]
    assert table.count.text() == "1 of 3 rows"
    assert table.chip.isVisible()
    table.chip.click()
    table._filter_typed()
    settle(qtbot, jobs)
    assert table.count.text() == "3 rows"
    assert not table.chip.isVisible()


def test_a_newer_filter_wins(qtbot, jobs, table):
    table.show_source(Many(rows=500, slow=0.05))
    for wanted in ("10", "20", "30"):
        table.arrange(None, False, wanted)
    settle(qtbot, jobs)
    assert table.model.rowCount() == 30


def test_enter_opens_and_space_selects(qtbot, jobs, table):
    opened = []
    table.opened.connect(opened.append)
    table.show_rows(("no", "first", "last"), PEOPLE, NUMBERS)
    table.arrange("no", False, "")
    settle(qtbot, jobs)
    table.grid.setCurrentIndex(table.model.index(0, 0))
    qtbot.keyClick(table.grid, Qt.Key.Key_Return)
    assert opened == [2]
    table.grid.clearSelection()
    qtbot.keyClick(table.grid, Qt.Key.Key_Space)
    assert [i.row() for i in table.grid.selectionModel().selectedRows()] == [0]


def test_enter_tells_a_row_in_full_where_nothing_else_opens(qtbot, jobs, table):
    long = "a fact that is far too long for its column to hold " * 4
    table.show_rows(("no", "fact"), [("1", long)])
    table.grid.setCurrentIndex(table.model.index(0, 0))
    qtbot.keyClick(table.grid, Qt.Key.Key_Return)
    (dialog,) = [d for d in table.findChildren(Dialog) if d.isVisible()]
    assert long.strip() in [t.text().strip() for t in dialog.findChildren(Text)]
    dialog.reject()


def test_a_table_whose_vault_was_closed_is_blank(qtbot, table):
    source = Many(rows=1000)
    table.show_source(source)

    def closed(_first, _number):
        raise Refused("vault-closed")

    source.window = closed
    table.model.rearranged()
    table._set_widths()
    assert table.model.cell(500, 1) == ""


def test_ctrl_c_copies_the_whole_row(qtbot, table):
    table.show_rows(("no", "first", "last"), PEOPLE)
    table.grid.setColumnHidden(1, True)
    table.grid.setCurrentIndex(table.model.index(1, 2))
    qtbot.keyClick(table.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "20\tTuring"


def test_lines_of_a_file_stand_beside_their_rows_in_any_order(qtbot, jobs, table):
    table.show_source(Many(rows=2000))
    assert table.grid.verticalHeader().isVisible()
    table.arrange("column 0", True, "")
    settle(qtbot, jobs)
    heads = [table.model.headerData(n, Qt.Orientation.Vertical) for n in range(2)]
    assert heads == ["1,999", "1,998"]
    table.show_rows(("no", "first", "last"), PEOPLE)
    assert not table.grid.verticalHeader().isVisible()


def test_the_column_that_tells_most_takes_the_spare_room(qtbot, jobs, look):
    QSettings().clear()
    made = Table(jobs, "telling", "Pairs", telling="why")
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    made.show_rows(("no", "why", "end"), [("1", "because " * 12, "x")])
    heads = made.grid.horizontalHeader()
    assert sum(heads.sectionSize(n) for n in range(3)) == made.grid.viewport().width()
    assert heads.sectionSize(1) > heads.sectionSize(0) + heads.sectionSize(2)
    made.resize(1400, 400)
    qtbot.waitUntil(
        lambda: sum(heads.sectionSize(n) for n in range(3)) == made.grid.viewport().width()
    )


def test_hidden_columns_stay_hidden_after_a_restart_and_in_that_table_alone(qtbot, jobs, table):
    columns = ("Secret head", "b", "c")
    table.show_rows(columns, PEOPLE)
    table._offer_columns()
    table._menu.actions()[1].setChecked(False)
    table.show_rows(("x", "y", "z"), PEOPLE)
    assert not table.grid.isColumnHidden(1)
    again = Table(jobs, "test", "People")
    qtbot.addWidget(again)
    again.show_rows(columns, PEOPLE)
    assert [again.grid.isColumnHidden(at) for at in range(3)] == [False, True, False]
    kept = QSettings()
    assert not [key for key in kept.allKeys() if "Secret" in f"{key} {kept.value(key)}"]
    again._offer_columns()
    again._menu.actions()[1].setChecked(True)
    assert not [key for key in kept.allKeys() if key.startswith("hidden/")]
    table.show_rows(columns, PEOPLE)
    assert not table.grid.isColumnHidden(1)


def test_columns_can_be_hidden_and_widths_are_remembered(qtbot, jobs, table):
    table.show_rows(("no", "first", "last"), PEOPLE)
    table._offer_columns()
    table._menu.actions()[1].setChecked(False)
    assert table.grid.isColumnHidden(1)
    table.grid.horizontalHeader().resizeSection(0, 333)
    table._save_widths()
    other = Table(jobs, "test", "People")
    qtbot.addWidget(other)
    other.show_rows(("no", "first", "last"), PEOPLE)
    assert abs(other.grid.columnWidth(0) - 333) <= 1


def test_a_cut_head_can_be_read_and_the_cross_of_the_filter_has_a_name(table):
    table.show_rows(("middle names of the record on the left", "b"), [("1", "2")])
    across, tip = Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    assert table.model.headerData(0, across, tip) == "middle names of the record on the left"
    (cross,) = table.filter.findChildren(QToolButton)
    assert cross.accessibleName() == "Clear what to find in People"


def test_no_rows_say_what_the_table_is_for(table):
    table.show_rows(("no",), [], empty="Nothing has been loaded yet.")
    assert table.empty.isVisible()
    assert not table.grid.isVisible()
    table.show_rows(("no",), [("1",)], empty="Nothing has been loaded yet.")
    assert not table.empty.isVisible()
    assert table.grid.isVisible()


def test_a_million_rows_paint_what_is_on_sight_alone(qtbot, jobs, table):
    table.resize(1400, 900)
    table.show_rows(("a",), [("1",)])
    table.grid.grab()
    source = Many()
    table.show_source(source)
    table.grid.grab()
    asked = [source.rows_read]
    for at in (999_999, 500_000, 123_456, 1):
        table.grid.scrollTo(table.model.index(at, 0))
        table.grid.grab()
        asked.append(source.rows_read)
    assert asked[0] <= 4 * WINDOW
    assert max(later - before for before, later in pairwise(asked)) <= 2 * WINDOW


def test_a_column_is_as_wide_as_its_widest_words_not_its_most_letters(table):
    table.show_rows(("who", "no"), [("illililililil", "1"), ("WMWMWMWMWM", "2")])
    metrics = table.grid.fontMetrics()
    assert table.grid.columnWidth(0) >= metrics.horizontalAdvance("WMWMWMWMWM")


def test_the_example_of_the_filter_can_be_read_at_any_text_size(table, look):
    for scale in (1.0, 2.0):
        look.apply("light", scale)
        table.show_rows(("who",), [("Ada",)])
        words = table.filter.fontMetrics().horizontalAdvance(table.filter.placeholderText())
        assert table.filter.minimumWidth() > words
