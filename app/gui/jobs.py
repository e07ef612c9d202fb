"""Work behind the window: a line for writes, a line for reads, progress and results."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters, Progress, Reading
from app.gui.forms import Button, Text, column
from app.wording import number, refusal, size, stage, unit
from app.wording.window import tell

T = TypeVar("T")
POLL_MS = 100
SHOW_AFTER_S = 0.5
BYTES = "bytes"


@dataclass(eq=False)
class Job:
    """One piece of work: what it is called, its counters, and who hears of its end.

    Exactly one of three hears: `done` the answer, `refused` the refusal, `cancelled` an end with
    neither (it was stopped, or we made a mistake, which `Jobs.failed` tells). `once` says that
    the answer can be shown only once: it is told even when the vault is locked meanwhile.
    """

    title: str
    work: Callable[[Progress], Any]
    done: Callable[[Any], object] | None
    refused: Callable[[Refused], object] | None
    cancelled: Callable[[], object] | None
    key: str
    writes: bool
    once: bool = False
    counters: Counters = field(default_factory=Counters)
    started: float | None = None
    stage_code: str = ""
    stage_started: float = 0.0
    future: Future[Any] | None = None

    @property
    def running(self) -> bool:
        """Whether it has begun."""
        return self.started is not None


class Jobs(QObject):
    """Runs services off the window's thread and delivers their answers on it.

    Writes go one after another, reads go one after another, and both at once. It lives as long as
    the window: no Qt object is made or dies in a worker.
    """

    changed = Signal()
    refused = Signal(object)
    failed = Signal(object)
    _home = Signal()

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._jobs: list[Job] = []
        self._closed = False
        self._arrived: queue.SimpleQueue[tuple[Job, Any, BaseException | None]]
        self._arrived = queue.SimpleQueue()
        self._home.connect(self._deliver)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.changed)

    def write(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], object] | None = None,
        refused: Callable[[Refused], object] | None = None,
        cancelled: Callable[[], object] | None = None,
    ) -> Job:
        """Run work that changes the vault, after the writes before it."""
        return self._start(Job(title, work, done, refused, cancelled, "", True))

    def read(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], object] | None = None,
        refused: Callable[[Refused], object] | None = None,
        key: str = "",
        cancelled: Callable[[], object] | None = None,
    ) -> Job:
        """Run work that only reads. A newer read with the same key makes an older one void."""
        if key:
            for job in [job for job in self._jobs if job.key == key]:
                self._drop(job)
        return self._start(Job(title, work, done, refused, cancelled, key, False))

    @property
    def waiting(self) -> tuple[Job, ...]:
        """Jobs not yet ended, oldest first."""
        return tuple(self._jobs)

    @property
    def writing(self) -> bool:
        """Whether a write runs or waits."""
        return any(job.writes for job in self._jobs)

    def now(self) -> float:
        """The clock jobs are timed by, in seconds."""
        return self._clock()

    def stop(self, job: Job) -> None:
        """Ask work to stop at its next step; what has not begun ends at once."""
        job.counters.cancel()
        if job in self._jobs and job.future is not None and job.future.cancel():
            self._jobs.remove(job)
            self._end(job, None, Cancelled())

    def abandon_reads(self) -> None:
        """Void every read: nobody is there to look at the answer."""
        for job in [job for job in self._jobs if not job.writes]:
            self._drop(job)

    def forget_listeners(self) -> None:
        """Let writes run on, but tell nobody of their end, save where it can be told only once."""
        for job in [job for job in self._jobs if not job.once]:
            job.done = job.refused = job.cancelled = None

    def close(self) -> None:
        """Cancel everything and wait for the workers to end; later work is not begun."""
        self._closed = True
        for job in list(self._jobs):
            job.counters.cancel()
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._reader.shutdown(wait=True, cancel_futures=True)
        self._poll.stop()
        self._jobs.clear()

    def _drop(self, job: Job) -> None:
        job.counters.cancel()
        self._jobs.remove(job)
        self._ended()

    def _start(self, job: Job) -> Job:
        if self._closed:
            return job
        self._jobs.append(job)
        if not self._poll.isActive():
            self._poll.start()
        executor = self._writer if job.writes else self._reader
        job.future = executor.submit(self._work, job)
        return job

    def _work(self, job: Job) -> None:
        """In the worker: do it, and leave the answer where the window picks it up."""
        answer, error = None, None
        try:
            if job.counters.cancelled:
                raise Cancelled
            job.started = job.stage_started = self._clock()
            answer = job.work(job.counters)
        except BaseException as caught:
            error = caught
        self._arrived.put((job, answer, error))
        with contextlib.suppress(RuntimeError):  # the window has gone
            self._home.emit()

    def _deliver(self) -> None:
        while not self._arrived.empty():
            job, answer, error = self._arrived.get()
            if job not in self._jobs:
                continue
            self._jobs.remove(job)
            self._end(job, answer, error)

    def _end(self, job: Job, answer: object, error: BaseException | None) -> None:
        """Tell who waits for this job first: with `changed` a locked vault may close."""
        try:
            self._hand_over(job, answer, error)
        finally:
            self._ended()

    def _hand_over(self, job: Job, answer: object, error: BaseException | None) -> None:
        if error is None:
            if job.done:
                job.done(answer)
        elif isinstance(error, Refused):
            if job.refused:
                job.refused(error)
            else:
                self.refused.emit(error)
        else:
            if job.cancelled:
                job.cancelled()
            if not isinstance(error, Cancelled):
                self.failed.emit(error)

    def _ended(self) -> None:
        if not self._jobs:
            self._poll.stop()
        self.changed.emit()


def pace(reading: Reading, seconds: float) -> str:
    """`12,400 of 40,000 records · about 9 seconds left`, as far as it is known and says something.

    A stage without a word for what it counts is told in percent; one that has counted
    everything and goes on is being finished.
    """
    what, total = unit(reading.code), reading.total
    if not total:
        return tell("job.done", done=_amount(reading.done, what)) if reading.done and what else ""
    if reading.done >= total:
        return tell("job.finishing")
    if what == BYTES:
        parts = [tell("job.of", done=size(reading.done), total=size(total))]
    elif what:
        parts = [tell("job.of", done=number(reading.done), total=_amount(total, what))]
    else:
        parts = [tell("job.percent", n=reading.done * 100 // total)]
    if seconds >= 1 and reading.done:
        parts.append(_left((total - reading.done) * seconds / reading.done))
    return " · ".join(parts)


def _amount(count: int, what: str) -> str:
    return size(count) if what == BYTES else f"{number(count)} {what}"


def _left(seconds: float) -> str:
    if seconds < 90:
        return tell("job.seconds-left", n=max(1, round(seconds)))
    return tell("job.minutes-left", n=round(seconds / 60))


class JobStrip(QFrame):
    """The foot of the window: what runs, how far it is, and the way to stop it."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setProperty("ground", "bar")
        self._jobs = jobs
        self._job: Job | None = None
        self.sentence = Text("", "label")
        self.detail = Text("", "quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(260)
        self.bar.setAccessibleName(tell("job.progress"))
        self.cancel = Button(tell("job.cancel"), self._cancel)
        box = QHBoxLayout(self)
        box.setContentsMargins(24, 8, 24, 8)
        box.setSpacing(16)
        box.addWidget(column(self.sentence, self.detail, gap=0), 1)
        box.addWidget(self.bar)
        box.addWidget(self.cancel)
        jobs.changed.connect(self.look)
        self.hide()

    def look(self) -> None:
        """Take the counters' latest reading and show it."""
        now = self._jobs.now()
        ripe = [
            job
            for job in self._jobs.waiting
            if job.started is not None and now - job.started >= SHOW_AFTER_S
        ]
        self.setVisible(bool(ripe))
        self._job = next((job for job in ripe if job.writes), ripe[0] if ripe else None)
        if self._job is not None:
            self._show(self._job, now)

    def _show(self, job: Job, now: float) -> None:
        reading = job.counters.read()
        if reading.code != job.stage_code:
            job.stage_code, job.stage_started = reading.code, now
        words = stage(reading.code)
        self.sentence.say(f"{job.title}: {words[:1].lower()}{words[1:]}" if words else job.title)
        behind = len(self._jobs.waiting) - 1
        parts = [pace(reading, now - job.stage_started)]
        if behind:
            parts.append(tell("job.behind", n=behind))
        if job.counters.cancelled:
            parts = [tell("job.stopping")]
        self.detail.say(" · ".join(part for part in parts if part))
        self.bar.setVisible(bool(reading.total))
        if reading.total:
            self.bar.setMaximum(1000)
            self.bar.setValue(min(1000, reading.done * 1000 // reading.total))
        self.cancel.setEnabled(not job.counters.cancelled)
        self.bar.setAccessibleDescription(self.detail.text())

    def _cancel(self) -> None:
        if self._job is not None:
            self._jobs.stop(self._job)
            self.look()


def refusal_text(error: Refused) -> tuple[str, str]:
    """What happened and what to do, in words."""
    words = refusal(error)
    return words.what, words.do


def deliver_to(widget: QWidget, then: Callable[[T], object]) -> Callable[[T], object]:
    """A callback that does nothing once its widget is gone."""
    gone: list[bool] = []
    widget.destroyed.connect(lambda: gone.append(True))
    return lambda answer: None if gone else then(answer)
