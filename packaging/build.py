"""Freeze the program into one folder, add licences and a bill of materials, let it prove itself.

    python packaging/build.py [--into DIR]

Run it with the Python of .venv after `bootstrap.py test --release` has filled it. The folder
DIR/muniment is what an installer ships; DIR/muniment.sha256 names every file in it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import bill

ROOT = Path(__file__).resolve().parents[1]
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


def main(arguments: list[str]) -> int:
    """Build into a folder; 0 when the frozen program has proved itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    into: Path = parser.parse_args(arguments).into.resolve()
    folder = freeze(into)
    parts = shipped_parts()
    write_licences(folder / "licences", parts)
    system = bill.system_files(folder, parts)
    (folder / bill.NAME).write_text(bill.as_text(bill.bill(ROOT, system)), encoding="utf-8")
    answer = prove(folder)
    print(json.dumps(answer))
    write_checksums(folder, into / "muniment.sha256")
    return 0


def freeze(into: Path) -> Path:
    """Run the spec; the folder that holds the executables."""
    shutil.rmtree(into / "muniment", ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(into), "--workpath", str(into / "work")]
    # Without a fixed seed two builds differ in the order of sets inside the archive.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    spec = str(ROOT / "packaging" / "muniment.spec")
    subprocess.run([*command, spec], check=True, cwd=ROOT, env=environment)
    shutil.rmtree(into / "work", ignore_errors=True)
    return into / "muniment"


def prove(folder: Path) -> dict[str, object]:
    """The frozen program's own self-check; raises when it finds anything wrong."""
    program = folder / ("muniment.exe" if os.name == "nt" else "muniment")
    # Nothing of this Python may help the frozen one.
    hidden = ("PYTHON", "VIRTUAL_ENV", "MUNIMENT_", "LD_LIBRARY_PATH")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [str(program), "self-check", "--into", str(Path(scratch) / "demo"), "--json"],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=scratch,
        )
    if done.returncode != 0:
        raise SystemExit(f"the frozen program failed:\n{done.stdout}\n{done.stderr}")
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def shipped_parts() -> list[metadata.Distribution]:
    """The libraries of the run lock, as they are installed here."""
    lock = (ROOT / "packaging" / "locks" / "run.txt").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"^([a-z0-9_.-]+)==", lock, re.MULTILINE)))
    return [metadata.distribution(name) for name in names if name != "setuptools"]


def write_licences(folder: Path, parts: list[metadata.Distribution]) -> None:
    """Every licence text the shipped libraries carry, and our own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "LICENSE", folder / "muniment.txt")
    for text in sorted((ROOT / "packaging" / "licences").glob("*.txt")):
        shutil.copy(text, folder)
    for part in parts:
        for file in part.files or ():
            if ".dist-info" in str(file) and LICENCE_FILE.search(file.name):
                target = folder / part.metadata["Name"] / file.name
                target.parent.mkdir(exist_ok=True)
                shutil.copy(str(part.locate_file(file)), target)


def write_checksums(folder: Path, file: Path) -> None:
    """SHA-256 of every shipped file."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder.parent).as_posix()}\n")
    file.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
