"""The trail in a signed file: what an auditor can prove of it without the vault."""

from __future__ import annotations

import json
import random

import pytest

from app.base.errors import Refused
from app.model.vaults import Role
from app.sealing.keys import new_office
from app.services import office, staff, trail, trailfile, vaults


@pytest.fixture
def file(loaded, tmp_path):
    made = trailfile.export(loaded, tmp_path / "trail.jsonl")
    assert made.entries == len(trail.entries(loaded)) - 1
    return made.file


def test_a_trail_that_was_written_out_proves_itself(loaded, file) -> None:
    entries, public = trail.entries(loaded), office.keys(loaded).public_key
    found = trailfile.check(file, public)
    assert (found.verified, found.signature, found.broken_at) == (True, True, None)
    assert (found.entries, found.head) == (len(entries) - 1, entries[-2].hash)
    assert found.vault == loaded.vault.header.vault
    assert trailfile.check(file).signer == public
    assert (entries[-1].action, entries[-1].facts["head"]) == ("trail.export", found.head)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["action"] for line in lines[1:-1]] == [e.action for e in entries[:-1]]


def test_any_changed_byte_shows(loaded, file) -> None:
    whole, dice = file.read_bytes(), random.Random(1)
    for place in [*range(0, len(whole), max(1, len(whole) // 150)), len(whole) - 1]:
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        file.write_bytes(changed)
        try:
            found = trailfile.check(file, office.keys(loaded).public_key)
        except Refused as refusal:
            if refusal.code != "not-a-trail-file":
                raise
        else:
            assert not found.verified, place


@pytest.mark.parametrize("left_out", [1, 3, -2, -1])
def test_an_entry_or_the_signature_left_out_shows(loaded, file, left_out) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    del lines[left_out]
    file.write_bytes(b"".join(lines))
    found = trailfile.check(file)
    assert not found.verified
    assert not found.signature


def test_a_trail_signed_anew_by_somebody_else_shows_by_the_key(loaded, file, monkeypatch, tmp_path):
    public, other = office.keys(loaded).public_key, new_office()
    monkeypatch.setattr(office, "keys", lambda _ws: other)
    forged = trailfile.export(loaded, tmp_path / "forged.jsonl").file
    assert trailfile.check(forged).verified
    assert trailfile.check(forged).signer == other.public_key != public
    found = trailfile.check(forged, public)
    assert (found.verified, found.signature, found.broken_at) == (False, False, None)


def test_a_broken_chain_is_written_out_as_it_is_and_found(loaded, tmp_path) -> None:
    writer = loaded.vault._writer
    writer.execute("DROP TRIGGER trail_kept")
    writer.execute("UPDATE trail SET steward = 'Mallory' WHERE seq = 2")
    found = trailfile.check(trailfile.export(loaded, tmp_path / "t.jsonl").file)
    assert (found.verified, found.signature, found.broken_at) == (False, True, 2)


def test_other_files_are_told_from_a_trail(loaded, tmp_path) -> None:
    with pytest.raises(Refused, match="file-not-found"):
        trailfile.check(tmp_path / "none")
    for content in (
        b"",
        b"{}\n",
        b'{"format":"muniment-trail-1"}',
        b"\xff\xfe",
        b"[1]\n",
        b"x,y\n",
    ):
        other = tmp_path / "other"
        other.write_bytes(content)
        with pytest.raises(Refused, match="not-a-trail-file"):
            trailfile.check(other)


def test_nothing_is_written_over_and_nothing_left_when_the_entry_fails(
    loaded, file, tmp_path, monkeypatch
) -> None:
    with pytest.raises(Refused, match="file-exists"):
        trailfile.export(loaded, file)

    def full(*_: object) -> None:
        raise Refused("disk-full")

    monkeypatch.setattr("app.services.workspace.trail.append", full)
    with pytest.raises(Refused, match="disk-full"):
        trailfile.export(loaded, tmp_path / "second.jsonl")
    assert sorted(p.name for p in tmp_path.glob("*.jsonl")) == ["trail.jsonl"]


def test_an_auditor_writes_it_out(loaded, file, catalogue, clock, tmp_path) -> None:
    staff.add_steward(loaded, "Olive", Role.AUDITOR, "another passphrase")
    folder = loaded.vault.folder
    loaded.close()
    with vaults.unlock(catalogue, folder, "Olive", "another passphrase", clock) as theirs:
        made = trailfile.export(theirs, tmp_path / "olives.jsonl")
        assert trailfile.check(made.file).verified
        assert trail.entries(theirs)[-1].steward == "Olive"
