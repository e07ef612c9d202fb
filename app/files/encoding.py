"""Finds out how a text file's bytes are encoded: by its mark, by strict proof, else by rule."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.base.progress import Progress
from app.model.notes import Note

BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROKEN_FOR_EACH_WHOLE = 4  # beyond that a file is Windows-1252 with a few strange rows
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_WITHIN_A_WORD = re.compile(rb"[A-Za-z][\x80-\xff]")
_SIGNS = b"\x85\x91\x92\x93\x94\x96\x97\xa0"  # Windows dashes and quotes: they say nothing
_OTHERS = ("cp850", "mac-roman")
_SENSE, _NONSENSE = 0.9, 0.75


@dataclass(frozen=True)
class EncodingGuess:
    """An encoding and the remarks on how it was concluded."""

    encoding: str
    notes: tuple[Note, ...]


def conclude_encoding(path: Path, head: bytes, progress: Progress) -> EncodingGuess:
    """The encoding of a text file; `head` is its first bytes, the file is read once through.

    A byte order mark decides; then the pattern of NUL bytes that UTF-16 leaves in Latin text;
    then UTF-8, proved strictly over the whole file. What is not UTF-8 is Windows-1252, unless
    whole UTF-8 sequences are there in number: they do not come about by chance, and rows set
    aside for their broken bytes can be seen, where names in wrong letters would not be.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return EncodingGuess(encoding, (_note(encoding, "mark"),))
    if wide := _wide_without_mark(head):
        return EncodingGuess(wide, (_note(wide, "pattern"),))
    proved, plain = _is_utf8(path, progress)
    if proved:
        return EncodingGuess("utf-8", (_note("utf-8", "ascii" if plain else "proved"),))
    counted = _count_sequences(path, progress)
    whole, broken, undefined = counted.whole, counted.broken, counted.undefined
    mixed = Note("encoding-mixed", {"whole": whole, "broken": broken})
    if whole * _BROKEN_FOR_EACH_WHOLE >= broken:
        return EncodingGuess("utf-8", (_note("utf-8", "most"), mixed))
    notes = [_note("cp1252", "not-utf-8")]
    if whole:
        notes.append(mixed)
    if undefined:
        notes.append(Note("encoding-undefined-bytes", {"encoding": "cp1252", "count": undefined}))
    if other := _rather(counted.within_words):
        notes.append(Note("encoding-doubtful", {"encoding": "cp1252", "other": other}))
    return EncodingGuess("cp1252", tuple(notes))


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder that marks what it cannot decode with lone surrogates instead of stopping."""
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return codecs.getincrementaldecoder(encoding)(errors)


def _note(encoding: str, basis: str) -> Note:
    return Note(f"encoding-{basis}", {"encoding": encoding})


def _wide_without_mark(head: bytes) -> str | None:
    """UTF-16 by the NUL bytes of its Latin letters, on even or on odd places."""
    sample = head[: len(head) & ~1][:65536]
    if len(sample) < 4:
        return None
    places = len(sample) // 2
    even, odd = sample[::2].count(0) / places, sample[1::2].count(0) / places
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None


def _is_utf8(path: Path, progress: Progress) -> tuple[bool, bool]:
    """Whether the whole file is UTF-8, and whether it is plain ASCII."""
    progress.stage("decode", path.stat().st_size)
    strict = codecs.getincrementaldecoder("utf-8")()
    ascii_only = True
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            try:
                strict.decode(block)
            except UnicodeDecodeError:
                return False, False
            ascii_only = ascii_only and block.isascii()
            progress.step(len(block))
    return not strict.getstate()[0], ascii_only


@dataclass
class _Counted:
    """Whole UTF-8 sequences beyond ASCII, bytes that belong to none, bytes not in cp1252, and
    how often which byte beyond ASCII follows which letter.
    """

    whole: int = 0
    broken: int = 0
    undefined: int = 0
    within_words: Counter[bytes] = field(default_factory=Counter)


def _count_sequences(path: Path, progress: Progress) -> _Counted:
    progress.stage("decode", path.stat().st_size)
    utf8, counted = decoder("utf-8"), _Counted()
    with path.open("rb") as stream:
        while True:
            block = stream.read(BLOCK)
            text = utf8.decode(block, final=not block)
            sound = text.encode("utf-8", "ignore")
            damaged = len(text.encode("utf-8", "surrogateescape")) - len(sound)
            counted.whole += len(text) - damaged - len(text.encode("ascii", "ignore"))
            counted.broken += damaged
            counted.undefined += len(block) - len(block.translate(None, _UNDEFINED_IN_CP1252))
            counted.within_words.update(_WITHIN_A_WORD.findall(block))
            if not block:
                return counted
            progress.step(len(block))


def _rather(pairs: Counter[bytes]) -> str | None:
    """Another encoding in which accented letters make sense where as Windows-1252 they do not."""
    telling = {pair: n for pair, n in pairs.items() if pair[1] not in _SIGNS}
    if not telling or _sense(telling, "cp1252") >= _NONSENSE:
        return None
    best = max(_OTHERS, key=lambda encoding: _sense(telling, encoding))
    return best if _sense(telling, best) >= _SENSE else None


def _sense(pairs: dict[bytes, int], encoding: str) -> float:
    """The share of pairs that are letters as words have them: none turns to capitals within."""
    good = 0
    for pair, number in pairs.items():
        text = pair.decode(encoding, "replace")
        before, letter = text[0], text[1]
        good += number * (letter.isalpha() and not (before.islower() and letter.isupper()))
    return good / sum(pairs.values())
