"""The fairness table adds up, and no group of a council fares worse than chance explains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).with_name("bench_fairness.py")
ROOT = BENCH.parents[2]
PLAIN = {"sex", "name"}
"""Families in which nobody should fare worse; ages differ, since the unknown are harder to find."""


def test_fairness() -> None:
    command = [sys.executable, str(BENCH), "--people", "10000", "--deaths", "6000"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-4000:]
    answer = json.loads(done.stdout)
    for family in ("sex", "age", "name"):
        rates = [rate for rate in answer["groups"] if rate["by"] == family]
        assert sum(rate["records"] for rate in rates) == answer["true_pairs"] > 200
        assert all(rate["low"] <= rate["rate"] <= rate["high"] for rate in rates)
    apart = [rate for rate in answer["groups"] if rate["apart"] and rate["by"] in PLAIN]
    assert apart == []
    assert answer["recall"] > 0.95
