"""The main job by the window: from two files to a sealed package, and back again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog

from app.base.clock import system_clock
from app.base.places import resource
from app.gui.forms import Button, FileBox, LineBox, NoteBox
from app.gui.main import page_makers
from app.gui.theme import Theme
from app.gui.window import Window
from app.model.policy import KdfCost
from app.services import packages, sharing, trail
from app.services.catalogue import catalogue

PASSPHRASE = "correct horse battery staple"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Hand:
    """A steward at the window: clicks what is in sight and waits for what comes of it."""

    def __init__(self, qtbot, window: Window) -> None:
        self._bot, self.window = qtbot, window

    def settle(self) -> None:
        for _ in range(2):
            self._bot.waitUntil(lambda: not self.window.jobs.waiting, timeout=60_000)
            self._bot.wait(30)

    def click(self, button: Button) -> None:
        assert button.isVisible(), button.accessibleName()
        assert button.isEnabled(), button.accessibleName()
        button.click()
        self.settle()

    def key(self, key: Qt.Key) -> None:
        self.window.activateWindow()
        self._bot.waitUntil(self.window.isActiveWindow, timeout=20_000)
        self._bot.keyClick(self.window.focusWidget() or self.window, key)
        self.settle()

    def dialog(self) -> QDialog:
        (found,) = [d for d in self.window.findChildren(QDialog) if d.isVisible()]
        return found

    def answer(self, words: str) -> None:
        buttons = self.dialog().findChildren(Button)
        self.click(next(b for b in buttons if b.accessibleName() == words))

    def page(self, name: str):
        self.click(self.window.bench.rail.button(name))
        return self.window.bench.at


@pytest.fixture
def hand(qtbot, qapp, tmp_path, monkeypatch):
    """The window in a home of its own, no vault open."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    qapp.setOrganizationName("Test")
    qapp.setApplicationName("Test")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    settings = str(tmp_path / "home")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
    declared = catalogue()
    kept = declared.vault_policy
    declared.__dict__["vault_policy"] = replace(kept, kdf=KdfCost(64, 1, 1))
    theme = Theme(qapp)
    window = Window(theme, system_clock, page_makers())
    window.show()
    yield Hand(qtbot, window)
    window.close()
    qtbot.waitUntil(lambda: window.vault is None, timeout=10_000)
    window.close()
    window.deleteLater()
    theme.deleteLater()
    declared.__dict__["vault_policy"] = kept


@pytest.fixture
def place(tmp_path, canary):
    """Marked people and their deaths, and what may hold them in clear."""
    outside = tmp_path / "outside"
    outside.mkdir()
    made = packages.new_keys(catalogue(), outside / "post-room.key")
    return SimpleNamespace(
        home=tmp_path / "home",
        outside=outside,
        people=canary.write_people(outside / "people.csv"),
        deaths=canary.write_deaths(outside / "deaths.xml"),
        key=outside / "post-room.key",
        public=made.public_key,
    )


def make_vault(hand: Hand, folder) -> None:
    screen = hand.window.lock_screen
    hand.click(screen.start.new)
    part = screen.create_part
    part.place.set_value(str(folder))
    hand.click(part.steps.go)
    part.steward.setText("Ann")
    part.passphrase.line.setText(PASSPHRASE)
    part.again.line.setText(PASSPHRASE)
    hand.click(part.steps.go)
    groups = part.key.text().split("-")
    part.groups[0].setText(groups[1])
    part.groups[1].setText(groups[4])
    hand.click(part.steps.go)
    assert hand.window.vault == folder


def import_agreement(hand: Hand) -> None:
    page = hand.page("sharing")
    hand.click(page._buttons["agreements"])
    hand.click(page.agreements.bring)
    hand.dialog().findChild(FileBox).set_value(str(resource("examples", "agreement.json")))
    hand.answer("Import an agreement")


def load(hand: Hand, place) -> None:
    """Both files dropped at once; the first is a plain list, the second says what it is."""
    hand.window.take_files([place.people, place.deaths])
    hand.settle()
    page = hand.window.bench.at
    for number in range(2):
        steps = page.taking.steps
        hand.click(steps.go)
        hand.click(steps.go)
        if number == 1:
            page.taking.source.agreement.set_value("EXAMPLE/1")
        hand.click(steps.go)
        hand.click(steps.go)
        assert page.done_part.isVisible()
        if number == 0:
            (following,) = [
                b
                for b in page.done_part.findChildren(Button)
                if b.accessibleName().startswith("Load the next")
            ]
            hand.click(following)


def match(hand: Hand):
    page = hand.page("matching")
    hand.click(page.primary)
    page.asking.purpose.set_value("stop-mail")
    hand.click(page.asking.go)
    assert page.found.isVisible()
    return page


def review(hand: Hand) -> None:
    page = hand.page("review")
    assert not page.evidence.isVisible()
    for _ in range(3):
        hand.key(Qt.Key.Key_Y)
    hand.key(Qt.Key.Key_Z)
    hand.key(Qt.Key.Key_Y)
    assert page.title.text() == "Every pair of R1 worth a look is decided"


def share(hand: Hand, place):
    page = hand.page("sharing")
    hand.click(page._buttons["recipients"])
    hand.click(page.recipients.add)
    dialog = hand.dialog()
    boxes = [b for b in dialog.findChildren(LineBox) if not isinstance(b.parent(), FileBox)]
    boxes[0].setText("Post Room")
    dialog.findChild(NoteBox).setPlainText(place.public)
    hand.answer("Add a recipient")
    page.recipients.compare.click()
    heard = packages.fingerprint(catalogue(), place.public)
    hand.dialog().findChild(LineBox).setText(heard)
    hand.answer("Put on record")
    hand.click(page._buttons["packages"])
    hand.click(page.primary)
    drafting = page.drafting
    drafting.source.set_value("R1")
    drafting.purpose.set_value("stop-mail")
    hand.click(drafting.steps.go)
    drafting.leaving.choose("left.reference", "finds the account")
    drafting.leaving.choose("left.surname", "a second look before it is closed")
    drafting.leaving.choose("right.death_date", "letters before this day were right")
    for _ in range(3):
        hand.click(drafting.steps.go)
    hand.click(page.outgoing.seal)
    out = place.home / "package.age"
    hand.dialog().findChild(FileBox).set_value(str(out))
    hand.answer("Seal")
    return page, out


def test_from_two_files_to_a_sealed_package_and_back(hand, place, canary):
    make_vault(hand, place.home / "vault")
    import_agreement(hand)
    load(hand, place)
    found = match(hand).found
    assert found.table.model.rowCount() >= 1
    review(hand)
    page, out = share(hand, place)
    ws = hand.window._workspace
    (package,) = sharing.packages(ws)
    assert (package.state, package.rows) == ("sealed", 3)

    hand.click(page._buttons["received"])
    page.received.file.set_value(str(out))
    page.received.key.set_value(str(place.key))
    page.received.sender_key.setText(sharing.office_public_key(ws))
    page.received.into.set_value(str(place.outside / "opened"))
    page.received.purpose.set_value("service-update")
    hand.click(page.received.prove)
    hand.click(page.received.write_out)
    (csv,) = (place.outside / "opened").rglob("people.csv")
    assert canary.PEOPLE[0].surname.lower() in csv.read_text(encoding="utf-8-sig").lower()

    trailed = hand.page("trail")
    hand.click(trailed.primary)
    assert trailed.proof.isVisible()
    assert trail.verify(ws).verified
    hand.window.lock()
    hand.settle()
    assert not canary.found_on_disk(place.home)
