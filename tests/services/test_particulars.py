"""One load in full: what was read, why it was mapped so, whether the totals at its end agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.meanings import Meaning
from app.services import intake
from app.services.particulars import particulars

HEADER = "ref,surname,forename,date of birth,amount\n"
ROWS = "".join(f"{n},Smith,Ann,01/02/1950,2.50\n" for n in range(4))


def load(workspace, path: Path, text: str, wishes: LoadWishes | None = None) -> str:
    path.write_text(text, encoding="utf-8")
    return intake.load_file(workspace, path, wishes).load


def claims(workspace, path: Path, closing: str) -> list[tuple[str, str, str, bool | None]]:
    told = particulars(workspace, load(workspace, path, HEADER + ROWS + closing))
    return [(one.column, one.declared, one.found, one.agrees) for one in told.claims]


def test_each_column_has_its_meaning_and_the_reason_given_when_it_was_loaded(
    workspace, tmp_path
) -> None:
    made = load(workspace, tmp_path / "people.csv", HEADER + ROWS)
    told = particulars(workspace, made)
    assert told.kind_reason is not None
    assert [one.use.column for one in told.columns] == HEADER.strip().split(",")
    assert told.columns[1].use.means is Meaning.SURNAME
    reasons = [one.reason.code for one in told.columns if one.reason is not None]
    assert len(reasons) == 5
    assert reasons[1] == "mapped-by-header"
    assert (told.size, told.summary.rows_read) == (len(HEADER + ROWS), 4)


def test_a_column_that_a_mapping_file_leaves_out_is_told_as_kept(workspace, tmp_path) -> None:
    mapping = tmp_path / "people.toml"
    mapping.write_text('kind = "people"\n[columns]\nsurname = "surname"\n', encoding="utf-8")
    wishes = LoadWishes(mapping_file=mapping)
    told = particulars(workspace, load(workspace, tmp_path / "p.csv", HEADER + ROWS, wishes))
    assert [one.use.means for one in told.columns] == [None, Meaning.SURNAME, None, None, None]
    assert told.columns[1].reason is not None
    assert told.columns[1].reason.code == "mapped-by-file"


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        ("", []),
        ("Total records: 4\n", [("", "4", "4", True)]),
        ("Total records: 5\n", [("", "5", "4", False)]),
        ("Total,,,,10.00\n", [("amount", "10.00", "10.00", True)]),
        ("Total,,,,11.00\n", [("amount", "11.00", "10.00", False)]),
        ("Total,,,,4\n", [("", "4", "4", True)]),
        ("Total,7.5,,,\n", [("surname", "7.5", "", None)]),
    ],
)
def test_what_closing_rows_claim_stands_beside_what_was_read(
    workspace, tmp_path, closing, expected
) -> None:
    assert claims(workspace, tmp_path / "people.csv", closing) == expected


def test_a_withdrawn_load_still_tells_what_it_was(workspace, tmp_path) -> None:
    made = load(workspace, tmp_path / "people.csv", HEADER + ROWS)
    assert particulars(workspace, made).withdrawn is None
    intake.withdraw(workspace, made, "wrong-file")
    told = particulars(workspace, made)
    assert told.withdrawn is not None
    assert (told.withdrawn.by, told.withdrawn.reason) == ("Ann", "wrong-file")
    assert told.columns


def test_rejected_rows_are_counted_by_reason(workspace, tmp_path) -> None:
    made = load(workspace, tmp_path / "people.csv", HEADER + ROWS + "9,too,short\n")
    told = particulars(workspace, made)
    assert [(group.first.code, group.count) for group in told.groups] == [("row-too-short", 1)]


def test_an_unknown_load_is_refused(workspace) -> None:
    with pytest.raises(Refused, match=r"^load-unknown$"):
        particulars(workspace, "L9")
