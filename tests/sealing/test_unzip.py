"""The streaming ZIP reader: plain archives pass, hostile or ambiguous ones are refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.packages import read_package_policy
from app.sealing.stream import Gutter
from app.sealing.unzip import Unzipper

LIMITS = read_package_policy(resource("policy", "packages.toml")).limits


@dataclass
class Taken:
    entries: dict[str, bytes] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def begin(self, name: str) -> None:
        self.name = name
        self.entries[name] = b""

    def piece(self, content: bytes) -> None:
        self.entries[self.name] += content

    def end(self) -> None:
        self.ended.append(self.name)


def unzip(content: bytes, limits=LIMITS, piece: int = 1 << 16) -> dict[str, bytes]:
    taken = Taken()
    unzipper = Unzipper(taken, limits)
    for start in range(0, len(content), piece):
        unzipper.feed(content[start : start + piece])
    unzipper.close()
    assert taken.ended == list(taken.entries)
    return taken.entries


def streamed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP as packages are written: to a stream that cannot seek."""
    gutter = Gutter()
    with zipfile.ZipFile(gutter, "w", method) as out:
        for name, content in entries.items():
            with out.open(name, "w") as entry:
                entry.write(content)
    return gutter.take()


def seekable(entries, method=zipfile.ZIP_STORED, comment=b"", **facts) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as out:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            for fact, value in facts.items():
                setattr(info, fact, value)
            out.writestr(info, content)
        out.comment = comment
    return held.getvalue()


ENTRIES = {"bag/a.txt": b"hello", "bag/data/b.csv": b"x,y\r\n" * 5_000, "bag/data/empty.csv": b""}


@given(
    st.dictionaries(
        st.from_regex(r"f[a-z]{0,5}(/f[a-z]{0,5}){0,2}", fullmatch=True),  # no names of devices
        st.binary(max_size=400),
        max_size=5,
    ).filter(
        lambda entries: not any(f"{a}/" in f"{b}/" for a in entries for b in entries if a != b)
    ),
    st.integers(1, 600),
    st.booleans(),
)
def test_archives_are_read_in_any_pieces(entries, piece, stored) -> None:
    content = seekable(entries.items(), zipfile.ZIP_STORED) if stored else streamed(entries)
    assert unzip(content, piece=piece) == entries


def test_every_cut_is_refused() -> None:
    content = streamed({"a/b.txt": b"hello", "a/c.txt": b"there"})
    for length in range(len(content)):
        with pytest.raises(Refused, match="package-damaged"):
            unzip(content[:length])


def test_what_follows_the_end_is_refused() -> None:
    content = streamed(ENTRIES)
    for tail in (b"\0", content, b"PK\x03\x04"):
        for piece in (1, 7, 1 << 16):
            with pytest.raises(Refused, match="package-damaged"):
                unzip(content + tail, piece=piece)


def test_no_flipped_byte_changes_names_or_contents_unnoticed() -> None:
    """Free fields (times, versions, permissions) may change: nobody reads them here."""
    content = streamed({"a/b.txt": b"hello hello", "a/c.txt": b"there"})
    true = unzip(content)
    for position in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            try:
                assert unzip(bytes(changed)) == true
            except Refused:
                continue


@settings(max_examples=200)
@given(st.binary(max_size=300), st.integers(1, 50))
def test_junk_is_refused_not_crashed_on(junk, piece) -> None:
    with pytest.raises(Refused):
        unzip(b"PK\x03\x04" + junk, piece=piece)


def test_shuffled_bytes_are_refused_not_crashed_on() -> None:
    content = streamed(ENTRIES)
    seeded = random.Random(5)
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(seeded.randrange(1, 6)):
            changed[seeded.randrange(len(changed))] = seeded.randrange(256)
        try:
            assert unzip(bytes(changed)) == ENTRIES
        except Refused:
            continue


def test_a_bomb_is_stopped_early() -> None:
    content = streamed({"a/zeros.bin": bytes(60_000_000)})
    taken = Taken()
    unzipper = Unzipper(taken, LIMITS)
    with pytest.raises(Refused, match="package-bomb"):
        unzipper.feed(content)
    assert len(taken.entries["a/zeros.bin"]) < 12_000_000


def test_more_than_the_limit_is_stopped() -> None:
    limits = replace(LIMITS, bytes=20_000)
    with pytest.raises(Refused, match="package-too-large"):
        unzip(streamed(ENTRIES), limits)
    many = {f"a/{n}.txt": b"" for n in range(20)}
    with pytest.raises(Refused, match="package-too-many-files"):
        unzip(streamed(many), replace(LIMITS, entries=19))


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../up.txt",
        "a/../../up.txt",
        "a\\b.txt",
        "C:\\x.txt",
        "a/con.txt",
        "a/b/c/d.txt",
        "a/",
        "a//b.txt",
        "é.txt",
        "a/b.txt ",
        "a/b.",
        "a/x:y.txt",
        "a/\x01.txt",
        "a/" + "x" * 121,
    ],
)
def test_unsafe_names_are_refused(name) -> None:
    with pytest.raises(Refused, match=r"package-name-unsafe|package-damaged"):
        unzip(seekable([(name, b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a/b.txt", "A/B.TXT"])
def test_double_names_are_refused(second) -> None:
    with pytest.raises(Refused, match="package-name-twice"):
        unzip(seekable([("a/b.txt", b"x"), (second, b"y")]))


def test_links_are_refused() -> None:
    with pytest.raises(Refused, match="package-unsafe"):
        unzip(seekable([("a/link.txt", b"/etc/passwd")], external_attr=0o120777 << 16))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused(method) -> None:
    with pytest.raises(Refused, match="package-unsafe"):
        unzip(seekable([("a/b.txt", b"x" * 100)], method))


@pytest.mark.parametrize("facts", [{"comment": b"hi"}, {"extra": b"\x99\x99\x00\x00"}])
def test_hidden_extras_are_refused(facts) -> None:
    with pytest.raises(Refused, match=r"package-unsafe|package-damaged"):
        unzip(seekable([("a/b.txt", b"x")], **facts))


def test_an_archive_comment_is_refused() -> None:
    with pytest.raises(Refused, match="package-damaged"):
        unzip(seekable([("a/b.txt", b"x")])[:-2] + b"\x02\x00hi")


def test_an_entry_the_directory_does_not_name_is_refused() -> None:
    """Two readers, one by entries and one by directory, would see two different packages."""
    content = seekable([("a/b.txt", b"x"), ("a/c.txt", b"y")])
    start = struct.unpack("<L", content[-6:-2])[0]
    one = content.index(b"PK\x01\x02", start + 4)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, one - start, start, 0)
    with pytest.raises(Refused, match="package-damaged"):
        unzip(content[:one] + end)


def test_a_gap_between_entries_is_refused() -> None:
    content = seekable([("a/b.txt", b"x"), ("a/c.txt", b"y")])
    second = content.index(b"PK\x03\x04", 4)
    with pytest.raises(Refused, match="package-damaged"):
        unzip(content[:second] + b"gap!" + content[second:])


def test_an_empty_archive_is_read_as_empty() -> None:
    assert unzip(seekable([])) == {}
