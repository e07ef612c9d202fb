"""Sharing in the window: exactly what leaves is seen, approved by another, sealed and proved."""

import threading
from zipfile import ZipFile

import pytest
from packing import agreement, drafted, opened, sealed_to_ourselves, to_columns
from PySide6.QtWidgets import QDialog

from app.base.errors import Cancelled, Refused
from app.gui.forms import FileBox, Form, LineBox, NoteBox
from app.gui.pages.sharing.drafting import CHECK, COLUMNS, PREVIEW, WHAT
from app.services import packages, partners, sharing, trail
from app.services.catalogue import catalogue


@pytest.fixture
def page(hand, desk, tmp_path):
    return opened(hand, desk, tmp_path)


def test_a_package_is_drafted_after_showing_exactly_what_leaves(hand, desk, page):
    drafting = drafted(hand, desk, page)
    assert drafting.steps.at == PREVIEW
    assert drafting.rows.model.rowCount() == 5
    assert drafting.rows.model.columnCount() == 2
    assert drafting.rows.model.head(1) == "right_death_date: date of death, from the registration"
    weighed = hand.words(drafting.weigh)
    assert "people.csv holds few rows: 5" in " ".join(weighed)
    assert not sharing.packages(desk._workspace)
    hand.click(desk, drafting.steps.go)
    assert drafting.steps.at == CHECK
    assert hand.words(drafting.weighed) == weighed
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


def test_a_package_for_this_office_needs_no_key_file(hand, desk, page, tmp_path):
    page.show_tab("received")
    received = page.received
    received.file.set_value(str(sealed_to_ourselves(desk, tmp_path).file))
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
    assert "Library" in {r.name for r in partners.known(desk._workspace)}


def test_this_offices_key_can_be_shown(hand, desk, page):
    page.show_tab("recipients")
    hand.click(desk, page.recipients.show_own)
    assert page.recipients.own.text() == sharing.office_public_key(desk._workspace)


@pytest.fixture
def reader_held(desk):
    """The read line waits until this is set."""
    gate = threading.Event()
    yield lambda: desk.jobs.read("wait", lambda _p: gate.wait(60)) and gate
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


def test_a_look_before_approval_is_watched_and_can_be_stopped(hand, desk, page, monkeypatch):
    drafting = drafted(hand, desk, page)
    for _ in range(2):
        hand.click(desk, drafting.steps.go)
    seen = []

    def show(_ws, package, progress):
        seen.append(package)
        progress.stage("draft", 1)
        raise Cancelled

    monkeypatch.setattr(sharing, "show", show)
    hand.click(desk, page.outgoing.approve)
    assert seen == ["P1"]
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]
    assert page.outgoing.approve.isEnabled()


def test_the_checker_for_recipients_is_saved(hand, desk, page, tmp_path):
    drafting = drafted(hand, desk, page)
    for _ in range(2):
        hand.click(desk, drafting.steps.go)
    hand.click(desk, page.outgoing.checker)
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "check.py"))
    hand.answer(desk, "Save it")
    hand.settle(desk)
    assert "MANIFEST" in (tmp_path / "check.py").read_text(encoding="utf-8")
    assert "check.py" in page.remark.text.text()


def test_an_agreement_is_written_out_for_the_register(hand, desk, page, tmp_path):
    page.show_tab("agreements")
    hand.settle(desk)
    hand.click(desk, page.agreements.write_out)
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "register.json"))
    hand.answer(desk, "Write it out")
    hand.settle(desk)
    assert '"record_id"' in (tmp_path / "register.json").read_text(encoding="utf-8")
    assert "is written out" in page.remark.text.text()
