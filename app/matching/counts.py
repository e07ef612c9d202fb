"""Chance agreement counted from the codes: u of every level, and each value's own frequency.

Nothing is sampled at random, so the same input gives the same bytes. Where true pairs would
distort a count (identifiers, dates and addresses of small or much overlapping tables) agreement is
counted among *different* records of the left side, or the expected true pairs are taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from app.base.progress import Progress
from app.matching.block import Blocker
from app.matching.levels import FAR_YEARS, FUZZY, one_digit
from app.matching.sides import Ints, Properties, Side, distinct, numbered
from app.matching.similar import share_of_levels
from app.matching.textbytes import order
from app.model.plan import LEVELS, UNWEIGHTED, MatchPlan
from app.model.records import DOMAINS

Reals = npt.NDArray[np.float64]

IDENTIFIER_BASE = {"nino": 1e-6, "nhs_number": 1e-6, "other_id": 1e-5}
"""Chance that two different people hold the same identifier by error, where none was counted."""
CONTACT_BASE = 1e-5
DATE_BASE = 1.0 / 29_220
"""One birth date out of eighty years, where the table is too small to count collisions."""
STEADY_DATES = 10
"""Records that the mean frequency of dates is worth beside a date's own count."""
SAMPLE = 640
"""Values per side, at equal steps in order of their text, that fuzzy levels are counted on."""
LEAST = 1e-9
FUZZY_BASE = {
    ("forename", "close"): 3e-4,
    ("forename", "similar"): 2e-3,
    ("surname", "close"): 2e-4,
    ("surname", "similar"): 7e-4,
    ("nino", "close"): 1e-5,
    ("email", "close"): 1e-4,
    ("other_id", "close"): 1e-3,
}
"""Chance that two people's values are as alike, where the tables are too small to count it."""
STEADY = 20.0
"""Pairs that `FUZZY_BASE` is worth beside those counted."""
LADDER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("same-address", ("postcode", "house")),
    ("same-postcode", ("postcode",)),
    ("same-sector", ("sector",)),
    ("same-district", ("district",)),
    ("same-area", ("area",)),
)
"""Address levels that contain each other, and the columns that agree on each."""
CONDITIONAL = frozenset(
    {"initial", "middle-used", "alias", "former", "half", "partly-known"}
    | {"same-uprn", "same-street", "same-street-name", "same-postcode-house-unknown"}
)
"""Levels that only some pairs could reach: their u takes nothing from that of `differs`."""


@dataclass(frozen=True)
class Counts:
    """u of every level (0 where it carries no bits), and the frequency of each value on the left.

    `u[field]` is aligned to `LEVELS[field]`; `tf[name]` is an array by code, `wide[name]` values in
    order and their frequencies where they are no codes, `sizes` the number of left records by
    dwelling. `certain_pairs`: pairs that agree exactly on name and birth date or name and address,
    the first guess of how many true pairs there are.
    """

    u: dict[str, Reals]
    tf: dict[str, Reals]
    wide: dict[str, tuple[Ints, Reals]]
    sizes: Ints
    true_pairs: float


