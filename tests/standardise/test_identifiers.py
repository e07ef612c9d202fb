from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standardise.identifiers import account, email, nhs_number, nino, phone, sex, uprn


@pytest.fixture(scope="session")
def ids(rules):
    return rules.identifiers


@pytest.mark.parametrize(
    ("cell", "value", "remark"),
    [
        ("CE 12 34 57 C", "CE123457", None),
        ("ce123457", "CE123457", None),
        ("CE123457E", None, "nino-unreadable"),
        ("DE123457C", None, "nino-unreadable"),
        ("AO123457C", None, "nino-unreadable"),
        ("TN010150M", None, "nino-administrative"),
        ("PP123457A", None, "nino-administrative"),
        ("AB123456C", None, "nino-placeholder"),
        ("", None, None),
    ],
)
def test_nino(ids, cell, value, remark) -> None:
    assert nino(cell, ids) == (value, remark)


@pytest.mark.parametrize(
    ("cell", "value", "remark"),
    [
        ("943 476 5919", 9434765919, None),
        ("9434765919.0", 9434765919, None),
        ("943 476 5918", None, "nhs-number-check-digit"),
        ("0000000000", None, "nhs-number-placeholder"),
        ("12345", None, "nhs-number-unreadable"),
        ("", None, None),
    ],
)
def test_nhs_number(ids, cell, value, remark) -> None:
    assert nhs_number(cell, ids) == (value, remark)


@given(st.integers(10**9, 10**10 - 1), st.integers(0, 9), st.integers(1, 9))
def test_the_check_digit_finds_every_single_wrong_digit(ids, number, place, step) -> None:
    text = str(number)
    wrong = text[:place] + str((int(text[place]) + step) % 10) + text[place + 1 :]
    both = nhs_number(text, ids)[0], nhs_number(wrong, ids)[0]
    assert None in both


@pytest.mark.parametrize(
    ("cell", "value", "remark"),
    [
        ("100023336956", 100023336956, None),
        ("0100023336956", 100023336956, None),
        ("10023.0", 10023, None),
        ("1.00023E+11", None, "uprn-rounded"),
        ("999999999999", None, "uprn-placeholder"),
        ("1000233369567", None, "uprn-unreadable"),
        ("none", None, "uprn-unreadable"),
        ("", None, None),
    ],
)
def test_uprn(ids, cell, value, remark) -> None:
    assert uprn(cell, ids) == (value, remark)


@pytest.mark.parametrize(
    "cell",
    [
        "07700 900123",
        "+44 7700 900123",
        "0044 7700900123",
        "+44 (0)7700 900123",
        "7700900123",
        "447700900123",
        "07700 900123 ext 5",
        "x / 07700900123",
    ],
)
def test_a_telephone_number_is_one_however_written(ids, cell) -> None:
    assert phone(cell, ids) == (7700900123, None)


def test_telephone_stand_ins_and_rubbish(ids) -> None:
    assert phone("00000 000000", ids) == (None, "phone-placeholder")
    assert phone("ask wife", ids) == (None, "phone-unreadable")
    assert phone("+33 6 12 34 56 90", ids) == (33612345690, None)


@pytest.mark.parametrize(
    "cell",
    [
        *("07000000000", "07999999999", "07123456789", "07111111111", "07700 000000"),
        *("07900000000", "07555 555555", "02000000000", "0800 000 0000", "+447000000000"),
        *("07987654321", "01234 567890"),
    ],
)
def test_a_telephone_number_that_nobody_has_is_never_matched_on(ids, cell) -> None:
    assert phone(cell, ids) == (None, "phone-placeholder")


@pytest.mark.parametrize("cell", ["07700 123321", "0300 123 6600", "01632960012", "07000 111111"])
def test_a_telephone_number_with_some_order_in_it_is_one(ids, cell) -> None:
    assert phone(cell, ids)[1] is None


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "noemail@gmail.com",
            "no@no.com",
            "not.provided@council.gov.uk",
            "unknown@btinternet.com",
        ),
        *("refused@refused.com", "test@test.co.uk", "No-Reply@Council.gov.uk", "n.a@x.org"),
    ],
)
def test_an_address_that_nobody_reads_is_never_matched_on(ids, cell) -> None:
    assert email(cell, ids) == (None, "email-placeholder")
    assert email("ann.no@x.org", ids) == ("ann.no@x.org", None)


@pytest.mark.parametrize("cell", ["NA000000A", "AA999999A", "JW999999A", "SR 12 34 56 C"])
def test_a_number_typed_for_one_not_known_is_never_matched_on(ids, cell) -> None:
    assert nino(cell, ids) == (None, "nino-placeholder")


def test_email_account_and_sex(ids) -> None:
    assert email(" Ann.Smith@Example.ORG ", ids) == ("ann.smith@example.org", None)
    assert email("ann at home", ids) == (None, "email-unreadable")
    assert email("none@none.com", ids) == (None, "email-placeholder")
    assert account("12-34-56\t1234567") == ("12345601234567", None)
    assert account("\t12345678") == (None, "account-incomplete")
    assert [sex(c, ids)[0] for c in ("M", "2", "female", "9", "1.0")] == [1, 2, 2, None, 1]
    assert sex("Q", ids) == (None, "sex-unreadable")


@given(st.text(max_size=30))
def test_standardising_identifiers_twice_changes_nothing(ids, text) -> None:
    for function in (nino, uprn, phone, email, nhs_number):
        value = function(text, ids)[0]
        if value is not None:
            again = str(value).rjust(10, "0") if function is nhs_number else str(value)
            assert function(again, ids) == (value, None)
