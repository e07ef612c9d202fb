"""Hand-overs: nothing a spreadsheet would run, nothing lost."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.files.write_safe import safe_csv, safe_xlsx_bytes
from app.model.cells import unguard

CELLS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=12
)


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_bom_crlf_and_guarded_formulas() -> None:
    content = b"".join(safe_csv(["name"], [["=1+1"], ["@x"], ["-5.20"], ["+44 7700"], ['a"b']]))
    assert content == (b'\xef\xbb\xbfname\r\n\'=1+1\r\n\'@x\r\n-5.20\r\n\'+44 7700\r\n"a""b"\r\n')


def test_a_header_is_guarded_too() -> None:
    assert b"'=cmd" in b"".join(safe_csv(["=cmd"], []))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6))
def test_no_cell_can_run_and_every_cell_can_be_had_back(rows: list[list[str]]) -> None:
    cells = read(b"".join(safe_csv(["a", "b"], rows)))[1:]
    assert [[unguard(cell) for cell in row] for row in cells] == rows
    for row in cells:
        for cell in row:
            assert cell[:1] not in {"=", "+", "@", "\t", "\r"}


def test_many_rows_come_in_pieces() -> None:
    pieces = list(safe_csv(["n"], ([str(n)] for n in range(5_000))))
    assert len(pieces) == 4
    assert len(read(b"".join(pieces))) == 5_001


def test_workbook_cells_are_all_text() -> None:
    content = safe_xlsx_bytes(
        ["ref", "day"], [["00012", "01/02/2026"], ["=1+1", "12"]], marking=("OFFICIAL-SENSITIVE",)
    )
    page = load_workbook(io.BytesIO(content))["Data"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][0] == "OFFICIAL-SENSITIVE"
    assert rows[2:] == [("00012", "01/02/2026"), ("=1+1", "12")]
    assert {cell.data_type for row in page["A3:B4"] for cell in row} == {"s"}
