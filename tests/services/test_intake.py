"""Files taken in: what is remembered of a supplier, footers reconciled, rejected rows."""

from __future__ import annotations

import csv
import errno
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from app.base import durable
from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.files.write_workbook import Sheet, write_xlsx
from app.model.loads import FIRST_REJECTIONS, HandOver, LoadWishes, ReadChoices
from app.services import intake, passage, preview, rejected, trail

HEADER = "ref,surname,forename,date of birth,amount\n"
FIXED = [
    f"{n:06d}{surname:<12}{forename:<10}{n % 28 + 1:02d}021950"
    for n, (surname, forename) in enumerate(
        [("SMITH", "ANN"), ("JONES", "BERTRAM"), ("O'NEILL", "CY"), ("LI", "DAI")] * 5
    )
]
MAPPING = """kind = "people"
[columns]
"ref" = "reference"
"surname" = "surname"
"forename" = "given_names"
"dob" = "birth_date"
[dates]
"dob" = "%d%m%Y"
[layout]
"ref" = [1, 6]
"surname" = [7, 12]
"forename" = [19, 10]
"dob" = [29, 8]
"""


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def codes(answer) -> set[str]:
    return {note.code for note in answer.warnings}


def facts(answer, code: str) -> dict[str, object]:
    (found,) = [note.facts for note in answer.warnings if note.code == code]
    return found


def people(count: int, first: int = 0) -> str:
    return HEADER + "".join(f"{n},Smith,Ann,01/02/1950,2.50\n" for n in range(first, first + count))


class TestFixedWidth:
    def test_a_mapping_file_states_the_places(self, workspace, tmp_path) -> None:
        file = written(tmp_path / "payroll.txt", "\n".join(FIXED) + "\n")
        mapping = written(tmp_path / "payroll.toml", MAPPING)
        answer = intake.load_file(workspace, file, LoadWishes(mapping_file=mapping))
        assert (answer.rows_loaded, answer.rows_rejected) == (len(FIXED), 0)
        assert "fixed-as-stated" in codes(answer)
        rows = intake.load_rows(workspace, answer.load)
        assert rows.window(1, 1) == [("000001", "JONES", "BERTRAM", "02021950")]

    def test_the_next_file_is_read_and_mapped_alike(self, workspace, tmp_path) -> None:
        mapping = written(tmp_path / "payroll.toml", MAPPING)
        first = written(tmp_path / "a.txt", "\n".join(FIXED) + "\n")
        intake.load_file(workspace, first, LoadWishes(mapping_file=mapping))
        second = written(tmp_path / "b.txt", "\n".join(FIXED[3:9]) + "\n")
        offer = intake.inspect(workspace, second)
        assert offer.shape.layout_from == "remembered"
        assert offer.guesses[0].reason.code == "kind-remembered"
        assert offer.guesses[0].dates == {"dob": "%d%m%Y"}
        assert intake.load_file(workspace, second).rows_loaded == 6

    def test_a_layout_of_another_supplier_is_not_forced_on_a_file(self, workspace, tmp_path):
        mapping = written(tmp_path / "payroll.toml", MAPPING)
        first = written(tmp_path / "a.txt", "\n".join(FIXED) + "\n")
        intake.load_file(workspace, first, LoadWishes(mapping_file=mapping))
        offer = intake.inspect(workspace, written(tmp_path / "c.csv", people(5)))
        assert offer.shape.format == "csv"

    def test_a_remembered_layout_does_not_cut_a_csv_of_lines_as_long(self, workspace, tmp_path):
        mapping = written(tmp_path / "payroll.toml", MAPPING)
        first = written(tmp_path / "a.txt", "\n".join(FIXED) + "\n")
        intake.load_file(workspace, first, LoadWishes(mapping_file=mapping))
        even = "".join(f"R{n:07d},AB{n:06d}C,{1950 + n}-01-02,{n:06d}\n" for n in range(20))
        assert {len(line) for line in even.splitlines()} == {len(FIXED[0])}
        offer = intake.inspect(workspace, written(tmp_path / "even.csv", even))
        assert offer.shape.format == "csv"

    def test_what_was_proposed_is_told_and_loads(self, workspace, tmp_path) -> None:
        lines = [f"{line[:6]} {line[6:]}" for line in FIXED]
        head = f"{'REF':<7}{'SURNAME':<12}{'FORENAME':<10}{'DOB':<8}"
        answer = intake.load_file(workspace, written(tmp_path / "p.txt", "\n".join([head, *lines])))
        assert answer.rows_loaded == len(FIXED)
        assert facts(answer, "fixed-breaks-by-blanks") == {"columns": 4}


