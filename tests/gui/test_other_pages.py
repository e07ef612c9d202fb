"""Home, Trail and Settings on a real vault."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton

from app.base.errors import Cancelled, Refused
from app.gui.forms import (
    Button,
    Choice,
    FileBox,
    LineBox,
    NoteBox,
    PassphraseBox,
    RadioChoice,
    Text,
)
from app.gui.frame import PlaceWarning
from app.gui.pages.trail import _facts
from app.model.vaults import TrailEntry
from app.services import intake, review, staff, trail, vaults


def test_home_lists_what_waits_and_opens_it(hand, desk):
    home = desk.bench.at
    assert "wait" in home.title.text()
    rows = [b for b in home.findChildren(Button) if b.property("part") == "row"]
    review = next(b for b in rows if "review" in b.accessibleName())
    hand.click(desk, review)
    assert desk.bench.current == "review"
    assert desk.bench.at.run.value() == "R1"


def test_home_opens_the_load_whose_total_differs_and_the_rows_left_out(hand, desk, tmp_path):
    short = tmp_path / "people.csv"
    short.write_text("ref,surname,forename\n1,Smith,Ann\n2,b\nTotal records: 9\n", "utf-8")
    load = intake.load_file(desk._workspace, short).load
    for words, part in (("another number of rows", "one"), ("was not loaded", "rejected")):
        desk.bench.show_page("home")
        hand.settle(desk)
        rows = desk.bench.at.findChildren(Button)
        hand.click(desk, next(b for b in rows if words in b.accessibleName()))
        page = desk.bench.at
        assert getattr(page, part).isVisible()
        assert load in page.title.text()
    page.show_load(load)
    hand.settle(desk)
    assert "9 rows, but 2 were read" in page.one.differs.text.text()
    assert "until this load is withdrawn" in page.one.differs.text.text()


def test_a_new_vault_is_told_how_the_work_goes(hand, window, tmp_path, clock):
    from app.services.catalogue import catalogue

    vaults.create(catalogue(), tmp_path / "v", hand.ann, hand.passphrase, clock)
    hand.open(window, tmp_path / "v")
    words = hand.words(window.bench.at)
    assert "This vault is new" in words
    assert any(w.startswith("4. Share") for w in words)


def test_work_that_was_not_finished_is_offered_and_discarded(hand, desk, town):
    ws = desk._workspace
    ws._begin("load.accept", "L")
    desk.bench.at.refresh()
    hand.settle(desk)
    (discard,) = [
        b
        for b in desk.bench.at.findChildren(Button)
        if b.accessibleName() == "Discard what is left"
    ]
    discard.click()
    hand.answer(desk, "Discard what is left")
    assert vaults.unfinished(ws) == ()
    assert len(intake.loads(ws)) == 2


def test_a_sealing_that_was_not_finished_says_what_may_lie_about(hand, desk):
    ws = desk._workspace
    ws._begin("package.seal", "P", "P1")
    desk.bench.at.refresh()
    hand.settle(desk)
    home = desk.bench.at
    assert any("delete it: no record vouches for it" in words for words in hand.words(home))
    again = next(b for b in home.findChildren(Button) if b.accessibleName() == "Do it again")
    hand.click(desk, again)
    assert desk.bench.current == "sharing"


@pytest.fixture
def settings(hand, desk):
    desk.bench.show_page("settings")
    hand.settle(desk)
    return desk.bench.at


def test_the_trail_is_listed_newest_first_and_checked(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    page = desk.bench.at
    entries = trail.entries(desk._workspace)
    assert page.table.model.cell(0, 0) == str(entries[-1].seq)
    hand.click(desk, page.primary)
    assert page.proof.isVisible()
    assert not page.broken.isVisible()


def test_the_proof_of_the_trail_goes_once_there_are_newer_entries(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    page = desk.bench.at
    hand.click(desk, page.primary)
    page.refresh()
    hand.settle(desk)
    assert page.proof.isVisible()
    review.pair(desk._workspace, review.queue(desk._workspace, "R1").pairs[0])
    hand.settle(desk)
    assert not page.proof.isVisible()


def test_an_act_opens_with_every_fact_in_full(hand, desk, qtbot):
    desk.bench.show_page("trail")
    hand.settle(desk)
    page = desk.bench.at
    entries = trail.entries(desk._workspace)[::-1]
    at = next(n for n, entry in enumerate(entries) if entry.action == "match.run")
    page.table.grid.setCurrentIndex(page.table.model.index(at, 0))
    qtbot.keyClick(page.table.grid, Qt.Key.Key_Return)
    hand.settle(desk)
    words = hand.words(hand.dialog(desk))
    assert entries[at].hash in words
    assert entries[at].facts["plan_digest"] in words
    assert "pairs compared" in words
    hand.dialog(desk).reject()


def test_the_trail_tells_codes_in_words_and_leaves_out_what_is_empty():
    entry = TrailEntry(1, "2026-11-25T10:00:00Z", "Ann", "unfinished.begin", {}, "ab")
    began = replace(entry, facts={"id": "L1", "of": "load.accept", "packages": ""})
    assert _facts(began) == "id L1 · leading to accepted a load"
    decided = replace(entry, facts={"pair": "R1-2", "verdict": "same"})
    assert _facts(decided) == "pair R1-2 · verdict same person"


def test_a_refusal_does_not_wait_on_a_page_that_was_left(hand, desk):
    home = desk.bench.at
    home.refuse(Refused("load-unknown", load="L9"))
    desk.bench.show_page("trail")
    desk.bench.show_page("home")
    assert not home.problem.isVisible()


def test_the_trail_is_found_by_the_words_in_sight(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    table = desk.bench.at.table
    everything = table.model.rowCount()
    table.filter.setText("added a recipient")
    table.filter.returnPressed.emit()
    hand.settle(desk)
    assert 0 < table.model.rowCount() < everything
    assert table.model.cell(0, 3) == "added a recipient"
    assert "recipient Post Room" in table.model.cell(0, 4)


def test_the_trail_blanks_when_the_vault_closes_under_it(hand, desk):
    desk.bench.show_page("trail")
    hand.settle(desk)
    table = desk.bench.at.table
    desk._workspace.vault._closed = True
    table.model._windows.clear()
    assert table.model.cell(0, 0) == ""
    desk._workspace.vault._closed = False


def test_facts_that_were_tampered_with_are_shown_as_they_are(hand, desk):
    vault = desk._workspace.vault
    vault._writer.execute("DROP TRIGGER trail_kept")
    vault._writer.execute("UPDATE trail SET facts = 'not json' WHERE seq = 1")
    desk.bench.show_page("trail")
    hand.settle(desk)
    model = desk.bench.at.table.model
    assert "not json" in model.cell(model.rowCount() - 1, 4)


def test_looks_are_put_in_force_and_kept(hand, desk, settings):
    settings.looks.theme.set_value("dark")
    settings.looks.theme.changed.emit("dark")
    settings.looks.scale.set_value("150")
    assert desk._theme.name == "dark"
    assert desk.preferences.theme == "dark"
    assert desk.preferences.scale == 150
    assert desk.font().pointSizeF() == pytest.approx(15, abs=0.1)


def test_a_steward_is_added_and_a_refusal_keeps_the_form(hand, desk, settings):
    settings.people.add.click()
    dialog = hand.dialog(desk)
    name = dialog.findChild(LineBox)
    name.setText(hand.ben)
    for box in dialog.findChildren(PassphraseBox):
        box.line.setText("several good words")
    hand.answer(desk, "Add a steward")
    assert dialog.isVisible()
    name.setText("Cleo")
    hand.answer(desk, "Add a steward")
    assert "Cleo" in {s.name for s in staff.stewards_of(desk.vault)}
    assert settings.people.table.model.rowCount() == 3


def test_another_steward_gets_another_role_and_is_let_in_no_more(hand, desk, settings):
    people = settings.people
    people.table.grid.selectRow(0)
    assert not people.revoke.isEnabled()
    people.table.grid.selectRow(1)
    hand.click(desk, people.role)
    hand.dialog(desk).findChild(Choice).setCurrentIndex(2)
    hand.answer(desk, "Change the role")
    assert [s.role.value for s in staff.stewards_of(desk.vault)] == ["administrator", "auditor"]
    assert "auditor" in settings.remark.text.text()
    people.table.grid.selectRow(1)
    hand.click(desk, people.revoke)
    hand.answer(desk, "Let in no more")
    hand.settle(desk)
    assert [s.name for s in staff.stewards_of(desk.vault)] == [hand.ann]
    assert "Backups made before now" in settings.remark.text.text()
    assert people.table.model.rowCount() == 1


def test_the_recovery_key_is_split_and_each_share_shown_once(hand, desk, settings):
    hand.settle(desk)
    assert "on paper" in settings.keys.kept.text()
    hand.click(desk, settings.keys.recovery)
    dialog = hand.dialog(desk)
    names, way = dialog.findChild(NoteBox), dialog.findChild(RadioChoice)
    assert not names.isVisible()
    whole, split = way.findChildren(QRadioButton)
    split.click()
    assert names.isVisible()
    whole.click()
    assert not names.isVisible()
    split.click()
    hand.answer(desk, "Make a new recovery key")
    assert dialog.isVisible()
    names.setPlainText("Ann Lee\nBob Ray\n\nCy Moss")
    hand.answer(desk, "Make a new recovery key")
    shown = hand.dialog(desk)
    assert shown.once
    shares = [text.text() for text in shown.findChildren(Text) if len(text.text().split()) > 19]
    assert len({share for share in shares if share.islower()}) == 3
    assert "Cy Moss" in " ".join(text.text() for text in shown.findChildren(Text))
    hand.answer(desk, "It is kept")
    hand.settle(desk)
    assert settings.keys.kept.text().endswith("Ann Lee, Bob Ray, Cy Moss.")


def test_the_data_key_is_changed(hand, desk, settings):
    before = desk._workspace.vault.key.key
    hand.click(desk, settings.keys.rotate)
    hand.answer(desk, "Change it")
    hand.settle(desk)
    assert desk._workspace.vault.key.key != before
    assert "new data key" in settings.remark.text.text()


def test_a_new_passphrase_says_how_soon_it_is_guessed(hand, desk, settings):
    settings.people.change.click()
    box = hand.dialog(desk).findChildren(PassphraseBox)[1]
    for typed, told in (
        ("letmein1", "Soon guessed"),
        ("tepid oar lunch kiosk", "Strong"),
        ("", ""),
    ):
        box.line.setText(typed)
        assert box.strength.text() == box.line.accessibleDescription() == told


def test_a_backup_is_written_and_restored(hand, desk, settings, tmp_path):
    settings.keeping.backup.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "kept.backup"))
    hand.answer(desk, "Back up")
    assert (tmp_path / "kept.backup").exists()
    settings.keeping.restore.click()
    first, second = hand.dialog(desk).findChildren(FileBox)
    first.set_value(str(tmp_path / "kept.backup"))
    second.set_value(str(tmp_path / "again"))
    hand.answer(desk, "Restore a backup")
    assert staff.stewards_of(tmp_path / "again")


def test_everything_is_taken_out_and_its_words_are_told_once(hand, desk, settings, tmp_path):
    settings.keeping.take_out.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "all.zip"))
    hand.answer(desk, "Take everything out")
    hand.settle(desk)
    told = " ".join(hand.words(hand.dialog(desk)))
    assert "all.zip" in told
    assert (tmp_path / "all.zip").exists()
    hand.answer(desk, "I have noted the words")


def test_a_backup_into_a_folder_that_is_copied_elsewhere_is_warned_of(
    hand, desk, settings, tmp_path
):
    place = tmp_path / "OneDrive - Council"
    settings.keeping.backup.click()
    dialog = hand.dialog(desk)
    box, warning = dialog.findChild(FileBox), dialog.findChild(PlaceWarning)
    assert not warning.isVisible()
    box.set_value(str(place / "kept.backup"))
    hand.settle(desk)
    assert any("copied elsewhere by OneDrive" in words for words in hand.words(warning))
    box.set_value(str(tmp_path / "kept.backup"))
    hand.settle(desk)
    assert not warning.isVisible()
    dialog.reject()
    settings.keeping.restore.click()
    dialog = hand.dialog(desk)
    dialog.findChildren(FileBox)[1].set_value(str(place / "again"))
    hand.settle(desk)
    warning = dialog.findChild(PlaceWarning)
    assert any("own disk" in words for words in hand.words(warning))
    dialog.reject()


def test_the_vault_is_checked(hand, desk, settings):
    hand.click(desk, settings.keeping.check)
    assert hand.words(settings.keeping.health).count("✓ sound") == 4


def test_kinds_are_listed(settings):
    assert settings.kinds.model.rowCount() >= 8


@pytest.mark.parametrize("error", [Cancelled(), Refused("vault-busy"), ZeroDivisionError()])
def test_a_walk_of_the_trail_without_an_answer_can_be_begun_again(hand, desk, monkeypatch, error):
    desk.jobs.failed.disconnect()
    desk.bench.show_page("trail")
    hand.settle(desk)
    page = desk.bench.at

    def no_answer(_ws):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(trail, "verify", no_answer)
        hand.click(desk, page.primary)
    hand.click(desk, page.primary)
    assert page.proof.isVisible()


def test_the_trail_is_written_out_and_a_changed_file_is_found(hand, desk, tmp_path):
    desk.bench.show_page("trail")
    hand.settle(desk)
    page, file = desk.bench.at, tmp_path / "trail.jsonl"
    hand.click(desk, page.write_out)
    hand.dialog(desk).findChild(FileBox).set_value(str(file))
    hand.answer(desk, "Write it out")
    hand.settle(desk)
    assert "trail.jsonl" in page.remark.text.text()
    for content, told in ((file.read_bytes(), "is whole"), (b"", "Entry 2 of the file")):
        file.write_bytes(content or file.read_bytes().replace(b'"seq":2', b'"seq":3', 1))
        hand.click(desk, page.check_file)
        hand.dialog(desk).findChild(FileBox).set_value(str(file))
        hand.answer(desk, "Check a trail in a file")
        hand.settle(desk)
        assert any(told in words for words in hand.words(page))
