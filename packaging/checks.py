"""Every check in one command: lint, format, import contracts, types, then the tests.

Started by `bootstrap.py test` inside .venv. `--release` adds the slow proofs, and installs the
programs of the system that they need where it may; every other argument goes to pytest. The
static checks report one line each and pytest closes the output.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import programs

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def main(arguments: list[str]) -> int:
    """Run everything, even after a failure, and return 1 if anything failed."""
    release = "--release" in arguments
    rest = [argument for argument in arguments if argument != "--release"]
    os.chdir(ROOT)
    environment = test_environment()
    static = [
        ("lint", [tool("ruff"), "check", "."]),
        ("format", [tool("ruff"), "format", "--check", "."]),
        ("imports", [tool("lint-imports"), "--no-logo"]),
        ("types", [sys.executable, "-m", "mypy"]),
    ]
    failed = [name for name, command in static if not passes(name, command, environment)]
    if failed:
        print(f"not in order: {', '.join(failed)} (told above); now the tests", flush=True)
    # By file, so that what a file prepares once is not prepared in every process.
    tests = [sys.executable, "-m", "pytest", "-q", "-n", workers(), "--dist", "loadfile"]
    if release:
        programs.install_missing()
        tests += ["-m", "release or not release"]
    outcome = subprocess.call([*tests, *rest], env=environment)
    return 1 if failed or outcome else 0


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one static check; print one line, and all it said when it failed."""
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    good = done.returncode == 0
    seconds = time.monotonic() - begun
    print(f"{'ok  ' if good else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
    if not good:
        print(done.stdout + done.stderr, flush=True)
    return good


def test_environment() -> dict[str, str]:
    """The environment of the checks: no screen, nobody's vault."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MUNIMENT_")}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


def workers() -> str:
    """How many test processes: the machine's cores, at most four (each holds a Qt and a store)."""
    return str(max(1, min(4, os.cpu_count() or 1)))


def tool(name: str) -> str:
    """A command installed beside this interpreter."""
    return str(BIN / (f"{name}.exe" if os.name == "nt" else name))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
