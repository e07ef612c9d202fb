"""vault.json: its form, every kind of tampering, and surviving a crash while it is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.digests import canonical
from app.base.errors import Refused
from app.model.policy import KdfCost
from app.model.vaults import Role
from app.stores import header as headers
from app.stores import keys
from app.stores.header import Header

DATA_KEY = keys.new_data_key()


@pytest.fixture(scope="module")
def header() -> Header:
    recovery = keys.recovery_slot("v1")[1]
    slot = keys.steward_slot("v1", "Ann Ö", Role.ADMINISTRATOR, "pass phrase", KdfCost(64, 1, 1))
    return keys.seal(Header("v1", "2026-08-22T09:00:00Z", (slot,), recovery, b""), DATA_KEY)


def forged(header: Header, **changes: object) -> bytes:
    """A header edited by somebody who knows the form, checksum made anew, but not the key."""
    body = json.loads(headers.render(header)) | changes
    del body["checksum"]
    body["checksum"] = hashlib.sha256(canonical(body)).hexdigest()
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def test_what_is_written_is_read(header, policy) -> None:
    assert headers.parse(headers.render(header), policy) == header


def test_every_flipped_byte_is_noticed(header, policy) -> None:
    content = headers.render(header)
    for place in range(len(content)):
        for bit in (0x01, 0x20):
            damaged = bytearray(content)
            damaged[place] ^= bit
            with pytest.raises(Refused):
                headers.parse(bytes(damaged), policy)


def test_a_header_cut_short_or_extended_is_noticed(header, policy) -> None:
    content = headers.render(header)
    for damaged in (content[:-1], content[: len(content) // 2], content + b"\n", content * 2):
        with pytest.raises(Refused, match="header-tampered"):
            headers.parse(damaged, policy)


def test_a_role_raised_by_hand_is_noticed(header, policy) -> None:
    stewards = json.loads(headers.render(header))["stewards"]
    stewards[0]["role"] = "auditor"
    changed = headers.parse(forged(header, stewards=stewards), policy)
    with pytest.raises(Refused, match="header-tampered") as refusal:
        keys.open_with_passphrase(changed, "Ann Ö", "pass phrase")
    assert refusal.value.facts["found"] == "seal"


def test_a_box_of_another_key_is_noticed(header, policy) -> None:
    other = keys.seal(header, keys.new_data_key())
    mixed = headers.parse(headers.render(replace(header, box=other.box)), policy)
    with pytest.raises(Refused, match="header-tampered"):
        keys.open_with_passphrase(mixed, "Ann Ö", "pass phrase")


@pytest.mark.parametrize(
    ("key", "value"), [("m", 1 << 21), ("m", 7), ("t", 11), ("t", 0), ("p", 17), ("p", 0)]
)
def test_a_header_that_asks_for_too_much_work_is_refused_before_any(
    header, policy, key, value
) -> None:
    stewards = json.loads(headers.render(header))["stewards"]
    stewards[0][key] = value
    with pytest.raises(Refused, match="header-out-of-bounds"):
        headers.parse(forged(header, stewards=stewards), policy)


def test_too_many_slots_are_refused(header, policy) -> None:
    stewards = json.loads(headers.render(header))["stewards"] * 33
    with pytest.raises(Refused, match="header-out-of-bounds"):
        headers.parse(forged(header, stewards=stewards), policy)


def test_a_huge_file_is_not_read(tmp_path: Path, policy) -> None:
    (tmp_path / headers.NAME).write_bytes(b" " * (headers.LARGEST + 1))
    with pytest.raises(Refused, match="header-out-of-bounds"):
        headers.load(tmp_path, policy)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\x00", b'{"format": 1}', b"[" * 99])
def test_other_files_are_no_vault(tmp_path: Path, policy, content) -> None:
    (tmp_path / headers.NAME).write_bytes(content)
    with pytest.raises(Refused, match="not-a-vault"):
        headers.load(tmp_path, policy)


def test_missing_folder_missing_file_newer_format(tmp_path: Path, header, policy) -> None:
    with pytest.raises(Refused, match="vault-not-found"):
        headers.load(tmp_path / "nowhere", policy)
    with pytest.raises(Refused, match="not-a-vault"):
        headers.load(tmp_path, policy)
    (tmp_path / headers.NAME).write_bytes(forged(header, format=2, news={"a": 1}))
    with pytest.raises(Refused, match="vault-newer"):
        headers.load(tmp_path, policy)


def test_the_header_before_is_kept_until_the_next_opening(tmp_path: Path, header, policy) -> None:
    headers.save(tmp_path, header)
    changed = keys.sign(replace(header, made_at="later"), DATA_KEY)
    headers.save(tmp_path, changed)
    assert headers.load(tmp_path, policy) == changed
    assert headers.parse((tmp_path / headers.PREVIOUS).read_bytes(), policy) == header
    headers.forget_previous(tmp_path)
    assert not (tmp_path / headers.PREVIOUS).exists()


def test_a_crash_before_the_rename_leaves_the_old_header(
    tmp_path: Path, header, policy, monkeypatch
) -> None:
    headers.save(tmp_path, header)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        headers.save(tmp_path, replace(header, made_at="later"))
    monkeypatch.undo()
    assert headers.load(tmp_path, policy) == header


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, header) -> None:
    with pytest.raises(Refused, match="header-not-written"):
        headers.save(tmp_path / "gone", header)
