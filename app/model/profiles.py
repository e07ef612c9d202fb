"""Small tables about data: how full columns are, how matching fared by group."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a load: cells filled, their share (0-1) and distinct values."""

    column: str
    filled: int
    share: float
    distinct: int


@dataclass(frozen=True)
class LoadProfile:
    """The quality profile of a load."""

    rows: int
    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True)
class SourceProfile:
    """How full the columns of one source are that leave in a package."""

    source: str
    profile: LoadProfile


@dataclass(frozen=True)
class BandShare:
    """Pairs in one band and their share of all pairs (0-1)."""

    band: str
    pairs: int
    share: float


@dataclass(frozen=True)
class NameGroup:
    """Surnames by which a match is tested for fairness, never matched or decided.

    A standardised surname belongs to the group that lists it, else to the first whose `starts` or
    `endings` it has.
    """

    title: str
    names: frozenset[str]
    starts: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupRate:
    """How many records of one group matched; all None for a group too small to show.

    `by` is sex, age, area or name; `group` is `male`, `65-74`, a postcode area, the title of a
    group of surnames, or `unknown`. `low` and `high` are the limits of the rate (95 %); `apart` is
    `fewer` or `more` where it differs from the rest of its family by more than chance explains.
    """

    by: str
    group: str
    records: int | None
    matched: int | None
    rate: float | None
    low: float | None = None
    high: float | None = None
    apart: str = ""


@dataclass(frozen=True)
class Reach:
    """Whom a run reaches: the load whose records were counted, and their rates by group.

    Groups of fewer than `smallest` records are named and not counted.
    """

    run: str
    load: str
    smallest: int
    rates: tuple[GroupRate, ...]
