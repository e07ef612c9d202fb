"""The build proves itself: from source in every run, frozen before a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def sound(answer: dict[str, object]) -> None:
    assert answer["package"] is True
    assert answer["trail"] is True
    assert answer["offline"] is True
    assert answer["network_modules_of_ours"] == []
    assert answer["rows_loaded"] > 200
    page = answer["page"]
    assert page["width"] > 700
    assert page["height"] > 500
    assert page["colours"] > 8


def test_the_program_proves_itself_from_source(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "app", "self-check", "--json"]
    done = subprocess.run(
        [*command, "--into", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done
    answer = json.loads(done.stdout)
    sound(answer)
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert answer["resources"] == len(resources)


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_the_frozen_program_proves_itself(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), "--into", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    sound(json.loads(done.stdout.splitlines()[-1]))
    folder = tmp_path / "muniment"
    assert (folder / "licences" / "LGPL-3.txt").is_file()
    told = json.loads((folder / "muniment.cdx.json").read_text(encoding="utf-8"))
    assert len([part for part in told["components"] if part["type"] == "library"]) > 15
    assert [part for part in told["components"] if part["type"] == "file"]
    listed = (tmp_path / "muniment.sha256").read_text(encoding="utf-8").splitlines()
    assert len(listed) == sum(1 for path in folder.rglob("*") if path.is_file())
    # The folder may be moved: nothing in it remembers where it was built.
    moved = tmp_path / "moved"
    folder.rename(moved)
    told = subprocess.run(
        [str(moved / "muniment"), "kinds", "--json"], capture_output=True, text=True, check=True
    )
    assert len(json.loads(told.stdout)["kinds"]) >= 8
    assert not [path for path in moved.rglob("*") if "Qt6Qml" in path.name]
