"""The window outlives a hundred thousand calls that return nothing, on every Python."""

import subprocess
import sys

SCRIPT = """
import app.gui
from PySide6.QtWidgets import QApplication, QLabel
made = QApplication([])
label = QLabel()
for _ in range(100_000):
    label.setText("x")
del label, made
"""


def test_qt_calls_do_not_use_none_up():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
