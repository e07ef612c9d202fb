"""What a column's values look like, for columns whose names say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.model.meanings import Meaning
from app.model.names import NameRules
from app.standardise import identifiers
from app.standardise.addresses import AddressReader, postcode
from app.standardise.dates import DateFormat, read_date
from app.standardise.names import tokenise
from app.standardise.text import fold, key, words

_PHONE = re.compile(r"(?:\+44|0044|0)[\d ()-]{9,14}")
_HEADER_OF_A_DATE = re.compile(
    r"start|end|issue|regist|expir|paid|from|to\b|creat|updat|modif|valid|vac|occ|death|dod|"
    r"left|leav|app|date of(?! b)|commenc|review|extract|run",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Look:
    """A meaning that a share (0-1) of a column's values fits."""

    means: Meaning
    share: float
    confidence: float


class Contents:
    """Judges columns by their values."""

    def __init__(self, rules: NameRules, latest: date) -> None:
        self._rules, self._latest = rules, latest
        self._formats = tuple(
            DateFormat(form) for form in rules.dates.formats if "%Y" in form and "%d" in form
        )
        self._addresses = AddressReader(rules.addresses)
        self._tests: tuple[tuple[Meaning, float, float, Callable[[str], bool]], ...] = (
            (Meaning.EMAIL, 0.8, 0.7, self._email),
            (Meaning.NINO, 0.8, 0.7, self._nino),
            (Meaning.POSTCODE, 0.8, 0.7, self._postcode),
            (Meaning.NHS_NUMBER, 0.9, 0.6, self._nhs_number),
            (Meaning.PHONE, 0.8, 0.6, lambda text: _PHONE.fullmatch(text) is not None),
            (Meaning.SEX, 0.95, 0.5, self._sex),
            (Meaning.TITLE, 0.8, 0.6, lambda text: words(text) in rules.titles),
            (Meaning.BIRTH_DATE, 0.8, 0.5, self._birth),
            (Meaning.UPRN, 0.8, 0.5, lambda text: text.isdigit() and 11 <= len(text) <= 12),
            (Meaning.FULL_NAME, 0.6, 0.5, self._full_name),
            (Meaning.GIVEN_NAMES, 0.5, 0.5, self._given),
            (Meaning.ADDRESS, 0.6, 0.5, self._address),
        )

    def look(self, header: str, values: Sequence[str]) -> Look | None:
        """What the values look like, None where nothing fits well enough."""
        filled = [value.strip() for value in values if value.strip()]
        if len(filled) < 3:
            return None
        for means, least, confidence, test in self._tests:
            if means is Meaning.BIRTH_DATE and _HEADER_OF_A_DATE.search(header):
                continue
            share = sum(map(test, filled)) / len(filled)
            if share >= least and self._telling(means, filled):
                return Look(means, share, confidence)
        return None

    def _telling(self, means: Meaning, filled: Sequence[str]) -> bool:
        """Whether values that fit say more than the test of each alone can."""
        if means is Meaning.BIRTH_DATE:
            return self._spread(filled)
        codes = {self._rules.identifiers.sex.get(words(value)) for value in filled}
        return means is not Meaning.SEX or {1, 2} <= codes

    def fits(self, means: Meaning, values: Sequence[str]) -> float:
        """The share of filled values that fit a meaning which can be told by its looks; else 1."""
        filled = [value.strip() for value in values if value.strip()]
        tests = {
            Meaning.EMAIL: self._email,
            Meaning.NINO: self._nino,
            Meaning.BIRTH_DATE: self._date,
            Meaning.DEATH_DATE: self._date,
            Meaning.UPRN: lambda text: (
                identifiers.uprn(text, self._rules.identifiers)[1] != "uprn-unreadable"
            ),
        }
        test = tests.get(means)
        return sum(map(test, filled)) / len(filled) if filled and test else 1.0

    def is_name(self, values: Sequence[str]) -> bool:
        """Whether most values are one or two words of letters: what a surname column looks like."""
        filled = [value for value in values if value.strip()]
        fit = [1 <= len(fold(v).split()) <= 2 and key(fold(v)).isalpha() for v in filled]
        no_digits = [not any(letter.isdigit() for letter in v) for v in filled]
        return len(filled) >= 3 and sum(map(all, zip(fit, no_digits, strict=True))) >= 0.9 * len(
            fit
        )

    def _email(self, text: str) -> bool:
        return "@" in text and identifiers.email(text, self._rules.identifiers)[0] is not None

    def _nino(self, text: str) -> bool:
        return identifiers.nino(text, self._rules.identifiers)[0] is not None

    def _nhs_number(self, text: str) -> bool:
        return identifiers.nhs_number(text, self._rules.identifiers)[0] is not None

    def _postcode(self, text: str) -> bool:
        code, remark = postcode(text, self._rules.addresses)
        return code is not None and not code.isdigit() and remark != "postcode-unusual"

    def _sex(self, text: str) -> bool:
        return words(text) in self._rules.identifiers.sex and not text.isdigit()

    def _date(self, text: str) -> bool:
        formats = tuple(DateFormat(form) for form in self._rules.dates.formats)
        return read_date(text, formats, self._rules.dates, self._latest)[1] != "date-unreadable"

    def _birth(self, text: str) -> bool:
        parts, remark = read_date(text, self._formats, self._rules.dates, self._latest)
        return remark == "date-placeholder" or (parts.whole is not None and remark != "date-serial")

    def _spread(self, filled: Sequence[str]) -> bool:
        """Birth dates of a list of people lie decades apart."""
        read = (read_date(v, self._formats, self._rules.dates, self._latest)[0] for v in filled)
        years = [parts.year for parts in read if parts.year]
        return bool(years) and max(years) - min(years) >= 20

    def _given(self, text: str) -> bool:
        tokens = [key(token) for token in tokenise(fold(text))]
        return bool(tokens) and len(tokens) <= 3 and tokens[0] in self._rules.forenames

    def _full_name(self, text: str) -> bool:
        tokens = [key(token) for token in tokenise(fold(text))]
        if not 2 <= len(tokens) <= 8 or any(letter.isdigit() for letter in text):
            return False
        known = [token in self._rules.forenames for token in tokens]
        titled = tokens[0] in self._rules.titles or tokens[-1] in self._rules.titles
        return titled or (any(known) and not all(known))

    def _address(self, text: str) -> bool:
        house, street, _ = self._addresses.house_and_street("", [text])
        return house is not None and street is not None and any(map(str.isdigit, text))
