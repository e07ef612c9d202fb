"""A process killed while it writes: the vault opens, is whole, and shows nothing half-made."""

from __future__ import annotations

import random
import shutil
import time

import pytest

from app.base.clock import system_clock
from app.base.errors import Refused
from app.services import staff, trail, vaults
from app.stores import decisions, erasures, loads, settings

ACTS = ("load", "decide", "set", "withdraw", "load", "backup", "steward", "rotate", "erase")


def kill_after(process, seconds: float) -> list[tuple[str, str]]:
    """Kill -9 some time after the vault is open; the commits that were reported."""
    assert process.stdout.readline() == "open\n"
    return kill_now(process, seconds)


def kill_now(process, seconds: float = 0.0) -> list[tuple[str, str]]:
    """Kill -9; an unfinished last line was not reported."""
    time.sleep(seconds)
    process.kill()
    said, _ = process.communicate()
    lines = said.split("\n")[:-1]
    return [(act, result) for act, _, result in (line.partition(" ") for line in lines)]


def check_after(worker, folder, said: list[tuple[str, str]]) -> int:
    """Open, check, compare with what was reported, discard what was left; unfinished ones."""
    workspace = vaults.unlock(
        worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
    )
    with workspace:
        found = vaults.check(workspace)
        assert (found.integrity, found.cipher, found.schema, found.trail) == (True,) * 4
        with workspace.read() as reader:
            known = {summary.load: summary for summary in loads.summaries(reader)}
            for act, result in said:
                if act == "load":
                    assert result in known
                if act == "decide":
                    assert decisions.latest(reader, result) is not None
                if act in ("withdraw", "erase") and result:
                    assert known[result].state == "withdrawn"
            check_erasures(reader, known)
            sets = [int(result) for act, result in said if act == "set"]
            if sets:
                assert settings.get(reader, "n") >= sets[-1]
            for load, summary in known.items():
                if summary.state == "visible":
                    assert loads.read_raw(reader, load).num_rows == worker.CHUNKS * worker.ROWS
                    assert loads.read_codes(reader, load).num_rows == summary.records
        for left in found.unfinished:
            with workspace.read() as reader, pytest.raises(Refused, match="load-unknown"):
                loads.require(reader, left.id)
            vaults.discard(workspace, left.id)
        accepted = [e.facts["load"] for e in trail.entries(workspace, action="load.accept")]
        assert accepted == list(known)
        with workspace.read() as reader:
            for table in ("load_raw", "load_codes"):
                held = {load for (load,) in reader.rows(f"SELECT DISTINCT load FROM {table}")}
                assert held <= set(known)
    names = {steward.name for steward in staff.stewards_of(folder)}
    assert {result for act, result in said if act == "steward" and result} <= names
    restore_newest(worker, folder)
    return len(found.unfinished)


def check_erasures(reader, known) -> None:
    """What is said to be erased is gone, and what was searched was proved."""
    for one in erasures.listing(reader):
        assert one.erased_at is None or known[one.load].state == "withdrawn"
        assert one.pages is None or one.proved


def restore_newest(worker, folder) -> None:
    """The newest finished backup comes back; half-written ones do not bear a backup's name."""
    backups = sorted((folder / "backups").glob("*.muniment-backup"))
    if backups:
        again = folder.parent / "again"
        assert vaults.restore(worker.cheap_catalogue(), backups[-1], again).verified
        shutil.rmtree(again)


def rounds(worker, writing, folder, number: int, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(number):
        process = writing(folder, *dice.sample(ACTS, len(ACTS)))
        check_after(worker, folder, kill_after(process, dice.uniform(0.02, 0.8)))


def test_killed_a_few_times(worker, writing, folder) -> None:
    rounds(worker, writing, folder, number=5, seed=1)


def test_killed_while_the_data_key_changes(worker, writing, folder) -> None:
    """Whatever is cut off, one of the two keys opens the vault and the next unlocking ends it."""
    dice, begun = random.Random(3), 0
    for _ in range(6):
        process = writing(folder, "rotate", "set")
        check_after(worker, folder, kill_after(process, dice.uniform(0.0, 0.15)))
        with vaults.unlock(
            worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
        ) as workspace:
            entries = [e.action for e in trail.entries(workspace)]
            begun = entries.count("vault.rotate")
            assert entries.count("vault.rotated") >= begun
    assert begun > 6


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_killed_many_times(worker, writing, folder) -> None:
    rounds(worker, writing, folder, number=200, seed=2)


def test_a_second_process_is_kept_out_until_the_first_is_gone(worker, writing, folder) -> None:
    process = writing(folder, "set")
    assert process.stdout.readline() == "open\n"
    with pytest.raises(Refused, match="vault-in-use") as refusal:
        vaults.unlock(worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock)
    assert refusal.value.facts["host"]
    second = writing(folder, "set", quiet=True)
    assert second.communicate()[0] == ""
    assert second.returncode == 1
    check_after(worker, folder, kill_now(process))
