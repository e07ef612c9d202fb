"""Progress of long work: workshops report steps, and a cancel flag raises at the next one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from app.base.errors import Cancelled


class Progress(Protocol):
    """What long work reports to. `stage` codes have their sentence in wording."""

    def stage(self, code: str, total: int | None = None) -> None:
        """Begin a named stage of `total` units (None: unknown)."""

    def step(self, units: int = 1) -> None:
        """Count units done; raises Cancelled when the steward asked to stop."""


class Silent:
    """Progress nobody watches and nobody can cancel."""

    def stage(self, code: str, total: int | None = None) -> None:
        """Ignore the stage."""

    def step(self, units: int = 1) -> None:
        """Ignore the step."""


SILENT = Silent()


@dataclass(frozen=True)
class Reading:
    """One look at shared counters: stage code, units done, total units or None."""

    code: str
    done: int
    total: int | None


class Counters:
    """Progress shared between the thread that works and the one that watches and may cancel."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = Reading("", 0, None)
        self._cancelled = threading.Event()

    def stage(self, code: str, total: int | None = None) -> None:
        """Begin a stage; raises Cancelled when cancelled."""
        self._raise_if_cancelled()
        with self._lock:
            self._reading = Reading(code, 0, total)

    def step(self, units: int = 1) -> None:
        """Count units; raises Cancelled when cancelled."""
        self._raise_if_cancelled()
        with self._lock:
            now = self._reading
            self._reading = Reading(now.code, now.done + units, now.total)

    def read(self) -> Reading:
        """The latest reading (polled by the watcher)."""
        with self._lock:
            return self._reading

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._cancelled.is_set()

    def _raise_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled
