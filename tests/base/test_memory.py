"""The peak memory of a process is its own, not what its parent held when it began."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.memory import peak_mb

ROOT = Path(__file__).resolve().parents[2]
PROBE = "from app.base.memory import peak_mb; print(peak_mb())"
HELD = 400 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system tells it otherwise")
def test_a_child_does_not_inherit_its_parents_peak() -> None:
    held = bytearray(os.urandom(1)) * HELD
    child = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(held) == HELD
    assert peak_mb() > HELD >> 20
    assert 1 < float(child.stdout) < 200
