"""The recipient's own check: by Python's standard library alone, on folders of both forms."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys

import pytest

from app.base.places import resource
from app.services import checker, packages, sharing
from tests.services.council import refused, spec


@pytest.fixture
def file(tmp_path):
    return checker.write(tmp_path / "check.py")


def run(file, folder) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(file), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.fixture(params=["age", "zip"])
def opened(ready, tmp_path, request):
    """A package of each form, opened by its recipient."""
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    out = tmp_path / f"out.{request.param}"
    sealed = sharing.seal(ready, drafted.package, out, request.param)
    key = sealed.passphrase if request.param == "zip" else tmp_path / "their.key"
    return packages.open_package(ready.catalogue, out, key, tmp_path / "opened").into


def inside(folder):
    """Where the lists lie."""
    return next(folder.rglob("manifest-sha256.txt")).parent


def test_a_package_as_it_was_sent_is_whole(file, opened) -> None:
    assert run(file, opened)[0] == 0
    assert run(file, inside(opened))[0] == 0


def test_what_was_changed_lost_or_added_is_named(file, opened) -> None:
    names = [place for place in inside(opened).rglob("*.csv")]
    data = next(place for place in names if "total" not in place.name)
    for harm, told in (
        (lambda: data.write_bytes(data.read_bytes() + b"x"), "has been changed"),
        (data.unlink, "is missing"),
        (lambda: (data.parent / "more.csv").write_text("x"), "in no list"),
        (lambda: _first_line_out(inside(opened) / "manifest-sha256.txt"), "in no list"),
    ):
        kept = opened.parent / "kept"
        shutil.copytree(opened, kept)
        harm()
        code, said = run(file, opened)
        assert (code, told in said) == (1, True), said
        shutil.rmtree(opened)
        kept.rename(opened)
    assert run(file, opened)[0] == 0


def _first_line_out(file) -> None:
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))


@pytest.mark.parametrize(
    "line", ["0" * 64 + "  ../outside", "0" * 64 + "  /etc/passwd", "nonsense"]
)
def test_a_list_that_points_outside_is_refused(file, tmp_path, line) -> None:
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "manifest-sha256.txt").write_text(f"{line}\n")
    code, said = run(file, folder)
    assert (code, "no digest and name" in said) == (1, True)


def test_another_folder_is_no_package(file, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(file, tmp_path / "empty")[0] == 1
    assert run(file, tmp_path / "none")[0] == 1


def test_it_uses_the_standard_library_alone_and_is_written_over_nothing(file, tmp_path) -> None:
    tree = ast.parse(resource("verifier", checker.NAME).read_text(encoding="utf-8"))
    used = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    used |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert used == {"hashlib", "sys", "pathlib"}
    with refused("file-exists"):
        checker.write(file)
