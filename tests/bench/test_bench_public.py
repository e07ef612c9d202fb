"""On Splink's own public set this engine finds more, whatever Splink is allowed to propose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_public.py")
ROOT = BENCH.parents[2]


@pytest.mark.release
def test_beside_splinks_demonstrations(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "fake_1000" / "fake_1000.csv"
    command = [sys.executable, str(BENCH), "--file", str(file), "--folder", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout)
    answer = json.loads(done.stdout)
    for theirs in ("introduction", "tutorial", "wide"):
        for ours in ("ready", "trained"):
            assert answer[ours]["f1"] > answer[theirs]["f1"]
            assert answer[ours]["best_f1"] > answer[theirs]["best_f1"]
