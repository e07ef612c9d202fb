"""Which characters of two texts differ, and how two fields stand to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate

from app.model.runs import FieldView


@dataclass(frozen=True)
class Mark:
    """Characters `start` to `end` (exclusive) that differ, or that `only` this side has."""

    start: int
    end: int
    only: bool


class State(StrEnum):
    """How the two sides of a field stand to each other."""

    SAME = "same"
    CASED = "cased"
    ALIKE = "alike"
    DIFFERENT = "different"
    ONE = "one"
    APART = "apart"
    NONE = "none"


OWN = frozenset(
    {"reference", "other_id", "event_status", "amends", "registered_date", "amount"}
    | {"start_date", "end_date"}
)
"""Fields that each system numbers or dates for itself: shown, never held against each other."""


DECIDING = (
    *("full_name", "given_names", "surname", "birth_date", "sex", "death_date"),
    *("address", "postcode", "birth_surname", "alias_given_names", "alias_surname"),
    *("uprn", "nino", "nhs_number", "phone", "email", "account"),
)
"""Fields that decide a pair, in the order they are read; the rest come after and may be folded."""

ALIKE_ENOUGH = 0.6
"""Below this share of letters in common, single letters say nothing: the word is marked whole."""


def differences(left: str, right: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Marks for each side, blind to case (source: Ratcliff and Obershelp's matching blocks).

    Words are set against words; where two are much alike, only their letters are marked.
    """
    one, other = _words(_folded(left)), _words(_folded(right))
    starts, ends = _starts(one), _starts(other)
    here: list[Mark] = []
    there: list[Mark] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            texts = "".join(one[i1:i2]), "".join(other[j1:j2])
            marks = _within(*texts, starts[i1], ends[j1])
            here += marks[0]
            there += marks[1]
    return tuple(here), tuple(there)


def _within(one: str, other: str, at: int, beside: int) -> tuple[list[Mark], list[Mark]]:
    """Marks in two unlike runs that begin at `at` and `beside`: letters, or each run whole."""
    letters = SequenceMatcher(None, one, other, autojunk=False)
    runs = letters.get_opcodes()
    if letters.ratio() < ALIKE_ENOUGH:
        runs = [("replace", 0, len(one), 0, len(other))]
    unlike = [places for tag, *places in runs if tag != "equal"]
    here = [Mark(at + i1, at + i2, j1 == j2) for i1, i2, j1, j2 in unlike if i2 > i1]
    there = [Mark(beside + j1, beside + j2, i1 == i2) for i1, i2, j1, j2 in unlike if j2 > j1]
    return here, there


def _words(text: str) -> list[str]:
    """Words and the blanks between them."""
    return re.findall(r"\s+|\S+", text)


def _starts(words: Sequence[str]) -> list[int]:
    """Where each word begins, and the end of all."""
    return [0, *accumulate(len(word) for word in words)]


def _folded(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def state_of(left: FieldView | None, right: FieldView | None) -> State:
    """Same (but for capitals), alike once standardised, different, or given on one side only."""
    one, other = _said(left), _said(right)
    if not one.strip() and not other.strip():
        return State.NONE
    if not one.strip() or not other.strip():
        return State.ONE
    if one.strip() == other.strip():
        return State.SAME
    if " ".join(one.split()).casefold() == " ".join(other.split()).casefold():
        return State.CASED
    if left and right and left.standard and left.standard == right.standard:
        return State.ALIKE
    return State.DIFFERENT


def _said(view: FieldView | None) -> str:
    """What the file says, or what was understood from another of its columns (a joint name)."""
    return "" if view is None else view.raw.strip() or view.standard


@dataclass(frozen=True)
class Pairing:
    """One line of the comparison: a field's name and both sides of it."""

    name: str
    left: FieldView | None
    right: FieldView | None
    state: State


def align(left: tuple[FieldView, ...], right: tuple[FieldView, ...]) -> tuple[Pairing, ...]:
    """Both records' fields beside each other: those that decide first, then shared ones.

    A name that comes twice on a side is paired in order. Fields empty on both sides are left out.
    """
    waiting: dict[str, list[FieldView]] = {}
    for view in right:
        waiting.setdefault(view.name, []).append(view)
    both: list[Pairing] = []
    single: list[Pairing] = []
    for view in left:
        partners = waiting.get(view.name, [])
        partner = partners.pop(0) if partners else None
        pairing = _pairing(view.name, view, partner)
        (both if partner else single).append(pairing)
    for view in right:
        if any(view is rest for rest in waiting[view.name]):
            single.append(_pairing(view.name, None, view))
    held = [p for p in (*both, *single) if p.state is not State.NONE]
    return tuple(sorted(held, key=_reading_order))


def decides(pairing: Pairing) -> bool:
    """Whether a field helps to decide the pair."""
    return pairing.name in DECIDING


def _reading_order(pairing: Pairing) -> int:
    return DECIDING.index(pairing.name) if decides(pairing) else len(DECIDING)


def _pairing(name: str, left: FieldView | None, right: FieldView | None) -> Pairing:
    state = state_of(left, right)
    if name in OWN and state is not State.NONE:
        state = State.APART
    return Pairing(name, left, right, state)
