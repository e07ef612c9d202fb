"""Under any memory ceiling the answer is the same to the byte, and the ceiling holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.parametrize(
    ("people", "deaths", "ceilings"),
    [
        (20_000, 12_000, (120, 1500)),
        pytest.param(200_000, 120_000, (205, 300, 1500), marks=pytest.mark.release),
    ],
)
def test_ceilings(people: int, deaths: int, ceilings: tuple[int, ...], tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    council = f"""
from pathlib import Path
from bench_splink import prepare
prepare(Path({str(tmp_path)!r}), {people}, {deaths}, 5)
"""
    subprocess.run([sys.executable, "-c", council], check=True, env=environment)
    command = [sys.executable, str(HERE / "bench_memory.py"), "--folder", str(tmp_path)]
    command += ["--ceilings", *map(str, ceilings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({one["answer"] for one in found}) == 1
    for one in found:
        assert one["grew_mb"] <= one["ceiling"]
