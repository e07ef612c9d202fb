from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standardise.text import fold, key, words


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("  Siân  ", "SIAN"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Straße", "STRASSE"),
        ("Bjørn Ærø", "BJORN AERO"),
        ("O’Brien", "O'BRIEN"),
        ("Smith–Jones", "SMITH-JONES"),
        ("Ŵyn\u00a0Ŷ", "WYN Y"),
        ("\ufeffAnn\u200b", "ANN"),
    ],
)
def test_fold_keeps_the_letters_and_drops_their_marks(raw: str, folded: str) -> None:
    assert fold(raw) == folded


def test_key_and_words() -> None:
    assert key("O'BRIEN-JONES 2") == "OBRIENJONES"
    assert words("St. Mary's, no. 12") == "ST MARYS NO 12"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(words(text)) == words(text)
    assert key(key(fold(text))) == key(fold(text))


@given(st.text())
def test_folded_text_has_single_spaces_and_no_lower_case(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert folded == folded.upper()