class TestEncoding:
    TEXT = HEADER + "1,Müller,Renée,01/02/1950,1\n2,Sørensen,Zoë,01/02/1950,1\n"

    def test_a_chosen_encoding_reads_and_is_told(self, workspace, tmp_path) -> None:
        file = written(tmp_path / "a.csv", self.TEXT.replace("ø", "o"), "cp850")
        assert "encoding-doubtful" in {n.code for n in intake.inspect(workspace, file).shape.notes}
        answer = intake.load_file(workspace, file, LoadWishes(encoding="cp850"))
        assert facts(answer, "encoding-chosen") == {"encoding": "cp850"}
        assert intake.load_rows(workspace, answer.load).window(0, 1)[0][1] == "Müller"

    def test_it_is_remembered_where_the_next_one_would_be_guessed(self, workspace, tmp_path):
        file = written(tmp_path / "a.csv", self.TEXT, "cp850")
        intake.load_file(workspace, file, LoadWishes(encoding="cp850"))
        again = written(tmp_path / "b.csv", self.TEXT + "3,Jörg,A,01/02/1950,1\n", "cp850")
        offer = intake.inspect(workspace, again)
        assert offer.shape.encoding == "cp850"
        assert offer.sample.cells[2][1] == "Jörg"
        assert "encoding-remembered" in {note.code for note in offer.shape.notes}
        sound = written(tmp_path / "c.csv", self.TEXT + "4,Žižek,A,01/02/1950,1\n")
        assert intake.inspect(workspace, sound).shape.encoding == "utf-8"

    def test_a_delimiter_can_be_insisted_on(self, workspace, tmp_path) -> None:
        text = "ref/surname/forename\n" + "".join(f"{n}/Smith, A/Ann, B\n" for n in range(5))
        wishes = LoadWishes(kind="people", delimiter="/")
        answer = intake.load_file(workspace, written(tmp_path / "a.txt", text), wishes)
        assert intake.load_rows(workspace, answer.load).window(0, 1) == [
            ("0", "Smith, A", "Ann, B")
        ]


class TestFooters:
    def test_a_workbooks_total_is_no_person_and_reconciled(self, workspace, tmp_path) -> None:
        book = tmp_path / "book.xlsx"
        rows = [(str(n), f"Surname{n}", "Ann", "01/02/1950") for n in range(9)]
        header = ("Reference", "Surname", "Forename", "Date of birth")
        write_xlsx(book, [Sheet("One", header, [*rows, ("Total", 9, None, None)])])
        answer = intake.load_file(workspace, book)
        assert (answer.rows_read, answer.rows_loaded, answer.rows_rejected) == (9, 9, 0)
        assert codes(answer).isdisjoint({"footer-total-differs", "row-without-name"})
        wrong = tmp_path / "wrong.xlsx"
        write_xlsx(wrong, [Sheet("One", header, [*rows, ("Total records", 12, None, None)])])
        answer = intake.load_file(workspace, wrong)
        assert facts(answer, "footer-total-differs") == {"declared": 12, "read": 9}

    @pytest.mark.parametrize(
        ("footer", "code", "told"),
        [
            ("Total,,,,10.00", None, {}),
            ("Total,4,,,", None, {}),
            ("Total records: 4", None, {}),
            ("Total,5,,,", "footer-total-differs", {"declared": 5, "read": 4}),
            ("Total records: 5", "footer-total-differs", {"declared": 5, "read": 4}),
            (
                "Total,,,,11.00",
                "footer-sum-differs",
                {"declared": "11.00", "column": "amount", "sum": "10.00", "read": 4},
            ),
            ("Total,,9.50,,", "footer-unreconciled", {"declared": "9.50"}),
        ],
    )
    def test_totals_of_rows_and_of_columns(self, workspace, tmp_path, footer, code, told) -> None:
        answer = intake.load_file(workspace, written(tmp_path / "a.csv", people(4) + footer + "\n"))
        assert answer.rows_loaded == 4
        differing = {c for c in codes(answer) if c.startswith("footer-")}
        assert differing == ({code} if code else set())
        if code:
            assert facts(answer, code) == told


