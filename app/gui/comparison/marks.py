"""Which characters of two texts differ, and how two fields stand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

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


def differences(left: str, right: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Marks for each side, blind to case (source: Ratcliff and Obershelp's matching blocks)."""
    matcher = SequenceMatcher(None, _folded(left), _folded(right), autojunk=False)
    here: list[Mark] = []
    there: list[Mark] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if i2 > i1:
            here.append(Mark(i1, i2, tag == "delete"))
        if j2 > j1:
            there.append(Mark(j1, j2, tag == "insert"))
    return tuple(here), tuple(there)


def _folded(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def state_of(left: FieldView | None, right: FieldView | None) -> State:
    """Same as written, alike once standardised, different, or given on one side only."""
    one, other = _said(left), _said(right)
    if not one.strip() and not other.strip():
        return State.NONE
    if not one.strip() or not other.strip():
        return State.ONE
    if one.strip() == other.strip():
        return State.SAME
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
    """Both records' fields beside each other: shared ones first, in the left record's order.

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
    return tuple(p for p in (*both, *single) if p.state is not State.NONE)


def _pairing(name: str, left: FieldView | None, right: FieldView | None) -> Pairing:
    state = state_of(left, right)
    if name in OWN and state is not State.NONE:
        state = State.APART
    return Pairing(name, left, right, state)
