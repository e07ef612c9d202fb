"""Fixed width that nobody declared: recognised, broken where blanks tell, never in silence."""

from __future__ import annotations

import random

import pytest

from app.model.kinds import FixedColumn
from app.model.loads import ReadChoices

DICE = random.Random(5)
SURNAMES = ("SMITH", "JONES", "O'NEILL", "TAPSCOTT-BROWN", "LI")
FORENAMES = ("ANNE", "BERTRAM", "CHLOE ROSE", "DAI")
HEAD = f"{'REF':<6}{'NAME':<28}{'BORN':<11}{'POSTCODE':<9}{'PENSION':>9}"
PEOPLE = [
    (
        f"P{100 + n}",
        f"{DICE.choice(SURNAMES)}, {DICE.choice(FORENAMES)}",
        f"{DICE.randint(1, 28):02d}/{DICE.randint(1, 12):02d}/{DICE.randint(1930, 1980)}",
        f"EX{DICE.randint(1, 9)} {DICE.randint(1, 9)}AB",
        f"{DICE.randint(1, 9_999_999) / 100:.2f}",
    )
    for n in range(60)
]


def line(ref: str, name: str, born: str, postcode: str, amount: str) -> str:
    return f"{ref:<6}{name:<28}{born:<11}{postcode:<9}{amount:>9}"


def places(taken) -> list[tuple[int, int]]:
    return [(column.start, column.width) for column in taken.shape.fixed]


