"""Values of regular form, read by whole columns; what is of no such form is read one by one.

Each function takes a column of trimmed text and gives the values of the cells whose reading needs
no rule, null for all others: for these cells it gives what the reading of one cell would, without
a remark. Empty cells are null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.model.names import AddressRules, IdentifierRules, NameRules
from app.standardise.addresses import SOUND_POSTCODE
from app.standardise.columns import Distinct, Tally, spread
from app.standardise.identifiers import SOUND_NINO
from app.standardise.names import VOWELS

Regular = Callable[[pa.Array], pa.Array]

_UPRN = r"\A[1-9][0-9]{0,11}\z"
_SIMPLE = r"\A(?P<house>[0-9]+[A-Z]?) (?P<street>[A-Z]{2,}(?: [A-Z]+(?:'[A-Z]+)*)+)\z"
_PLAIN_WORD = r"\A *[A-Za-z]+ *\z"
_PLAIN_WORDS = r"\A[A-Za-z]+(?: +[A-Za-z]+)*\z"


class Reader:
    """The reading of one cell laid over columns: `(value, remark)`, the remarks counted.

    `regular` reads what it can of a column; the rest is read once for each distinct text.
    """

    def __init__(
        self,
        function: Callable[[str], tuple[object, str | None]],
        kind: pa.DataType,
        regular: Regular | None = None,
        *,
        remember: bool = False,
    ) -> None:
        self.kind = kind
        self._distinct = Distinct(function, remember=remember)
        self._regular = regular

    def __call__(self, column: pa.Array, tally: Tally, label: str) -> pa.Array:
        """The column's values, null where a cell says nothing."""
        if self._regular is None:
            found, at = self._distinct(column)
            tally.add_distinct([remark for _, remark in found], at, label)
            return spread([value for value, _ in found], at, self.kind)
        values = self._regular(column)
        rest = pc.and_(pc.is_null(values), pc.not_equal(column, ""))
        places = pc.indices_nonzero(rest)
        if not len(places):
            return values
        found, at = self._distinct(column.take(places))
        remarks = [remark for _, remark in found]
        tally.add_distinct(remarks, at, label, places.to_numpy())
        slow = spread([value for value, _ in found], at, self.kind)
        return pc.replace_with_mask(values, rest, slow)


def uprns(rules: IdentifierRules) -> Regular:
    """UPRNs of plain digits that are no stand-in, as int64."""
    stand_ins = pa.array(sorted(rules.uprn_placeholders), pa.string())

    def read(column: pa.Array) -> pa.Array:
        sound = pc.match_substring_regex(column, _UPRN)
        sound = pc.and_(sound, pc.invert(pc.is_in(column, stand_ins)))
        return pc.cast(_where(sound, column), pa.int64())

    return read


def ninos(rules: IdentifierRules) -> Regular:
    """National Insurance numbers in capitals without spaces: their first eight characters."""
    stand_ins = pa.array(sorted(rules.nino_placeholders), pa.string())
    typed = pa.array(sorted(rules.nino_placeholder_digits), pa.string())
    offices = pa.array(sorted(rules.nino_administrative), pa.string())

    def read(column: pa.Array) -> pa.Array:
        sound = pc.match_substring_regex(column, rf"\A(?:{SOUND_NINO})\z")
        plain = pc.utf8_slice_codeunits(column, 0, 8)
        told = pc.or_(
            pc.is_in(plain, stand_ins), pc.is_in(pc.utf8_slice_codeunits(column, 0, 2), offices)
        )
        told = pc.or_(told, pc.is_in(pc.utf8_slice_codeunits(plain, 2), typed))
        return _where(pc.and_(sound, pc.invert(told)), plain)

    return read


def postcodes(rules: AddressRules) -> Regular:
    """British postcodes in capitals that are no stand-in, without their space."""
    stand_ins = pa.array(sorted(rules.postcode_placeholders), pa.string())

    def read(column: pa.Array) -> pa.Array:
        plain = pc.replace_substring(column, " ", "")
        sound = pc.match_substring_regex(plain, rf"\A(?:{SOUND_POSTCODE})\z")
        return _where(pc.and_(sound, pc.invert(pc.is_in(plain, stand_ins))), plain)

    return read


@dataclass(frozen=True)
class PlainNames:
    """Given names of plain words: columns as long as the texts, and which texts are so."""

    forename: pa.Array
    canonical: pa.Array
    middle: pa.Array
    initials: pa.Array
    alias: pa.Array
    plain: pa.Array


