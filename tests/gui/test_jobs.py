"""Work runs beside the window, answers come home on its thread, and it can be stopped."""

import threading
import time
import tomllib

import pytest

from app.base.errors import Cancelled, Refused
from app.base.places import resource
from app.base.progress import Reading
from app.gui.jobs import Jobs, JobStrip, deliver_to, pace
from app.wording.book import book


def wait_until_idle(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.waiting, timeout=20_000)


def test_the_answer_is_delivered_on_the_windows_thread(qtbot, jobs):
    heard = []
    jobs.write(
        "x",
        lambda _p: threading.current_thread().name,
        lambda answer: heard.append((answer, threading.current_thread())),
    )
    wait_until_idle(qtbot, jobs)
    (worker, receiver) = heard[0]
    assert worker.startswith("write")
    assert receiver is threading.main_thread()


def test_writes_keep_their_order_and_never_overlap(qtbot, jobs):
    inside, seen, most = [0], [], [0]

    def work(n):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        inside[0] -= 1
        return n

    for n in range(8):
        jobs.write("x", lambda _p, n=n: work(n), seen.append)
    wait_until_idle(qtbot, jobs)
    assert seen == list(range(8))
    assert most[0] == 1


def test_a_read_runs_while_a_write_runs(qtbot, jobs):
    gate = threading.Event()
    heard = []
    jobs.write("slow", lambda _p: gate.wait(60))
    jobs.read("quick", lambda _p: "read", heard.append)
    qtbot.waitUntil(lambda: heard == ["read"], timeout=20_000)
    assert jobs.writing
    gate.set()
    wait_until_idle(qtbot, jobs)


def test_a_newer_read_of_the_same_key_makes_the_older_void(qtbot, jobs):
    gate = threading.Event()
    heard = []
    jobs.read("old", lambda _p: gate.wait(60) and "old", heard.append, key="rows")
    jobs.read("new", lambda _p: "new", heard.append, key="rows")
    gate.set()
    wait_until_idle(qtbot, jobs)
    qtbot.wait(50)
    assert heard == ["new"]


def test_refusals_and_faults_go_their_ways(qtbot, jobs):
    here, everywhere, bugs = [], [], []
    jobs.refused.connect(everywhere.append)
    jobs.failed.connect(bugs.append)

    def refuse(_p):
        raise Refused("route-unknown", route="x", known="y")

    def break_(_p):
        raise ZeroDivisionError

    jobs.write("x", refuse, refused=here.append)
    jobs.write("x", refuse)
    jobs.write("x", break_)
    wait_until_idle(qtbot, jobs)
    assert [e.code for e in here] == ["route-unknown"]
    assert [e.code for e in everywhere] == ["route-unknown"]
    assert [type(e) for e in bugs] == [ZeroDivisionError]


def counting(progress, begun):
    progress.stage("start", 1_000_000)
    begun.set()
    for _ in range(1_000_000):
        progress.step()
        time.sleep(0.001)


def test_cancel_stops_at_the_next_step_and_says_so(qtbot, jobs):
    begun, stopped, done = threading.Event(), [], []
    job = jobs.write(
        "x", lambda p: counting(p, begun), done.append, cancelled=lambda: stopped.append(1)
    )
    begun.wait(60)
    job.counters.cancel()
    wait_until_idle(qtbot, jobs)
    assert stopped == [1]
    assert done == []
    assert isinstance(job.future.exception(), type(None))


def test_a_cancelled_job_that_waits_never_begins(qtbot, jobs):
    gate, ran = threading.Event(), []
    jobs.write("first", lambda _p: gate.wait(60))
    second = jobs.write("second", lambda _p: ran.append(1), cancelled=lambda: None)
    second.counters.cancel()
    gate.set()
    wait_until_idle(qtbot, jobs)
    assert ran == []


def test_the_strip_shows_after_half_a_second_only(qtbot, jobs):
    now = [100.0]
    jobs._clock = lambda: now[0]
    strip = JobStrip(jobs)
    qtbot.addWidget(strip)
    begun = threading.Event()
    job = jobs.write("Loading the file", lambda p: counting(p, begun), cancelled=lambda: None)
    begun.wait(60)
    now[0] = 100.4
    strip.look()
    assert not strip.isVisibleTo(None)
    now[0] = 100.6
    strip.look()
    assert not strip.isHidden()
    assert strip.sentence.text() == "Loading the file: starting"
    assert strip.bar.maximum() == 1000
    strip.cancel.click()
    assert "Stopping" in strip.detail.text()
    assert job.counters.cancelled
    wait_until_idle(qtbot, jobs)
    assert strip.isHidden()


