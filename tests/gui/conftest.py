"""The window is tested without a screen, on a real vault of a small invented council."""

from __future__ import annotations

import shutil
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.base.clock import system_clock
from app.gui.forms import Button, Text
from app.gui.jobs import Jobs
from app.gui.main import page_makers
from app.gui.theme import Theme
from app.gui.window import Window
from app.model.loads import LoadWishes
from app.model.policy import KdfCost
from app.model.runs import MatchRequest
from app.model.vaults import Role
from app.services import intake, matching, packages, partners, review, sharing, staff, vaults
from app.services.catalogue import catalogue
from app.services.sample import sample

sys.path.insert(0, str(Path(__file__).parent))  # for what tests of several files share

PASSPHRASE = "three random words"
ANN, BEN = "Ann", "Ben"


def pytest_collection_modifyitems(items):
    """The offscreen platform cannot pass on size hints and says so each time."""
    for item in items:
        if "gui" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(scope="session", autouse=True)
def cheap_keys():
    """An Argon2id that takes a millisecond: the door is tested elsewhere."""
    declared = catalogue()
    kept = declared.vault_policy
    declared.__dict__["vault_policy"] = replace(kept, kdf=KdfCost(64, 1, 1))
    yield
    declared.__dict__["vault_policy"] = kept


@pytest.fixture(autouse=True)
def own_settings(tmp_path, qapp):
    """Settings of a test never reach the person who runs it."""
    qapp.setOrganizationName("Test")
    qapp.setApplicationName("Test")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))


@pytest.fixture(autouse=True)
def empty_clipboard(qapp):
    """What a test copied is gone before Python ends: what Python made must not outlive it."""
    yield
    qapp.clipboard().clear()


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
def turns(qtbot):
    """How often the window has had its turn since it was asked for: a frozen one has none."""
    had = []
    timer = QTimer()
    timer.timeout.connect(lambda: had.append(None))
    timer.start(10)
    yield lambda: len(had)
    timer.stop()


@dataclass(frozen=True)
class Town:
    """A vault with loads and one match, and the files it was made from."""

    vault: Path
    files: Path
    key: Path


@pytest.fixture(scope="session")
def town_once(tmp_path_factory, cheap_keys):
    """Made once: 1,000 invented people, two stewards, council tax matched against the deaths."""
    home = tmp_path_factory.mktemp("town")
    declared = catalogue()
    sample(declared, home / "files", 1000, None, 7)
    vaults.create(declared, home / "vault", ANN, PASSPHRASE, system_clock)
    made = packages.new_keys(declared, home / "post-room.key")
    with vaults.unlock(declared, home / "vault", ANN, PASSPHRASE, system_clock) as ws:
        staff.add_steward(ws, BEN, Role.APPROVER, PASSPHRASE)
        agreement = declared.folder / "examples" / "agreement.json"
        wishes = LoadWishes(agreement=sharing.import_agreement(ws, agreement).ref)
        left = intake.load_file(ws, home / "files" / "council_tax.csv", LoadWishes())
        right = intake.load_file(ws, home / "files" / "deaths_s19aa.xml", wishes)
        matching.run(ws, MatchRequest(left.load, right.load, purpose="stop-mail"))
        partners.add(ws, "Post Room", made.public_key, vouched=True)
    return Town(home / "vault", home / "files", home / "post-room.key")


@pytest.fixture
def town(town_once, tmp_path):
    """A copy of the town for one test to change."""
    shutil.copytree(town_once.vault, tmp_path / "vault")
    return replace(town_once, vault=tmp_path / "vault")


@pytest.fixture
def window(qtbot, qapp):
    """The window, nothing opened; it is closed with everything in it."""
    theme = Theme(qapp)
    theme.apply("light", 1.0)
    made = Window(theme, system_clock, page_makers())
    made.resize(1240, 820)
    made.show()
    yield made
    made.close()
    qtbot.waitUntil(lambda: made.locked and made.vault is None, timeout=10_000)
    made.close()
    theme.apply("light", 1.0)
    made.deleteLater()
    theme.deleteLater()


@pytest.fixture
def desk(hand, window, town):
    """The window with the town's vault open for Ann."""
    return hand.open(window, town.vault)


@pytest.fixture
def reading_desk(hand, desk):
    """The review page at the pairs of R1."""
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    return desk.bench.at


class Hand:
    """What a test does with the window, as a steward would."""

    ann, ben, passphrase = ANN, BEN, PASSPHRASE

    def __init__(self, qtbot):
        self._bot = qtbot

    def open(self, window, vault, steward=ANN):
        """Open a vault in the window, once the one before is closed."""
        self.settle(window)
        window.enter(vaults.unlock(catalogue(), vault, steward, PASSPHRASE, system_clock))
        self.settle(window)
        return window

    def auditor(self, vault):
        """The name of an auditor, let into the vault first."""
        with vaults.unlock(catalogue(), vault, ANN, PASSPHRASE, system_clock) as ws:
            staff.add_steward(ws, "Olive", Role.AUDITOR, PASSPHRASE)
        return "Olive"

    def decided(self, window):
        """Pairs decided in the vault, with their verdicts."""
        return {
            pair.pair: pair.decision.verdict
            for pair in review.pairs(window._workspace, "R1")
            if pair.decision is not None
        }

    def sit_again(self, window, vault):
        """Another sitting of the same steward at the reading desk."""
        window.lock()
        self.settle(window)
        self.open(window, vault)
        window.bench.show_page("review", "R1")
        self.settle(window)
        return window.bench.at

    def key(self, window, key):
        """Press a key and wait for what it does."""
        self.press(window, key)
        self.settle(window)

    def settle(self, window):
        """Wait until no work runs or waits, and what follows from it has been shown."""
        self._bot.waitUntil(lambda: not window.jobs.waiting, timeout=20_000)
        self._bot.wait(20)
        self._bot.waitUntil(lambda: not window.jobs.waiting, timeout=20_000)
        for _ in range(3):  # what the last answer showed is laid out in the turns after it
            QApplication.processEvents()

    def press(self, window, key, modifier=Qt.KeyboardModifier.NoModifier):
        """Press a key wherever the keyboard is."""
        window.activateWindow()
        self._bot.waitUntil(window.isActiveWindow, timeout=20_000)
        self._bot.keyClick(window.focusWidget() or window, key, modifier)

    def click(self, window, button):
        """Click a button and wait for what it does."""
        assert button.isVisible()
        assert button.isEnabled()
        button.click()
        self.settle(window)

    def dialog(self, window):
        """The dialog in sight."""
        (found,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
        return found

    def answer(self, window, words):
        """Click the button with these words in the dialog in sight."""
        dialog = self.dialog(window)
        (button,) = [b for b in dialog.findChildren(Button) if b.accessibleName() == words]
        self.click(window, button)

    def words(self, widget):
        """Every word in sight under a widget."""
        found = widget.findChildren(Text)
        return [t.text() for t in found if t.isVisibleTo(widget) and t.text()]


@pytest.fixture
def hand(qtbot):
    """See Hand."""
    return Hand(qtbot)
