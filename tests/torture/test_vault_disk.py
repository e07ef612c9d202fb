"""A disk that fills at any moment: a refusal, nothing half-written, and the vault goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.clock import system_clock
from app.base.errors import Refused
from app.services import vaults
from app.stores import loads, settings
from app.stores.vault import Vault

HERE = Path(__file__).resolve().parent

LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import vault_worker as worker
from app.base.clock import system_clock
from app.base.errors import Refused
from app.services import vaults
workspace = vaults.unlock(
    worker.cheap_catalogue(), Path(sys.argv[2]), "Ann", worker.PASSPHRASE, system_clock
)
grown = (Path(sys.argv[2]) / "vault.db-wal").stat().st_size
limit = grown + int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    for n in range(1000):
        worker.load(workspace, n)
        print("load", flush=True)
except Refused as refusal:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(refusal.code, flush=True)
    worker.set_value(workspace, 7)
    workspace.close()
"""


def still_whole(worker, folder: Path, accepted: int) -> None:
    with vaults.unlock(
        worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
    ) as workspace:
        found = vaults.check(workspace)
        assert (found.integrity, found.cipher, found.schema, found.trail) == (True,) * 4
        with workspace.read() as reader:
            assert settings.get(reader, "n") == 7
            assert len(loads.summaries(reader)) == accepted
        for left in found.unfinished:
            vaults.discard(workspace, left.id)
        worker.load(workspace, 5000)


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a POSIX thing")
@pytest.mark.parametrize("room", [30_000, 100_000, 400_000])
def test_files_that_may_not_grow(worker, folder: Path, room: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(HERE), str(folder), str(room)],
        cwd=HERE.parents[1],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    *reported, code = done.stdout.split()
    assert code in {"disk-full", "disk-failed"}
    assert not done.stderr
    still_whole(worker, folder, len(reported))


@pytest.mark.parametrize("room", range(0, 60, 6))
def test_no_room_at_any_page(worker, folder: Path, room: int) -> None:
    """The database may grow by so many pages and no more, as on a full disk."""
    with vaults.unlock(
        worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
    ) as workspace:
        _limit(workspace.vault, room)

        def fill_up() -> None:
            for n in range(1000):
                worker.load(workspace, n)

        with pytest.raises(Refused, match="disk-full"):
            fill_up()
        _limit(workspace.vault, 10_000)
        worker.set_value(workspace, 7)
        with workspace.read() as reader:
            accepted = len(loads.summaries(reader))
    still_whole(worker, folder, accepted)


def _limit(vault: Vault, pages: int) -> None:
    now = vault._writer.execute("PRAGMA page_count").fetchone()[0]
    vault._writer.execute(f"PRAGMA max_page_count = {now + pages}")
