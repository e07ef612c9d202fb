"""Every write of the main job is traced: no marked word goes to anything but a pipe or a terminal.

A search of the disk afterwards cannot see a file that was written and removed; this can.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PASSPHRASE = "correct horse battery staple"
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,rename,renameat,openat,creat"
HARMLESS = re.compile(r"\((?:\d+<(?:pipe:|/dev/pts/|/dev/null|/dev/tty)|AT_FDCWD.*O_RDONLY)")

pytestmark = [
    pytest.mark.release,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs a system-call tracer"),
]


def traced(log: Path, *words: object, cwd: Path) -> list[str]:
    """Run a verb under the tracer; the lines of its writes and renames."""
    command = ["strace", "-f", "-y", "-s", "1000000", "-e", f"trace={WRITES}", "-o", str(log)]
    command += [sys.executable, "-P", "-m", "app", *map(str, words), "--json"]
    environment = {**os.environ, "HOME": str(cwd), "TMPDIR": str(cwd)}
    done = subprocess.run(
        [*command, "--vault", str(cwd / "vault"), "--passphrase-file", str(cwd / "passphrase")],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    return log.read_text(encoding="utf-8", errors="replace").splitlines()


def leaks(lines: list[str], words: tuple[str, ...]) -> list[str]:
    """Lines that carry a marked word, plain or with zero bytes between its letters."""
    forms = [word.lower() for word in words]
    forms += ["\\0".join(word.lower()) for word in words]
    found = []
    for line in lines:
        folded = line.lower()
        if any(form in folded for form in forms) and not HARMLESS.search(line):
            found.append(line[:300])
    return found


def test_a_leak_would_be_seen(canary, tmp_path: Path) -> None:
    file = tmp_path / "leak"
    code = f"open({str(file)!r}, 'wb').write({canary.WORDS[0]!r}.encode('utf-16-le'))"
    log = tmp_path / "log"
    command = ["strace", "-f", "-y", "-s", "1000000", "-e", f"trace={WRITES}", "-o", str(log)]
    done = subprocess.run([*command, sys.executable, "-c", code], check=False)
    if done.returncode != 0:
        pytest.skip("tracing is not allowed here")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert leaks(lines, canary.WORDS)


def test_no_write_of_the_main_job_carries_a_marked_word(canary, tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    (home / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    people = canary.write_people(outside / "people.csv")
    deaths = canary.write_deaths(outside / "deaths.xml")
    log = tmp_path / "log"
    job = [
        ("new", home / "vault", "--steward", "Ann"),
        ("load", people, "--kind", "people"),
        ("load", deaths, "--route", "s19aa"),
        ("match", "--left", "L1", "--right", "L2", "--purpose", "test"),
        ("pairs", "R1"),
        ("decide", "R1-1", "same", "--reason", "same-person-confirmed"),
        ("backup", "--to", home / "copy.backup"),
        ("withdraw", "L1", "--reason", "wrong-file"),
    ]
    for words in job:
        assert leaks(traced(log, *words, cwd=home), canary.WORDS) == [], words
