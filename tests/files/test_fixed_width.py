"""Fixed width: only by a declared layout, and only where every line keeps to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.catalogue.kinds import read_kinds
from app.catalogue.reading import read_limits
from app.model.kinds import FixedColumn, Layout
from app.model.loads import ReadChoices

LIMITS = read_limits()
COLUMNS = (FixedColumn("ref", 1, 6), FixedColumn("surname", 7, 10), FixedColumn("born", 17, 8))
LAYOUTS = {"payroll": (Layout("fixed", columns=COLUMNS),)}
NAMED = ReadChoices(kind="payroll")


def line(ref: str, surname: str, born: str) -> str:
    return f"{ref:>6}{surname:10}{born:8}"


def lines(count: int = 5) -> list[str]:
    return [line(str(n), f"SMITH, {n}", "01021950") for n in range(1, count + 1)]


def test_a_layout_that_fits_is_taken_without_being_told(take):
    taken = take("\r\n".join([*lines(), ""]).encode("cp1252"), layouts=LAYOUTS)
    assert taken.shape.format == "fixed"
    assert taken.shape.columns == ("ref", "surname", "born")
    assert taken.rows[0] == ("1", "SMITH, 1", "01021950")
    assert taken.numbers == (1, 2, 3, 4, 5)
    assert taken.rejected == ()


def test_accented_letters_count_as_one_place(take):
    taken = take("\n".join([*lines(), line("9", "ZOË", "")]).encode("cp1252"), layouts=LAYOUTS)
    assert taken.shape.encoding == "cp1252"
    assert taken.rows[-1] == ("9", "ZOË", "")


def test_lines_that_do_not_keep_to_it(take):
    one = lines()[0]
    text = [*lines(40), one[:20], one + "XX", one + "   ", "", one]
    taken = take("\n".join(text).encode(), layouts=LAYOUTS)
    assert taken.codes == {41: "line-too-short", 42: "line-beyond-layout"}
    assert taken.rejected[0].column == "born"
    assert taken.rejected[1].cells[-1] == "XX"
    assert taken.numbers[-2:] == (43, 45)


def test_footer_and_end_mark(take):
    text = "\n".join([*lines(20), "Total records: 20", "\x1a"])
    taken = take(text.encode(), layouts=LAYOUTS)
    assert taken.shape.footer_total == 20
    assert (len(taken.rows), taken.rejected) == (20, ())


def test_a_total_in_the_middle_is_a_rejection(take):
    text = "\n".join([*lines(20), "Total records: 20", *lines(1)])
    assert take(text.encode(), layouts=LAYOUTS).codes == {21: "line-too-short"}


def test_control_characters_and_undecodable_bytes(take):
    text = "\n".join([*lines(20), line("7", "A\x00B", "1"), line("8", "A\x81B", "1")])
    taken = take(text.encode("latin-1"), layouts=LAYOUTS)
    assert taken.codes == {21: "control-character", 22: "bytes-undecodable"}
    assert {one.column for one in taken.rejected} == {"surname"}


def test_ends_cut_off_by_an_editor_are_put_back_when_the_kind_is_named(take):
    text = [line(str(n), "SMITH", "" if n % 2 else "01021950").rstrip() for n in range(1, 9)]
    taken = take("\n".join(text).encode(), NAMED, LAYOUTS)
    assert taken.shape.format == "fixed"
    assert "fixed-lines-trimmed" in taken.notes
    assert taken.rows[0] == ("1", "SMITH", "")
    assert (len(taken.rows), taken.rejected) == (8, ())


def test_a_delimited_file_of_the_kind_is_still_read_as_one(take):
    taken = take(b"ref|surname|born\n1|SMITH|01021950\n2|JONES|01021950\n", NAMED, LAYOUTS)
    assert taken.shape.format == "csv"
    assert len(taken.rows) == 2


def test_another_kind_keeps_the_layout_out(take):
    choices = ReadChoices(kind="other", delimiter="|")
    taken = take("\n".join(lines()).encode(), choices, LAYOUTS)
    assert taken.shape.format == "csv"


def test_an_overlong_line_is_passed_over(take):
    small = replace(LIMITS, line_characters=1000)
    text = "\n".join([*lines(20), "x" * 5000, *lines(1)])
    taken = take(text.encode(), layouts=LAYOUTS, limits=small)
    assert taken.codes == {21: "line-too-long"}
    assert taken.numbers[-1] == 22


def test_the_declared_pensions_layout_holds(take):
    kinds = read_kinds(Path(__file__).resolve().parents[2] / "resources" / "kinds")
    layouts = {kind.id: kind.layouts for kind in kinds.values()}
    columns = next(one for one in layouts["pensions-payroll"] if one.format == "fixed").columns
    row = "".join(f"{'A' * min(column.width, 3):{column.width}}" for column in columns)
    taken = take("\r\n".join([row] * 3).encode("cp1252"), layouts=layouts)
    assert taken.shape.format == "fixed"
    assert taken.shape.fixed == columns
    assert len(taken.rows) == 3


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_a_file_that_fits_only_in_part_is_not_forced(take, share):
    number = int(20 * share)
    text = "\n".join([*lines(number), *("a,b,c" for _ in range(20 - number))])
    choices = ReadChoices(delimiter=",")
    assert take(text.encode(), choices, LAYOUTS).shape.format == "csv"
