"""What is held: one entry of the register of information assets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Holding:
    """A load as an information asset: whose it is, how it lawfully came, and what uses it.

    `as_at` is the day its data stood so, `age` the days since (or since it was loaded, where the
    file says no day); `purposes` are what it may be used for as it came, `used_for` those of its
    runs that stand; `told` are the recipients of sealed packages with its rows in them.
    """

    load: str
    kind: str
    title: str
    file: str
    size: int
    supplier: str | None
    owners: tuple[str, ...]
    contact: str | None
    agreement: str | None
    route: str
    clause: str
    source: str
    purposes: tuple[str, ...]
    as_at: str | None
    age: int
    loaded_at: str
    loaded_by: str
    records: int
    rows_read: int
    rows_rejected: int
    destroy_by: str | None
    days_left: int | None
    runs: tuple[str, ...]
    used_for: tuple[str, ...]
    packages: tuple[str, ...]
    told: tuple[str, ...]