class TestTheSameFile:
    def test_it_is_named_by_its_load_and_comes_again_after_a_withdrawal(self, workspace, tmp_path):
        file = written(tmp_path / "a.csv", people(3))
        first = intake.load_file(workspace, file)
        assert intake.inspect(workspace, file).seen_before == first.load
        with refused("file-already-loaded") as refusal:
            intake.load_file(workspace, file)
        assert refusal.value.facts["load"] == first.load
        intake.withdraw(workspace, first.load, "wrong-file")
        offer = intake.inspect(workspace, file)
        assert (offer.seen_before, offer.withdrawn_before) == (None, first.load)
        again = intake.load_file(workspace, file)
        assert again.load != first.load
        assert facts(again, "loaded-before-withdrawn") == {"load": first.load}

    def test_a_sheet_of_a_file_without_sheets_is_refused(self, workspace, tmp_path) -> None:
        file = written(tmp_path / "people.csv", people(5))
        with refused("file-has-no-sheets"):
            intake.load_file(workspace, file, LoadWishes(sheet="Two"))
        assert intake.loads(workspace) == ()

    def test_a_day_that_has_not_come_is_refused(self, workspace, tmp_path) -> None:
        file = written(tmp_path / "people.csv", people(5))
        today = workspace.clock().date()
        with refused("as-at-in-future"):
            tomorrow = today + timedelta(days=1)
            intake.load_file(workspace, file, LoadWishes(as_at=tomorrow.isoformat()))
        assert intake.loads(workspace) == ()
        made = intake.load_file(workspace, file, LoadWishes(as_at=today.isoformat()))
        assert made.rows_loaded == 5

    def test_another_sheet_is_another_file(self, workspace, tmp_path) -> None:
        book = tmp_path / "book.xlsx"
        rows = [(str(n), f"Surname{n}", "Ann", "01/02/1950") for n in range(9)]
        header = ("Reference", "Surname", "Forename", "Date of birth")
        write_xlsx(book, [Sheet("One", header, rows), Sheet("Two", header, rows)])
        made = intake.load_file(workspace, book, LoadWishes(sheet="One"))
        assert intake.inspect(workspace, book, ReadChoices(sheet="One")).seen_before == made.load
        assert intake.inspect(workspace, book, ReadChoices(sheet="Two")).seen_before is None
        with pytest.raises(Refused) as refusal:
            intake.load_file(workspace, book)
        assert refusal.value.code == "sheet-not-stated"
        assert refusal.value.facts["sheets"] == "One, Two"
        second = intake.load_file(workspace, book, LoadWishes(sheet="Two"))
        assert (made.rows_loaded, second.rows_loaded) == (9, 9)


def strict_mapping(folder: Path) -> Path:
    """A mapping to a kind in which every row must have a surname."""
    return written(
        folder / "m.toml",
        'kind = "housing-tenancies"\n[columns]\nref = "reference"\nsurname = "surname"\n'
        'forename = "given_names"\n',
    )


