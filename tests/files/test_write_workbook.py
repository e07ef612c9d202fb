"""Workbooks: typed cells, no formulas, the same bytes for the same cells, no temporary files."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from app.files.write_workbook import Sheet, write_xlsx

ROWS = [("00012", 12, date(2026, 7, 5), ""), ("=1+1", 1.5, None, "https://example.org")]


def written() -> bytes:
    stream = io.BytesIO()
    sheets = [
        Sheet("Tenancies", ("ref", "n", "day", "x"), ROWS, ("Exampleshire Homes", "As at")),
        Sheet("Notes", (), [("one",)]),
    ]
    assert write_xlsx(stream, sheets) == 2
    return stream.getvalue()


def test_cells_keep_their_types() -> None:
    book = load_workbook(io.BytesIO(written()))
    assert book.sheetnames == ["Tenancies", "Notes"]
    rows = list(book["Tenancies"].iter_rows(values_only=True))
    assert rows[0][0] == "Exampleshire Homes"
    assert rows[2] == ("ref", "n", "day", "x")
    assert (*rows[3][:2], rows[3][2].date(), rows[3][3]) == ("00012", 12, date(2026, 7, 5), None)
    assert rows[4] == ("=1+1", 1.5, None, "https://example.org")
    assert book["Tenancies"]["A5"].data_type == "s"
    assert book["Notes"]["A1"].value == "one"


def test_the_same_cells_give_the_same_bytes() -> None:
    assert written() == written()


def test_parts_are_stored_with_fixed_dates() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as packed:
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_temporary_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile  # noqa: TID251 - to see that nobody calls it

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was asked for")

    for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, fail)
    assert written()
