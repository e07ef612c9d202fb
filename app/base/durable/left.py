"""What killed processes left behind: parts are locked while in work, so the rest can be told."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import time
from pathlib import Path

from app.base.durable.names import PART

LOCKS = os.name == "posix"
STALE_SECONDS = 3_600
"""Where nothing can be locked, a part that nobody has touched for so long is nobody's."""


def sweep(target: Path) -> int:
    """Remove what killed processes left beside a target; how many files and folders.

    Only what bears a name that `beside` gives, is this user's own and locked by no living
    process counts as left.
    """
    form = re.compile(rf"{re.escape(target.name)}\.[0-9a-f]{{12}}\.{PART}")
    try:
        found = [path for path in target.parent.iterdir() if form.fullmatch(path.name)]
    except OSError:
        return 0
    removed = 0
    for path in found:
        with contextlib.suppress(OSError):
            if _is_left(path):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                removed += 1
    return removed


def lock(handle: int) -> bool:
    """Lock an open file for as long as it stays open; whether nobody else had."""
    if not LOCKS:
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_left(path: Path) -> bool:
    """Whether a part is this user's own and no living process works on it."""
    found = path.lstat()
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return False
    if not LOCKS:
        return time.time() - found.st_mtime > STALE_SECONDS
    if found.st_uid != os.geteuid():
        return False
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return lock(handle)
    finally:
        os.close(handle)
