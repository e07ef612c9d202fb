"""Sharing in the window: exactly what leaves is seen, approved by another, sealed and proved."""

import json
import threading
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.base.errors import Cancelled, Refused
from app.gui.forms import Button, FileBox, Form, LineBox, NoteBox, RadioChoice, Text
from app.gui.pages.sharing.drafting import CHECK, COLUMNS, PREVIEW, WHAT
from app.gui.pages.sharing.readback import ReadBack
from app.model.runs import Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import packages, review, sharing, trail
from app.services.catalogue import catalogue

PASSPHRASE = "The passphrase of the package"
READ = "Put on record and close"


def agreement(folder):
    """An agreement file in the register's shape."""
    path = folder / "agreement.json"
    path.write_text(
        json.dumps(
            {
                "ref": "EX/1",
                "name": "Deaths for services",
                "purpose": "No letter to somebody who has died.",
                "purposes": ["stop-mail", "service-update"],
                "powers": ["Registration Service Act 1953 section 19AA"],
                "controllers": ["Exampleshire Council"],
                "disclosed_information": "Reference and date of death",
                "retention_period": "Six months",
                "retention_days": 183,
                "start_date": "2026-01-01",
                "contact": "records@example.invalid",
            }
        )
    )
    return path


@pytest.fixture
def page(hand, desk, tmp_path):
    ws = desk._workspace
    sharing.import_agreement(ws, agreement(tmp_path))
    for pair in review.queue(ws, "R1").pairs[:5]:
        review.decide(ws, pair, Verdict.SAME, "same-person-confirmed", "")
    desk.bench.show_page("sharing")
    hand.settle(desk)
    return desk.bench.at


def drafted(hand, desk, page):
    page.act()
    hand.settle(desk)
    drafting = page.drafting
    drafting.source.set_value("R1")
    drafting.purpose.set_value("stop-mail")
    hand.click(desk, drafting.steps.go)
    drafting.leaving.choose("left.reference", "to find the account")
    drafting.leaving.choose("right.death_date", "to end the account")
    hand.click(desk, drafting.steps.go)
    return drafting


def test_a_package_is_drafted_after_showing_exactly_what_leaves(hand, desk, page):
    drafting = drafted(hand, desk, page)
    assert drafting.steps.at == PREVIEW
    assert drafting.rows.model.rowCount() == 5
    assert drafting.rows.model.columnCount() == 2
    assert not sharing.packages(desk._workspace)
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == CHECK
    assert any("to end the account" in words for words in hand.words(drafting))
    hand.click(desk, drafting.steps.go)
    (package,) = sharing.packages(desk._workspace)
    assert (package.state, package.rows, package.fields) == ("draft", 5, 2)
    assert page.outgoing.table.model.cell(0, 1) == "draft"


def test_nothing_is_chosen_beforehand_and_each_column_needs_its_reason(hand, desk, page):
    page.act()
    hand.settle(desk)
    drafting = page.drafting
    hand.click(desk, drafting.steps.go)
    assert drafting.leaving.columns() == ()
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == COLUMNS
    assert drafting.leaving.problem.isVisible()
    drafting.leaving.choose("left.reference", "")
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == COLUMNS


def test_only_purposes_of_the_agreement_are_offered(hand, desk, page):
    page.act()
    hand.settle(desk)
    box = page.drafting.purpose
    assert [box.itemData(n) for n in range(box.count())] == ["stop-mail", "service-update"]


def test_approve_by_another_seal_and_prove(hand, desk, page, town, tmp_path):
    drafting = drafted(hand, desk, page)
    hand.click(desk, drafting.steps.go)
    hand.click(desk, drafting.steps.go)
    office = sharing.office_public_key(desk._workspace)
    desk.lock()
    hand.open(desk, town.vault, hand.ben)
    desk.bench.show_page("sharing")
    hand.settle(desk)
    page = desk.bench.at
    hand.click(desk, page.outgoing.approve)
    hand.answer(desk, "Approve")
    assert sharing.packages(desk._workspace)[0].approved_by == hand.ben
    page.outgoing.seal.click()
    out = tmp_path / "out.age"
    hand.dialog(desk).findChild(FileBox).set_value(str(out))
    hand.answer(desk, "Seal")
    assert out.exists()
    assert page.remark.isVisible()
    page.show_tab("received")
    page.received.file.set_value(str(out))
    page.received.key.set_value(str(town.key))
    page.received.sender_key.setText(office)
    hand.click(desk, page.received.prove)
    words = hand.words(page.received.card)
    assert words.count("✓ holds") == 2
    page.received.into.set_value(str(tmp_path / "opened"))
    page.received.purpose.set_value("service-update")
    hand.click(desk, page.received.write_out)
    assert list((tmp_path / "opened").rglob("*.csv"))


