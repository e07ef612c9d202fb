from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.standardise.addresses import AddressReader, communal_pattern, postcode, postcode_in
from app.standardise.text import words

PIECES = "Flat 2 14 14A High St Rose Cottage Court Rd , The 5-7 2/14 Unit A"
LINES = st.lists(
    st.one_of(
        st.text(max_size=15),
        st.lists(st.sampled_from(PIECES.split()), max_size=5).map(" ".join),
    ),
    max_size=3,
)


@pytest.fixture(scope="module")
def reader(rules):
    return AddressReader(rules.addresses)


@pytest.mark.parametrize(
    ("cell", "code", "remark"),
    [
        ("sw1a 1aa", "SW1A1AA", None),
        ("M1 1AE", "M11AE", None),
        ("DN55 1PT", "DN551PT", None),
        ("GIR 0AA", "GIR0AA", None),
        ("S015 2JY", "SO152JY", "postcode-repaired"),
        ("0X1 3DP", "OX13DP", "postcode-repaired"),
        ("LS1 OAA", "LS10AA", "postcode-repaired"),
        ("MI IAE", "M11AE", "postcode-repaired"),
        ("4223", "4223", None),
        ("1011 AB", "1011AB", "postcode-unusual"),
        ("AB12", None, "postcode-partial"),
        ("ZZ99 3VZ", None, "postcode-placeholder"),
        ("hello", None, "postcode-unreadable"),
        ("", None, None),
    ],
)
def test_postcodes(rules, cell, code, remark) -> None:
    assert postcode(cell, rules.addresses) == (code, remark)


@pytest.mark.parametrize("code", ["QX1 1AA", "AB1 1CD", "AI1 1AA", "LS1 1AI"])
def test_letters_that_never_stand_there_are_no_postcode(rules, code) -> None:
    assert postcode(code, rules.addresses)[1] is not None


@given(st.text(max_size=10))
def test_standardising_a_postcode_twice_changes_nothing(rules, text) -> None:
    code, _ = postcode(text, rules.addresses)
    if code is not None:
        assert postcode(code, rules.addresses)[0] == code


def test_a_postcode_at_the_end_of_a_line_is_found(rules) -> None:
    assert postcode_in(["14 High Street", "Leeds LS1 1AA"], rules.addresses) == "LS11AA"
    assert postcode_in(["14 High Street"], rules.addresses) is None


@pytest.mark.parametrize(
    ("number", "lines", "house", "street"),
    [
        ("", ["14 High Street"], "14", "HIGH STREET"),
        ("", ["14a High St."], "14A", "HIGH STREET"),
        ("", ["Flat 2, 14 High St"], "2/14", "HIGH STREET"),
        ("", ["Flat 2", "14 High St"], "2/14", "HIGH STREET"),
        ("", ["2/14 High St"], "2/14", "HIGH STREET"),
        ("", ["Flat 2 Rose Court", "High Road"], "2/ROSE COURT", "HIGH ROAD"),
        ("", ["12-14 St John's Rd"], "12-14", "ST JOHNS ROAD"),
        ("", ["Rose Cottage", "High Street"], "ROSE COTTAGE", "HIGH STREET"),
        ("", ["Oak Care Home", "14 High Street"], "14", "HIGH STREET"),
        ("8", ["stanley street", "miami"], "8", "STANLEY STREET"),
        ("14A", ["14A High Street"], "14A", "HIGH STREET"),
        ("", ["14", "High Street"], "14", "HIGH STREET"),
        ("", ["14 High Street, Town, LS1 1AA"], "14", "HIGH STREET"),
        ("", ["High Street", "Town"], None, "HIGH STREET"),
        ("", ["c/o Mrs Smith", "3 Mill Ln"], "3", "MILL LANE"),
        ("", ["NFA"], None, None),
        ("Flat 3", ["12 Low Road"], "3/12", "LOW ROAD"),
    ],
)
def test_house_and_street(reader, number, lines, house, street) -> None:
    assert reader.house_and_street(number, lines)[:2] == (house, street)


@pytest.mark.parametrize("damaged", ["2026-07-05", "05/07/2026", "5-Jul", "2026-07-05 00:00:00"])
def test_a_house_number_turned_into_a_date_is_left_out_with_a_remark(reader, damaged) -> None:
    assert reader.house_and_street("", [damaged, "High Street"]) == (
        None,
        "HIGH STREET",
        "house-turned-date",
    )
    assert reader.house_and_street(damaged, ["High Street"])[2] == "house-turned-date"


@given(LINES)
@example(["CO:0"])
def test_standardising_a_house_twice_changes_nothing(reader, lines) -> None:
    house, street, _ = reader.house_and_street("", lines)
    if house is not None:
        assert reader.house_and_street(house, [])[0] == house
    if street is not None:
        assert reader.street(street) == street


def test_communal_places(rules) -> None:
    pattern = re.compile(communal_pattern(rules.addresses))
    assert pattern.search(words("The Grange Nursing Home"))
    assert pattern.search(words("H.M.P. Leeds").replace("H M P", "HMP"))
    assert not pattern.search(words("14 Hospitality Road"))