def test_pace_says_what_is_known():
    assert pace(Reading("a", 0, None), 5) == ""
    assert pace(Reading("score", 1200, None), 0.1) == "1,200 records so far"
    told = pace(Reading("score", 12_400, 40_000), 4)
    assert told == "12,400 of 40,000 records · about 9 seconds left"
    assert pace(Reading("score", 100, 100_000), 10).endswith("about 166 minutes left")


def test_pace_counts_nothing_that_says_nothing():
    assert pace(Reading("read", 1_048_576, 5_769_397), 0.1) == "1.0 MB of 5.8 MB"
    assert pace(Reading("check-copy", 3, 12), 0.1) == "25%"
    assert pace(Reading("check-copy", 3, None), 0.1) == ""
    assert "a second" not in pace(Reading("score", 3680, 3680), 60)
    assert pace(Reading("score", 3680, 3680), 60) == "counted, and being finished"


def test_what_is_counted_has_its_stage():
    window = tomllib.loads(resource("wording", "gui.toml").read_text(encoding="utf-8"))
    known = {code for family, code in book() if family == "stage"}
    assert set(window["unit"]) <= known


def test_the_window_stays_awake_while_python_works_hard(qtbot, jobs, turns):
    """No clock decides: the work ends when the window has had its turns, or gives up."""
    heard = []

    def hard(progress):
        rounds = 0
        while turns() < 20 and rounds < 200_000:
            sum(range(2000))
            rounds += 1
            progress.step()
        return turns()

    jobs.write("x", hard, heard.append)
    wait_until_idle(qtbot, jobs)
    assert heard[0] >= 20


def test_close_cancels_and_waits(qtbot):
    jobs = Jobs()
    begun = threading.Event()
    job = jobs.write("x", lambda p: counting(p, begun))
    begun.wait(60)
    jobs.close()
    assert job.future.done()
    jobs.deleteLater()


def test_a_callback_of_a_widget_that_is_gone_is_silent(qtbot):
    from PySide6.QtWidgets import QWidget

    heard = []
    widget = QWidget()
    tell = deliver_to(widget, heard.append)
    tell(1)
    widget.deleteLater()
    qtbot.waitUntil(lambda: not _alive(widget), timeout=20_000)
    tell(2)
    assert heard == [1]


def _alive(widget):
    import shiboken6

    return shiboken6.isValid(widget)


def test_cancelled_is_not_swallowed_by_progress():
    from app.base.progress import Counters

    counters = Counters()
    counters.cancel()
    with pytest.raises(Cancelled):
        counters.step()


@pytest.mark.parametrize("ending", [Cancelled, ZeroDivisionError])
def test_a_read_that_ends_without_an_answer_is_told(qtbot, jobs, ending):
    told, bugs = [], []
    jobs.failed.connect(bugs.append)

    def end(_progress):
        raise ending

    jobs.read("x", end, told.append, told.append, cancelled=lambda: told.append("ended"))
    wait_until_idle(qtbot, jobs)
    assert told == ["ended"]
    assert len(bugs) == (ending is ZeroDivisionError)


def test_a_job_stopped_before_its_turn_ends_at_once(qtbot, jobs):
    gate, told = threading.Event(), []
    first = jobs.write("first", lambda _p: gate.wait(60))
    second = jobs.write("second", lambda _p: 1, told.append, cancelled=lambda: told.append("ended"))
    jobs.stop(second)
    assert told == ["ended"]
    assert jobs.waiting == (first,)
    gate.set()
    wait_until_idle(qtbot, jobs)
    assert told == ["ended"]


def test_who_waits_hears_before_the_window_does(qtbot, jobs):
    """The window closes a locked vault once no job is left: the answer must be out by then."""
    heard = []
    jobs.write("x", lambda _p: 1, lambda _answer: heard.append("answer"))
    jobs.changed.connect(lambda: heard.append("changed") if not jobs.waiting else None)
    wait_until_idle(qtbot, jobs)
    assert heard[0] == "answer"
