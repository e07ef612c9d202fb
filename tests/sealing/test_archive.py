"""AES-256 ZIPs for office tools: 7-Zip as outside judge, damage, passphrases."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import zipfile
from dataclasses import replace

import pytest
import pyzipper

from app.base.errors import Cancelled, Refused
from app.sealing import archive, passphrases

PASSPHRASE = "abacus abdomen abdominal abide abiding ability"
seven_zip = pytest.mark.skipif(shutil.which("7z") is None, reason="7-Zip is not installed")


@pytest.fixture
def sealed(order, tmp_path):
    file = tmp_path / "for office.zip"
    archive.seal_zip(order, PASSPHRASE, file)
    return file


def test_what_is_sealed_is_what_is_opened(sealed, sender, policy, canary, tmp_path) -> None:
    opened = archive.open_zip_into(
        sealed, PASSPHRASE, tmp_path / "in", policy.limits, sender.public
    )
    folder = tmp_path / "in" / "EX-2026-0007"
    assert canary in (folder / "data-1.csv").read_text(encoding="utf-8-sig")
    assert "EX-2026-0007/data-1.csv" in opened.files
    assert opened.sender_checked
    answer = archive.verify_zip(sealed, PASSPHRASE, sender.public, policy.limits)
    assert (answer.signature, answer.manifest, answer.agreement) == (True, True, "ISA-12")
    assert [(file.name, file.rows) for file in answer.files] == [("data-1.csv", 3)]


def test_every_entry_is_ae_2_with_256_bits_and_a_neutral_name(sealed) -> None:
    with pyzipper.AESZipFile(sealed) as opened:
        for info in opened.infolist():
            assert (info.wz_aes_version, info.wz_aes_strength) == (2, 3)
            assert info.CRC == 0
            assert "death" not in info.filename.lower()
    assert b"death" not in sealed.read_bytes().lower()


@seven_zip
def test_seven_zip_opens_it(sealed, canary, tmp_path) -> None:
    command = ["7z", "x", f"-p{PASSPHRASE}", "-oout", sealed.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    text = (tmp_path / "out" / "data-1.csv").read_text(encoding="utf-8-sig")
    assert canary in text
    listed = subprocess.run(
        ["7z", "l", "-slt", sealed.name], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert listed.stdout.count("Method = AES-256 Deflate") == listed.stdout.count("Method = ")


@seven_zip
def test_seven_zip_refuses_another_passphrase(sealed, tmp_path) -> None:
    command = ["7z", "t", "-pother words", sealed.name]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


def test_another_passphrase_is_refused(sealed, sender, policy) -> None:
    with pytest.raises(Refused, match="package-wrong-passphrase"):
        archive.verify_zip(sealed, "six other words", sender.public, policy.limits)


def test_another_sender_is_answered_with_false(sealed, stranger, policy, tmp_path) -> None:
    answer = archive.verify_zip(sealed, PASSPHRASE, stranger.public, policy.limits)
    assert (answer.signature, answer.manifest) == (False, True)
    with pytest.raises(Refused, match="package-signature-wrong"):
        archive.open_zip_into(sealed, PASSPHRASE, tmp_path / "in", policy.limits, stranger.public)


def test_a_flipped_byte_never_changes_what_is_read(sealed, sender, policy, tmp_path) -> None:
    """Entries are authenticated; in the plain headers a flip is refused or changes nothing."""
    content = sealed.read_bytes()
    true = archive.verify_zip(sealed, PASSPHRASE, sender.public, policy.limits)
    ranges = encrypted_ranges(sealed)
    seeded = random.Random(11)
    positions = sorted(seeded.sample(range(len(content)), 250))
    bad = tmp_path / "bad.zip"
    refused = 0
    for position in positions:
        bad.write_bytes(
            content[:position] + bytes([content[position] ^ 0x10]) + content[position + 1 :]
        )
        try:
            answer = archive.verify_zip(bad, PASSPHRASE, sender.public, policy.limits)
        except Refused:
            refused += 1
            continue
        same = replace(true, sha256=answer.sha256)
        inside = any(start <= position < end for start, end in ranges)
        assert (answer == same and not inside) or not (answer.manifest and answer.signature)
    assert refused > 150


def encrypted_ranges(file):
    found = []
    with pyzipper.AESZipFile(file) as opened, file.open("rb") as stream:
        for info in opened.infolist():
            stream.seek(info.header_offset + 26)
            name, extra = struct.unpack("<2H", stream.read(4))
            start = info.header_offset + 30 + name + extra
            found.append((start, start + info.compress_size))
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: b"PK\x03\x04" + content,
        lambda content: content[:200],
        lambda content: b"PK\x03\x04",
        lambda content: content[:-2] + b"\x05\x00hello",
    ],
)
def test_a_cut_or_lengthened_file_is_refused(sealed, sender, policy, tmp_path, change) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(change(sealed.read_bytes()))
    with pytest.raises(Refused, match="package-damaged"):
        archive.verify_zip(bad, PASSPHRASE, sender.public, policy.limits)


def test_a_plain_zip_is_no_package(sender, policy, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as plain:
        plain.writestr("manifest-sha256.txt", "")
    with pytest.raises(Refused, match="package-unsafe"):
        archive.verify_zip(tmp_path / "plain.zip", PASSPHRASE, sender.public, policy.limits)


def aes_zip(path, entries) -> None:
    with pyzipper.AESZipFile(path, "w", pyzipper.ZIP_DEFLATED) as out:
        out.setpassword(PASSPHRASE.encode())
        out.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in entries:
            out.writestr(name, content)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([("a.txt", b"x")], "package-not-a-package"),
        ([("../a.txt", b"x")], "package-name-unsafe"),
        ([("/etc/a", b"x")], "package-name-unsafe"),
        ([("a.txt", b"x"), ("A.TXT", b"y")], "package-name-twice"),
        ([("zeros.bin", bytes(30_000_000))], "package-bomb"),
    ],
)
def test_hostile_archives_are_refused(sender, policy, tmp_path, entries, code) -> None:
    aes_zip(tmp_path / "bad.zip", entries)
    with pytest.raises(Refused, match=code):
        archive.verify_zip(tmp_path / "bad.zip", PASSPHRASE, sender.public, policy.limits)


def test_a_cancel_leaves_nothing(order, deaths, tmp_path) -> None:
    def rows():
        yield ("1", "n", "")
        raise Cancelled

    cancelled = replace(order, content=replace(order.content, files=(deaths(rows()),)))
    with pytest.raises(Cancelled):
        archive.seal_zip(cancelled, PASSPHRASE, tmp_path / "out.zip")
    assert not list(tmp_path.iterdir())


def test_nothing_in_clear_is_in_the_part_file(order, deaths, canary, tmp_path, named_parts) -> None:
    looks = []

    def rows():
        for number in range(10_000):
            if number % 2_500 == 2_400:
                (part,) = tmp_path.glob("out.zip.*")
                looks.append(part.stat().st_size)
                assert canary.encode() not in part.read_bytes()
            yield (str(number), f"{canary} {number}", "")

    file = replace(deaths(), rows=rows())
    archive.seal_zip(
        replace(order, content=replace(order.content, files=(file,))),
        PASSPHRASE,
        tmp_path / "out.zip",
    )
    assert len(looks) == 4
    assert canary.encode() not in (tmp_path / "out.zip").read_bytes()


def test_passphrases_are_six_words_of_the_list_and_never_the_same(words) -> None:
    made = {passphrases.generate(words) for _ in range(50)}
    assert len(made) == 50
    assert all(len(p.split()) == 6 and set(p.split()) <= set(words) for p in made)
    with pytest.raises(ValueError, match="six words"):
        passphrases.generate(words, 5)


@pytest.mark.parametrize(
    "content",
    [b"Abacus  abdomen\r\nabdominal abide abiding ability \n", PASSPHRASE.encode("utf-8-sig")],
)
def test_a_passphrase_is_read_as_it_was_told(tmp_path, content) -> None:
    (tmp_path / "p").write_bytes(content)
    assert passphrases.read_passphrase(tmp_path / "p") == PASSPHRASE


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"x" * 2_000])
def test_what_is_no_passphrase_is_refused(tmp_path, content) -> None:
    (tmp_path / "p").write_bytes(content)
    with pytest.raises(Refused, match="passphrase-file-unreadable"):
        passphrases.read_passphrase(tmp_path / "p")
