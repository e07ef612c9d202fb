"""Addresses made comparable: postcode, house, street, and whether many people share the place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model.names import AddressRules
from app.standardise.text import fold, phrase_pattern

# Outward A9 A99 AA9 AA99 A9A AA9A, inward 9AA; first letter not Q V X, second not I J Z,
# never C I K M O V in the inward letters (facts C1); GIR 0AA is the one exception.
SOUND_POSTCODE = (
    r"(?:[A-PR-UWYZ][A-HK-Y]?(?:[0-9]|[1-9][0-9])|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])[0-9][ABD-HJLNP-UW-Z]{2}|GIR0AA"
)
_POSTCODE = re.compile(SOUND_POSTCODE)
# Areas of one letter; a repair must not invent another.
_ONE_LETTER_AREA = re.compile(r"[BEGLMNSW]\d")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_OUTWARD = re.compile(r"[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?")
_AT_END = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})\s*$")
_LETTER = str.maketrans("01", "OI")
_DIGIT = str.maketrans("OI", "01")
_NUMBER = re.compile(r"(\d+(?: ?[A-Z](?![A-Z]))?(?: ?[-/] ?\d+[A-Z]?)?)(?: +|$)(.*)")
_SIMPLE = re.compile(r"(\d+[A-Z]?) ([A-Z]{2,}(?: [A-Z]+)+)")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?|"
    r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/\d{2,4}|"
    r"\d{1,2}-(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?:-\d{2,4})?"
)
_MOST_LINES = 100_000
"""Lines whose pieces are remembered: towns and flats come again and again."""
_SLASHES = re.compile(r"\s*/[\s/]*")
_PLAIN = re.compile(r"[^\w/ -]+")


def postcode(text: str, rules: AddressRules) -> tuple[str | None, str | None]:
    """A postcode without its space, and a remark; O and 0, I and 1 are put right where they stand.

    What is no British postcode but a code with digits (another country's, or one with an error
    that cannot be put right) is kept as it is, for likeness.
    """
    plain = _NOT_ALPHANUMERIC.sub("", text).upper()
    if not plain:
        return None, None
    if plain in rules.postcode_placeholders:
        return None, "postcode-placeholder"
    if _POSTCODE.fullmatch(plain):
        return plain, None
    repaired = next((code for code in _repairs(plain) if _is_repaired(code)), None)
    if repaired is not None and repaired not in rules.postcode_placeholders:
        return repaired, "postcode-repaired"
    return _foreign(plain)


def _foreign(plain: str) -> tuple[str | None, str | None]:
    """What a code that is no British postcode is worth."""
    if plain.isascii() and plain.isdigit() and 3 <= len(plain) <= 9:
        return plain, None
    if _OUTWARD.fullmatch(plain):
        return None, "postcode-partial"
    if plain.isascii() and 5 <= len(plain) <= 9 and any(letter.isdigit() for letter in plain):
        return plain, "postcode-unusual"
    return None, "postcode-unreadable"


def _is_repaired(code: str) -> bool:
    sound = _POSTCODE.fullmatch(code) is not None
    return sound and (code[1].isalpha() or _ONE_LETTER_AREA.match(code) is not None)


def _repairs(plain: str) -> list[str]:
    """The same code with letters and digits in the places where the shape wants them."""
    if not 5 <= len(plain) <= 7:
        return []
    outward, inward = plain[:-3], plain[-3:]
    inward = inward[0].translate(_DIGIT) + inward[1:].translate(_LETTER)
    tries = []
    for letters in (1, 2):
        head = outward[0].replace("0", "O") + outward[1:letters].translate(_LETTER)
        tail = outward[letters:]
        tries += [head + tail.translate(_DIGIT) + inward]
        if len(tail) > 1:
            tries += [head + tail[:-1].translate(_DIGIT) + tail[-1] + inward]
    return tries


def postcode_in(lines: Sequence[str], rules: AddressRules) -> str | None:
    """The postcode at the end of an address line, for files that have no column for it."""
    for line in reversed(lines):
        if found := _AT_END.search(line.upper()):
            code, _ = postcode(found[1], rules)
            if code:
                return code
    return None


def communal_pattern(rules: AddressRules) -> str:
    """The pattern of communal establishments for lines folded by `words` (RE2 and Python alike)."""
    return phrase_pattern(rules.communal).pattern


class AddressReader:
    """Reads houses and streets by one set of rules (their patterns are built once)."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        flats = "|".join(re.escape(word) for word in rules.flats)
        self._flat = re.compile(rf"(?:{flats})\b ?(?:NO )?(\d+ ?[A-Z]?|[A-Z]\d*)(?: +|$)(.*)")
        self._flat_name = re.compile(rf"[A-Z ]+ (?:{flats})")
        self._care_of = tuple(word + end for word in rules.care_of for end in " ,:;-.")
        self._read: dict[str, tuple[tuple[str, ...], str | None]] = {}

    def house_and_street(
        self, number: str, lines: Sequence[str]
    ) -> tuple[str | None, str | None, str | None]:
        """The house, the street and a remark, from a house number cell and address lines.

        The house is its number (`14`, `14A`, `12-14`) or its name; a dwelling inside it stands in
        front of a slash: `Flat 2, 14 High St` is `2/14`, `Flat 2, Rose Court` is `2/ROSE COURT`,
        a flat of no house `2/`. The street has its last word written out (`HIGH STREET`). A cell
        that Excel turned from 5-7 into a date gives nothing but the remark `house-turned-date`.
        """
        if not number and lines and (simple := _SIMPLE.fullmatch(lines[0].upper())):
            return simple[1], self.street(simple[2]), None
        remark = None
        house = flat = ""
        if number:
            pieces, remark = self._pieces(number)
            if len(pieces) == 1 and "/" in pieces[0]:
                flat, _, house = (part.strip() for part in pieces[0].partition("/"))
            else:
                flat, house, _ = self._walk(pieces, "", lone=True)
        read: list[str] = []
        for line in lines:
            if line:
                plain, turned = self._pieces(line)
                read += plain
                remark = remark or turned
        inner, house, street = self._walk(read, house, lone=False)
        flat = flat or inner
        return _dwelling(flat, house) or None, street or None, remark

    def street(self, plain: str) -> str:
        """A folded street with its last word written out: `HIGH ST` is `HIGH STREET`."""
        head, space, last = plain.rpartition(" ")
        if not space:
            return plain
        return f"{head} {self._rules.streets.get(last, last)}"

    def _pieces(self, line: str) -> tuple[tuple[str, ...], str | None]:
        """A line as folded pieces between commas, without care-of lines and stand-ins."""
        found = self._read.get(line)
        if found is None:
            if len(self._read) >= _MOST_LINES:
                self._read.clear()
            found = self._read[line] = self._parted(line)
        return found

    def _parted(self, line: str) -> tuple[tuple[str, ...], str | None]:
        folded = fold(line).replace("'", "")
        if _DATE.fullmatch(folded):
            return (), "house-turned-date"
        if folded.startswith(self._care_of):
            return (), None
        pieces = []
        for piece in folded.split(","):
            plain = " ".join(_SLASHES.sub("/", _PLAIN.sub(" ", piece)).split()).lstrip("/- ")
            if plain and plain not in self._rules.placeholders:
                pieces.append(plain)
        return tuple(pieces), None

    def _walk(self, pieces: Sequence[str], house: str, *, lone: bool) -> tuple[str, str, str]:
        """Flat, house and street out of the pieces; `lone` when they are a house number cell."""
        flat = name = ""
        known = bool(house)
        for place, piece in enumerate(pieces[:5]):
            if found := self._flat.match(piece):
                flat, piece = found[1].replace(" ", ""), found[2]  # noqa: PLW2901
            elif self._flat_name.fullmatch(piece):
                flat, piece = piece, ""  # noqa: PLW2901
            if not piece:
                continue
            found = _NUMBER.fullmatch(piece)
            if found and not known:
                house, known, piece = found[1].replace(" ", ""), True, found[2]  # noqa: PLW2901
                flat, house = self._inner(flat, house)
            elif found and found[1].replace(" ", "") == house:
                piece = found[2]  # noqa: PLW2901
            if not piece:
                continue
            behind = pieces[place + 1] if place + 1 < len(pieces) else ""
            if known or (self._is_street(piece) and not (flat and self._is_way(behind))):
                return flat, house or name, "" if lone else self.street(piece)
            if lone or name:
                break
            name = piece
        return flat, house or name or (" ".join(pieces) if lone and not flat else ""), ""

    def _inner(self, flat: str, house: str) -> tuple[str, str]:
        """`2/14` written as one number is flat 2 of house 14."""
        inner, slash, outer = house.partition("/")
        return (inner, outer) if slash and not flat else (flat, house)

    def _is_way(self, piece: str) -> bool:
        """Whether a piece is a street, numbered or not: what stands before it is a building."""
        return _NUMBER.fullmatch(piece) is not None or self._is_street(piece)

    def _is_street(self, piece: str) -> bool:
        head, space, last = piece.rpartition(" ")
        return bool(space) and bool(head) and last in self._rules.streets


def _dwelling(flat: str, house: str) -> str:
    """A dwelling and its house with one slash between; further slashes become hyphens."""
    first, slash, rest = (f"{flat}/{house}" if flat else house).partition("/")
    return first + slash + rest.replace("/", "-")
