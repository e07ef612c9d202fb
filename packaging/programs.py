"""Programs of the system that the release proofs need: found, installed, or told how to install.

Spark runs on Java; LibreOffice is the other office program that must read what we write.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from bootstrap import advice, apt_install, apt_line, say

PACKAGES = {"java": "default-jre-headless", "soffice": "libreoffice-calc"}
"""Each program and the Debian or Ubuntu package that brings it."""

OLDEST_JAVA = 17


def install_missing() -> None:
    """Install what is missing where that may be done; else say the line, and the proofs fail."""
    packages = [package for program, package in PACKAGES.items() if not find(program)]
    if not packages:
        return
    say(f"Installing programs that the slow proofs need: {' '.join(packages)} ...")
    told = apt_install(packages)
    if not all(find(program) for program in PACKAGES):
        say(f"{told}\nThe slow proofs cannot all be done. {advice(packages)}")


def find(program: str) -> str | None:
    """Where a program is, None where it is missing or too old."""
    if program == "java":
        return find_java()
    for name in (program, "libreoffice"):
        found = shutil.which(name)
        if found:
            return found
    return None


def find_java() -> str | None:
    """A Java that Spark runs on: JAVA_HOME's, or the first on the path."""
    home = os.environ.get("JAVA_HOME", "")
    found = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if found is None:
        return None
    try:
        told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    version = re.search(r'version "(\d+)', told.stderr)
    return found if version and int(version[1]) >= OLDEST_JAVA else None


def line(program: str) -> str:
    """The line a person can run to have a program."""
    return apt_line([PACKAGES[program]])
