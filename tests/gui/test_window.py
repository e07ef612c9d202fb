"""The frame: unlocking, locking, keys that work everywhere, faults told without data."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QTextBrowser

from app.gui.forms import Button
from app.gui.window.faults import redacted
from app.gui.window.goto import GoTo
from app.gui.window.helping import help_text


def test_the_banner_is_on_every_screen(window):
    assert window.banner.isVisible()
    assert window.banner.text() == "OFFICIAL-SENSITIVE"


def test_a_vault_is_opened_by_choosing_who_and_then_the_passphrase(hand, qtbot, window, town):
    screen = window.lock_screen
    screen.show_vault(town.vault)
    assert [screen.unlock.steward.itemData(n) for n in range(2)] == [hand.ann, hand.ben]
    screen.unlock.steward.set_value(hand.ben)
    screen.unlock.passphrase.line.setText(hand.passphrase)
    qtbot.keyClick(screen.unlock.passphrase.line, Qt.Key.Key_Return)
    hand.settle(window)
    assert not window.locked
    assert window.bench.current == "home"
    assert window.preferences.vaults == (town.vault,)
    assert screen.unlock.passphrase.value() == ""


def test_a_wrong_passphrase_is_said_at_the_field_and_at_the_top(hand, window, town):
    screen = window.lock_screen
    screen.show_vault(town.vault, hand.ann)
    screen.unlock.passphrase.line.setText("not it")
    screen.unlock.unlock.click()
    hand.settle(window)
    assert window.locked
    assert screen.unlock.form.summary.isVisible()
    assert any("not right" in words for words in hand.words(screen.unlock.form))
    assert screen.unlock.passphrase.value() == ""
    assert screen.unlock.passphrase.line.hasFocus()
    assert "not right" in screen.unlock.passphrase.line.accessibleDescription()


def test_a_passphrase_must_be_given(hand, window, town):
    window.lock_screen.show_vault(town.vault, hand.ann)
    window.lock_screen.unlock.unlock.click()
    assert "Enter a passphrase" in hand.words(window.lock_screen.unlock.form)
    assert not window.jobs.waiting


def test_a_folder_that_is_no_vault_is_refused_at_the_start(window, tmp_path):
    window.lock_screen.show_vault(tmp_path)
    assert window.lock_screen.start.isVisible()
    assert window.lock_screen.problem.isVisible()


def test_lock_blanks_at_once_and_closes_the_vault(hand, desk, town):
    bench = desk.bench
    desk.lock()
    assert desk.locked
    assert not bench.isVisible()
    assert desk.lock_screen.isVisible()
    hand.settle(desk)
    assert desk.vault is None
    assert desk.lock_screen.unlock.isVisible()
    hand.open(desk, town.vault)


def test_lock_lets_a_running_job_end_before_the_vault_closes(hand, desk):
    gate, heard = threading.Event(), []
    desk.jobs.write("x", lambda _p: gate.wait(60), heard.append)
    desk.lock()
    assert desk.locked
    assert desk.vault is not None
    assert desk.lock_screen.finishing.isVisible()
    gate.set()
    hand.settle(desk)
    assert desk.vault is None
    assert heard == []


def test_lock_closes_dialogs(desk):
    desk.bench.show_page("settings")
    desk.bench.at.people.ask_steward()
    assert [d for d in desk.findChildren(QDialog) if d.isVisible()]
    desk.lock()
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]


def test_the_window_locks_when_nobody_is_there(qtbot, desk):
    desk.preferences.idle_minutes = 1
    desk._rest()
    assert desk._idle.remainingTime() <= 63_000  # a coarse timer may round up
    desk._idle.start(10)
    qtbot.waitUntil(lambda: desk.locked, timeout=20_000)


def test_a_key_or_the_mouse_puts_locking_off(qtbot, desk):
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is desk.windowHandle())
    for act in (
        lambda window: QTest.keyClick(window, Qt.Key.Key_Shift),
        lambda window: QTest.mouseMove(window, QPoint(30, 30)),
        lambda window: QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(3, 300)),
    ):
        desk._idle.start(1_000)
        act(desk.windowHandle())
        assert desk._idle.remainingTime() > 1_000


def test_typing_in_a_dialog_puts_locking_off(qtbot, desk):
    desk.bench.show_page("settings")
    desk.bench.at.people.ask_steward()
    (dialog,) = [d for d in desk.findChildren(QDialog) if d.isVisible()]
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    desk._idle.start(1_000)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_A)
    assert desk._idle.remainingTime() > 1_000


def test_nothing_puts_off_what_has_no_vault(qtbot, desk):
    desk.lock()
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Shift)
    assert not desk._idle.isActive()


def test_a_fresh_process_is_asked_for_after_a_lock(hand, desk):
    asked = []
    desk._ended = lambda *who: asked.append(who) or True
    folder = desk.vault
    desk.lock()
    hand.settle(desk)
    assert asked == [(folder, hand.ann)]


@pytest.mark.parametrize("page", ["home", "load", "matching", "review", "sharing", "trail", "lock"])
def test_each_page_has_its_help(page):
    text = help_text(page)
    assert text.startswith("# ")
    assert len(text) > 300


def test_f1_opens_and_shuts_the_help_of_the_page(hand, desk):
    hand.press(desk, Qt.Key.Key_F1)
    assert desk.bench.help.isVisible()
    desk.bench.show_page("trail")
    assert "trail" in desk.bench.help.text.toPlainText().lower()
    hand.press(desk, Qt.Key.Key_F1)
    assert not desk.bench.help.isVisible()


def test_f1_helps_on_the_lock_screen_too(hand, window):
    hand.press(window, Qt.Key.Key_F1)
    dialog = hand.dialog(window)
    assert "recovery key" in dialog.findChild(QTextBrowser).toPlainText()
    dialog.reject()


def test_a_vault_is_offered_as_another_only_after_one(window, town):
    start = window.lock_screen.start
    assert start.other.accessibleName() == "Open a vault"
    window.preferences.remember_vault(town.vault)
    start.refresh()
    assert start.other.accessibleName() == "Open another vault"
    assert f"{town.vault.parent.name} / vault" in [b.text() for b in start.findChildren(Button)]


def test_a_long_name_of_a_vault_does_not_widen_the_rail(hand, window, town):
    wide = town.vault.parent / ("a-folder-whose-name-goes-on-and-on" * 3) / "vault"
    wide.parent.mkdir()
    town.vault.rename(wide)
    hand.open(window, wide)
    assert window.bench.rail.width() < 200


def test_f6_goes_round_the_panes(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    desk.bench.rail.button("trail").setFocus()
    seen = []
    for _ in range(2):
        hand.press(desk, Qt.Key.Key_F6)
        seen.append("rail" if desk.bench.rail.isAncestorOf(desk.focusWidget()) else "page")
    assert seen == ["page", "rail"]


def test_tab_goes_from_the_rail_to_the_page_and_comes_to_lock_last(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    rail = desk.bench.rail.button("trail")
    rail.setFocus()
    seen = [rail]
    while True:
        hand.press(desk, Qt.Key.Key_Tab)
        if desk.focusWidget() is rail:
            break
        seen.append(desk.focusWidget())
    assert desk.bench.at.isAncestorOf(seen[1])
    assert seen[-1] is desk.bench.rail.lock
    assert len(set(seen)) == len(seen) > 4
    hand.press(desk, Qt.Key.Key_Backtab)
    assert desk.focusWidget() is desk.bench.rail.lock


def test_ctrl_f_finds_from_anywhere_on_the_page(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    desk.bench.rail.button("trail").setFocus()
    hand.press(desk, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.bench.at.table.filter.hasFocus()
    desk.bench.at.table.grid.setFocus()
    hand.press(desk, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.bench.at.table.filter.hasFocus()


def test_ctrl_k_goes_where_a_few_letters_say(hand, qtbot, desk):
    hand.press(desk, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    goto = desk.findChild(GoTo)
    goto.box.setText("trai")
    qtbot.keyClick(goto.box, Qt.Key.Key_Return)
    assert desk.bench.current == "trail"


def test_ctrl_l_locks(hand, desk):
    hand.press(desk, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.locked


def test_files_dropped_anywhere_go_to_load(hand, desk, town):
    data = QMimeData()
    names = ("blue_badges.csv", "concessionary_passes.csv")
    data.setUrls([QUrl.fromLocalFile(str(town.files / name)) for name in names])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.dropEvent(event)
    hand.settle(desk)
    assert desk.bench.current == "load"
    taking = desk.bench.at.taking
    assert taking.file.value().endswith("blue_badges.csv")
    assert [path.name for path in taking.queue] == ["concessionary_passes.csv"]


def test_a_fault_is_told_without_its_message(hand, window):
    secret = "MRS PRIVATE PERSON"
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = redacted(error)
        window.fault(error)
    assert secret not in told
    assert told.startswith("ValueError")
    assert "test_window.py" in told
    dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
    assert secret not in " ".join(hand.words(dialog))
    assert any(b.accessibleName() == "Copy the details" for b in dialog.findChildren(Button))
    dialog.reject()


def test_closing_while_a_job_runs_asks_first(hand, desk):
    gate = threading.Event()
    desk.jobs.write("x", lambda p: (gate.wait(60), p.step()))
    desk.close()
    assert desk.isVisible()
    dialog = next(d for d in desk.findChildren(QDialog) if d.isVisible())
    dialog.reject()
    gate.set()
    hand.settle(desk)


def test_only_paths_are_remembered_on_this_computer(hand, qtbot, desk):
    desk.preferences.remember_vault(desk.vault)
    desk.close()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)
    settings = QSettings()
    settings.sync()
    kept = Path(settings.fileName()).read_text(encoding="utf-8")
    assert str(desk.preferences.vaults[0]) in kept
    assert hand.ann not in kept


def test_closing_while_a_locked_vault_finishes_opens_no_fresh_window(hand, qtbot, desk):
    asked, gate = [], threading.Event()
    desk._ended = lambda *who: asked.append(who) or True
    desk.jobs.write("x", lambda _p: gate.wait(60))
    desk.lock()
    desk.close()
    assert desk.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not desk.isVisible(), timeout=20_000)
    assert asked == []


def test_a_lock_without_a_fresh_process_stays_and_says_so(hand, desk):
    desk._ended = lambda *_who: False
    desk.lock()
    hand.settle(desk)
    assert desk.lock_screen.unlock.isVisible()
    assert any("fresh window" in words for words in hand.words(desk.lock_screen))


def test_a_vault_is_remembered_by_its_whole_path(window, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    window.preferences.remember_vault(Path("vault"))
    window.preferences.remember_vault(tmp_path / "vault")
    assert window.preferences.vaults == (tmp_path / "vault",)
