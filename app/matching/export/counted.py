"""Chance agreement that an exported model carries: of a run's tables, or of the sample council."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from app.base.places import resource
from app.base.progress import SILENT, Progress
from app.matching.block import Blocker
from app.matching.budget import share
from app.matching.compete import prior_bits
from app.matching.counts import Counter
from app.matching.engine import DEFAULT_MB
from app.matching.export.people import SHARES
from app.matching.sides import Properties, Side
from app.matching.weigh import FREQUENCIES, Weigher
from app.model.codebook import Codebook
from app.model.plan import LEVELS, UNWEIGHTED, MatchPlan

BY_STEPS = frozenset(
    {
        ("forename", "alias"),
        ("forename", "middle-used"),
        ("surname", "former"),
        ("surname", "half"),
    }
)
"""Levels whose shared value stands in different columns: the post-steps weigh it."""
OWN = {at: column for at, column in FREQUENCIES.items() if column not in SHARES}
"""Levels weighed by the value's own frequency that is no plain share of the records: it is drawn
towards a base, which Splink by itself does not, and would take a small table's word for it."""
SWAPPED = ("forename", "names-swapped")
DIGITS = 6
"""Significant digits of what is written down."""


@dataclass(frozen=True)
class Chances:
    """u by field and level, the prior of one pair in bits, and what they were counted on: whether
    on one table within itself, and in words.

    m / u is what the engine gives a level. Levels that carry no bits have no u. These are shares of
    many records, and tell of none.
    """

    u: Mapping[str, Mapping[str, float]]
    prior: float
    within: bool
    on: str

    @property
    def pair(self) -> float:
        """The probability that any two records are of one person."""
        odds = 2.0**self.prior
        return rounded(odds / (1.0 + odds))


def usual(plan: MatchPlan) -> Chances:
    """What was counted once on the sample council, for whoever has no run to count on."""
    text = resource("spark", "chances.toml").read_text(encoding="utf-8")
    of = next(one for one in tomllib.loads(text)["counted"] if one["plan"] == plan.id)
    within = plan.left == plan.right
    prior = prior_bits(plan.prior.share, of["records"], within)
    u = {
        field: {code: float(of["u"][field][code]) for code in _weighed(field)}
        for field in plan.fields
    }
    return Chances(u, prior, within, of["on"])


def counted(
    tables: tuple[pa.Table, pa.Table | None],
    book: Codebook,
    plan: MatchPlan,
    on: str,
    progress: Progress = SILENT,
) -> Chances:
    """What the engine counts on two CODES tables (the second None: on one within itself).

    The prior is the plan's guess. Raises `Cancelled`.
    """
    properties = Properties(book)
    left, *rest = (Side(table, properties) for table in tables if table is not None)
    right = rest[0] if rest else None
    idle = share(DEFAULT_MB, 0)  # nothing is joined
    progress.stage("count", len(plan.fields))
    counts = Counter(Blocker(left, right, (), idle), properties, plan).count(progress)
    weigher = Weigher(plan, counts)
    u = {
        field: {code: _u(plan, weigher, left, (field, code)) for code in _weighed(field)}
        for field in plan.fields
    }
    within = right is None
    return Chances(u, prior_bits(plan.prior.share, left.n, within), within, on)


def _u(plan: MatchPlan, weigher: Weigher, left: Side, at: tuple[str, str]) -> float:
    """The u that gives a level, where Splink has nothing else to go by, what it weighs here.

    Where each value weighs by its own frequency, that is the mean of the left's values. Names are
    swapped for Splink as soon as either stands in the other's place, and not only where both do.
    """
    field, code = at
    bits = weigher.base[field][LEVELS[field].index(code) + 1]
    if at in OWN or at in BY_STEPS:
        values = left[FREQUENCIES[at]]
        if (known := values[values >= 0]).size:
            bits = weigher.value_bits(field, code, known).mean()
    u = float(plan.m(field, code) / 2.0**bits)
    return rounded(2.0 * math.sqrt(u) if at == SWAPPED else u)


def rounded(value: float) -> float:
    """A number with few enough digits to be read."""
    return float(f"{value:.{DIGITS}g}")


def _weighed(field: str) -> list[str]:
    return [code for code in LEVELS[field] if (field, code) not in UNWEIGHTED]
