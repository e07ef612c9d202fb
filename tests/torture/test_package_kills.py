"""A process killed while it seals or opens a package: nothing half-made bears a name."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.model.sharing import PackageSummary
from app.services import home as desk
from app.services import packages, sharing, trail, vaults

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILES = 17

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children are forked")


class Pack:
    """The worker that seals and opens in a home, and the hand that kills it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "package_worker.py")],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Pack:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, home: Path, *words: str) -> float:
        """One act to its end; the seconds it took once it had begun."""
        self._begin(home, *words)
        began = time.perf_counter()
        assert self._line() == "ended 0"
        return time.perf_counter() - began

    def kill(self, home: Path, seconds: float, *words: str) -> bool:
        """One act, killed some time after it has begun; False when it was done before."""
        child = self._begin(home, *words)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        return self._line() != "ended 0"

    def ends_itself(self, home: Path, *words: str) -> None:
        """One act that kills its own process."""
        self._begin(home, *words)
        assert self._line() == f"ended {int(signal.SIGKILL)}"

    def _begin(self, home: Path, *words: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join((str(home), *words)) + "\n")
        self._process.stdin.flush()
        said = {self._line(), self._line()}
        assert "open" in said
        return int(next(line for line in said if line.startswith("pid ")).split()[1])

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")


@dataclass(frozen=True)
class Sealed:
    """A home with P1 drafted, the same with P1 sealed, and the files that come out of it."""

    drafted: Path
    sealed: Path
    files: dict[str, str]


@pytest.fixture(scope="module")
def made(packer, tmp_path_factory) -> Sealed:
    home = tmp_path_factory.mktemp("packing")
    (home / "drafted").mkdir()
    packer.prepare(home / "drafted")
    shutil.copytree(home / "drafted", home / "sealed")
    packer.seal(home / "sealed")
    packer.unpack(home / "sealed")
    files = digests(home / "sealed" / "in" / packer.BAG)
    assert len(files) == FILES
    shutil.rmtree(home / "sealed" / "in")
    return Sealed(home / "drafted", home / "sealed", files)


@pytest.fixture
def pack():
    with Pack() as opened:
        yield opened


@pytest.fixture(params=["unnamed", "named"])
def way(request) -> str:
    """Files without a name until they are whole, and files that have one from the start."""
    if request.param == "unnamed" and sys.platform != "linux":
        pytest.skip("only Linux has files without a name")
    return request.param


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder and its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def look_opened(made: Sealed, into: Path, way: str) -> None:
    """After a kill: the package is open and whole, or not there; what was left has its bytes."""
    if (into / "P1").exists():
        assert digests(into / "P1") == made.files
    left = [path for path in into.glob("*") if path.name != "P1"]
    assert len(left) <= 1
    for part in left if way == "unnamed" else []:
        found = digests(part)
        assert found.items() <= made.files.items(), "a file without all its bytes has a name"


def rounds_of_opening(pack, made, home, way: str, number: int, seed: int) -> None:
    """Kill at random moments: what is there is whole, and what was left beside is swept."""
    dice = random.Random(seed)
    shutil.copytree(made.sealed, home)
    whole = pack.run(home, "unpack", way)
    for _ in range(number):
        shutil.rmtree(home / "in" / "P1", ignore_errors=True)
        pack.kill(home, dice.uniform(0, 1.1 * whole), "unpack", way)
        look_opened(made, home / "in", way)
    shutil.rmtree(home / "in" / "P1", ignore_errors=True)
    pack.run(home, "unpack", way)
    assert digests(home / "in" / "P1") == made.files
    assert names(home / "in") == {"P1"}, "what was left beside is swept by the next opening"


