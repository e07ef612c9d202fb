"""Readers at full size: a line of 1 GB, a bomb of 3 GB, a million rows, in flat memory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.release, pytest.mark.timeout(900)]

BOUND_MB = 300  # the interpreter and its libraries take about half of it

PROBE = """
import json, sys, time
from pathlib import Path
from app.base.errors import Refused
from app.base.memory import peak_mb
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.loads import ReadChoices

limits, path, codes, rows = read_limits(), Path(sys.argv[1]), [], 0
started = time.process_time()
try:
    shape = sniff(path, ReadChoices(), {}, limits)
    for batch in read(path, shape, lambda one: codes.append(one.code), limits):
        rows += len(batch.cells)
    code = None
except Refused as refused:
    code = refused.code
seconds = time.process_time() - started
told = {"code": code, "rows": rows, "rejected": codes, "seconds": seconds, "mb": peak_mb()}
print(json.dumps(told))
"""


def probe(path: Path) -> dict[str, object]:
    """Read a file in a process of its own: outcome, CPU seconds and peak memory."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def write_sparse(path: Path, start: bytes, fill: bytes, size: int, end: bytes = b"") -> Path:
    with path.open("wb") as stream:
        stream.write(start)
        block = fill * ((1 << 20) // len(fill))
        for _ in range(size // len(block)):
            stream.write(block)
        stream.write(end)
    return path


def test_one_line_of_a_gigabyte_is_refused_at_once(tmp_path):
    answer = probe(write_sparse(tmp_path / "line.csv", b"id,name", b"x", 1 << 30))
    assert answer["code"] == "line-too-long"
    assert answer["seconds"] < 2
    assert answer["mb"] < BOUND_MB


def test_a_gigabyte_line_among_good_ones_is_one_rejection(tmp_path):
    path = write_sparse(tmp_path / "line.csv", b"id,name\n1,a\n2,", b"x", 1 << 30, b"\n3,c\n")
    answer = probe(path)
    assert (answer["rows"], answer["rejected"]) == (2, ["line-too-long"])
    assert answer["mb"] < BOUND_MB


def test_a_gigabyte_within_an_open_quote(tmp_path):
    path = write_sparse(
        tmp_path / "quote.csv", b'id,name\n1,a\n2,"x', b"y" * 1000 + b"\n", 1 << 28, b"\n3,c\n"
    )
    answer = probe(path)
    assert answer["rows"] == 2
    assert answer["rejected"][0] == "quote-unclosed"
    assert answer["mb"] < BOUND_MB


def test_a_bomb_of_three_gigabytes(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(3000):
            entry.write(bytes(1 << 20))
    answer = probe(path)
    assert answer["code"] == "archive-too-large"
    assert answer["seconds"] < 2
    assert answer["mb"] < BOUND_MB


def test_a_million_rows_in_flat_memory(tmp_path):
    path = tmp_path / "million.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(f"column {n}" for n in range(15)) + "\r\n")
        for number in range(1_000_000):
            note = '"Flat 2\nTop"' if number % 50 == 0 else "VILLAGE"
            stream.write(
                f"CT{number:08d},MR,SMITH{number % 5000},JOHN{number % 900},1980-01-01,"
                f'{number % 300} HIGH STREET,{note},"TOWN, X",EX1 1AA,{10**11 + number},'
                f"{'note ' * 6},A,B,12345,Y\r\n"
            )
    answer = probe(path)
    assert (answer["rows"], answer["rejected"]) == (1_000_000, [])
    assert answer["mb"] < BOUND_MB
    assert answer["seconds"] < 12  # about 4 s of processor time on a quiet machine
