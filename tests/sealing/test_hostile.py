"""Packages made to harm: by a stranger, or by a sender whose key and passphrase are right."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
import pyzipper

from app.base.errors import Refused
from app.model.packaging import PackageRecipient
from app.sealing import archive, contents, envelope, signature, statement
from app.sealing.contents import DESCRIPTION
from app.sealing.findings import DOCUMENTS, MOST_KEPT, Gathering
from app.sealing.keys import new_office, parse_public, write_key_file
from app.sealing.unzip import Names

PASSPHRASE = "abacus abdomen abdominal abide abiding ability"
BAG = "EX-2026-0007"


def sealed_as(order, monkeypatch, name: str, file, form: str) -> bool:
    """Whether a package comes to be that calls itself so, past an honest sender's checks."""
    identity = replace(order.content.identity, package=name)
    harmful = replace(order, content=replace(order.content, identity=identity))
    with monkeypatch.context() as unchecked:
        for module in (archive, envelope):
            unchecked.setattr(module, "refuse_unfit", lambda _order: None)
        unchecked.setattr("app.sealing.findings.is_plain", lambda *_: True)
        try:
            if form == "zip":
                archive.seal_zip(harmful, PASSPHRASE, file)
            else:
                envelope.seal(harmful, file)
        except Refused:
            return False
    return True


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "..", "a/b", "a\\b", "C:evil", "nul", ""])
def test_the_signed_name_of_a_package_leads_nowhere_else(
    order, policy, tmp_path, monkeypatch, name
) -> None:
    """The folder that is written bears the name the signer gave, who may be a stranger."""
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "x"
    assert sealed_as(order, monkeypatch, name, file, "zip")
    with pytest.raises(Refused, match="package-name-unsafe"):
        archive.open_zip_into(file, PASSPHRASE, tmp_path / "into", policy.limits)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in file.parent.iterdir()] == ["x"]


@pytest.mark.parametrize("name", ["../out", "..", "a/b", "nul", ""])
def test_entries_of_a_bag_bear_its_name_and_are_as_safe(order, monkeypatch, tmp_path, name) -> None:
    assert not sealed_as(order, monkeypatch, name, tmp_path / "x", "age")
    assert not list(tmp_path.iterdir())


def aes_zip(path, method=pyzipper.ZIP_DEFLATED, nbits=256, version=2) -> None:
    with pyzipper.AESZipFile(path, "w", method) as out:
        out.setpassword(PASSPHRASE.encode())
        out.setencryption(pyzipper.WZ_AES, nbits=nbits, force_wz_aes_version=version)
        out.writestr("data-1.csv", b"x" * 1000)


@pytest.mark.parametrize(
    "facts",
    [
        {"method": pyzipper.ZIP_LZMA},
        {"method": pyzipper.ZIP_BZIP2},
        {"nbits": 128},
        {"version": 1},
    ],
)
def test_archives_packed_or_sealed_in_another_way_are_refused(
    sender, policy, tmp_path, facts
) -> None:
    """LZMA lets a small file ask for gigabytes; weaker sealing is none of ours."""
    aes_zip(tmp_path / "x.zip", **facts)
    with pytest.raises(Refused, match="package-unsafe"):
        archive.verify_zip(tmp_path / "x.zip", PASSPHRASE, sender.public, policy.limits)


def test_a_listing_without_end_is_not_read(sender, policy, tmp_path) -> None:
    aes_zip(tmp_path / "x.zip")
    limits = replace(policy.limits, entries=16)
    content = (tmp_path / "x.zip").read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    listing = content[start:end] * 400
    tail = content[end : end + 12] + len(listing).to_bytes(4, "little")
    tail += start.to_bytes(4, "little") + b"\0\0"
    (tmp_path / "y.zip").write_bytes(content[:start] + listing + tail)
    with pytest.raises(Refused, match="package-too-many-files"):
        archive.verify_zip(tmp_path / "y.zip", PASSPHRASE, sender.public, limits)


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("x/A/c", "x/a"), ("d/e", "D/E/f")])
def test_a_name_is_never_both_a_file_and_a_folder(policy, names) -> None:
    held = Names(policy.limits)
    held.admit(names[0].encode())
    with pytest.raises(Refused, match="package-name-twice"):
        held.admit(names[1].encode())


def test_files_of_one_folder_are_admitted(policy) -> None:
    held = Names(policy.limits)
    for name in ("x/a", "x/b", "x/data/a", "x/data/b"):
        assert held.admit(name.encode()) == name


