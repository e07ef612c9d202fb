"""Where the day numbers of a workbook begin, as the workbook itself says."""

from __future__ import annotations

import pytest

ROWS = [["ref", "born"], ["A", 16135.0], ["B", 8038.0]]


@pytest.mark.parametrize(
    ("mode", "zero"), [(b"\x00\x00", "1899-12-30"), (b"\x01\x00", "1904-01-01")]
)
def test_an_old_workbook(take, old_workbook, mode, zero) -> None:
    taken = take(old_workbook(ROWS, b"\x22\x00\x02\x00" + mode))
    assert taken.shape.day_zero == zero
    assert taken.rows == (("A", "16135"), ("B", "8038"))


def test_text_has_none(take) -> None:
    assert take(b"ref,born\nA,16135\nB,8038\n").shape.day_zero is None
