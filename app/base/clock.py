"""Time is handed in: services take a Clock, tests a fixed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, as the trail and JSON write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
