"""What is read by whole columns is what the reading of one cell gives, and plain cells are so read.

Each test draws cells that lie near the edge of the regular form, and counts that both sides of the
edge were met: a column reader that read nothing would pass the comparison alone.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standardise import identifiers
from app.standardise.addresses import AddressReader, postcode
from app.standardise.columns import DateColumn, Tally
from app.standardise.datecells import DateReader, days
from app.standardise.dates import read_date
from app.standardise.names import Surname, given_names, surname
from app.standardise.regular import (
    GivenWords,
    ninos,
    plain_surnames,
    postcodes,
    simple_lines,
    uprns,
)

MANY = settings(max_examples=300, deadline=None, derandomize=True)
CODES = st.text("ABCDGILOQSTVXZ0159 .-é", max_size=9)
CASES = {
    "uprn": (CODES | st.integers(0, 10**13).map(str) | st.sampled_from(["0", "00", "1.0", "1E5"])),
    "nino": CODES | st.from_regex(r"[A-EO-Z]{2}[0-9]{6}[A-E]?", fullmatch=True),
    "postcode": CODES | st.from_regex(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}", fullmatch=True),
}
KNOWN = {
    "uprn": ["100023125940", "9999999999", "999999999999", ""],
    "nino": ["QQ123456C", "AB123456C", "AB123456", "OO000000", "CE123456D", "PP123456A"],
    "postcode": [
        "LS1 1AA",
        "ZZ99 9ZZ",
        "LS11AA",
        "AB1 1AB",
        "L51 1AA",
        "GIR 0AA",
        "W1A 0AX",
        "EC1A 1BB",
    ],
}


@pytest.fixture
def readers(rules):
    ids, places = rules.identifiers, rules.addresses
    return {
        "uprn": (uprns(ids), lambda text: identifiers.uprn(text, ids)),
        "nino": (ninos(ids), lambda text: identifiers.nino(text, ids)),
        "postcode": (postcodes(places), lambda text: postcode(text, places)),
    }


@pytest.mark.parametrize("name", CASES)
def test_identifiers(name: str, readers) -> None:
    whole, single = readers[name]
    met = {True: 0, False: 0}

    @MANY
    @given(st.lists(CASES[name].map(str.strip), max_size=8))
    def compare(texts: list[str]) -> None:
        cells = [*texts, *KNOWN[name]]
        for text, value in zip(cells, whole(pa.array(cells)).to_pylist(), strict=True):
            met[value is not None] += 1
            if value is not None:
                assert single(text) == (value, None), text

    compare()
    assert min(met.values()) > 100


WORDS = ["ANNA", "Mary", "de", "MR", "DJ", "J", "O'Neil", "Ann-Marie", "née", "the", "Bill", "II"]


def test_given_names(rules) -> None:
    whole = GivenWords(rules)
    met = {True: 0, False: 0}

    @MANY
    @given(st.lists(st.sampled_from(WORDS) | st.text("ABJnopr", max_size=4), max_size=4))
    def compare(words: list[str]) -> None:
        texts = [" ".join(words).strip(), "William  Henry", "", "Dafydd"]
        names = whole(pa.array(texts))
        for place, text in enumerate(texts):
            met[names.plain[place].as_py()] += 1
            if names.plain[place].as_py():
                alone = given_names(text, rules)
                fields = ("forename", "canonical", "middle", "initials", "alias")
                columns = [getattr(names, field)[place].as_py() for field in fields]
                assert columns == [getattr(alone, field) for field in fields], text
                assert alone.remark is None

    compare()
    assert min(met.values()) > 100


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%d %B %Y"])
def test_dates(form: str, rules, today: date) -> None:
    marks = form.replace("%Y", "{y:04d}").replace("%m", "{m:02d}").replace("%d", "{d:02d}")
    marks = marks.replace("%B", "May")
    column = DateColumn(form, (form,), rules.dates, today)
    column.settle([marks.format(y=1950, m=1, d=31)])
    reader = DateReader(column, rules.dates, today)
    parts = st.tuples(st.integers(0, 2100), st.integers(0, 14), st.integers(0, 32))
    texts = parts.map(lambda part: marks.format(y=part[0], m=part[1], d=part[2]))
    odd = st.sampled_from(["", "1950", "1/2/1950", "31/02/1950", "1900-01-01", "01/01/1900", "x"])

    @MANY
    @given(st.lists(texts | odd, max_size=10))
    def compare(cells: list[str]) -> None:
        whole, apart = Tally(), Tally()
        for tally in (whole, apart):
            tally.begin(range(len(cells)))
        read = reader(pa.array(cells, pa.string()), whole, "born")
        for place, text in enumerate(cells):
            alone, remark = read_date(text, column.formats, rules.dates, today)
            found = [read[name][place].as_py() for name in ("year", "month", "day", "date")]
            assert found == [alone.year, alone.month, alone.day, days(alone)], text
            if remark is not None:
                apart.add_at(remark, "born", [place])
        assert whole.notes() == apart.notes()

    compare()


def test_plain_dates_are_read_whole(rules, today: date) -> None:
    column = DateColumn(None, (), rules.dates, today)
    reader = DateReader(column, rules.dates, today)
    reader(pa.array(["1950-01-31"]), Tally(), "born")
    values, odd = reader._regular(
        pa.array(["1951-02-28", "1951-02-29", "1899-12-31", "1 May 1950"])
    )
    assert odd.to_pylist()[:2] == [False, True]
    assert odd.to_pylist()[3] is True
    assert values["year"][0].as_py() == 1951


WORDS_OF_STREETS = ["HIGH", "St", "Peter's", "Lane", "Bow", "Row", "A", "O'", "Flat 2"]
STREETS = st.lists(st.sampled_from(WORDS_OF_STREETS), min_size=1, max_size=3).map(" ".join)
LINES = st.tuples(st.sampled_from(["14", "7", "14A", "14 A", "FLAT 2"]), STREETS).map(" ".join)


def test_simple_lines(rules) -> None:
    reader = AddressReader(rules.addresses)
    met = {True: 0, False: 0}

    @MANY
    @given(st.sampled_from(["", "14"]), LINES, LINES)
    def compare(number: str, first: str, second: str) -> None:
        lines = [first, second, ""]
        house, street = simple_lines(pa.array([number]), [pa.array([line]) for line in lines])
        simple = house[0].as_py() is not None
        met[simple] += 1
        if simple:
            found = (house[0].as_py(), reader.street(street[0].as_py()), None)
            assert reader.house_and_street(number, lines) == found

    compare()
    assert min(met.values()) > 10


def test_plain_surnames(rules) -> None:
    whole = plain_surnames(rules)
    met = {True: 0, False: 0}

    @MANY
    @given(st.lists(st.sampled_from(WORDS) | st.text("ABJnopr", max_size=4), max_size=2))
    def compare(words: list[str]) -> None:
        texts = [" ".join(words).strip(), "Prendergast", "MacHin", "O'Brien", ""]
        for text, plain in zip(texts, whole(pa.array(texts)).to_pylist(), strict=True):
            met[plain is not None] += 1
            if plain is not None:
                assert surname(text, rules) == Surname(plain)

    compare()
    assert min(met.values()) > 100
