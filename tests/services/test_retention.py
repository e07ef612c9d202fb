"""Until when a load may be kept, and what Home says of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.services import home, intake, sharing
from app.services.particulars import particulars
from tests.services.council import agreed, agreement, badges, death, deaths


@pytest.fixture
def feed(workspace, tmp_path):
    intake.load_file(workspace, badges(tmp_path))
    intake.load_file(workspace, deaths(tmp_path, [death(0)]), agreed(workspace, tmp_path))
    return workspace


def at(workspace, day: str) -> list[tuple[str, int, str]]:
    """What Home says of keeping things on a day."""
    workspace.clock = lambda: datetime.fromisoformat(day).replace(tzinfo=UTC)
    said = [w for w in home.waiting(workspace) if w.code.startswith("retention")]
    return [(w.code, w.count, w.of) for w in said]


def test_a_load_under_an_agreement_has_its_last_day(feed) -> None:
    own, under = intake.loads(feed)
    assert own.destroy_by is None
    assert (under.loaded_at[:10], under.destroy_by) == ("2026-08-22", "2026-11-20")
    assert particulars(feed, "L2").summary.destroy_by == "2026-11-20"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-10-20", []),
        ("2026-10-21", [("retention-near", 30, "L2")]),
        ("2026-11-19", [("retention-near", 1, "L2")]),
        ("2026-11-20", [("retention-near", 0, "L2")]),
        ("2026-11-21", [("retention-over", 1, "L2")]),
        ("2027-11-20", [("retention-over", 365, "L2")]),
    ],
)
def test_home_says_so_in_time_and_until_it_is_done(feed, day, told) -> None:
    assert at(feed, day) == told


def test_what_is_withdrawn_is_no_longer_kept(feed) -> None:
    intake.withdraw(feed, "L2", "wrong-file")
    assert at(feed, "2027-01-01") == []
    assert intake.loads(feed)[1].destroy_by is None


def test_an_agreement_imported_again_moves_the_day(feed, tmp_path) -> None:
    sharing.import_agreement(feed, agreement(tmp_path, retention_days=10))
    assert intake.loads(feed)[1].destroy_by == "2026-09-01"