def test_an_age_header_without_end_is_refused_before_it_is_read(
    order, recipient, sender, policy, tmp_path
) -> None:
    envelope.seal(order, tmp_path / "x.age")
    content = (tmp_path / "x.age").read_bytes()
    stanza = b"-> grease\n" + b"A" * 64 + b"\n"
    start = len(envelope.MAGIC)
    (tmp_path / "y.age").write_bytes(content[:start] + stanza * 2_000 + content[start:])
    with pytest.raises(Refused, match="package-damaged"):
        envelope.verify(tmp_path / "y.age", recipient, sender.public, policy.limits)


def test_most_recipients_that_may_be_named_fit_the_header(order, policy, recipient, tmp_path):
    most = policy.limits.recipients
    others = tuple(PackageRecipient(f"O{n}", new_office().public_key) for n in range(most - 1))
    own = order.content.identity.recipients
    identity = replace(order.content.identity, recipients=(*own, *others), gateway="g", purpose="p")
    full = replace(order, content=replace(order.content, identity=identity))
    envelope.seal(full, tmp_path / "x.age")
    header = (tmp_path / "x.age").read_bytes().index(envelope.HEADER_END)
    assert header < envelope.MOST_HEADER // 4
    assert envelope.verify(tmp_path / "x.age", recipient, order.sender.public, policy.limits)


def test_documents_repeated_in_many_folders_are_not_all_kept(policy) -> None:
    limits = replace(policy.limits, document_bytes=1_000)
    gathering = Gathering(limits)

    def gather() -> None:
        for number in range(100):
            gathering.begin(f"x/{number}/{DESCRIPTION}")
            gathering.piece(b"y" * 900)
            gathering.end()

    with pytest.raises(Refused, match="package-too-large"):
        gather()
    assert sum(map(len, gathering.kept.values())) <= (MOST_KEPT + 1) * 1_000
    assert len(DOCUMENTS) == MOST_KEPT


@pytest.mark.parametrize("text", ["[" * 7_900, '{"format":' * 790, "{}", "null", "5"])
def test_statements_that_are_none_are_taken_for_none(text) -> None:
    assert statement.read_statement(text) is None


def test_a_signature_over_nonsense_is_answered_with_false(
    order, recipient, policy, tmp_path, monkeypatch
) -> None:
    """A stranger signs a statement that is none with a key of his own."""
    monkeypatch.setattr(contents, "statement_text", lambda *_: "[" * 7_900)
    with pytest.raises(Refused, match="package-damaged"):
        envelope.seal(order, tmp_path / "x.age")
    comment = "[" * 7_900
    signed = signature.sign(b"list", comment, order.sender.signer)
    assert signature.verify(b"list", signed, order.sender.public.signing) == comment


@pytest.mark.parametrize("between", ["\n", " and ", ""])
def test_of_two_public_keys_none_is_chosen(between) -> None:
    first, second = new_office().public_key, new_office().public_key
    with pytest.raises(Refused, match="public-keys-several"):
        parse_public(f"{first}{between}{second}")
    assert parse_public(f"{first}\n{first}").text == first


def test_half_a_pair_of_key_files_is_not_left(tmp_path, monkeypatch) -> None:
    from app.base.durable import files

    true_place, placed = files.Part.place, []

    def place(part) -> None:
        if placed:
            raise OSError(5, "Input/output error")
        true_place(part)
        placed.append(part)

    monkeypatch.setattr(files.Part, "place", place)
    with pytest.raises(Refused):
        write_key_file(new_office(), tmp_path / "office.key")
    assert placed
    assert not list(tmp_path.iterdir())


def test_a_manifest_too_deep_to_read_does_not_agree(order, recipient, sender, policy, tmp_path):
    """Whoever holds the passphrase or key may put anything in a package, but not sign for us."""
    import pyrage

    envelope.seal(order, tmp_path / "x.age")
    out = io.BytesIO()
    with (tmp_path / "x.age").open("rb") as stream:
        pyrage.decrypt_io(stream, out, [recipient.age])
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w", 8) as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith(DESCRIPTION):
                assert json.loads(body)
                body = b"[" * 100_000
            new.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    with (tmp_path / "y.age").open("wb") as stream:
        pyrage.encrypt_io(io.BytesIO(changed.getvalue()), stream, [recipient.age.to_public()])
    answer = envelope.verify(tmp_path / "y.age", recipient, sender.public, policy.limits)
    assert (answer.signature, answer.manifest) == (True, False)