def test_opening_is_killed_some_tens_of_times(pack, made, tmp_path, way) -> None:
    rounds_of_opening(pack, made, tmp_path / "home", way, number=15, seed=1)


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_opening_is_killed_many_times(pack, made, tmp_path, way) -> None:
    rounds_of_opening(pack, made, tmp_path / "home", way, number=300, seed=2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
@pytest.mark.parametrize("number", [0, 1, 7, FILES])
def test_a_kill_while_names_are_given_leaves_whole_files_that_are_swept(
    pack, made, tmp_path, number
) -> None:
    """The one moment at which a killed opening leaves anything in clear."""
    home = tmp_path / "home"
    shutil.copytree(made.sealed, home)
    pack.ends_itself(home, "unpack", f"links={number}")
    (part,) = (home / "in").iterdir()
    assert part.name.startswith("P1.")
    assert part.name.endswith(".part")
    assert part.stat().st_mode & 0o077 == 0
    found = digests(part)
    assert len(found) == number
    assert found.items() <= made.files.items()
    pack.run(home, "unpack")
    assert names(home / "in") == {"P1"}


def openings(packer, home: Path) -> list[str]:
    """SHA-256 of every opening that stands in the trail, which is whole."""
    with packer.opened(home) as workspace:
        assert trail.verify(workspace).verified
        return [e.facts["sha256"] for e in trail.entries(workspace, action="package.open")]


def test_whatever_lies_in_clear_after_a_kill_is_on_record(pack, packer, made, tmp_path) -> None:
    home, dice = tmp_path / "home", random.Random(5)
    shutil.copytree(made.sealed, home)
    sealed = hashlib.sha256((home / "out.age").read_bytes()).hexdigest()
    whole = pack.run(home, "receive")
    assert digests(home / "in" / "P1") == made.files
    assert openings(packer, home) == [sealed]
    for turn in range(8):
        shutil.rmtree(home / "in", ignore_errors=True)
        before = len(openings(packer, home))
        pack.kill(home, dice.uniform(0.5 if turn else 0.0, 1.1) * whole, "receive")
        look_opened(made, home / "in", "named")
        told = len(openings(packer, home)) - before
        assert told or not names(home / "in"), "files in clear without an entry"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
@pytest.mark.parametrize("number", [1, FILES])
def test_the_entry_stands_before_the_first_name(pack, packer, made, tmp_path, number) -> None:
    home = tmp_path / "home"
    shutil.copytree(made.sealed, home)
    pack.ends_itself(home, "receive", f"links={number}")
    assert names(home / "in")
    assert openings(packer, home) == [hashlib.sha256((home / "out.age").read_bytes()).hexdigest()]


def look_sealed(packer, made: Sealed, home: Path) -> tuple[bool, bool]:
    """After a kill: no file or a whole one, never in clear; whether there is one, and a record."""
    for path in home.glob("out.age*"):
        assert packer.CANARY.encode() not in path.read_bytes()
    there = (home / "out.age").exists()
    with packer.opened(home) as workspace:
        office = sharing.office_public_key(workspace)
        (package,) = sharing.packages(workspace)
        begun = [left.id for left in vaults.unfinished(workspace)]
        found = vaults.check(workspace)
        assert (found.integrity, found.cipher, found.schema, found.trail) == (True,) * 4
        waiting = {task.code for task in desk.waiting(workspace)}
    assert package.state in ("draft", "sealed")
    sealed = package.state == "sealed"
    if there:
        key = home / "post-room.key"
        proof = packages.verify(packer.catalogue(), home / "out.age", office, key)
        assert proof.signature
        assert proof.manifest
        assert_told(package, proof.sha256, begun)
    assert there or not sealed, "a sealed package is on record whose file was never named"
    assert ("unfinished" in waiting) == bool(begun)
    return there, sealed


def assert_told(package: PackageSummary, sha256: str, begun: list[str]) -> None:
    """A file that has its name is on record as sealed, or at the least as begun."""
    if package.state == "sealed":
        assert package.sha256 == sha256
    else:
        assert begun == ["P1"]


def rounds_of_sealing(pack, packer, made, home, way: str, number: int) -> None:
    dice, whole = random.Random(number), 0.0
    for turn in range(number + 1):
        shutil.rmtree(home / "vault", ignore_errors=True)
        (home / "out.age").unlink(missing_ok=True)
        shutil.copytree(made.drafted, home, dirs_exist_ok=True)
        if not turn:
            whole = pack.run(home, "seal", way)
        else:
            pack.kill(home, dice.uniform(0, 1.1 * whole), "seal", way)
        there, sealed = look_sealed(packer, made, home)
        if turn and not sealed:
            if there:
                (home / "out.age").unlink()
            pack.run(home, "seal", way)
            assert look_sealed(packer, made, home) == (True, True)
        if sealed or turn:
            assert not [n for n in names(home) if n.endswith(".part")], "the next sealing sweeps"


def test_sealing_is_killed_some_times(pack, packer, made, tmp_path, way) -> None:
    rounds_of_sealing(pack, packer, made, tmp_path / "home", way, number=6)


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_sealing_is_killed_many_times(pack, packer, made, tmp_path, way) -> None:
    rounds_of_sealing(pack, packer, made, tmp_path / "home", way, number=100)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_a_kill_between_the_files_name_and_its_record_is_told(pack, packer, made, tmp_path) -> None:
    """The file is whole then, and the trail and Home say that its sealing was begun."""
    home = tmp_path / "home"
    shutil.copytree(made.drafted, home)
    pack.ends_itself(home, "seal", "links=1")
    assert look_sealed(packer, made, home) == (True, False)
    with packer.opened(home) as workspace:
        (left,) = vaults.unfinished(workspace)
        assert (left.id, left.action) == ("P1", "package.seal")
        vaults.discard(workspace, "P1")
        assert vaults.unfinished(workspace) == ()
        assert sharing.packages(workspace)[0].state == "draft"