def sealed_to_ourselves(desk, folder):
    """A package whose recipient is this office, as a partner's package would be."""
    ws = desk._workspace
    sharing.add_recipient(ws, "Ourselves", sharing.office_public_key(ws))
    columns = (PackageColumn("account", "left.reference", "to test"),)
    file = PackageFile("stop.csv", "R1", None, columns)
    spec = PackageSpec("stop-mail", "OFFICIAL-SENSITIVE", (file,))
    drafted = sharing.draft(ws, "EX/1", "Ourselves", spec)
    return sharing.seal(ws, drafted.package, folder / "own.age").file


def test_a_package_for_this_office_needs_no_key_file(hand, desk, page, tmp_path):
    page.show_tab("received")
    received = page.received
    received.file.set_value(str(sealed_to_ourselves(desk, tmp_path)))
    hand.click(desk, received.prove)
    words = hand.words(received.card)
    assert words.count("✓ holds") == 2
    assert any("until" in line for line in words)
    received.into.set_value(str(tmp_path / "opened"))
    received.purpose.set_value("service-update")
    hand.settle(desk)
    assert not received.place.isVisible()
    hand.click(desk, received.write_out)
    assert list((tmp_path / "opened").rglob("stop.csv"))
    assert "OFFICIAL-SENSITIVE" in hand.words(received.card)
    assert trail.entries(desk._workspace)[-1].action == "package.open"


def test_a_folder_that_is_copied_elsewhere_is_warned_of_first(hand, desk, page, tmp_path):
    page.show_tab("received")
    page.received.into.set_value(str(tmp_path / "OneDrive - Council" / "in"))
    hand.settle(desk)
    assert page.received.place.isVisible()
    assert "OneDrive" in page.received.place.text.text()
    page.received.into.set_value(str(tmp_path / "in"))
    hand.settle(desk)
    assert not page.received.place.isVisible()


def test_a_zip_without_its_passphrase_is_only_looked_at_from_outside(hand, desk, page, tmp_path):
    with ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("data-1.csv", "x")
    page.show_tab("received")
    page.received.file.set_value(str(tmp_path / "x.zip"))
    hand.click(desk, page.received.prove)
    assert any("not looked at" in words for words in hand.words(page.received.card))


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


def test_the_drafter_cannot_approve_where_two_must_look(hand, desk, page):
    from app.stores import settings

    with desk._workspace.write("settings.change") as change:
        settings.put(change.writer, "four-eyes", True)
    drafting = drafted(hand, desk, page)
    hand.click(desk, drafting.steps.go)
    hand.click(desk, drafting.steps.go)
    hand.click(desk, page.outgoing.approve)
    hand.answer(desk, "Approve")
    assert hand.dialog(desk).findChild(Form).summary.isVisible()
    assert sharing.packages(desk._workspace)[0].state == "draft"


def test_a_draft_can_be_dropped(hand, desk, page):
    drafting = drafted(hand, desk, page)
    hand.click(desk, drafting.steps.go)
    hand.click(desk, drafting.steps.go)
    page.outgoing.drop.click()
    hand.answer(desk, "Drop it")
    assert sharing.packages(desk._workspace)[0].state == "discarded"


def test_an_agreement_is_imported_and_shown_in_full(hand, desk, page, tmp_path):
    page.show_tab("agreements")
    page.agreements.bring.click()
    path = agreement(tmp_path)
    path.write_text(path.read_text().replace("EX/1", "EX/2"))
    hand.dialog(desk).findChild(FileBox).set_value(str(path))
    hand.answer(desk, "Import an agreement")
    assert {a.ref for a in sharing.agreements(desk._workspace)} >= {"EX/1", "EX/2"}
    page.agreements.table.grid.selectRow(1)
    hand.settle(desk)
    assert any("Registration Service Act" in w for w in hand.words(page.agreements.facts))


def test_a_recipient_is_added_and_their_words_are_said(hand, desk, page, tmp_path):
    made = packages.new_keys(catalogue(), tmp_path / "other.key")
    page.show_tab("recipients")
    page.recipients.add.click()
    dialog = hand.dialog(desk)
    hand.answer(desk, "Add a recipient")
    assert dialog.isVisible()
    (who,) = [box for box in dialog.findChildren(LineBox) if not isinstance(box.parent(), FileBox)]
    who.setText("Library")
    dialog.findChild(NoteBox).setPlainText(made.public_key)
    hand.answer(desk, "Add a recipient")
    assert made.fingerprint_words in " ".join(hand.words(page))
    assert "Library" in {r.name for r in sharing.recipients(desk._workspace)}


