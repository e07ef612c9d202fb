"""What parts columns: marks that only mainframes use are found, and mistaken for nothing else."""

from __future__ import annotations

import pytest

HEADER = ("ref", "surname", "forename", "address", "born")
ROWS = [(f"{n:04d}", "Smith", "Ann", f"{n} High Street, Exeter", "01/02/1950") for n in range(9)]


def parted(mark: str, *more: str) -> bytes:
    lines = [mark.join(row) for row in (HEADER, *ROWS)]
    return "\n".join([*lines, *more, ""]).encode()


@pytest.mark.parametrize("mark", ["~", "^"])
def test_rare_marks_are_found_though_cells_hold_commas(take, mark) -> None:
    taken = take(parted(mark))
    assert taken.shape.delimiter == mark
    assert taken.shape.columns == HEADER
    assert taken.rows[0] == ROWS[0]
    assert not taken.rejected


@pytest.mark.parametrize("mark", ["~", "^"])
def test_an_empty_line_of_marks_hides_no_total(take, mark) -> None:
    taken = take(parted(mark, f"Total records: 9{mark * 4}", mark * 4))
    assert taken.shape.footer_total == 9
    assert len(taken.rows) == 9


@pytest.mark.parametrize("note", ["~", "^", "~~", "approx. ~ 1950", "a^b^c"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_they_are_letters_where_another_mark_parts_the_columns(take, mark, note) -> None:
    rows = [("ref", "surname", "note"), *((str(n), "Smith", note) for n in range(9))]
    taken = take("\n".join(mark.join(row) for row in rows).encode())
    assert (taken.shape.delimiter, taken.shape.columns) == (mark, ("ref", "surname", "note"))
    assert taken.rows[0] == ("0", "Smith", note)


def test_a_single_column_stays_one(take) -> None:
    taken = take(b"surname\nSmith\nJones~\nO^Neill\nLi\n")
    assert taken.shape.columns == ("surname",)
    assert len(taken.rows) == 4
