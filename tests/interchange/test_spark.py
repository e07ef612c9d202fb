"""Splink on Spark gives the engine's links: the files of `model export`, run as they are written.

Nothing is tolerated: the same pairs, bands and weights to 0.01 bits. One name is so frequent that
both must leave it out.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.matching.engine import match
from app.model.codebook import Codebook
from app.model.matches import BANDS
from app.services import model
from app.services.catalogue import catalogue

pytestmark = [pytest.mark.release, pytest.mark.timeout(1800)]

SETTINGS = """
spark.master local[2]
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.ui.enabled false
spark.ui.showConsoleProgress false
spark.sql.shuffle.partitions 2
"""
LOOPBACK = re.compile("(0000000000000000FFFF0000)?[0-9A-F]{6}7F|0{24}01000000")
"""127.0.0.0/8 and ::1 as the kernel writes them: each four bytes turned round."""


@pytest.fixture
def machine(tmp_path: Path, programs: ModuleType) -> dict[str, str]:
    """The environment of a local Spark that keeps to this machine and to one folder."""
    java = programs.find("java")
    if java is None:
        pytest.fail(f"Spark needs Java {programs.OLDEST_JAVA}. Run: {programs.line('java')}")
    (tmp_path / "conf").mkdir()
    settings = f"{SETTINGS}spark.sql.warehouse.dir {tmp_path / 'warehouse'}\n"
    (tmp_path / "conf" / "spark-defaults.conf").write_text(settings, encoding="utf-8")
    return os.environ | {
        "SPARK_CONF_DIR": str(tmp_path / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(tmp_path / "scratch"),
        "PYSPARK_PYTHON": sys.executable,
        "PATH": f"{Path(java).parent}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.mark.parametrize("name", ["deaths"])
def test_spark_gives_our_links(
    council: Callable[[int, int], tuple[pa.Table, pa.Table]],
    machine: dict[str, str],
    tmp_path: Path,
    name: str,
) -> None:
    left, right = council(6_000, 3_000)
    files = model.export(catalogue(), name, tmp_path / "model")
    for side, table in (("left", left), ("right", right)):
        pq.write_table(table, tmp_path / f"{side}.parquet")
    command = [sys.executable, str(files.runner), "--settings", str(files.settings)]
    command += ["--post-steps", str(files.post_steps), "--out", str(tmp_path / "links")]
    command += [f"--left={tmp_path / 'left.parquet'}", f"--right={tmp_path / 'right.parquet'}"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=machine, stderr=subprocess.PIPE, text=True
    ) as running:
        with watched(running.pid) as strangers:
            told = running.communicate()[1]
        assert running.returncode == 0, told[-6000:]
    assert not strangers

    book = Codebook()
    found = match(
        book.encode_records(left.drop("unique_id")),
        book.encode_records(right.drop("unique_id")),
        book,
        catalogue().plans[name],
    )
    links = {(r["unique_id_l"], r["unique_id_r"]): r for r in rows(tmp_path / "links")}
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(links) == set(pairs)
    for k, pair in enumerate(pairs):
        assert links[pair]["band"] == BANDS[found.band[k]].value, pair
        assert links[pair]["weight"] == pytest.approx(found.weight[k], abs=0.0101), pair
        assert links[pair]["probability"] == pytest.approx(found.probability[k], abs=2e-3), pair
    assert any(hub.values[-1] == "NAMESAKE" for hub in found.hubs)
    assert found.bands.certain > 60
    assert found.bands.probable > 0


def rows(folder: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = pq.read_table(folder).to_pylist()
    return listed


@contextlib.contextmanager
def watched(process: int) -> Iterator[set[str]]:
    """Addresses beyond this machine that a process or its children listen on or talk to."""
    strangers: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            sockets = {link for pid in family(process) for link in held(pid)}
            strangers.update(
                f"{local} {remote}"
                for local, remote, link in connections()
                if link in sockets and not at_home(local, remote)
            )

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield strangers
    finally:
        done.set()
        thread.join()


def family(process: int) -> list[int]:
    """A process with its children and theirs."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents.setdefault(int(after[1]), []).append(int(stat.parent.name))
    found = [process]
    for pid in found:
        found += parents.get(pid, [])
    return found


def held(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = entry.readlink().name
                if target.startswith("socket:["):
                    yield target[8:-1]


def connections() -> Iterator[tuple[str, str, str]]:
    """Local and remote address of every TCP and UDP socket, with its number."""
    for name in ("tcp", "tcp6", "udp", "udp6"):
        with contextlib.suppress(OSError):
            lines = Path("/proc/net", name).read_text(encoding="ascii").splitlines()[1:]
            for parts in map(str.split, lines):
                yield parts[1].partition(":")[0], parts[2].partition(":")[0], parts[9]


def at_home(local: str, remote: str) -> bool:
    """Whether a socket listens on loopback only, and talks to loopback or to nobody yet."""
    nobody = not remote.strip("0")
    return bool(LOOPBACK.fullmatch(local)) and (nobody or bool(LOOPBACK.fullmatch(remote)))


def test_the_watch_tells_loopback_from_the_world() -> None:
    homes = ("0100007F", "0200007F", "00000000000000000000000001000000")
    for home in (*homes, "0000000000000000FFFF00000100007F"):
        assert at_home(home, home)
        assert at_home(home, "0" * len(home))
    for world in ("0101A8C0", "08080808", "00000000", "0" * 32, "0000000000000000FFFF00000101A8C0"):
        assert not at_home(world, "00000000"), world
    assert not at_home("0100007F", "08080808")