def test_this_offices_key_can_be_shown(hand, desk, page):
    page.show_tab("recipients")
    hand.click(desk, page.recipients.show_own)
    assert page.recipients.own.text() == sharing.office_public_key(desk._workspace)


def to_columns(hand, desk, page):
    page.act()
    hand.settle(desk)
    drafting = page.drafting
    drafting.source.set_value("R1")
    drafting.purpose.set_value("stop-mail")
    hand.click(desk, drafting.steps.go)
    drafting.leaving.choose("left.reference", "to find the account")
    return drafting


@pytest.fixture
def reader_held(desk):
    """The read line waits until this is set."""
    gate = threading.Event()
    yield lambda: desk.jobs.read("wait", lambda _p: gate.wait(10)) and gate
    gate.set()


def test_the_steps_are_held_while_what_leaves_is_drawn(hand, desk, page, reader_held):
    drafting = to_columns(hand, desk, page)
    gate = reader_held()
    drafting.steps.go.click()
    assert not drafting.steps.go.isEnabled()
    assert not drafting.steps.back.isEnabled()
    assert not drafting.leaving.isEnabled()
    gate.set()
    hand.settle(desk)
    assert drafting.steps.at == PREVIEW
    assert drafting.steps.go.isEnabled()


def test_exactly_what_was_previewed_is_drafted(hand, desk, page, reader_held):
    drafting = to_columns(hand, desk, page)
    gate = reader_held()
    drafting.steps.go.click()
    drafting.leaving.choose("right.death_date", "slipped in")
    drafting.mark.set_value("OFFICIAL")
    gate.set()
    hand.settle(desk)
    assert drafting.rows.model.columnCount() == 1
    for _ in range(2):
        hand.click(desk, drafting.steps.go)
    (package,) = sharing.packages(desk._workspace)
    assert package.fields == 1


def test_one_source_is_never_paired_with_the_columns_of_another(hand, desk, page, reader_held):
    page.act()
    hand.settle(desk)
    drafting = page.drafting
    drafting.source.set_value("R1")
    gate = reader_held()
    drafting.steps.go.click()
    assert not drafting.form.isEnabled()
    drafting.source.set_value("L1")
    gate.set()
    hand.settle(desk)
    drafting.leaving.choose("left.reference", "to find the account")
    (file,) = drafting.spec().files
    assert (file.run, file.load) == ("R1", None)


def test_the_answer_to_a_draft_that_was_left_is_not_shown(hand, desk, page, reader_held):
    drafting = to_columns(hand, desk, page)
    gate = reader_held()
    drafting.steps.go.click()
    drafting.steps.left.emit()
    page.act()
    gate.set()
    hand.settle(desk)
    assert drafting.steps.at == WHAT
    assert drafting.steps.go.isEnabled()


@pytest.mark.parametrize("error", [Cancelled(), Refused("column-unknown", column="x", known="y")])
def test_a_preview_without_an_answer_gives_the_steps_back(hand, desk, page, monkeypatch, error):
    drafting = to_columns(hand, desk, page)

    def no_answer(*_given):
        raise error

    monkeypatch.setattr(sharing, "preview", no_answer)
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == COLUMNS
    assert drafting.steps.go.isEnabled()
    assert drafting.leaving.isEnabled()


def test_what_may_not_leave_is_refused_before_anything_is_seen(hand, desk, page, monkeypatch):
    drafting = to_columns(hand, desk, page)
    drafting.steps.back.click()
    drafting.purpose.offer([("fraud", "Fraud")])
    hand.click(desk, drafting.steps.go)
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == WHAT
    assert drafting.form.summary.isVisible()


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
        gate.wait(10)
        return sealed

    def stopped(ws, package, out, form, progress):
        begun.set()
        gate.wait(10)
        progress.step()
        return seal(ws, package, out, form)

    def start(late):
        monkeypatch.setattr(sharing, "seal", slow if late else stopped)
        page.outgoing.seal.click()
        dialog = hand.dialog(desk)
        dialog.findChild(FileBox).set_value(str(tmp_path / "out.zip"))
        dialog.findChild(RadioChoice).set_value("zip")
        next(b for b in dialog.findChildren(Button) if b.accessibleName() == "Seal").click()
        begun.wait(10)
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
    qtbot.waitUntil(lambda: bool(passphrases(hand, desk)), timeout=5000)
    assert not page.isVisible()
    assert desk.vault is not None
    read_back(hand, desk)
    qtbot.waitUntil(lambda: desk.vault is None, timeout=3000)


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
    qtbot.waitUntil(lambda: desk.vault is None, timeout=3000)
