"""The window is tested without a screen."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
import time

import pytest
from PySide6.QtCore import QTimer

from app.gui.forms import Text
from app.gui.jobs import Jobs
from app.gui.theme import Theme


@pytest.fixture
def jobs(qtbot):
    """A worker pair that must leave no thread behind."""
    before = set(threading.enumerate())
    made = Jobs()
    yield made
    made.close()
    made.deleteLater()
    left = [t for t in set(threading.enumerate()) - before if t.name.startswith(("write", "read"))]
    assert not left


@pytest.fixture
def look(qapp):
    """The light theme at 100 %."""
    theme = Theme(qapp)
    theme.apply("light", 1.0)
    yield theme
    theme.apply("light", 1.0)
    theme.deleteLater()


@pytest.fixture
def lag(qtbot):
    """The longest gap, in seconds, between ticks of a 10 ms timer since it was asked for."""
    gaps = [0.0]
    last = [time.perf_counter()]

    def tick():
        now = time.perf_counter()
        gaps[0] = max(gaps[0], now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(10)
    yield lambda: gaps[0]
    timer.stop()


def texts(widget):
    """Every word in sight under a widget."""
    return [t.text() for t in widget.findChildren(Text) if t.isVisibleTo(widget) and t.text()]


def pytest_collection_modifyitems(items):
    """The offscreen platform cannot pass on size hints and says so each time."""
    for item in items:
        if "gui" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(autouse=True)
def own_settings(tmp_path, qapp):
    """Settings of a test never reach the person who runs it."""
    from PySide6.QtCore import QSettings

    qapp.setOrganizationName("Test")
    qapp.setApplicationName("Test")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
