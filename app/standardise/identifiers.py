"""Identifiers made comparable: NINO, NHS number, UPRN, telephone, e-mail, bank account, sex.

Each function takes one cell as text and gives `(value, remark)`: the value is None where the
cell is empty or says nothing, and the remark is a note code where the steward should know why.
Sources: facts C1 of the civil registration page; NHS Data Dictionary; HMRC NIM39110.
"""

from __future__ import annotations

import itertools
import re

from app.model.names import IdentifierRules
from app.standardise.text import words

Numbered = tuple[int | None, str | None]
Lettered = tuple[str | None, str | None]

# First letter never D F I Q U V, second never those nor O; suffix A-D or missing.
SOUND_NINO = r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?"
_NINO = re.compile(SOUND_NINO)
_NINO_LIKE = re.compile(r"([A-Z]{2}\d{6})[A-Z]?")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]{2,}")
_UNMARKED = str.maketrans("", "", ".-_")
_SPLIT = re.compile(r"[/,;|]|\bor\b", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:ext|extn|extension|x)\.?\s*\d+\s*$", re.IGNORECASE)


def nino(text: str, rules: IdentifierRules) -> Lettered:
    """National Insurance number without its suffix letter (sources often lack it): 8 characters."""
    plain = text.upper() if text.isalnum() else _NOT_ALPHANUMERIC.sub("", text).upper()
    if not plain:
        return None, None
    found = _NINO_LIKE.fullmatch(plain)
    stand_in = found and (
        found[1] in rules.nino_placeholders or found[1][2:] in rules.nino_placeholder_digits
    )
    if stand_in:
        return None, "nino-placeholder"
    if plain[:2] in rules.nino_administrative and len(plain) >= 8:
        return None, "nino-administrative"
    found = _NINO.fullmatch(plain)
    return (plain[:8], None) if found else (None, "nino-unreadable")


def nhs_number(text: str, rules: IdentifierRules) -> Numbered:
    """NHS number as a number, its modulus 11 check digit proved (weights 10 to 2)."""
    plain = _digits(text)
    if not text.strip():
        return None, None
    if plain in rules.nhs_placeholders:
        return None, "nhs-number-placeholder"
    if len(plain) != 10 or not plain.isascii() or any(letter.isalpha() for letter in text):
        return None, "nhs-number-unreadable"
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), plain, strict=False))
    check = (11 - total % 11) % 11
    return (int(plain), None) if check == int(plain[9]) else (None, "nhs-number-check-digit")


def uprn(text: str, rules: IdentifierRules) -> Numbered:
    """UPRN as a number of 1 to 12 digits; one that Excel rounded is not repaired."""
    plain = text.strip().replace(" ", "")
    if not plain:
        return None, None
    if plain.isascii() and plain.isdigit() and len(plain) <= 12 and plain[0] != "0":
        known = plain not in rules.uprn_placeholders
        return (int(plain), None) if known else (None, "uprn-placeholder")
    if _SCIENTIFIC.fullmatch(plain):
        return None, "uprn-rounded"
    plain = plain.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit()):
        return None, "uprn-unreadable"
    if plain in rules.uprn_placeholders or int(plain) == 0:
        return None, "uprn-placeholder"
    return (int(plain), None) if len(plain.lstrip("0")) <= 12 else (None, "uprn-unreadable")


def phone(text: str, rules: IdentifierRules) -> Numbered:
    """The first readable telephone number of a cell as a number: national digits without the 0.

    `07700 900123`, `+44 7700 900123` and `7700900123` are one; other countries keep their code.
    """
    if not text.strip():
        return None, None
    remark = "phone-unreadable"
    for part in _SPLIT.split(_EXTENSION.sub("", text.strip())):
        number = _national(part)
        alike = len(set(_digits(part))) == 1
        typed = number.rjust(10, "0") in rules.phone_placeholders or _ends_in_a_run(number, rules)
        if alike or (number and typed):
            remark = "phone-placeholder"
        elif 9 <= len(number) <= 15:
            return int(number), None
    return None, remark


def email(text: str, rules: IdentifierRules) -> Lettered:
    """E-mail address in lower case."""
    plain = text.strip().lower().removeprefix("mailto:").strip("<> ")
    if not plain:
        return None, None
    local = plain.partition("@")[0].translate(_UNMARKED)
    if plain in rules.email_placeholders or local in rules.email_local_parts:
        return None, "email-placeholder"
    return (plain, None) if _EMAIL.fullmatch(plain) else (None, "email-unreadable")


def account(text: str) -> Lettered:
    """Sort code and account number (with a tab between) as 14 digits; both are needed."""
    sort_code, _, number = text.partition("\t")
    sort_code, number = _digits(sort_code), _digits(number)
    if not sort_code and not number:
        return None, None
    if len(sort_code) != 6 or not 6 <= len(number) <= 8 or int(number) == 0:
        return None, "account-incomplete"
    return sort_code + number.rjust(8, "0"), None


def sex(text: str, rules: IdentifierRules) -> Numbered:
    """1 male, 2 female, None unknown; never inferred from a title or a name."""
    plain = words(text)
    if not plain:
        return None, None
    plain = plain.removesuffix(" 0") if text.strip().endswith(".0") else plain
    return (rules.sex[plain], None) if plain in rules.sex else (None, "sex-unreadable")


def _ends_in_a_run(number: str, rules: IdentifierRules) -> bool:
    """Whether the last digits are all equal, or count up or down."""
    tail = [int(digit) for digit in number[-rules.phone_ending :]]
    steps = {(b - a) % 10 for a, b in itertools.pairwise(tail)}
    return len(tail) == rules.phone_ending and len(steps) == 1 and steps <= {0, 1, 9}


def _digits(text: str) -> str:
    return "".join(letter for letter in text.strip().removesuffix(".0") if letter in "0123456789")


def _national(text: str) -> str:
    abroad = text.strip().startswith("+")
    plain = _digits(text.replace("(0)", ""))
    if plain.startswith("00"):
        abroad, plain = True, plain[2:]
    if plain.startswith("44") and (abroad or len(plain) == 12):
        plain = plain[2:]
    return plain.lstrip("0")
