"""Progress on a terminal: one line that is drawn over, and Ctrl-C that cancels at the next step."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app import wording
from app.base.errors import Cancelled
from app.base.progress import Counters

BAR = 24
REDRAW_SECONDS = 0.1
INSISTENT = 3
"""How often Ctrl-C is pressed to end the telling of an answer."""


class Untold(Cancelled):
    """The steward wants no more of an answer; what it tells of is done and stands."""


class TerminalProgress:
    """Counts like Counters and draws what it counts on standard error when that is a terminal."""

    def __init__(self) -> None:
        self._counters = Counters()
        self._shows = sys.stderr.isatty()
        self._drawn = 0.0
        self._begun = False
        self._settled = self._telling = False
        self._unheard = 0
        self._leaving = False

    def stage(self, code: str, total: int | None = None) -> None:
        """Begin a stage; raises Cancelled after Ctrl-C."""
        self._begun = True
        self._counters.stage(code, total)
        self._draw(always=True)

    def step(self, units: int = 1) -> None:
        """Count units; raises Cancelled after Ctrl-C."""
        self._counters.step(units)
        self._draw()

    def settle(self) -> None:
        """What was asked for is done and stands: Ctrl-C stops nothing any more."""
        self._settled = True
        self._counters = Counters()

    def leave(self) -> None:
        """All is told, and the process ends next: Ctrl-C must not change how it ends."""
        self._leaving = True

    def go_on_telling(self) -> None:
        """Raises Untold once Ctrl-C was pressed three times since the telling began.

        Two may have been meant for the work that had just ended: its answer is worth having.
        """
        if not self._telling:
            self._telling, self._unheard = True, 0
        if self._unheard >= INSISTENT:
            raise Untold

    def clear(self) -> None:
        """Take the line away."""
        if self._shows and self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    @contextmanager
    def cancelled_by_interrupt(self) -> Iterator[None]:
        """Ctrl-C asks the work to stop at its next step; before work begins, or twice, at once.

        Once the work is settled it ends no work any more; see `go_on_telling` and `leave`.
        """
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN if self._leaving else before)
            self.clear()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._settled:
            self._unheard += 1
            return
        at_once = not self._begun or self._counters.cancelled
        self._counters.cancel()  # what is raised here is lost where Python calls back
        if at_once:
            raise KeyboardInterrupt

    def _draw(self, *, always: bool = False) -> None:
        now = time.monotonic()
        if not self._shows or (not always and now - self._drawn < REDRAW_SECONDS):
            return
        self._drawn = now
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{self._line()[:width]}")
        sys.stderr.flush()

    def _line(self) -> str:
        reading = self._counters.read()
        said = wording.stage(reading.code)
        if not reading.total:
            return f"{said} ... {wording.number(reading.done) if reading.done else ''}".rstrip()
        part = min(1.0, reading.done / reading.total)
        filled = round(part * BAR)
        return f"{said} [{'#' * filled}{'.' * (BAR - filled)}] {int(part * 100)}%"
