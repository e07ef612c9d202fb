"""Whom a run reaches, at the terminal: the limits in the table, the groups apart in a sentence."""

from __future__ import annotations

from app.cli import match_verbs
from app.model.profiles import GroupRate, Reach

RATES = (
    GroupRate("sex", "male", 900, 891, 0.99, 0.9811, 0.9947),
    GroupRate("name", "Welsh surnames", 60, 45, 0.75, 0.6278, 0.8422, "fewer"),
    GroupRate("name", "Somali and Arabic surnames", None, None, None),
)


def test_groups_apart_are_marked_and_named_below() -> None:
    shown, named, _ = match_verbs._reach_text(Reach("R1", "L2", 10, RATES)).split("\n\n")
    male, welsh, somali = shown.splitlines()[2:]
    assert "98.1% to 99.5%" in male
    assert "chance" not in male
    assert welsh.endswith("less often, beyond chance")
    assert "not counted" in somali
    assert named.endswith("by more than chance explains: surname Welsh surnames.")