class Counter:
    """Counts for one plan over two sides; `right` is the left itself within one table."""

    def __init__(self, blocker: Blocker, properties: Properties, plan: MatchPlan) -> None:
        self._blocker, self._plan = blocker, plan
        self._left, self._right = blocker.left, blocker.right
        self._properties = properties
        self._tf: dict[str, Reals] = {}
        self._wide: dict[str, tuple[Ints, Reals]] = {}
        self._borne: dict[str, Ints] = {}
        self._ranks: dict[str, Ints] = {}
        self._true = 0.0

    def count(self, progress: Progress) -> Counts:
        """All counts; one progress step a field."""
        self._true = self._guess_true_pairs()
        u = {}
        for field in self._plan.fields:
            progress.step()
            u[field] = self._field(field)
        sizes = self._left.counts("dwelling")
        return Counts(u, self._tf, self._wide, sizes, self._true)

    def _field(self, field: str) -> Reals:
        found = {
            "forename": self._forename,
            "surname": self._surname,
            "middle": self._middle,
            "birth_date": self._birth_date,
        }
        if field == "place":
            shares = self._place()
        elif field == "sex":
            shares = {"exact": self._agree("sex", "sex")}
        elif field in found:
            shares = found[field]()
        else:
            shares = self._identifier(field)
        return _aligned(field, shares)

    def _guess_true_pairs(self) -> float:
        keys: tuple[tuple[str, ...], ...] = (
            ("forename", "surname", "birth_date"),
            ("forename", "surname", "postcode", "house"),
        )
        pairs: float = max(self._blocker.joiner.agreeing(key) for key in keys)
        likely: float = 1.0
        for field in ("forename", "surname", "birth_date"):
            if field in self._plan.fields:
                likely *= self._plan.m(field, "exact")
        if self._blocker.within:
            return max(0.0, (pairs - self._left.n) / 2 / likely)
        return min(pairs / likely, float(self._left.n), float(self._right.n))

    def _frequencies(self, column: str) -> Reals:
        """Share of the left's known values by code (names: no smoothing, so rare stays modest)."""
        counts = self._left.counts(column).astype(np.float64)
        shares: Reals = counts / max(1.0, float(counts.sum()))
        return shares

    def _agree(self, left: str, right: str) -> float:
        """Chance that two records, one of each side, hold the same known code in two columns."""
        a, b = self._left.counts(left).astype(np.float64), self._right.counts(right)
        n = min(len(a), len(b))
        total = a.sum() * b.sum()
        return max(LEAST, float((a[:n] * b[:n]).sum() / total)) if total else LEAST

    def _forename(self) -> dict[str, float]:
        for column in ("forename", "canonical", "middle", "forename_letter"):
            self._tf[column] = self._frequencies(column)
        exact = self._agree("forename", "forename")
        nickname = max(LEAST, self._agree("canonical", "canonical") - exact)
        crossed = self._agree("middle", "forename") + self._agree("forename", "middle")
        turned = self._agree("forename", "surname") * self._agree("surname", "forename")
        return {
            "exact": exact,
            "nickname": nickname,
            "initial": self._agree("forename_letter", "forename_letter"),
            "middle-used": crossed,
            "alias": exact,
            "names-swapped": turned,
            **self._fuzzy("forename", exact),
        }

    def _surname(self) -> dict[str, float]:
        self._tf["surname"] = self._frequencies("surname")
        exact = self._agree("surname", "surname")
        return {"exact": exact, "former": exact, "half": exact, **self._fuzzy("surname", exact)}

    def _middle(self) -> dict[str, float]:
        self._tf["middle"] = self._frequencies("middle")
        self._tf["middle_letter"] = self._frequencies("middle_letter")
        return {
            "exact": self._agree("middle", "middle"),
            "initial": self._agree("middle_letter", "middle_letter"),
        }

    def _birth_date(self) -> dict[str, float]:
        shares = _date_levels(self._left, self._right)
        bearers = self._bearers("birth_date")
        self._tf["birth_date"] = self._own_frequency(bearers, shares["exact"], STEADY_DATES)
        return shares

    def _identifier(self, field: str) -> dict[str, float]:
        base = IDENTIFIER_BASE.get(field, CONTACT_BASE)
        if field in DOMAINS:
            self._tf[field] = self._own_frequency(self._bearers(field), base)
        else:
            values, bearers = self._wide_bearers(field)
            self._wide[field] = values, self._own_frequency(bearers, base)
        exact = self._collisions(field, base)
        fuzzy = self._fuzzy(field, exact) if field in FUZZY else {}
        return {"exact": exact, **fuzzy}

    def _bearers(self, column: str) -> Ints:
        """The known values of a column on the left in order, once per person who seems to bear it.

        (Wide numbers, as of telephones, come as stand-ins: only their equality counts.)

        Records of one value and the same initials count once: one table may hold one person
        many times, and what a person shares with himself is no chance agreement.
        """
        if column not in self._borne:
            values, initials = self._left[column], self._left["name_initials"]
            known = values >= 0
            pairs = values[known].astype(np.int64) * 1024 + initials[known] + 1
            if pairs.max(initial=0) > 1 << 52:
                pairs = numbered(values[known]) * 1024 + initials[known] + 1
            self._borne[column] = distinct(pairs) // 1024
        return self._borne[column]

    def _wide_bearers(self, column: str) -> tuple[Ints, Ints]:
        """The known values of a wide column in order, and their places once per bearer."""
        known = self._left[column] >= 0
        values = distinct(self._left[column][known])
        places = np.searchsorted(values, self._left[column][known])
        initials = self._left["name_initials"][known]
        return values, distinct(places.astype(np.int64) * 1024 + initials + 1) // 1024

    def _collisions(self, column: str, base: float) -> float:
        """Share of pairs of different left bearers that agree, drawn towards `base`."""
        bearers = self._bearers(column)
        first = np.flatnonzero(np.append(bearers[:1] == bearers[:1], bearers[1:] != bearers[:-1]))
        counts = np.diff(np.append(first, len(bearers))).astype(np.float64)
        total = float(len(bearers))
        twins = float((counts * (counts - 1)).sum())
        return (twins + 1.0) / (total * max(0.0, total - 1) + 1.0 / base)

    def _own_frequency(self, bearers: Ints, base: float, steady: int = 1) -> Reals:
        """Chance that another left record holds a value, from its bearers, drawn towards `base`.

        `base` counts as `steady` more records (the record at hand is one of them).
        """
        counts = np.bincount(bearers, minlength=1).astype(np.float64)
        others = np.maximum(counts - 1.0, 0.0)
        shares: Reals = (others + steady) / (float(counts.sum()) + steady / base)
        return shares

    def _fuzzy(self, field: str, exact: float) -> dict[str, float]:
        """u of the levels that need the texts: none of them weighs more than an exact agreement."""
        per_m = exact / self._plan.m(field, "exact")
        lists = [self._spread(field, side) for side in (self._left, self._right)]
        met = float(len(lists[0])) * len(lists[1])
        return {
            code: max(
                _steadied(share * met, met, FUZZY_BASE[field, code]),
                per_m * self._plan.m(field, code),
            )
            for code, share in share_of_levels(field, *lists).items()
        }

    def _spread(self, field: str, side: Side) -> list[str]:
        """Texts at equal steps of all known values in order of their text.

        By text and not by code: codes stand in order of first appearance in the vault, and what
        else was ever loaded must not move a weight.
        """
        counts = side.counts(field)
        texts, ranked = self._properties.texts(DOMAINS[field]), self._in_order(DOMAINS[field])
        held = ranked[ranked < len(counts)]
        ends = np.cumsum(counts[held])
        total = int(ends[-1]) if len(ends) else 0
        places = np.arange(total)
        if total > SAMPLE:
            places = (2 * np.arange(SAMPLE) + 1) * total // (2 * SAMPLE)
        known = held[np.searchsorted(ends, places, side="right")]
        spread: list[str] = texts.take(pa.array(known)).to_pylist()
        return spread

    def _in_order(self, domain: str) -> Ints:
        """All codes of a domain in order of their text."""
        if domain not in self._ranks:
            self._ranks[domain] = order(self._properties.texts(domain))
        return self._ranks[domain]

    def _place(self) -> dict[str, float]:
        """u of the address levels: each rung is what it holds beyond the rungs above it."""
        shares, above, m = {}, 0.0, 0.0
        for code, keys in LADDER:
            m += self._plan.m("place", code)
            whole = self._same_place(keys, m)
            if whole is not None:
                shares[code] = max(LEAST, whole - above)
                above = whole
        for code, keys in (
            ("same-uprn", ("uprn",)),
            ("same-street", ("house", "street")),
            ("same-postcode-house-unknown", ("postcode",)),
        ):
            whole = self._same_place(keys, self._plan.m("place", code))
            shares[code] = LEAST if whole is None else whole
        shares["same-street-name"] = self._agree("street", "street")
        return shares

    def _same_place(self, keys: tuple[str, ...], m: float) -> float | None:
        """Chance that two different people agree on these columns; None where never known.

        The pairs that true matches make (a share m of them) are taken off, but no more than all
        but a twentieth.
        """
        known = self._known(keys)
        if not known:
            return None
        pairs, true = self._blocker.joiner.agreeing(keys), self._true
        if self._blocker.within:
            pairs -= float(np.logical_and.reduce([self._left[k] >= 0 for k in keys]).sum())
            true *= 2.0
        true *= m * known / (float(self._left.n) * self._right.n)
        return max(pairs - true, 0.05 * pairs, 0.5) / known

    def _known(self, keys: tuple[str, ...]) -> float:
        sides = (self._left, self._right)
        known = [np.logical_and.reduce([side[key] >= 0 for key in keys]).sum() for side in sides]
        return float(known[0]) * float(known[1])


