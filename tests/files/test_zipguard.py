"""Archives are proved harmless before anything else opens them."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.catalogue.reading import read_limits
from app.files.zipguard import guard, unsafe_name

LIMITS = read_limits()


def packed(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def code(path: Path, limits=LIMITS) -> str:
    with pytest.raises(Refused) as caught:
        guard(path, limits)
    return caught.value.code


def test_a_sound_archive_passes_and_is_seen_whole(tmp_path):
    seen: dict[str, int] = {}
    entries = {"a.txt": b"x" * 3_000_000, "folder/b.txt": b"", "c": b"yz"}
    path = packed(tmp_path / "a.zip", entries)
    progress = Counters()

    def watch(name: str, block: bytes) -> None:
        seen[name] = seen.get(name, 0) + len(block)

    guard(path, LIMITS, watch, progress)
    assert seen == {"a.txt": 3_000_000, "c": 2}
    assert progress.read().done == progress.read().total == 3_000_002


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x",
        "a/../../x",
        "C:\\x",
        "c:x",
        "\\\\server\\share\\x",
        "a\\..\\..\\x",
        "\\x",
        "a\nb",
        "",
    ],
)
def test_names_that_lead_out(name):
    assert unsafe_name(name)


@pytest.mark.parametrize("name", ["a", "a/b.csv", "data/..hidden", "xl/worksheets/sheet1.xml", "é"])
def test_ordinary_names(name):
    assert not unsafe_name(name)


def test_names_in_an_archive(tmp_path):
    assert code(packed(tmp_path / "a.zip", {"../x": b"1"})) == "archive-names"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x", b"2")
    assert code(tmp_path / "b.zip") == "archive-names"
    assert code(packed(tmp_path / "c.zip", {"x": b"1", "X": b"2"})) == "archive-names"


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert code(tmp_path / "a.zip") == "archive-names"


def test_too_many_entries(tmp_path):
    path = packed(tmp_path / "a.zip", {str(n): b"" for n in range(11)}, zipfile.ZIP_STORED)
    assert code(path, replace(LIMITS, zip_entries=10)) == "archive-too-many-entries"


def test_a_directory_too_long_is_not_even_read(tmp_path):
    entries = {f"{n}-{'x' * 600}": b"" for n in range(10)}
    path = packed(tmp_path / "a.zip", entries, zipfile.ZIP_STORED)
    assert code(path, replace(LIMITS, zip_entries=10)) == "archive-too-many-entries"


def test_declared_totals_and_ratios(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": bytes(2_000_000), "b": bytes(2_000_000)})
    assert code(path, replace(LIMITS, zip_total_bytes=3_000_000)) == "archive-too-large"
    assert code(path, replace(LIMITS, zip_ratio_from_bytes=1_000_000)) == "archive-bomb"
    guard(path, LIMITS)


def test_a_forged_size_is_found_by_counting(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": bytes(1_000_000)})
    data = bytearray(path.read_bytes())
    for place in range(len(data) - 4):
        if data[place : place + 4] == struct.pack("<I", 1_000_000):
            data[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    assert code(path) == "archive-damaged"


def test_entries_that_share_their_bytes(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": b"0123456789" * 500, "b": b"1"}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    start = data.rindex(b"PK\x01\x02")
    second = bytearray(data[start:])
    second[20:28] = struct.pack("<II", 5000, 5000)
    second[42:46] = struct.pack("<I", 0)
    path.write_bytes(data[:start] + bytes(second))
    assert code(path) == "archive-bomb"


def test_locked_entries(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": b"x"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert code(path) == "archive-locked"


def test_methods_of_packing_that_nobody_needs(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": b"x" * 1000}, zipfile.ZIP_LZMA)
    assert code(path) == "archive-damaged"


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_cut_short(tmp_path, keep):
    path = packed(tmp_path / "a.zip", {"a": bytes(range(256)) * 400})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert code(path) == "archive-damaged"


def test_a_flipped_bit_in_the_content(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": b"abcdefgh" * 100}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(bytes(data))
    assert code(path) == "archive-damaged"


def test_not_an_archive(tmp_path):
    path = tmp_path / "x"
    for content in (b"", b"PK", b"PK\x03\x04" + bytes(100), io.BytesIO(b"PK\x05\x06").getvalue()):
        path.write_bytes(content)
        assert code(path) == "archive-damaged"


def test_counting_can_be_cancelled(tmp_path):
    path = packed(tmp_path / "a.zip", {"a": bytes(3_000_000)})
    progress = Counters()
    progress.cancel()
    with pytest.raises(Cancelled):
        guard(path, LIMITS, None, progress)
