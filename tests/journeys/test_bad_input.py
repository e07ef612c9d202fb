"""Bad input by the command line: each is told with its reason, and nothing is lost or half-kept."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def office(tmp_path_factory, muniment_in):
    """One vault that all the bad files are offered to."""
    m = muniment_in(tmp_path_factory.mktemp("home"))
    m.do("new", m.vault)
    return m


def loaded(m) -> int:
    return sum(load["state"] == "visible" for load in m.do("loads")["loads"])


def test_a_file_that_cannot_be_loaded_is_refused_with_its_reason(
    office, tmp_path, refused_file
) -> None:
    _name, (make, options, codes) = refused_file
    error = office.refused("load", make(tmp_path), *options)
    assert not codes or error["code"] in codes
    assert "secret" not in json.dumps(error)
    assert "out of the file system" not in json.dumps(error)


def test_after_every_refusal_the_vault_is_empty_and_sound(tmp_path, muniment, bad_files) -> None:
    muniment.do("new", muniment.vault)
    for name in ("empty", "junk", "external entity", "column missing"):
        make, options, _codes = bad_files.REFUSED[name]
        muniment.refused("load", make(tmp_path), *options)
    assert loaded(muniment) == 0
    health = muniment.do("check")
    assert all(health[part] is True for part in ("integrity", "cipher", "schema", "trail"))
    assert health["unfinished"] == []


def test_a_damaged_file_is_loaded_with_every_row_accounted_for(
    office, tmp_path, damaged_file
) -> None:
    name, make = damaged_file
    file = make(tmp_path)
    answer = office.do("load", file, "--kind", "people")
    assert answer["rows_read"] == answer["rows_loaded"] + answer["rows_rejected"]
    assert answer["rows_read"] >= 2
    for rejected in answer["rejections"]:
        assert rejected["row"] > 1
        assert rejected["code"]
        assert rejected["message"]
    if name != "formula cells":
        assert answer["rejections"] or answer["warnings"], "damage went by in silence"


def test_the_same_file_twice_is_recognised(office, tmp_path, bad_files) -> None:
    file = tmp_path / "twice.csv"
    file.write_text(bad_files.rows(5), encoding="utf-8")
    first = office.do("load", file, "--kind", "people")
    error = office.refused("load", file, "--kind", "people")
    assert error["code"] == "file-already-loaded"
    assert first["load"] in error["message"]
    office.do("withdraw", first["load"], "--reason", "wrong-file")
    again = office.do("load", file, "--kind", "people")
    assert again["load"] != first["load"]
    assert [w["code"] for w in again["warnings"]].count("loaded-before-withdrawn") == 1


def test_a_wrong_passphrase_an_unknown_steward_and_no_vault_are_told_apart(office) -> None:
    wrong = office.passphrase_file("not the passphrase")
    told = office.run("loads", "--steward", "Ann", "--passphrase-file", wrong)
    assert (told.code, told.error["code"]) == (3, "passphrase-wrong")
    told = office.run("loads", "--steward", "Zed", "--passphrase-file", wrong)
    assert (told.code, told.error["code"]) == (3, "steward-unknown")
    told = office.run("--vault", office.home / "no", "loads", "--passphrase-file", wrong)
    assert (told.code, told.error["code"]) == (3, "vault-not-found")
    told = office.run("--vault", office.desk, "loads", "--passphrase-file", wrong)
    assert (told.code, told.error["code"]) == (3, "not-a-vault")


def test_without_a_passphrase_a_script_is_not_left_waiting(office) -> None:
    told = office.run("loads", "--steward", "Ann")
    assert (told.code, told.error["code"]) == (3, "passphrase-not-given")


def test_a_vault_of_a_newer_version_is_left_alone(office, tmp_path) -> None:
    copy = tmp_path / "newer"
    shutil.copytree(office.vault, copy)
    header = json.loads((copy / "vault.json").read_text(encoding="utf-8"))
    header["format"] = 99
    (copy / "vault.json").write_text(json.dumps(header), encoding="utf-8")
    assert office.refused("--vault", copy, "loads")["code"] == "vault-newer"


def test_a_vault_open_elsewhere_is_told(office, clock) -> None:
    from app.services import vaults
    from app.services.catalogue import catalogue

    passphrase = "correct horse battery staple"
    with vaults.unlock(catalogue(), office.vault, "Ann", passphrase, clock):
        assert office.refused("loads")["code"] == "vault-in-use"
    office.do("loads")


def test_a_changed_header_is_noticed(office, tmp_path) -> None:
    copy = tmp_path / "changed"
    shutil.copytree(office.vault, copy)
    file = copy / "vault.json"
    header = json.loads(file.read_text(encoding="utf-8"))
    header["stewards"][0]["role"] = "auditor"
    file.write_text(json.dumps(header), encoding="utf-8")
    assert office.refused("--vault", copy, "loads")["code"] == "header-tampered"


def big_file(folder: Path, count: int) -> Path:
    """Rows of random names, so that they do not shrink when packed."""
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    file = folder / "big.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write("id,forename,surname,date of birth,address,postcode\n")
        for n in range(count):
            one, two, road = ("".join(dice.choices(letters, k=9)) for _ in range(3))
            stream.write(f"{n},{one},{two},03/02/1941,{n % 90} {road} Road,AB1 {n % 9}CD\n")
    return file


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own is made the POSIX way")
def test_ctrl_c_while_loading_keeps_nothing(muniment, tmp_path) -> None:
    import pty

    muniment.do("new", muniment.vault)
    file = big_file(tmp_path, 60_000)
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        muniment.command("load", file, "--kind", "people", steward="Ann"),
        cwd=muniment.desk,
        env=muniment.environment(),
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    drawn = b""
    while b"%" not in drawn:  # the progress bar is drawn: work is under way
        drawn += os.read(ours, 4096)
    running.send_signal(signal.SIGINT)
    out = running.communicate(timeout=60)[0]
    os.close(ours)
    assert running.returncode == 4
    assert json.loads(out)["error"]["code"] == "cancelled"
    assert loaded(muniment) == 0
    assert muniment.do("check")["unfinished"] == []
    assert muniment.do("load", file, "--kind", "people")["rows_loaded"] == 60_000


def test_a_disk_that_fills_while_loading_keeps_nothing(muniment, tmp_path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    with small_disk(small, megabytes=64):
        vault = small / "vault"
        muniment.do("new", vault)
        file = big_file(tmp_path, 120_000)
        running = subprocess.Popen(
            muniment.command("--vault", vault, "load", file, "--kind", "people", steward="Ann"),
            cwd=muniment.desk,
            env=muniment.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        before = shutil.disk_usage(small).free
        while running.poll() is None and shutil.disk_usage(small).free > before - 1_000_000:
            time.sleep(0.005)
        filler = small / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
            while True:
                stream.write(b"x" * 65_536)
        out, err = running.communicate(timeout=120)
        assert running.returncode == 3, (out, err)
        assert json.loads(out)["error"]["code"] in ("disk-full", "disk-space-low")
        filler.unlink()
        assert muniment.do("--vault", vault, "loads")["loads"] == []
        health = muniment.do("--vault", vault, "check")
        assert health["integrity"] is True
        assert health["trail"] is True


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk that is soon full, where this machine lets us make one."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("making a small disk needs the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_rejected_rows_in_a_folder_copied_elsewhere_are_warned_of(office, tmp_path) -> None:
    file = tmp_path / "ragged.csv"
    file.write_text("ref,surname,forename\n1,Smith,Ann\n2,Smith,Ann,a,b,c\n", encoding="utf-8")
    load = office.do("load", file, "--kind", "people")["load"]
    elsewhere = tmp_path / "OneDrive - Council"
    elsewhere.mkdir()
    done = office.run(
        "rejections", load, "--to", elsewhere / "x.csv", "--purpose", "test", steward="Ann"
    )
    assert done.code == 0, done
    assert "copied elsewhere by OneDrive" in done.err
