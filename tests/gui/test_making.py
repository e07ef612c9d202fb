"""Making a vault in the window: its steps, its recovery key, and a sample to play in."""

import threading
from types import SimpleNamespace

from app.base.errors import Refused
from app.gui.forms import Button
from app.services import vaults


def test_a_vault_is_made_in_three_steps_and_its_key_read_back(hand, window, tmp_path):
    screen = window.lock_screen
    screen.show_new()
    part = screen.create_part
    part.place.set_value(str(tmp_path / "fresh"))
    part.steps.go.click()
    part.steward.setText("Cleo")
    part.passphrase.line.setText(hand.passphrase)
    part.again.line.setText("other words here")
    part.steps.go.click()
    assert "The two passphrases are not the same" in hand.words(part)
    part.again.line.setText(hand.passphrase)
    part.steps.go.click()
    hand.settle(window)
    groups = part.key.text().split("-")
    assert len(groups) >= 5
    part.groups[0].setText("WRONG")
    part.groups[1].setText(groups[4])
    part.steps.go.click()
    assert window.locked
    assert any("not the group" in words for words in hand.words(part))
    part.groups[0].setText(groups[1].lower())
    part.steps.go.click()
    hand.settle(window)
    assert not window.locked
    assert part.key.text() == ""
    assert window.vault == tmp_path / "fresh"


def test_a_vault_is_opened_by_its_recovery_key(hand, window, tmp_path, clock):
    from app.services import vaults
    from app.services.catalogue import catalogue

    made = vaults.create(catalogue(), tmp_path / "v", "Cleo", hand.passphrase, clock)
    part = window.lock_screen.unlock
    window.lock_screen.show_vault(made.vault)
    part.lost.click()
    part.recovery.setText(made.recovery_key)
    part.passphrase.line.setText("a new set of words")
    part.again.line.setText("a new set of words")
    part.unlock.click()
    hand.settle(window)
    assert not window.locked


def test_a_vault_is_opened_by_two_officers_with_their_shares(hand, window, tmp_path, clock):
    from app.services import staff, vaults
    from app.services.catalogue import catalogue

    made = vaults.create(catalogue(), tmp_path / "v", "Cleo", hand.passphrase, clock)
    with vaults.unlock(catalogue(), made.vault, "Cleo", hand.passphrase, clock) as ws:
        shares = [words for _, words in staff.new_recovery(ws, ("Ann Lee", "Cy Moss")).shares]
    part = window.lock_screen.unlock
    window.lock_screen.show_vault(made.vault)
    part.passphrase.line.setText("letmein1")
    assert part.passphrase.strength.text() == ""
    part.lost.click()
    assert not part.recovery.isVisibleTo(part)
    assert any("Ann Lee, Cy Moss" in words for words in hand.words(part))
    part.shares.setPlainText(shares[0])
    for box in (part.passphrase, part.again):
        box.line.setText("a new set of words")
    assert part.passphrase.strength.text() == "Strong"
    part.unlock.click()
    hand.settle(window)
    assert window.locked
    assert any("are needed" in words for words in hand.words(part))
    part.shares.setPlainText("\n".join(shares))
    part.unlock.click()
    hand.settle(window)
    assert not window.locked


def test_a_sample_vault_is_made_and_opened(hand, qtbot, window, tmp_path, monkeypatch):
    from app.gui.lock import play

    monkeypatch.setattr(play, "PEOPLE", 300)
    screen = window.lock_screen
    screen.start.sample.click()
    screen.play.place.set_value(str(tmp_path / "play"))
    screen.play.make.click()
    qtbot.waitUntil(screen.play.enter.isVisible, timeout=120_000)
    assert "exampleshire sample vault" in screen.play.told.text.text()
    hand.click(window, screen.play.enter)
    assert window.vault == tmp_path / "play" / "vault"


def to_the_key(hand, window, folder):
    """Go through making a vault, up to the recovery key."""
    screen = window.lock_screen
    screen.show_new()
    part = screen.create_part
    part.place.set_value(str(folder))
    part.steps.go.click()
    part.steward.setText("Cleo")
    part.passphrase.line.setText(hand.passphrase)
    part.again.line.setText(hand.passphrase)
    part.steps.go.click()
    return part


def read_back(part):
    groups = part.key.text().split("-")
    part.groups[0].setText(groups[1])
    part.groups[1].setText(groups[4])
    part.steps.go.click()


def test_while_a_vault_is_made_there_is_no_leaving_it(hand, window, tmp_path):
    gate = threading.Event()
    window.jobs.write("first", lambda _p: gate.wait(60))
    part = to_the_key(hand, window, tmp_path / "fresh")
    assert not part.steps.leave.isEnabled()
    window.close()
    assert window.isVisible()
    hand.dialog(window).reject()
    gate.set()
    hand.settle(window)
    assert part.key.text()
    read_back(part)
    hand.settle(window)
    assert not window.locked


def test_closing_before_the_recovery_key_is_kept_asks_first(hand, qtbot, window, tmp_path):
    part = to_the_key(hand, window, tmp_path / "fresh")
    hand.settle(window)
    window.close()
    assert window.isVisible()
    assert part.key.isVisible()
    dialog = hand.dialog(window)
    (go,) = [b for b in dialog.findChildren(Button) if b.accessibleName().startswith("Close")]
    go.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)


def refusing(*_given):
    raise Refused("passphrase-wrong")


def test_a_made_vault_that_does_not_open_gives_the_buttons_back(
    hand, window, tmp_path, monkeypatch
):
    part = to_the_key(hand, window, tmp_path / "fresh")
    hand.settle(window)
    with monkeypatch.context() as shut:
        shut.setattr(vaults, "unlock", refusing)
        read_back(part)
        hand.settle(window)
    assert part._back.summary.isVisible()
    hand.click(window, part.steps.go)
    assert not window.locked


def test_a_sample_vault_that_does_not_open_gives_the_button_back(hand, window, town, monkeypatch):
    screen = window.lock_screen
    screen.show_sample()
    screen.play._ready(
        SimpleNamespace(vault=town.vault, stewards=(hand.ann, hand.ben), passphrase=hand.passphrase)
    )
    with monkeypatch.context() as shut:
        shut.setattr(vaults, "unlock", refusing)
        hand.click(window, screen.play.enter)
    assert screen.play.problem.isVisible()
    hand.click(window, screen.play.enter)
    assert window.vault == town.vault