class TestRejectedRows:
    NUMBER = 3 * passage.HELD

    @pytest.fixture
    def spoilt(self, workspace, tmp_path):
        """A load of two good rows among thousands that are too short or have no surname."""
        bad = "".join(f"{n}\n" if n % 2 else f"{n},,Ann,01/02/1950,1\n" for n in range(self.NUMBER))
        file = written(tmp_path / "bad.csv", people(1) + bad + "x,Smith,Ann,01/02/1950,1\n")
        return intake.load_file(workspace, file, LoadWishes(mapping_file=strict_mapping(tmp_path)))

    def test_they_are_counted_whole_and_told_in_part(self, workspace, spoilt) -> None:
        assert spoilt.rows_rejected == self.NUMBER
        assert spoilt.rows_loaded == 2
        assert len(spoilt.rejections) == FIRST_REJECTIONS
        rows = [one.row for one in spoilt.rejections]
        assert rows == list(range(3, 3 + FIRST_REJECTIONS))
        half = self.NUMBER // 2
        assert {group.first.code: group.count for group in spoilt.groups} == {
            "row-too-short": half,
            "required-missing": half,
        }
        every = list(rejected.each(workspace, spoilt.load))
        assert [one.row for one in every] == list(range(3, 3 + self.NUMBER))

    def test_they_are_written_in_batches_as_they_are_met(
        self, workspace, tmp_path, monkeypatch
    ) -> None:
        sizes = []
        add = passage.Passage._hand_on

        def watched(self) -> None:
            sizes.append(len(self._held))
            add(self)

        monkeypatch.setattr(passage.Passage, "_hand_on", watched)
        bad = "".join(f"{n}\n" for n in range(self.NUMBER))
        intake.load_file(workspace, written(tmp_path / "bad.csv", people(1_100) + bad))
        assert max(sizes) == passage.HELD
        assert sum(sizes) == self.NUMBER

    def test_nothing_of_them_is_left_where_no_row_is_good(self, workspace, tmp_path) -> None:
        bad = HEADER + "".join(f"{n},,Ann,,1\n" for n in range(self.NUMBER))
        file = written(tmp_path / "bad.csv", bad)
        with refused("nothing-to-load") as refusal:
            intake.load_file(workspace, file, LoadWishes(mapping_file=strict_mapping(tmp_path)))
        assert refusal.value.facts["rejected"] == self.NUMBER
        assert refusal.value.where.row == 2
        with workspace.read() as reader:
            assert reader.first("SELECT count(*) FROM rejection") == (0,)
            assert reader.first("SELECT count(*) FROM unfinished") == (0,)

    def test_a_cancel_while_rows_are_rejected_leaves_nothing(self, workspace, tmp_path) -> None:
        class Stopping(Counters):
            def step(self, units: int = 1) -> None:
                super().step(units)
                if self.read().code == "read":
                    self.cancel()

        bad = people(1) + "".join(f"{n}\n" for n in range(self.NUMBER))
        offer = intake.inspect(workspace, written(tmp_path / "bad.csv", bad))
        request = intake.LoadRequest(
            offer.path, intake.reading.mapping_from(offer, offer.guesses[0]), offer.shape
        )
        with pytest.raises(Cancelled):
            intake.accept(workspace, request, Stopping())
        with workspace.read() as reader:
            assert reader.first("SELECT count(*) FROM rejection") == (0,)

    def test_they_are_handed_over_as_csv_with_their_marking(self, workspace, spoilt, tmp_path):
        out = tmp_path / "back.csv"
        over = HandOver(out, "service-update", ("OFFICIAL-SENSITIVE", "for mending"))
        number = rejected.export(workspace, spoilt.load, over, lambda one: f"why {one.code}")
        lines = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
        assert number == len(lines) - 3 == self.NUMBER
        assert lines[:2] == [["OFFICIAL-SENSITIVE"], ["for mending"]]
        assert lines[2][:6] == ["row", "column", "reason", "why", "ref", "surname"]
        assert lines[3][:5] == ["3", "surname", "required-missing", "why required-missing", "0"]

    def test_they_are_handed_over_as_a_workbook_of_text(self, workspace, tmp_path) -> None:
        text = people(1) + "=1+1,Smith\n"
        answer = intake.load_file(workspace, written(tmp_path / "a.csv", text))
        out = tmp_path / "back.xlsx"
        over = HandOver(out, "service-update", ("OFFICIAL-SENSITIVE",))
        assert rejected.export(workspace, answer.load, over, lambda one: one.code) == 1
        sheet = openpyxl.load_workbook(out).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0][0] == "OFFICIAL-SENSITIVE"
        assert rows[2][:5] == ["3", "forename", "row-too-short", "row-too-short", "=1+1"]
        assert sheet.cell(3, 5).data_type == "s"
        told = trail.entries(workspace)[-1].facts
        assert (told["file"], told["rows"], told["purpose"]) == ("back.xlsx", 1, "service-update")

    def test_too_many_rows_for_a_workbook_are_refused(
        self, workspace, spoilt, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(rejected, "WORKBOOK_ROWS", 5)
        over = HandOver(tmp_path / "back.xlsx", "service-update")
        with refused("too-many-rows-for-workbook"):
            rejected.export(workspace, spoilt.load, over, lambda one: one.code)
        assert list(tmp_path.glob("back*")) == []

    def test_a_hand_over_that_fails_is_not_in_the_trail(self, workspace, spoilt, tmp_path) -> None:
        before = len(trail.entries(workspace))

        def breaks(_one):
            raise Refused("disk-full")

        over = HandOver(tmp_path / "back.csv", "service-update")
        with refused("disk-full"):
            rejected.export(workspace, spoilt.load, over, breaks)
        assert len(trail.entries(workspace)) == before
        assert list(tmp_path.glob("back*")) == []

    def test_no_file_leaves_that_the_trail_could_not_tell(
        self, workspace, spoilt, tmp_path, monkeypatch
    ) -> None:
        def breaks(*_given) -> None:
            raise Refused("disk-full")

        monkeypatch.setattr("app.services.workspace.trail.append", breaks)
        over = HandOver(tmp_path / "back.csv", "service-update")
        with refused("disk-full"):
            rejected.export(workspace, spoilt.load, over, lambda one: one.code)
        assert list(tmp_path.glob("back*")) == []

    @pytest.mark.parametrize("step", ["place", "_link"])
    def test_the_trail_tells_of_no_file_that_got_no_name(
        self, workspace, spoilt, tmp_path, monkeypatch, step
    ) -> None:
        def full(*_given) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        before = len(trail.entries(workspace))
        monkeypatch.setattr(durable.Part, step, full)
        over = HandOver(tmp_path / "back.csv", "service-update")
        with refused("disk-full"):
            rejected.export(workspace, spoilt.load, over, lambda one: one.code)
        assert len(trail.entries(workspace)) == before
        assert list(tmp_path.glob("back*")) == []


class TestPreview:
    def test_a_file_is_understood_without_a_vault(self, catalogue, tmp_path, clock) -> None:
        file = written(tmp_path / "a.csv", people(4) + "Total records: 4\n")
        shown = preview.preview(catalogue, file, clock=clock)
        assert (shown.found.kind, shown.found.missing) == ("people", ())
        assert shown.found.reason.code == "kind-plain"
        assert {s.use.column: s.reason.code for s in shown.found.suggestions}["surname"] == (
            "mapped-by-header"
        )
        assert shown.preview.after[0]["surname"] == "SMITH"

    def test_what_is_missing_is_an_answer_and_no_refusal(self, catalogue, tmp_path, clock) -> None:
        file = written(tmp_path / "a.csv", "ref,colour\n1,red\n2,blue\n3,green\n")
        shown = preview.preview(catalogue, file, LoadWishes(kind="people"), clock=clock)
        assert shown.found.missing == ("surname",)
        assert shown.preview is None

    def test_the_mapping_used_is_saved_and_reads_the_file_alike(self, catalogue, tmp_path, clock):
        file = written(tmp_path / "p.txt", "\n".join(FIXED) + "\n")
        out = tmp_path / "m.toml"
        wishes = LoadWishes(kind="people", save_mapping=out)
        shown = preview.preview(catalogue, file, wishes, clock=clock)
        again = preview.preview(catalogue, file, LoadWishes(mapping_file=out), clock=clock)
        assert again.found.offer.shape.fixed == shown.found.offer.shape.fixed
        assert again.found.reason.code == "kind-by-mapping"
        with refused("file-exists"):
            preview.preview(catalogue, file, wishes, clock=clock)

    def test_a_vault_remembers(self, workspace, tmp_path, clock) -> None:
        intake.load_file(workspace, written(tmp_path / "a.csv", people(4)))
        file = written(tmp_path / "b.csv", people(3, 20))
        shown = preview.preview(workspace.catalogue, file, None, workspace, clock=clock)
        assert shown.found.reason.code == "kind-remembered"
        assert len(intake.loads(workspace)) == 1
