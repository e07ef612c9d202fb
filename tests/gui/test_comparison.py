"""What differs is marked by shape and told in words; the evidence adds up."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester

from app.gui.comparison import Comparison, EvidenceTable, Mark, State, differences, state_of
from app.gui.comparison.evidence import PICTURE, StepModel, signed, steps
from app.gui.comparison.marks import align
from app.model.runs import Band, Evidence, FieldView, PairSummary, RecordView

LEFT = RecordView(
    "L1",
    "council-tax",
    "council_tax.csv",
    118,
    1,
    (
        FieldView("surname", "Smyth", "SMYTH"),
        FieldView("given_names", "Jon", "JON"),
        FieldView("postcode", "ex1 2ab", "EX12AB"),
        FieldView("uprn", "100023000001", "100023000001"),
        FieldView("phone", "", ""),
    ),
)
RIGHT = RecordView(
    "L2",
    "deaths",
    "deaths.xml",
    4,
    1,
    (
        FieldView("surname", "SMITH", "SMITH"),
        FieldView("given_names", "JOHN", "JOHN"),
        FieldView("postcode", "EX1 2AB", "EX12AB"),
        FieldView("death_date", "2026-09-01", "2026-09-01"),
    ),
)
PAIR = PairSummary(
    pair="P1",
    left="60001",
    right="S26",
    left_row=118,
    right_row=4,
    left_part=1,
    right_part=1,
    weight=9.2,
    probability=0.973,
    band=Band.PROBABLE,
    evidence=(
        Evidence("prior", None, None, "prior", -14.0),
        Evidence("surname", "SMYTH", "SMITH", "close", 8.5),
        Evidence("birth_date", "1", "1", "same", 16.1),
        Evidence("postcode", "EX1", "EX2", "differs", -1.4),
    ),
    reasons=(),
    decision=None,
)


@given(st.text(string.printable, max_size=30), st.text(string.printable, max_size=30))
def test_what_is_not_marked_is_the_same_on_both_sides(left, right):
    here, there = differences(left, right)

    def rest(text, marks):
        hidden = {n for mark in marks for n in range(mark.start, mark.end)}
        return "".join(c for n, c in enumerate(text) if n not in hidden).lower()

    assert rest(left, here) == rest(right, there)
    assert (not here and not there) == (left.lower() == right.lower())


def test_marks_tell_what_differs_from_what_only_one_side_has():
    assert differences("Smyth", "SMITH") == ((Mark(2, 3, False),), (Mark(2, 3, False),))
    assert differences("Jon", "John") == ((), (Mark(2, 3, True),))


@pytest.mark.parametrize(
    ("left", "right", "state"),
    [
        (("a", "A"), ("a", "A"), State.SAME),
        (("ex1 2ab", "EX12AB"), ("EX1 2AB", "EX12AB"), State.CASED),
        (("SMITH", "SMITH"), ("Smith ", "SMITH"), State.CASED),
        (("EX12AB", "EX12AB"), ("EX1 2AB", "EX12AB"), State.ALIKE),
        (("a", "A"), ("b", "B"), State.DIFFERENT),
        (("a", "A"), None, State.ONE),
        ((" ", ""), ("b", "B"), State.ONE),
        (("", ""), None, State.NONE),
    ],
)
def test_states(left, right, state):
    views = [FieldView("x", *side) if side else None for side in (left, right)]
    assert state_of(*views) is state


def test_fields_are_aligned_and_none_is_lost():
    names = [(p.name, p.state) for p in align(LEFT.fields, RIGHT.fields)]
    assert names == [
        ("given_names", State.DIFFERENT),
        ("surname", State.DIFFERENT),
        ("death_date", State.ONE),
        ("postcode", State.CASED),
        ("uprn", State.ONE),
    ]


def test_unlike_texts_are_marked_by_words_and_strangers_as_a_whole():
    left, right = "12 Coopers Road, Millbrook", "3 Ash Court, Millbrook"
    here, there = differences(left, right)
    assert [left[m.start : m.end] for m in here] == ["12", "Coopers", "Road,"]
    assert [right[m.start : m.end] for m in there] == ["3", "Ash", "Court,"]
    assert differences("Ann", "Marjorie") == ((Mark(0, 3, False),), (Mark(0, 8, False),))


def test_what_decides_comes_first_and_the_rest_unfolds(qtbot, look):
    extra = (FieldView("amount", "12.00", ""), FieldView("title", "Mr", ""))
    view = Comparison(look)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show_pair(replace(LEFT, fields=(*extra, *LEFT.fields)), RIGHT)
    view.show()
    names = [line.name.text() for line in view.lines if line.name.isVisible()]
    assert names == ["Given names", "Surname", "Date of death", "Postcode", "UPRN"]
    assert view.fold.accessibleName() == "Show 2 more fields"
    view.fold.click()
    names = [line.name.text() for line in view.lines if line.name.isVisible()]
    assert names[-2:] == ["Amount", "Title"]


def test_a_name_that_comes_twice_is_paired_in_order():
    two = (FieldView("address", "1 High St", ""), FieldView("address", "Town", ""))
    one = (FieldView("address", "1 High St", ""),)
    assert [p.state for p in align(two, one)] == [State.SAME, State.ONE]
    assert [p.state for p in align(one, two)] == [State.SAME, State.ONE]


def test_the_comparison_shows_marks_signs_and_words(qtbot, look):
    view = Comparison(look)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show_pair(LEFT, RIGHT)
    view.grab()
    line = view.lines[1]
    assert line.sign.text() == "≠"
    assert line.left.marks() == (Mark(2, 3, False),)
    assert "differs at “y”" in line.left.accessibleName()
    assert "Surname, council_tax.csv, row 118" in line.left.accessibleName()
    assert "different" in view.twin()
    view.set_standard(True)
    assert view.lines[3].left.text() == "EX12AB"
    view.clear()
    assert view.twin() == ""


def test_marks_are_seen_without_colour(qtbot, look):
    """In high contrast the ground of a mark is the page's own: its line and box still show."""
    view = Comparison(look)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show_pair(LEFT, RIGHT)
    look.apply("contrast", 1.0)
    marked = view.lines[1].left
    with_mark = marked.grab().toImage()
    marked.show_text("Smyth", (), "x")
    without = marked.grab().toImage()
    assert with_mark != without


def test_evidence_follows_on_and_adds_up(qtbot, look):
    made = steps(PAIR)
    assert [round(s.before, 6) for s in made[1:-1]] == [round(s.after, 6) for s in made[:-2]]
    assert made[-1].total
    assert made[-1].after == pytest.approx(PAIR.weight)
    model = StepModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(made)
    assert model.rowCount() == 5


def test_the_picture_has_its_text_twin(qtbot, look):
    table = EvidenceTable(look)
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show_pair(PAIR)
    table.grab()
    twin = table.accessibleDescription()
    assert "against" in twin
    assert "97.3%" in twin
    assert "Together +9.2 points" in twin
    assert table.model().index(0, PICTURE).data() == ""
    table.clear_pair()
    assert table.accessibleDescription() == ""


def test_points_are_signed_with_a_true_minus():
    assert [signed(w) for w in (6.24, -3.0, 0.0, -0.01)] == ["+6.2", "−3.0", "0.0", "0.0"]