def _steadied(hits: float, met: float, base: float) -> float:
    """A share of pairs drawn towards `base`, never below what one more hit would make of it."""
    return max((hits + 1.0) / (met + 1.0 / base), (hits + STEADY * base) / (met + STEADY))


def _aligned(field: str, shares: dict[str, float]) -> Reals:
    """u by level; `differs` takes what is left over, levels without bits stay 0."""
    counted = sum(share for code, share in shares.items() if code not in CONDITIONAL)
    values = np.zeros(len(LEVELS[field]))
    for position, code in enumerate(LEVELS[field]):
        if (field, code) not in UNWEIGHTED:
            rest = max(0.01, 1.0 - counted)
            values[position] = max(LEAST, shares.get(code, rest if code == "differs" else LEAST))
    return values


def _date_levels(left: Side, right: Side) -> dict[str, float]:
    """u of the inexact birth date levels from the two sides' years, months and days."""
    a, b = _calendar(left), _calendar(right)
    year, year_month = (a.sum((1, 2)) * b.sum((1, 2))).sum(), (a.sum(2) * b.sum(2)).sum()
    year_day, whole = (a.sum(1) * b.sum(1)).sum(), (a * b).sum()
    turned = (a * b.transpose(0, 2, 1)).sum() - np.einsum("ykk,ykk->", a, b)
    first = (a[:, 0, 0] * b.sum((1, 2)) + b[:, 0, 0] * a.sum((1, 2))).sum() - 2 * (
        a[:, 0, 0] * b[:, 0, 0]
    ).sum()
    years = np.outer(a.sum((1, 2)), b.sum((1, 2)))
    numbers = np.arange(len(a))[:, None] + np.zeros((1, len(b)), dtype=np.int64)
    gap = np.abs(numbers - numbers.T)
    slip = years[one_digit(numbers.T + FIRST_YEAR, numbers + FIRST_YEAR)].sum()
    same_day = (a.sum(0) * b.sum(0)).sum()
    shares = {
        "exact": year * same_day if year * same_day else DATE_BASE,
        "day-month-swapped": turned,
        "one-part-differs": year_month + year_day - 2 * whole,
        "first-january": first,
        "partly-known": year,
        "year-differs": slip * same_day,
        "near": years[gap <= 1].sum() * 0.75,
        "far": years[gap >= FAR_YEARS].sum(),
    }
    return {code: max(LEAST, float(share)) for code, share in shares.items()}


FIRST_YEAR, LAST_YEAR = 1850, 2060


def _calendar(side: Side) -> Reals:
    """Shares of birth dates by year, month and day (padded to 31 x 31 so days can be turned)."""
    year = np.clip(side["birth_year"], FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
    known = (side["birth_date"] >= 0) & (side["birth_month"] > 0) & (side["birth_day"] > 0)
    month, day = side["birth_month"] - 1, side["birth_day"] - 1
    cell = ((year * 31 + month) * 31 + day)[known]
    size = (LAST_YEAR - FIRST_YEAR + 1) * 31 * 31
    counts = np.bincount(cell, minlength=size).astype(np.float64)
    shares: Reals = (counts / max(1.0, counts.sum())).reshape(-1, 31, 31)
    return shares
