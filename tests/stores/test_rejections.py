"""Rejected rows: kept whole, in the order of the file, counted by reason, never held at once."""

from __future__ import annotations

import tracemalloc

from app.model.loads import Rejection
from app.stores import listings, rejections

ROWS = (
    Rejection(7, "dob", "date-unreadable", {"length": 3}, ("a", "", "ö")),
    Rejection(9, None, "row-too-long", {}, ()),
    Rejection(9, "x", "row-too-long", {}, ("b",)),
)


def add(vault, *found: Rejection) -> None:
    with vault.write_chunk() as writer:
        rejections.add(writer, "L1", found)


def test_rejected_rows_are_kept_whole(vault, fill) -> None:
    add(vault, ROWS[0])
    more = Rejection(12, None, "row-too-long", {}, ("c",))
    add(vault, *ROWS[1:], more)
    load = fill.load([["SMITH"]])
    with vault.read() as reader:
        assert tuple(rejections.each(reader, load)) == (*ROWS, more)
        assert rejections.first(reader, load, 1) == ROWS[:1]
        assert rejections.most_cells(reader, load) == 3
        assert [(group.first, group.count) for group in rejections.groups(reader, load)] == [
            (ROWS[1], 2),  # the row with two faults is one row
            (ROWS[0], 1),
        ]


def test_they_come_in_the_order_of_the_file_whenever_they_were_met(vault, fill) -> None:
    later = [Rejection(n, None, "row-too-short", {}, (str(n),)) for n in range(600, 300, -1)]
    sooner = [Rejection(n, None, "row-too-long", {}, (str(n),)) for n in range(300)]
    add(vault, *later)
    add(vault, *sooner)
    with vault.read() as reader:
        rows = [one.row for one in rejections.each(reader, "L1")]
        assert rows == sorted(rows)
        assert len(rows) == 600
        assert [one.row for one in rejections.first(reader, "L1", 3)] == [0, 1, 2]


def test_many_are_read_without_being_held(vault, fill) -> None:
    text = ("x" * 200,)
    for first in range(0, 40_000, 2_000):
        add(vault, *(Rejection(first + n, "c", "code", {}, text) for n in range(2_000)))
    with vault.read() as reader:
        tracemalloc.start()
        number = sum(1 for _ in rejections.each(reader, "L1"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert number == 40_000
    assert peak < 3_000_000  # the text alone is 8 MB


def test_a_table_of_them_says_the_reason_in_words(vault) -> None:
    add(vault, *ROWS[:2])
    view = listings.RejectedRows(vault.read, "L1", lambda one: f"because {one.code}")
    assert (view.total(), tuple(view.columns)) == (2, ("row", "column", "reason", "text"))
    assert view.window(0, 9) == [
        ("7", "dob", "because date-unreadable", "a │  │ ö"),
        ("9", "", "because row-too-long", ""),
    ]
    view.arrange("row", True, "")
    assert view.window(0, 1)[0][0] == "9"
    view.arrange(None, False, "unreadable")
    assert (view.count(), view.window(0, 9)[0][1]) == (1, "dob")
