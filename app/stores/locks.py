"""vault.lock: one process at a time, who it is, and how often the passphrase was wrong."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from app.base.clock import iso
from app.base.errors import Refused
from app.model.policy import VaultPolicy

NAME = "vault.lock"
_FAR = 1 << 30
"""The byte Windows locks: far beyond the text, so that others may read who holds the vault."""


@dataclass(frozen=True)
class Holder:
    """Who has the vault open (empty when nobody), and wrong attempts since the last right one."""

    host: str = ""
    user: str = ""
    steward: str = ""
    since: str = ""
    failed: int = 0
    failed_at: str = ""


class VaultLock:
    """The operating system's lock on vault.lock, held while the vault is open."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises Refused `vault-in-use` (host, user, since) or `vault-read-only`."""
        path = folder / NAME
        try:
            binary = getattr(os, "O_BINARY", 0)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | binary, 0o600)
            self._stream: IO[bytes] = os.fdopen(handle, "r+b")
        except OSError:
            raise Refused("vault-read-only") from None
        if not _lock(self._stream):
            holder = _read(self._stream)
            self._stream.close()
            raise Refused(
                "vault-in-use", host=holder.host, user=holder.user, since=holder.since
            ) from None
        self._holder = _read(self._stream)

    def wait(self, policy: VaultPolicy, now: datetime) -> None:
        """Refuse `unlock-wait` (seconds) while wrong attempts still have to be waited out."""
        over = self._holder.failed - policy.free_attempts
        if over < 0 or not self._holder.failed_at:
            return
        wait = min(policy.first_wait << min(over, 20), policy.longest_wait)
        until = datetime.fromisoformat(self._holder.failed_at) + timedelta(seconds=wait)
        left = (until - now).total_seconds()
        if 0 < left <= wait:
            raise Refused("unlock-wait", seconds=int(left) + 1)

    @property
    def attempts(self) -> tuple[int, str]:
        """Wrong attempts since the last right one, and when the latest was (empty if none)."""
        return self._holder.failed, self._holder.failed_at

    def failed(self, now: datetime) -> None:
        """Count a wrong attempt."""
        self._write(Holder(failed=self._holder.failed + 1, failed_at=iso(now)))

    def hold(self, steward: str, now: datetime) -> None:
        """Name the holder and forget wrong attempts."""
        self._write(Holder(_host(), _user(), steward, iso(now)))

    def release(self) -> None:
        """Let go; wrong attempts stay counted."""
        if self._stream.closed:
            return
        with contextlib.suppress(OSError):
            self._write(Holder(failed=self._holder.failed, failed_at=self._holder.failed_at))
        _unlock(self._stream)
        self._stream.close()

    def _write(self, holder: Holder) -> None:
        self._holder = holder
        self._stream.seek(0)
        self._stream.truncate()
        self._stream.write(json.dumps(asdict(holder), ensure_ascii=False).encode("utf-8"))
        self._stream.flush()


def _read(stream: IO[bytes]) -> Holder:
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        stream.seek(0)
        held = Holder(**json.loads(stream.read(4096)))
        if held.failed_at:
            datetime.fromisoformat(held.failed_at)
        return held if isinstance(held.failed, int) else Holder()
    return Holder()


def _lock(stream: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(_FAR)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            stream.seek(_FAR)
            msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_UN)


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _user() -> str:
    """Who the system says is at work."""
    if sys.platform == "win32":
        return os.environ.get("USERNAME", "")
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
