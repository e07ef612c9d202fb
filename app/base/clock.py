"""Time is handed in: services take a Clock, tests a fixed one."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, as the trail and JSON write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def months_on(day: date, months: int) -> date:
    """The day of the same number some months on, or the last of a month that is shorter."""
    ahead = day.month - 1 + months
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
