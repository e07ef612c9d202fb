"""Loading in the window: seen before it is kept, every answer kept, nothing lost in silence."""

import threading
from pathlib import Path

import openpyxl
import pytest

from app.base.errors import Cancelled
from app.files.write_workbook import Sheet, write_xlsx
from app.gui.pages.load.taking import CHECK, COLUMNS, FILE, READING, SOURCE
from app.services import intake

CSV = "Ref;Vorname;Surname;Born;Note\n001;Jörg;Smith;01/02/1950;x\n002;Ann;;03/04/1960;\n"


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


def begin(hand, desk, page, path):
    page.take_files([Path(path)])
    hand.settle(desk)
    return page.taking


def test_a_file_goes_in_step_by_step(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    assert taking.steps.at == READING
    assert taking.reading.rows.model.rowCount() > 0
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == COLUMNS
    assert taking.columns.kind.value() == "blue-badges"
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == SOURCE
    assert taking.source.route_id() == "own-records"
    taking.source.as_at.set_value("2026-10-01")
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == CHECK
    assert taking.checking.after.model.rowCount() > 0
    hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()
    (load,) = [x for x in intake.loads(desk._workspace) if x.kind == "blue-badges"]
    assert load.as_at == "2026-10-01"
    assert load.rows_loaded == load.rows_read > 0
    page.show_list()
    hand.settle(desk)
    assert page.listing.table.model.cell(0, 0) == load.load


def test_every_choice_reads_the_file_again(hand, desk, page, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(CSV.encode("cp1252"))
    taking = begin(hand, desk, page, file)
    assert taking.reading.rows.model.head(1) == "Ref"
    assert taking.reading.rows.model.cell(0, 1) == "001"
    taking.reading.delimiter.set_value(",")
    hand.settle(desk)
    assert taking.reading.rows.model.columnCount() == 2
    taking.reading.delimiter.set_value(";")
    hand.settle(desk)
    assert taking.reading.rows.model.columnCount() == 6
    taking.reading.encoding.set_value("cp1252")
    hand.settle(desk)
    assert taking.reading.rows.model.cell(0, 2) == "Jörg"


def test_a_sheet_is_asked_for_and_forgets_the_row_of_names(hand, desk, page, tmp_path):
    header = ("Reference", "Surname", "Forename", "Date of birth")
    rows = [(str(n), f"Surname{n}", "Ann", "01/02/1950") for n in range(9)]
    file = tmp_path / "two.xlsx"
    titles = [("North", "", "", ""), ("of the city", "", "", "")]
    write_xlsx(file, [Sheet("North", titles[0], [titles[1], header, *rows])])
    book = openpyxl.load_workbook(file)
    for row in (header, *rows):
        if "South" not in book.sheetnames:
            book.create_sheet("South")
        book["South"].append(row)
    book.save(file)
    taking = begin(hand, desk, page, file)
    assert taking.reading.sheet.value() == ""
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == READING
    assert "North, South" in " ".join(hand.words(page.problem))
    taking.reading.sheet.set_value("North")
    hand.settle(desk)
    assert taking.reading.header.value() == "3"
    taking.reading.header.setText("2")
    taking.reading.header.editingFinished.emit()
    hand.settle(desk)
    taking.reading.sheet.set_value("South")
    hand.settle(desk)
    assert taking.reading.header.value() == "1"
    assert taking.reading.sheet.value() == "South"
    taking.reading.header.setText("one")
    hand.click(desk, taking.steps.go)
    assert (taking.steps.at, taking.reading.header.value()) == (READING, "one")
    taking.reading.header.setText("999")
    taking.reading.header.editingFinished.emit()
    hand.settle(desk)
    assert page.problem.isVisible()
    assert taking.reading.rows.model.rowCount() == 0


def test_a_file_dropped_meanwhile_waits_for_the_one_under_way(hand, desk, page, town):
    first, second = town.files / "blue_badges.csv", town.files / "concessionary_passes.csv"
    taking = begin(hand, desk, page, first)
    hand.click(desk, taking.steps.go)
    desk.take_files([second])
    hand.settle(desk)
    assert (taking.steps.at, taking.file.value()) == (COLUMNS, str(first))
    assert page.waiting.isVisible()
    assert "concessionary_passes.csv" in hand.words(page.waiting)
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()
    page.show_list()
    page.primary.click()
    hand.settle(desk)
    assert (taking.steps.at, taking.file.value()) == (READING, str(second))


def test_a_choice_leaves_the_warning_about_guesses(hand, desk, page, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(CSV.encode("cp1252"))
    taking = begin(hand, desk, page, file)
    warned = [one for one in taking.reading.notes.text().split(".") if "UTF-8" in one]
    assert warned
    taking.reading.delimiter.set_value(",")
    hand.settle(desk)
    taking.reading.delimiter.set_value(";")
    hand.settle(desk)
    assert warned[0] in taking.reading.notes.text()


def test_a_file_that_cannot_be_read_keeps_what_was_typed(hand, desk, page, tmp_path):
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    taking = begin(hand, desk, page, file)
    assert taking.steps.at == FILE
    assert taking.form.summary.isVisible()
    assert taking.file.value() == str(file)


def test_no_file_is_said_at_the_field(hand, desk, page):
    page.act()
    hand.settle(desk)
    page.taking.steps.go.click()
    assert "Choose a file" in hand.words(page.taking)


def test_a_missing_column_holds_the_step_and_is_named(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    hand.click(desk, taking.steps.go)
    kind = desk._workspace.catalogue.kinds["blue-badges"]
    needed = {field.means.value for field in kind.fields if field.required}
    assert needed
    for line in taking.columns.lines:
        if line.code in needed:
            taking.columns.choose(line.column)
            taking.columns.boxes.meaning.set_value("")
    taking.steps.go.click()
    assert taking.steps.at == COLUMNS
    assert taking.columns.missing.isVisible()
    assert page.problem.isVisible()
    assert desk.focusWidget() is page.problem
    assert taking.columns.missing.text.text() in " ".join(hand.words(page.problem))


def test_a_file_nothing_is_known_of_is_a_list_of_people(hand, desk, page, tmp_path):
    file = tmp_path / "m.csv"
    file.write_text("Zeta;Omega;Phi\n1;Anne Lee;01/02/1950\n2;Bo Ray;03/04/1961\n")
    taking = begin(hand, desk, page, file)
    hand.click(desk, taking.steps.go)
    assert taking.columns.kind.value() == "people"
    assert "plain list of people" in taking.columns.why.text()
    hand.click(desk, taking.steps.go)
    assert (taking.steps.at, page.problem.isVisible()) == (COLUMNS, True)
    taking.columns.choose("Omega")
    taking.columns.boxes.meaning.set_value("surname")
    hand.click(desk, taking.steps.go)
    assert (taking.steps.at, page.problem.isVisible()) == (SOURCE, False)


def test_the_check_tells_refused_rows_the_footer_and_what_is_of_the_first_rows(
    hand, desk, page, tmp_path
):
    rows = [f"{n},Smith,Ann,01/02/1950" for n in range(80)]
    rows[4] += ",too,many"
    rows[6:8] = ["900,Smith,Ann,nonsense", "901,Smith,Ann,nonsense"]
    rows[70] = "902,Smith,Ann,nonsense"
    file = tmp_path / "people.csv"
    head = "Reference,Surname,Forename,Date of birth"
    file.write_text("\n".join([head, *rows, "Total records: 80"]))
    taking = begin(hand, desk, page, file)
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    assert taking.steps.at == CHECK
    assert taking.checking.rejected.isVisible()
    words = taking.checking.notes.text.text()
    before, _, after = words.partition("In the first 50 rows alone:")
    assert "that could not be read: 2." in after
    assert "could not be read" not in before
    assert any("80 rows" in one for one in hand.words(taking.checking.facts))


def test_a_route_that_needs_an_agreement_says_so_where_none_is_imported(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    source = taking.source
    source.show_offer(taking._offer, "deaths", ())
    assert source.lacking.isHidden()
    source.route.set_value("s19aa")
    source._show_clause()
    assert not source.lacking.isHidden()
    assert "Import it on Sharing first" in source.lacking.text.text()


def test_the_reason_of_each_meaning_is_shown_and_a_change_is_marked(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    hand.click(desk, taking.steps.go)
    table = taking.columns.table.model
    reasons = {table.cell(n, 0): table.cell(n, 4) for n in range(table.rowCount())}
    assert all(reasons.values())
    assert reasons["Title"] != "You chose this."
    taking.columns.choose("Title")
    taking.columns.boxes.meaning.set_value("")
    at = list(reasons).index("Title")
    assert [table.cell(at, n) for n in (2, 4)] == ["kept, not used", "You chose this."]
    assert taking.columns.mapping().columns[3].means is not None


def test_the_same_file_twice_goes_no_further_and_shows_the_load_before(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "council_tax.csv")
    assert taking.reading.seen.isVisible()
    assert "L1" in taking.reading.seen.text.text()
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == READING
    assert page.problem.isVisible()
    assert taking.steps.go.isEnabled()
    hand.click(desk, taking.reading.open_seen)
    assert page.rows_part.isVisible()
    assert "L1" in page.title.text()


def test_a_file_whose_load_was_withdrawn_may_come_again(hand, desk, page, town):
    intake.withdraw(desk._workspace, "L1", "wrong-file")
    taking = begin(hand, desk, page, town.files / "council_tax.csv")
    assert "L1, which was withdrawn" in taking.reading.seen.text.text()
    assert not taking.reading.open_seen.isVisible()
    for _ in range(4):
        hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()


def test_a_file_loaded_meanwhile_is_refused_at_the_end(hand, desk, page, town):
    taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    intake.load_file(desk._workspace, town.files / "blue_badges.csv")
    hand.click(desk, taking.steps.go)
    assert page.problem.isVisible()
    assert taking.steps.at == CHECK
    assert taking.steps.go.isEnabled()


def test_rows_of_a_load_open_as_a_table(hand, desk, page):
    page.listing.table.grid.selectRow(1)
    hand.click(desk, page.listing.show_rows)
    assert page.rows_part.isVisible()
    assert page.rows.model.rowCount() > 100
    assert "account_ref" in page.rows.model.source.columns
    page.rows.arrange("lead_liab_surname", False, "")
    hand.settle(desk)
    at = list(page.rows.model.source.columns).index("lead_liab_surname")
    names = [page.rows.model.cell(n, at) for n in range(page.rows.model.rowCount())]
    assert names == sorted(names)


def test_rows_not_loaded_are_grouped_and_exported(hand, desk, page, tmp_path):
    file = tmp_path / "ragged.csv"
    rows = "".join(f"{n},Ann,Smith,01/02/1950\n" for n in range(40))
    file.write_text(f"ref,forename,surname,date of birth\n{rows}41,too,many,cells,here,now\n")
    taking = begin(hand, desk, page, file)
    for _ in range(4):
        hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()
    assert "1 row was not loaded" in hand.words(page.done_part)
    load = intake.loads(desk._workspace)[-1].load
    page.show_rejected(load)
    hand.settle(desk)
    assert page.rejected.groups.model.rowCount() == 1
    assert page.rejected.rows.model.cell(0, 0) == "42"
    page.rejected.export.click()
    dialog = hand.dialog(desk)
    from app.gui.forms import Choice, FileBox
    from app.gui.frame import ClearPlace

    out = tmp_path / "back.csv"
    warning = dialog.findChild(ClearPlace)
    dialog.findChild(FileBox).set_value(str(tmp_path / "OneDrive - Council" / "back.csv"))
    hand.settle(desk)
    assert warning.isVisible()
    assert "OneDrive" in warning.text.text()
    dialog.findChild(FileBox).set_value(str(out))
    hand.settle(desk)
    assert not warning.isVisible()
    dialog.findChild(Choice).set_value("stop-mail")
    hand.answer(desk, "Export them for the supplier")
    assert "too" in out.read_text(encoding="utf-8-sig")


def test_a_withdrawal_first_shows_what_falls(hand, desk, page):
    page.listing.table.grid.selectRow(1)
    page.listing.withdraw.click()
    hand.answer(desk, "See what depends on it")
    dialog = hand.dialog(desk)
    assert any("1 match falls" in words for words in hand.words(dialog))
    assert {x.state for x in intake.loads(desk._workspace)} == {"visible"}
    hand.answer(desk, "Withdraw it")
    assert {x.load: x.state for x in intake.loads(desk._workspace)}["L1"] == "withdrawn"
    assert page.listing.table.model.cell(1, 11) == "withdrawn"
    page.listing.table.grid.selectRow(1)
    assert not page.listing.withdraw.isEnabled()


def test_loading_can_be_stopped_and_leaves_nothing(hand, desk, page, town, qtbot):
    taking = begin(hand, desk, page, town.files / "electoral_register.csv")
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    taking.steps.go.click()
    desk.jobs.waiting[0].counters.cancel()
    hand.settle(desk)
    assert "Stopped. Nothing of the file was kept." in hand.words(page)
    assert len(intake.loads(desk._workspace)) == 2
    assert taking.steps.go.isEnabled()


def test_no_part_of_a_load_is_worked_on_the_windows_own_thread(hand, desk, page, town, monkeypatch):
    worked = {}
    for name in ("inspect", "preview", "accept"):
        kept = getattr(intake, name)

        def heard(*given, _name=name, _kept=kept, **named):
            worked[_name] = threading.current_thread()
            return _kept(*given, **named)

        monkeypatch.setattr(intake, name, heard)
    taking = begin(hand, desk, page, town.files / "electoral_register.csv")
    for _ in range(4):
        hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()
    assert set(worked) == {"inspect", "preview", "accept"}
    assert threading.main_thread() not in worked.values()


@pytest.mark.parametrize("read", ["inspect", "preview"])
def test_a_read_that_was_stopped_gives_the_steps_back(hand, desk, page, town, monkeypatch, read):
    if read == "preview":
        taking = begin(hand, desk, page, town.files / "blue_badges.csv")
        for _ in range(2):
            hand.click(desk, taking.steps.go)
        assert taking.steps.at == SOURCE

    def stopped(*_given):
        raise Cancelled

    monkeypatch.setattr(intake, read, stopped)
    if read == "preview":
        hand.click(desk, taking.steps.go)
    else:
        taking = begin(hand, desk, page, town.files / "blue_badges.csv")
    assert taking.steps.at == (SOURCE if read == "preview" else FILE)
    assert taking.steps.go.isEnabled()
