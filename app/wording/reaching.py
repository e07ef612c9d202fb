"""Which groups a match finds less or more often than the rest, in sentences."""

from __future__ import annotations

from app.model.notes import Note
from app.model.profiles import GroupRate, Reach
from app.wording.sentences import group, name, note

MOST = 6
"""Groups that one sentence names; the table marks the others."""


def apart(found: Reach) -> str:
    """The groups that chance does not explain by name; empty where no group was counted.

    Postcode areas come last: away from home nearly all of them are found less often.
    """
    if all(rate.rate is None for rate in found.rates):
        return ""
    rates = sorted(found.rates, key=lambda rate: rate.by == "area")
    fewer = [_named(rate) for rate in rates if rate.apart == "fewer"]
    more = [_named(rate) for rate in rates if rate.apart == "more"]
    told = []
    if fewer:
        told.append(note(Note("reach-fewer", {"groups": _listed(fewer)})))
    if more:
        told.append(note(Note("reach-more", {"groups": _listed(more)})))
    return " ".join(told) or note(Note("reach-even"))


def _named(rate: GroupRate) -> str:
    return f"{name('group', rate.by)} {group(rate.group)}"


def _listed(groups: list[str]) -> str:
    further = len(groups) - MOST
    if further > 0:
        groups = [*groups[:MOST], note(Note("reach-further", {"count": further}))]
    return "; ".join(groups)