class GivenWords:
    """Given names that are plain words no rule has anything to say about, read by whole columns."""

    def __init__(self, rules: NameRules) -> None:
        self._rules = rules
        self._known: dict[str, str | None] = {}

    def __call__(self, texts: pa.Array) -> PlainNames:
        """The names of texts; only those that are `plain` count."""
        plain = pc.match_substring_regex(texts, _PLAIN_WORDS)
        words = pc.split_pattern_regex(pc.utf8_upper(_where(plain, texts)), " +")
        flat = pc.dictionary_encode(pc.list_flatten(words))
        roots = pa.array([self._root(word) for word in flat.dictionary.to_pylist()], pa.string())
        odd = pc.is_null(roots).take(flat.indices)
        starts, ends, places = _bounds(words)
        odd_before = np.concatenate([[0], np.cumsum(odd.to_numpy(zero_copy_only=False))])
        regular = np.zeros(len(texts), dtype=bool)
        regular[places] = odd_before[ends] == odd_before[starts]
        first, second, third = (np.full(len(texts), -1, dtype=np.int64) for _ in range(3))
        first[places] = starts
        for column, number in ((second, 1), (third, 2)):
            enough = ends - starts > number
            column[places[enough]] = starts[enough] + number
        at = _taken(flat.indices, first)
        letters = pc.utf8_slice_codeunits(flat.dictionary, 0, 1).take(flat.indices)
        initials = pa.nulls(len(texts), pa.string())
        if len(places):
            offsets = pa.array(np.append(starts, ends[-1]).astype(np.int32))
            joined = pc.binary_join(pa.ListArray.from_arrays(offsets, letters), "")
            initials = pc.replace_with_mask(initials, pc.is_valid(words), joined)
        others = flat.dictionary.take(_taken(flat.indices, third))
        return PlainNames(
            forename=flat.dictionary.take(at),
            canonical=roots.take(at),
            middle=flat.dictionary.take(_taken(flat.indices, second)),
            initials=initials,
            alias=_where(pc.greater(pc.utf8_length(others), 1), others),
            plain=pa.array(regular),
        )

    def _root(self, word: str) -> str | None:
        """The root of a word, None where a rule may have something to say about it."""
        if word not in self._known:
            self._known[word] = self._rules.root(word) if self._is_plain(word) else None
        return self._known[word]

    def _is_plain(self, word: str) -> bool:
        return word not in self._rules.telling and (
            len(word) not in (2, 3) or not VOWELS.isdisjoint(word)
        )


def plain_surnames(rules: NameRules) -> Regular:
    """Surnames of one plain word no rule has anything to say about, in capitals."""
    telling = pa.array(sorted(rules.telling), pa.string())

    def read(texts: pa.Array) -> pa.Array:
        words = pc.utf8_upper(_where(pc.match_substring_regex(texts, _PLAIN_WORD), texts))
        told = pc.or_(pc.is_in(words, telling), pc.starts_with(words, "MAC"))
        return _where(pc.invert(told), words)

    return read


def _bounds(lists: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each list that is not null starts and ends among the flattened, and its place."""
    places = pc.indices_nonzero(pc.is_valid(lists)).to_numpy().astype(np.int64)
    lengths = pc.list_value_length(lists).drop_null().to_numpy().astype(np.int64)
    ends = np.cumsum(lengths)
    return ends - lengths, ends, places


def _taken(indices: pa.Array, at: np.ndarray) -> pa.Array:
    """Dictionary places at some places of a column, null for -1."""
    return indices.take(pa.array(at, mask=at < 0))


def _where(mask: pa.Array, column: pa.Array) -> pa.Array:
    """The column where the mask is true, null elsewhere."""
    return pc.if_else(mask, column, pa.scalar(None, column.type))


def simple_lines(number: pa.Array, lines: list[pa.Array]) -> tuple[pa.Array, pa.Array]:
    """House and street of addresses as simple as `14 HIGH ST` in their first line, else null."""
    if not lines:
        return tuple(pa.nulls(len(number), pa.string()) for _ in range(2))
    found = pc.extract_regex(_where(pc.equal(number, ""), pc.utf8_upper(lines[0])), _SIMPLE)
    house, street = (_where(pc.is_valid(found), pc.struct_field(found, n)) for n in range(2))
    return house, pc.replace_substring(street, "'", "")


def holds_digits(phrases: Iterable[str]) -> bool:
    """Whether any phrase holds a digit; where none does, a house number can be no part of one."""
    return any(letter.isdigit() for phrase in phrases for letter in phrase)
