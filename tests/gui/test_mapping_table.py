"""What columns mean, as one table with one pair of boxes: few columns or many, by keyboard too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from app.gui.pages.load.taking import COLUMNS
from app.model.meanings import Meaning

MANY = 300


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


def columns_of(hand, desk, page, path, names, row):
    """The step of the columns, for a file of these names."""
    path.write_text("\n".join([",".join(names), *[",".join(row)] * 3]) + "\n", encoding="utf-8")
    page.take_files([path])
    hand.settle(desk)
    page.taking.columns.kind.set_value("people")
    hand.settle(desk)
    hand.click(desk, page.taking.steps.go)
    assert page.taking.steps.at == COLUMNS
    return page.taking.columns


@pytest.fixture
def few(hand, desk, page, tmp_path):
    names = ("ref", "surname", "forename", "date of birth", "left on")
    row = ("1", "Smith", "Ann", "01/02/1950", "2026-01-02")
    return columns_of(hand, desk, page, tmp_path / "few.csv", names, row)


def cells(columns, at: int) -> list[str]:
    return [columns.table.model.cell(at, n) for n in range(5)]


def test_many_columns_take_no_more_boxes_than_few(hand, desk, page, tmp_path):
    names = ["Reference", "Surname", *(f"Figure {n}" for n in range(MANY - 2))]
    columns = columns_of(
        hand, desk, page, tmp_path / "wide.csv", names, ["1", "Smith"] * (MANY // 2)
    )
    assert columns.table.model.rowCount() == MANY
    assert columns.mapping().columns[1].means is Meaning.SURNAME
    assert len(columns.findChildren(QComboBox)) == 3
    columns.choose(f"Figure {MANY - 3}")
    columns.boxes.meaning.set_value("town")
    assert columns.mapping().columns[-1].means is Meaning.TOWN


def test_a_meaning_is_chosen_by_keyboard_alone(hand, desk, few):
    few.table.grid.setFocus()
    few.choose("ref")
    hand.press(desk, Qt.Key.Key_Down)
    assert few.boxes.meaning.value() == "surname"
    hand.press(desk, Qt.Key.Key_Return)
    box = few.boxes.meaning
    assert box.hasFocus()
    hand.press(desk, Qt.Key.Key_Down)
    chosen = box.value()
    assert chosen != "surname"
    assert few.mapping().columns[1].means == chosen
    assert few.table.grid.currentIndex().row() == 1


def test_boxes_and_lines_are_named_for_a_screen_reader(few):
    few.choose("date of birth")
    for box, name in (
        (few.boxes.meaning, "Meaning of date of birth"),
        (few.boxes.dates, "How dates are written in date of birth"),
    ):
        assert box.accessibleName() == name
    assert few.boxes.meaning.accessibleDescription() == "The column name says so."
    index = few.table.model.index(3, 2)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Means: date of birth"


def test_the_form_of_dates_is_asked_where_it_matters(few):
    few.choose("surname")
    assert few.boxes.meaning.isVisible()
    assert not few.boxes.dates.isVisible()
    few.choose("left on")
    few.boxes.meaning.set_value("end_date")
    assert few.boxes.dates.isVisible()
    few.boxes.dates.set_value("%Y-%m-%d")
    assert few.mapping().dates["left on"] == "%Y-%m-%d"
    assert cells(few, 4)[3] == "dates like “2026-08-22”"
    few.boxes.meaning.set_value("")
    assert "left on" not in few.mapping().dates


def test_a_change_in_a_filtered_table_is_of_the_column_in_sight(hand, desk, few):
    few.table.arrange("column", True, "sur")
    hand.settle(desk)
    assert few.table.model.rowCount() == 1
    few.table.grid.selectRow(0)
    few.boxes.meaning.set_value("alias_surname")
    assert few.mapping().columns[1].means is Meaning.ALIAS_SURNAME
    assert cells(few, 0)[4] == "You chose this."
    few.table.arrange(None, False, "")
    hand.settle(desk)
    assert [cells(few, n)[0] for n in range(3)] == ["ref", "surname", "forename"]
