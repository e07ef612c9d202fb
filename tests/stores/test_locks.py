"""vault.lock: one process at a time, who it is, and waiting after wrong attempts."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.stores.locks import NAME, VaultLock

NOW = datetime(2026, 8, 22, 9, 0, tzinfo=UTC)


def test_a_second_opener_learns_who_has_it(tmp_path: Path) -> None:
    lock = VaultLock(tmp_path)
    lock.hold("Ann", NOW)
    with pytest.raises(Refused, match="vault-in-use") as refusal:
        VaultLock(tmp_path)
    assert refusal.value.facts["since"] == "2026-08-22T09:00:00Z"
    assert refusal.value.facts["host"]
    assert refusal.value.facts["user"]
    lock.release()
    VaultLock(tmp_path).release()


def test_another_process_is_kept_out(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.stores.locks import VaultLock\n"
        "held = VaultLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Refused, match="vault-in-use"):
            VaultLock(tmp_path)
        other.kill()
        other.wait()
    VaultLock(tmp_path).release()


def test_wrong_attempts_slow_down_and_a_right_one_forgets_them(tmp_path: Path, policy) -> None:
    for _ in range(policy.free_attempts - 1):
        lock = VaultLock(tmp_path)
        lock.wait(policy, NOW)
        lock.failed(NOW)
        lock.release()
    waits = []
    for _ in range(9):
        lock = VaultLock(tmp_path)
        lock.failed(NOW)
        with pytest.raises(Refused, match="unlock-wait") as refusal:
            lock.wait(policy, NOW)
        waits.append(refusal.value.facts["seconds"] - 1)
        lock.wait(policy, NOW + timedelta(seconds=waits[-1]))
        lock.release()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    lock = VaultLock(tmp_path)
    lock.hold("Ann", NOW)
    lock.wait(policy, NOW)
    lock.release()


def test_a_clock_set_back_shuts_nobody_out(tmp_path: Path, policy) -> None:
    lock = VaultLock(tmp_path)
    for _ in range(20):
        lock.failed(NOW)
    lock.wait(policy, NOW - timedelta(days=400))
    lock.release()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b"{}", b'{"failed": "x"}', b'{"failed_at": "yesterday"}', b'{"a": 1}'],
)
def test_whatever_stands_in_the_file_it_can_be_locked(tmp_path: Path, policy, content) -> None:
    (tmp_path / NAME).write_bytes(content)
    lock = VaultLock(tmp_path)
    lock.wait(policy, NOW)
    lock.failed(NOW)
    lock.release()
    lock.release()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="vault-read-only"):
        VaultLock(tmp_path / "gone")