def text(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def test_columns_of_blanks_tell_where_columns_begin(take) -> None:
    taken = take(text(*(line(*person) for person in PEOPLE)))
    assert (taken.shape.format, taken.shape.layout_from) == ("fixed", "proposed")
    assert places(taken)[0] == (1, 6)
    assert [row[:4] for row in taken.rows] == [person[:4] for person in PEOPLE]
    assert [float(row[4]) for row in taken.rows] == [float(person[4]) for person in PEOPLE]
    assert taken.notes["fixed-breaks-by-blanks"] == {"columns": 5}
    assert taken.rejected == ()


def test_figures_get_the_blanks_before_them(take) -> None:
    """The widest figure may come after the lines that were looked at."""
    taken = take(text(*(line(*person) for person in PEOPLE)))
    start, width = places(taken)[4]
    assert start + width - 1 == len(HEAD)
    assert start <= 54


def test_names_above_the_columns_are_taken(take) -> None:
    taken = take(text(HEAD, *(line(*person) for person in PEOPLE)))
    assert taken.shape.columns == ("REF", "NAME", "BORN", "POSTCODE", "PENSION")
    assert taken.shape.header_row == 1
    assert taken.numbers[0] == 2


def test_lines_whose_ends_were_cut_off(take) -> None:
    cut = [
        f"{ref:<6}{born:<11}{postcode:<9}{name}".rstrip() for ref, name, born, postcode, _ in PEOPLE
    ]
    taken = take(text(*cut))
    assert taken.shape.fixed[-1].width == 0
    assert [row[3] for row in taken.rows] == [person[1] for person in PEOPLE]


def test_a_rule_beneath_the_names_tells_it_exactly(take) -> None:
    rows = [f"{a:<6} {b:<28} {c:<10}" for a, b, c, *_ in PEOPLE[:4]]
    head = [f"{'Ref':<6} {'Name':<28} {'Born':<10}", f"{'-' * 6} {'-' * 28} {'-' * 10}"]
    taken = take(text("Report 7", "", *head, *rows, "", "4 rows selected."))
    assert taken.notes["fixed-breaks-by-rule"] == {"columns": 3}
    assert taken.shape.columns == ("Ref", "Name", "Born")
    assert (taken.shape.header_row, taken.shape.footer_total) == (3, 4)
    assert [row[1] for row in taken.rows] == [person[1] for person in PEOPLE[:4]]
    assert taken.rejected == ()


def test_a_line_that_runs_across_is_set_aside(take) -> None:
    across = line("P999", "A" * 40, "", "", "")[: len(HEAD)].ljust(len(HEAD))
    taken = take(text(*(line(*person) for person in PEOPLE), across))
    assert taken.codes == {61: "text-across-columns"}


def test_a_comma_within_names_parts_nothing_but_a_padded_csv_stays_one(take) -> None:
    assert take(text(*(line(*person) for person in PEOPLE))).shape.format == "fixed"
    padded = [f"{a:<6},{b.replace(',', ''):<28},{c:<11}" for a, b, c, *_ in PEOPLE]
    assert take(text(*padded)).shape.format == "csv"


@pytest.mark.parametrize(
    "content",
    [
        b"surname,forename\nSmith,Ann\nJones,Bert\nBrown,Cy\nGreen,Di\n",
        b"id;name;town\n1;Ann Smith;Exeter\n2;Bo Jones;Crediton\n3;Cy Brown;Tiverton\n",
        b"name\n" + b"".join(b"%b\n" % name.encode() for name in SURNAMES * 3),
    ],
)
def test_delimited_files_and_lists_stay_what_they_are(take, content) -> None:
    assert take(content).shape.format == "csv"


def test_one_column_is_never_silent(take) -> None:
    taken = take(b"NAME\nSMITH ANN\nJO BERT\nBROWNING CY\nLI DI\n")
    assert taken.shape.columns == ("NAME",)
    assert "one-column" in taken.notes


def test_places_can_be_asked_for_where_nothing_tells_of_them(take) -> None:
    taken = take(b"AB12CD\nEF34GH\n", ReadChoices(layout=()))
    assert taken.shape.fixed == (FixedColumn("Column 1", 1, 6),)
    assert "fixed-breaks-unknown" in taken.notes


STATED = (FixedColumn("ref", 1, 4), FixedColumn("born", 5, 8))


def test_stated_places_decide_even_where_columns_touch(take) -> None:
    taken = take(b"000101021950\n000203041960\n", ReadChoices(layout=STATED))
    assert taken.rows == (("0001", "01021950"), ("0002", "03041960"))
    assert taken.shape.layout_from == "stated"


def test_text_beside_stated_places_is_kept(take) -> None:
    lines = ["0001xx01021950 beyond", "0002  03041960 beyond"]
    layout = (FixedColumn("ref", 1, 4), FixedColumn("born", 7, 8))
    taken = take(text(*lines), ReadChoices(layout=layout))
    assert taken.shape.columns == ("ref", "Places 5 to 6", "born", "Places 15 to 21")
    assert taken.rows[0] == ("0001", "xx", "01021950", "beyond")
    assert taken.notes["fixed-places-kept"] == {"count": 2}


def test_text_that_comes_later_beside_stated_places_is_set_aside(take) -> None:
    layout = (FixedColumn("ref", 1, 4), FixedColumn("born", 7, 8))
    many = [f"{n:04d}  01021950" for n in range(1100)]
    taken = take(text(*many, "9999xx01021950"), ReadChoices(layout=layout))
    assert taken.codes == {1101: "text-between-columns"}


def test_an_open_last_column_takes_the_rest_of_the_line(take) -> None:
    layout = (FixedColumn("ref", 1, 4), FixedColumn("rest", 5, 0))
    taken = take(b"0001a long story\n0002\n0003b\n", ReadChoices(layout=layout))
    assert taken.rows == (("0001", "a long story"), ("0002", ""), ("0003", "b"))


def test_a_header_of_the_layouts_names_is_no_row(take) -> None:
    taken = take(b"ref born    \n000101021950\n000203041960\n", ReadChoices(layout=STATED))
    assert (taken.shape.header_row, len(taken.rows)) == (1, 2)


def test_a_layout_and_a_mark_contradict_each_other(refusal) -> None:
    assert refusal(b"a;b\n1;2\n", ReadChoices(layout=STATED, delimiter=";")) == (
        "layout-and-delimiter"
    )


def test_a_workbook_has_no_places(refusal, old_workbook) -> None:
    book = old_workbook([["ref", "name"], ["1", "A"]])
    assert refusal(book, ReadChoices(layout=STATED)) == "layout-not-for-format"
