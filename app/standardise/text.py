"""Folding of text: upper case, without accents, with plain apostrophes and hyphens."""

from __future__ import annotations

import re
import unicodedata

# Letters that NFKD leaves whole, and marks that mean an apostrophe, a hyphen or nothing.
_LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
        "þ": "th", "Þ": "TH", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ẞ": "SS",
        "ı": "i", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ŋ": "n", "Ŋ": "N",
        "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "ʻ": "'", "ʹ": "'", "`": "'", "´": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\xad": "",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Upper case without accents, runs of white space as one space; `fold(fold(x)) == fold(x)`."""
    if text.isascii():
        return " ".join(text.upper().split())
    return _fold_wide(text)


def _fold_wide(text: str) -> str:
    # Upper-casing may bring up letters that decompose again, so it goes on until nothing changes.
    while True:
        spread = unicodedata.normalize("NFKD", text.translate(_LETTERS)).translate(_LETTERS)
        plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
        folded = " ".join(plain.upper().split())
        if folded == text:
            return folded
        text = folded


def key(text: str) -> str:
    """The letters of a folded text alone: `O'Brien-Jones` gives `OBRIENJONES`."""
    if text.isalpha():
        return text
    return "".join(letter for letter in text if letter.isalpha())


def words(text: str) -> str:
    """Folded words and numbers with one space between; apostrophes and full stops vanish."""
    folded = fold(text).replace("'", "").replace(".", " ")
    return " ".join(_WORD.findall(folded))


def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words of folded text."""
    return re.compile(
        r"\b(?:" + "|".join(re.escape(p).replace(r"\ ", " ") for p in phrases) + r")\b"
    )
