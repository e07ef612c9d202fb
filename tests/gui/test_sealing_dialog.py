"""The dialog that seals, left too early, too late or by a lock: no passphrase is lost."""

import threading

import pytest
from packing import drafted, opened
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.gui.forms import Button, FileBox, RadioChoice, Text
from app.gui.pages.sharing.readback import ReadBack
from app.services import sharing, trail

PASSPHRASE = "The passphrase of the package"
READ = "Put on record and close"


@pytest.fixture
def page(hand, desk, tmp_path):
    return opened(hand, desk, tmp_path)


@pytest.fixture
def sealing(hand, desk, page, tmp_path, monkeypatch):
    """A seal dialog whose work waits: `begun` says it runs, `gate` lets it on to the real seal."""
    drafting = drafted(hand, desk, page)
    for _ in range(2):
        hand.click(desk, drafting.steps.go)
    begun, gate, seal = threading.Event(), threading.Event(), sharing.seal

    def slow(ws, package, out, form, progress):
        sealed = seal(ws, package, out, form)
        begun.set()
        gate.wait(60)
        return sealed

    def stopped(ws, package, out, form, progress):
        begun.set()
        gate.wait(60)
        progress.step()
        return seal(ws, package, out, form)

    def start(late):
        monkeypatch.setattr(sharing, "seal", slow if late else stopped)
        page.outgoing.seal.click()
        dialog = hand.dialog(desk)
        dialog.findChild(FileBox).set_value(str(tmp_path / "out.zip"))
        dialog.findChild(RadioChoice).set_value("zip")
        next(b for b in dialog.findChildren(Button) if b.accessibleName() == "Seal").click()
        begun.wait(60)
        return dialog, gate

    yield start
    gate.set()


def read_back(hand, desk):
    """Say that the recipient read the passphrase back."""
    shown = next(d for d in desk.findChildren(ReadBack) if d.isVisible())
    shown.tick.setChecked(True)
    hand.answer(desk, READ)


def passphrases(hand, desk):
    """Passphrases in sight."""
    shown = [d for d in desk.findChildren(ReadBack) if d.isVisible()]
    return [
        text.text()
        for dialog in shown
        for text in dialog.findChildren(Text)
        if text.accessibleName() == PASSPHRASE != text.text()
    ]


def test_a_zip_shows_its_passphrase_until_it_was_read_back(hand, qtbot, desk, page, tmp_path):
    drafting = drafted(hand, desk, page)
    hand.click(desk, drafting.steps.go)
    hand.click(desk, drafting.steps.go)
    ws = desk._workspace
    package = sharing.packages(ws)[0].package
    page.outgoing.seal.click()
    dialog = hand.dialog(desk)
    dialog.findChild(FileBox).set_value(str(tmp_path / "out.zip"))
    dialog.findChild(RadioChoice).set_value("zip")
    hand.answer(desk, "Seal")
    shown = hand.dialog(desk)
    assert shown.windowTitle() == "The passphrase of the package"
    (passphrase,) = passphrases(hand, desk)
    assert len(passphrase.split()) >= 5
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    shown.close()
    assert passphrases(hand, desk) == [passphrase]
    close = next(b for b in shown.findChildren(Button) if b.accessibleName() == READ)
    close.click()
    assert passphrases(hand, desk) == [passphrase], "not before it was read back"
    read_back(hand, desk)
    assert passphrase not in " ".join(hand.words(desk))
    last = trail.entries(ws)[-1]
    assert (last.action, last.facts["package"]) == ("package.read-back", package)
    assert sharing.packages(ws)[0].package == package


@pytest.mark.parametrize("leave", ["cancel", "escape", "close"])
def test_leaving_the_seal_dialog_too_late_still_shows_the_passphrase(
    hand, qtbot, desk, page, sealing, leave
):
    dialog, gate = sealing(late=True)
    if leave == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    elif leave == "close":
        dialog.close()
    else:
        next(b for b in dialog.findChildren(Button) if b.accessibleName() == "Cancel").click()
    assert dialog.isVisible()
    gate.set()
    hand.settle(desk)
    assert sharing.packages(desk._workspace)[0].state == "sealed"
    assert passphrases(hand, desk)
    read_back(hand, desk)


def test_cancel_stops_the_sealing_and_then_the_dialog_goes(hand, qtbot, desk, page, sealing):
    dialog, gate = sealing(late=False)
    dialog.reject()
    assert dialog.isVisible()
    gate.set()
    hand.settle(desk)
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]
    assert sharing.packages(desk._workspace)[0].state == "draft"


def test_a_lock_stops_the_sealing(hand, desk, page, sealing, town):
    _dialog, gate = sealing(late=False)
    desk.lock()
    assert desk.locked
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]
    gate.set()
    hand.settle(desk)
    assert desk.vault is None
    hand.open(desk, town.vault)
    assert sharing.packages(desk._workspace)[0].state == "draft"


def test_a_lock_too_late_to_stop_the_sealing_shows_the_passphrase_before_the_vault_closes(
    hand, qtbot, desk, page, sealing
):
    _dialog, gate = sealing(late=True)
    desk.lock()
    assert desk.locked
    assert not page.isVisible()
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]
    gate.set()
    qtbot.waitUntil(lambda: bool(passphrases(hand, desk)), timeout=20_000)
    assert not page.isVisible()
    assert desk.vault is not None
    read_back(hand, desk)
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)


def test_a_lock_leaves_a_passphrase_in_sight_until_it_has_been_read(
    hand, qtbot, desk, page, sealing
):
    _dialog, gate = sealing(late=True)
    gate.set()
    hand.settle(desk)
    shown = passphrases(hand, desk)
    desk.lock()
    assert desk.locked
    assert passphrases(hand, desk) == shown
    assert shown
    read_back(hand, desk)
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)
