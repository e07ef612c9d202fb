"""The benchmark of the engine runs, and stays within what it promises, in every run and at size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench_match.py")
ROOT = BENCH.parents[2]


def measured(people: int, deaths: int) -> dict[str, float]:
    command = [sys.executable, str(BENCH), "--rounds", "1"]
    command += ["--people", str(people), "--deaths", str(deaths)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def test_the_benchmark_runs_small() -> None:
    answer = measured(3_000, 2_000)
    assert answer["candidate_pairs"] > 50
    assert answer["precision"] > 0.95


@pytest.mark.release
@pytest.mark.timeout(1800)
def test_the_engine_at_size() -> None:
    """100,000 people and 60,000 deaths: accuracy, memory, and cost beside the bare joins.

    The joins are a third of it; a stage that came to cost as much again would be seen.
    """
    answer = measured(100_000, 60_000)
    assert answer["precision"] > 0.985
    assert answer["recall"] > 0.955
    assert answer["peak_rss_mb"] < 1_000
    assert answer["ratio_to_joins"] < 6
