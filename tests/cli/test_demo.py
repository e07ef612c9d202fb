"""The demonstration, as far as it is the command line's own."""

from __future__ import annotations

import subprocess
import sys


def test_the_demonstration_speaks_before_it_reads_heavy_libraries(tmp_path) -> None:
    """A second start must speak within three seconds on a slow disk too."""
    code = (
        "import os, sys\n"
        "from app.cli.main import run\n"
        "from app.cli.session import Session\n"
        "def say(_session, _text):\n"
        "    heavy = {'PySide6', 'duckdb', 'pyarrow', 'pandas', 'numpy', 'sqlcipher3'}\n"
        "    print(sorted(heavy & set(sys.modules)), flush=True)\n"
        "    os._exit(0)\n"
        "Session.say = say\n"
        f"run(['demo', '--no-window', '--into', {str(tmp_path / 'demo')!r}], None)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
