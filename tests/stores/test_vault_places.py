"""Places that speak against a vault, and room on the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.stores import places


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Users/ann/OneDrive/vault", "OneDrive"),
        ("Users/ann/OneDrive - Exampleshire Council/work/vault", "OneDrive"),
        ("home/ann/dropbox/vault", "Dropbox"),
        ("home/ann/Nextcloud", "Nextcloud"),
    ],
)
def test_synchronised_folders_are_named(tmp_path: Path, policy, folder, service) -> None:
    (note, *_) = places.warnings(tmp_path / folder, policy)
    assert (note.code, note.facts) == ("place-synchronised", {"service": service})


def test_a_onedrive_under_another_name_is_known_by_the_system(
    tmp_path: Path, policy, monkeypatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Sync"))
    codes = [note.code for note in places.warnings(tmp_path / "Sync" / "vault", policy)]
    assert "place-synchronised" in codes


def test_roaming_profiles_are_named(tmp_path: Path, policy, monkeypatch) -> None:
    inside = tmp_path / "Users" / "ann" / "AppData" / "Roaming" / "vault"
    assert [n.code for n in places.warnings(inside, policy)] == ["place-roaming"]
    monkeypatch.setenv("APPDATA", str(tmp_path / "profile"))
    assert [n.code for n in places.warnings(tmp_path / "profile" / "v", policy)] == [
        "place-roaming"
    ]


def test_network_shares_are_named(tmp_path: Path, policy) -> None:
    here = replace(policy, network_filesystems=(places._filesystem(tmp_path),))
    assert [n.code for n in places.warnings(tmp_path, here)] == ["place-network"]
    assert places.on_network(Path("//server/share/vault"), policy)


def test_an_ordinary_folder_has_nothing_against_it(tmp_path: Path, policy) -> None:
    assert places.warnings(tmp_path / "OneDriver" / "boxes" / "vault", policy) == ()


def test_little_room_is_a_warning_and_too_little_a_refusal(tmp_path: Path, policy) -> None:
    free = places.free_bytes(tmp_path / "not" / "yet")
    hungry = replace(policy, least_free_mb=free // places.MB + 1000)
    assert [note.code for note in places.warnings(tmp_path, hungry)] == ["place-space-low"]
    with pytest.raises(Refused, match="disk-space-low"):
        places.require_space(tmp_path, free, policy)
    places.require_space(tmp_path, 1000, policy)
