"""Packages between offices: sealed, opened, damaged, re-addressed."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import bagit
import pyrage
import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.model.cells import unguard
from app.model.packaging import PackageRecipient
from app.sealing import contents, envelope
from app.sealing.keys import OfficeKeys, PublicKey, new_office

BAG = "EX-2026-0007"
BAGIT_WARNS = pytest.mark.filterwarnings("ignore:'count' is passed:DeprecationWarning")


@pytest.fixture
def sealed(order, tmp_path):
    file = tmp_path / "deaths.age"
    envelope.seal(order, file)
    return file


def test_what_is_sealed_is_what_is_opened(order, recipient, sender, policy, tmp_path) -> None:
    file = tmp_path / "deaths.age"
    sealed = envelope.seal(order, file)
    assert sealed.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (sealed.bytes, sealed.rows) == (file.stat().st_size, 3)

    opened = envelope.open_into(file, recipient, tmp_path / "in", policy.limits, sender.public)
    assert opened.sender == "Exampleshire Council"
    assert opened.sender_checked
    written = (tmp_path / "in" / BAG / "data" / "deaths.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfreference,name,balance\r\n")
    assert b"0002,'=cmd|' /C calc'!A0,-3.05\r\n" in written
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    kept = [[unguard(cell) for cell in row] for row in rows[1:]]
    assert kept[1:] == [
        ["0002", "=cmd|' /C calc'!A0", "-3.05"],
        ["0003", 'O"Neil,\r\nSiân', ""],
    ]
    assert hashlib.sha256(written).hexdigest() == sealed.files[0].sha256


@BAGIT_WARNS
def test_the_opened_package_is_a_valid_bag(sealed, recipient, policy, tmp_path) -> None:
    opened = envelope.open_into(sealed, recipient, tmp_path / "in", policy.limits)
    bag = bagit.Bag(str(tmp_path / "in" / BAG))
    bag.validate()
    assert bag.info["External-Identifier"] == BAG
    assert set(opened.files) == {
        path.relative_to(tmp_path / "in").as_posix()
        for path in (tmp_path / "in").rglob("*")
        if path.is_file()
    }


def test_verify_tells_sender_agreement_and_files(sealed, recipient, sender, policy) -> None:
    answer = envelope.verify(sealed, recipient, sender.public, policy.limits)
    assert (answer.signature, answer.manifest) == (True, True)
    assert (answer.sender, answer.agreement) == ("Exampleshire Council", "ISA-12")
    assert [(file.name, file.rows) for file in answer.files] == [("deaths.csv", 3)]
    assert answer.sha256 == hashlib.sha256(sealed.read_bytes()).hexdigest()


def test_the_sender_can_open_his_own_package(sealed, sender, policy) -> None:
    assert envelope.verify(sealed, sender, sender.public, policy.limits).signature


def test_another_sender_is_answered_with_false(sealed, recipient, stranger, policy) -> None:
    answer = envelope.verify(sealed, recipient, stranger.public, policy.limits)
    assert (answer.signature, answer.manifest, answer.sender) == (False, True, None)


def test_another_sender_is_not_opened(sealed, recipient, stranger, policy, tmp_path) -> None:
    with pytest.raises(Refused, match="package-signature-wrong"):
        envelope.open_into(sealed, recipient, tmp_path / "in", policy.limits, stranger.public)
    assert not (tmp_path / "in").exists()


def test_another_key_does_not_open(sealed, stranger, sender, policy) -> None:
    with pytest.raises(Refused, match="package-wrong-key"):
        envelope.verify(sealed, stranger, sender.public, policy.limits)


def test_a_bare_age_recipient_opens_his_package(order, sender, policy, tmp_path) -> None:
    bare = OfficeKeys(new_office().identity, None)
    to = PackageRecipient("Northtown", bare.public_key)
    identity = replace(order.content.identity, recipients=(to,))
    file = tmp_path / "bare.age"
    envelope.seal(replace(order, content=replace(order.content, identity=identity)), file)
    assert envelope.verify(file, bare, sender.public, policy.limits).signature


def test_several_recipients_open_one_package(order, stranger, sender, policy, tmp_path) -> None:
    recipients = (*order.content.identity.recipients, PackageRecipient("S", stranger.public_key))
    identity = replace(order.content.identity, recipients=recipients)
    file = tmp_path / "many.age"
    envelope.seal(replace(order, content=replace(order.content, identity=identity)), file)
    assert envelope.verify(file, stranger, sender.public, policy.limits).signature


def plain_zip(file, keys) -> bytes:
    out = io.BytesIO()
    with file.open("rb") as stream:
        pyrage.decrypt_io(stream, out, [keys.age])
    return out.getvalue()


def rezipped(content: bytes, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        entries = {name: old.read(name) for name in old.namelist()}
        for name, body in change(entries).items():
            new.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def resealed(content: bytes, path, *offices) -> None:
    with path.open("wb") as stream:
        pyrage.encrypt_io(
            io.BytesIO(content), stream, [office.age.to_public() for office in offices]
        )


def test_a_package_passed_on_is_refused(sealed, recipient, stranger, sender, policy, tmp_path):
    resealed(plain_zip(sealed, recipient), tmp_path / "on.age", stranger)
    with pytest.raises(Refused, match="package-wrong-recipient"):
        envelope.verify(tmp_path / "on.age", stranger, sender.public, policy.limits)
    with pytest.raises(Refused, match="package-wrong-recipient"):
        envelope.open_into(tmp_path / "on.age", stranger, tmp_path / "in", policy.limits)


def with_changed_data(entries):
    name = f"{BAG}/data/deaths.csv"
    return {**entries, name: entries[name].replace(b"0001", b"9001")}


def with_added_file(entries):
    return {**entries, f"{BAG}/data/more.csv": b"a\r\n1\r\n"}


def without_readme(entries):
    return {name: body for name, body in entries.items() if not name.endswith("README.txt")}


def with_changed_tag(entries):
    name = f"{BAG}/bag-info.txt"
    return {**entries, name: entries[name].replace(b"ISA-12", b"ISA-13")}


def with_added_tag(entries):
    return {**entries, f"{BAG}/extra.txt": b"x"}


def with_second_folder(entries):
    return {**entries, "OTHER/extra.txt": b"x"}


@pytest.mark.parametrize(
    "change",
    [
        with_changed_data,
        with_added_file,
        without_readme,
        with_changed_tag,
        with_added_tag,
        with_second_folder,
    ],
)
def test_contents_changed_by_a_keyholder_show(
    sealed, recipient, sender, policy, tmp_path, change
) -> None:
    content = rezipped(plain_zip(sealed, recipient), change)
    resealed(content, tmp_path / "changed.age", recipient)
    answer = envelope.verify(tmp_path / "changed.age", recipient, sender.public, policy.limits)
    assert (answer.signature, answer.manifest) == (True, False)
    with pytest.raises(Refused, match="package-manifest-wrong"):
        envelope.open_into(tmp_path / "changed.age", recipient, tmp_path / "in", policy.limits)
    assert not (tmp_path / "in").exists()


def test_rewritten_lists_break_the_signature(sealed, recipient, sender, policy, tmp_path) -> None:
    """Whoever changes data and both lists to fit has still not signed them."""

    def forged(entries):
        entries = with_changed_data(entries)
        lists = (f"{BAG}/manifest-sha256.txt", f"{BAG}/tagmanifest-sha256.txt")
        description = f"{BAG}/data/manifest.json"
        said = json.loads(entries[description])
        said["files"][0]["sha256"] = hashlib.sha256(entries[f"{BAG}/data/deaths.csv"]).hexdigest()
        entries[description] = json.dumps(said).encode()
        for path in lists:
            names = [line.split("  ")[1] for line in entries[path].decode().splitlines()]
            entries[path] = "".join(
                f"{hashlib.sha256(entries[f'{BAG}/{name}']).hexdigest()}  {name}\n"
                for name in names
            ).encode()
        return entries

    resealed(rezipped(plain_zip(sealed, recipient), forged), tmp_path / "f.age", recipient)
    answer = envelope.verify(tmp_path / "f.age", recipient, sender.public, policy.limits)
    assert (answer.signature, answer.manifest) == (False, True)


def test_a_cut_archive_inside_a_sound_envelope_is_refused(
    sealed, recipient, sender, policy, tmp_path
) -> None:
    content = plain_zip(sealed, recipient)
    for length in (len(content) - 1, len(content) - 22, len(content) // 2, 0):
        resealed(content[:length], tmp_path / "cut.age", recipient)
        with pytest.raises(Refused, match="package-damaged"):
            envelope.verify(tmp_path / "cut.age", recipient, sender.public, policy.limits)


def test_a_sender_with_the_right_signature_but_another_key_shows(
    sealed, recipient, stranger, sender, policy
) -> None:
    """The key confirmed by words is both halves; one half alone proves nothing."""
    mixed = PublicKey(stranger.public.age, sender.public.signing)
    answer = envelope.verify(sealed, recipient, mixed, policy.limits)
    assert (answer.signature, answer.manifest) == (True, False)


def damages(content: bytes, positions):
    for position in positions:
        yield content[:position] + bytes([content[position] ^ 0x01]) + content[position + 1 :]


def assert_all_detected(changed, file, recipient, sender, policy, into) -> int:
    number = 0
    for content in changed:
        number += 1
        file.write_bytes(content)
        with pytest.raises(Refused):
            envelope.open_into(file, recipient, into, policy.limits, sender.public)
        assert not into.exists()
    return number


def test_a_flipped_byte_anywhere_is_refused(sealed, recipient, sender, policy, tmp_path) -> None:
    content = sealed.read_bytes()
    seeded = random.Random(7)
    positions = [*range(0, 420, 6), *seeded.sample(range(len(content)), 150), len(content) - 1]
    bad = tmp_path / "bad.age"
    found = assert_all_detected(
        damages(content, positions), bad, recipient, sender, policy, tmp_path / "in"
    )
    assert found == len(positions)


@pytest.mark.release
def test_every_flipped_byte_is_refused(sealed, recipient, sender, policy, tmp_path) -> None:
    content = sealed.read_bytes()
    bad = tmp_path / "bad.age"
    found = assert_all_detected(
        damages(content, range(len(content))), bad, recipient, sender, policy, tmp_path / "in"
    )
    assert found == len(content)


def test_a_cut_or_lengthened_file_is_refused(sealed, recipient, sender, policy, tmp_path) -> None:
    content = sealed.read_bytes()
    cuts = [content[:length] for length in (0, 1, 21, 22, 100, 300, len(content) // 2)]
    cuts += [content[:-16], content[:-1], content + b"\0", content + content[-16:], b"\n" + content]
    assert_all_detected(cuts, tmp_path / "bad", recipient, sender, policy, tmp_path / "in")


@pytest.fixture(params=["unnamed", "named"])
def either_way(request) -> str:
    """Files without a name until they are whole, and files that have one from the start."""
    if request.param == "named":
        request.getfixturevalue("named_parts")
    elif sys.platform != "linux":
        pytest.skip("only Linux has files without a name")
    return request.param


def test_nothing_in_clear_ever_touches_the_disk(
    order_of, deaths, canary, tmp_path, either_way
) -> None:
    """At every batch of rows what is written is searched; it is ciphertext only."""
    seen, opened = [], []
    watching = [True]

    def rows():
        for number in range(40_000):
            if number % 8_000 == 0:
                seen.append({path.name for path in tmp_path.iterdir()})
                held = written_to(tmp_path)
                for path in (*held, *tmp_path.iterdir()):
                    assert canary.encode() not in path.read_bytes()
                assert held or sys.platform != "linux"
            yield (str(number), f"{canary} {number:x}", f"{number}.00")

    def watch(event, arguments):
        if watching and event == "open" and not isinstance(arguments[0], int):
            opened.append((str(arguments[0]), arguments[2] or 0))

    sys.addaudithook(watch)
    envelope.seal(order_of(deaths(rows())), tmp_path / "out.age")
    watching.clear()
    writing = {path for path, flags in opened if flags & (os.O_WRONLY | os.O_RDWR)}
    if either_way == "named":
        (part,) = set().union(*seen)
        assert part.startswith("out.age.")
        assert writing == {str(tmp_path / part)}
    else:
        assert seen == [set()] * 5
        assert writing == {str(tmp_path)}
    assert [path.name for path in tmp_path.iterdir()] == ["out.age"]
    assert canary.encode() not in (tmp_path / "out.age").read_bytes()


def written_to(folder: Path) -> list[Path]:
    """Open files of this process that lie in a folder, with a name or without (Linux)."""
    found = []
    for handle in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):
            if str(handle.readlink()).startswith(f"{folder}/"):
                found.append(handle)
    return found


def test_a_cancel_leaves_nothing(order_of, deaths, tmp_path) -> None:
    counters = Counters()

    def rows():
        for number in range(100_000):
            if number == 30_000:
                counters.cancel()
            yield (str(number), "name", "1.00")

    with pytest.raises(Cancelled):
        envelope.seal(order_of(deaths(rows())), tmp_path / "out.age", counters)
    assert not list(tmp_path.iterdir())


def test_an_error_in_the_rows_comes_out_as_it_was(order_of, deaths, tmp_path) -> None:
    def rows():
        yield ("1", "name", "1.00")
        raise LookupError("the vault closed")

    with pytest.raises(LookupError, match="the vault closed"):
        envelope.seal(order_of(deaths(rows())), tmp_path / "out.age")
    assert not list(tmp_path.iterdir())


def test_text_that_cannot_be_written_is_refused(order_of, deaths, tmp_path) -> None:
    with pytest.raises(Refused) as refusal:
        envelope.seal(order_of(deaths([("1", "\ud800", "")])), tmp_path / "out.age")
    assert refusal.value.code == "package-text-unwritable"
    assert (refusal.value.where.file, refusal.value.where.row) == ("deaths.csv", 2)


def test_nothing_is_written_over(order, sealed) -> None:
    before = sealed.read_bytes()
    with pytest.raises(Refused, match="package-file-exists"):
        envelope.seal(order, sealed)
    assert sealed.read_bytes() == before


def test_a_folder_that_is_not_there_is_refused(order, tmp_path) -> None:
    with pytest.raises(Refused, match="package-not-written"):
        envelope.seal(order, tmp_path / "nowhere" / "out.age")


def test_a_full_disk_leaves_nothing(order, tmp_path, full_disk) -> None:
    full_disk("out.age")
    with pytest.raises(Refused, match="package-disk-full"):
        envelope.seal(order, tmp_path / "out.age")
    assert not list(tmp_path.iterdir())


def test_an_open_package_is_not_written_over(sealed, recipient, policy, tmp_path) -> None:
    envelope.open_into(sealed, recipient, tmp_path / "in", policy.limits)
    with pytest.raises(Refused, match="package-folder-exists"):
        envelope.open_into(sealed, recipient, tmp_path / "in", policy.limits)
    assert [path.name for path in (tmp_path / "in").iterdir()] == [BAG]


def test_a_cancel_while_opening_leaves_nothing(order_of, deaths, recipient, policy, tmp_path):
    seeded = random.Random(3)
    rows = [(seeded.randbytes(600).hex(), "n", "") for _ in range(8_000)]
    file = tmp_path / "big.age"
    envelope.seal(order_of(deaths(rows)), file)
    assert file.stat().st_size > 2 << 20

    class CancelsWhenOpening:
        opening = False

        def stage(self, code, total=None):
            self.opening = code == "package-open"

        def step(self, units=1):
            if self.opening:
                assert not any((tmp_path / "in").iterdir())
                raise Cancelled

    with pytest.raises(Cancelled):
        envelope.open_into(
            file, recipient, tmp_path / "in", policy.limits, progress=CancelsWhenOpening()
        )
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize("name", ["../up.csv", "a/b.csv", "con.csv", "x\\y.csv", "", "nul", ".hid"])
def test_unsafe_names_are_not_sealed(order_of, deaths, tmp_path, name) -> None:
    with pytest.raises(Refused, match="package-name-unsafe"):
        envelope.seal(order_of(replace(deaths(), name=name)), tmp_path / "out.age")


def test_names_that_differ_by_case_are_one_name(order_of, deaths, tmp_path) -> None:
    with pytest.raises(Refused, match="package-name-twice"):
        envelope.seal(order_of(deaths(), replace(deaths(), name="Deaths.CSV")), tmp_path / "o")


def test_a_data_file_cannot_take_a_documents_place(order_of, deaths, tmp_path) -> None:
    with pytest.raises(Refused, match="package-name-twice"):
        envelope.seal(order_of(replace(deaths(), name="manifest.json")), tmp_path / "o")
    assert not list(tmp_path.iterdir())


def test_more_than_the_limit_is_not_sealed(order, tmp_path) -> None:
    limits = replace(order.policy.limits, bytes=50)
    with pytest.raises(Refused, match="package-too-large"):
        envelope.seal(replace(order, policy=replace(order.policy, limits=limits)), tmp_path / "o")


def test_a_key_that_cannot_sign_seals_nothing(order, tmp_path) -> None:
    bare = OfficeKeys(new_office().identity, None)
    with pytest.raises(Refused, match="key-cannot-sign"):
        envelope.seal(replace(order, sender=bare), tmp_path / "out.age")


def test_statements_too_long_to_sign_are_refused(order, tmp_path) -> None:
    identity = replace(order.content.identity, gateway="x" * 9_000)
    with pytest.raises(Refused, match="package-statement-too-long"):
        envelope.seal(
            replace(order, content=replace(order.content, identity=identity)), tmp_path / "o"
        )


@pytest.mark.parametrize("fact", ["agreement", "purpose", "gateway", "destroy_by"])
def test_a_description_that_differs_from_the_statement_shows(
    order, tmp_path, monkeypatch, fact
) -> None:
    """A signer whose manifest.json says other things than his signature is not believed."""
    true = contents.describe
    monkeypatch.setattr(
        contents, "describe", lambda _, files, seals: true(order.content, files, seals)
    )
    identity = replace(order.content.identity, **{fact: "2030-01-01"})
    lying = replace(order, content=replace(order.content, identity=identity))
    with pytest.raises(Refused, match="package-damaged"):
        envelope.seal(lying, tmp_path / "lie.age")


@pytest.mark.release
@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is read the Unix way")
def test_memory_stays_bounded(tmp_path) -> None:
    """200 MB through seal and open in a process whose peak stays under 60 MB above its start."""

    script = Path(__file__).with_name("stream_big.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "200"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    peak = json.loads(done.stdout)
    assert peak["bytes"] > 200_000_000
    assert peak["sealing_mb"] < 60
    assert peak["opening_mb"] < 60
