"""Guarded learning of m from unlabelled tables; u is always counted, never learnt.

Plain expectation maximisation collapses where few records match (deaths: 1.5 %). Here a pair
teaches a field only if it would be a confident match *without* that field (and without the
corrections that lean on it, but for the doubt that twins or father and son cast), and the plan's
own m stays in as `STRENGTH` remembered pairs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from app.base.progress import SILENT, Progress
from app.matching.engine import match
from app.matching.family import DOUBTS, RELATIVES
from app.matching.households import families_shown
from app.model.codebook import Codebook
from app.model.matches import Matches
from app.model.plan import LEVELS, Comparison, Level, MatchPlan

ROUNDS = 4
STRENGTH = 200.0
"""Pairs that the plan's own m counts for, against the pairs of the data."""
CONFIDENT = 0.95
LEAST_M = 1e-5
CONDITIONAL: dict[str, tuple[tuple[str, ...], ...]] = {
    "forename": (("initial",), ("alias",)),
    "surname": (("former",), ("half",)),
    "middle": (("initial",), ("exact", "differs")),
    "birth_date": (("partly-known",),),
    "place": (("same-uprn", "same-address", "same-street", "same-postcode-house-unknown"),),
}
"""Levels whose m is conditional on what the records hold; they are not learnt."""


def train(
    left: pa.Table,
    right: pa.Table | None,
    book: Codebook,
    plan: MatchPlan,
    progress: Progress = SILENT,
) -> MatchPlan:
    """The plan with m learnt from these tables, a new digest and provenance `trained`.

    Where the tables show no families (made-up sets seldom have any), the guards against relatives
    are left out: they would doubt slips of one person. Deterministic; raises what `match` raises.
    """
    if not families_shown(left, right, book):
        plan = dataclasses.replace(
            plan, adjustments=tuple(a for a in plan.adjustments if a.code not in RELATIVES)
        )
    for _ in range(ROUNDS):
        matches = match(left, right, book, plan, progress)
        comparisons = tuple(_learn(matches, comparison) for comparison in plan.comparisons)
        plan = dataclasses.replace(plan, comparisons=comparisons).sealed()
    return plan


def _learn(matches: Matches, comparison: Comparison) -> Comparison:
    """One field's m from the pairs that are confident without it."""
    k = matches.fields.index(comparison.field)
    numbers = matches.levels[:, k]
    lent = [n for n, code in enumerate(matches.adjustment_codes) if code not in DOUBTS]
    without = matches.weight - matches.weights[:, k] - matches.adjustments[:, lent].sum(1)
    sure = 1.0 / (1.0 + np.exp2(np.clip(-without, -60, 60)))
    taught = (sure >= CONFIDENT) & (numbers > 0) & (matches.probability > 0)
    counts = np.bincount(
        numbers[taught], weights=sure[taught], minlength=len(LEVELS[comparison.field]) + 1
    )[1:].astype(np.float64)
    fixed = {code for group in CONDITIONAL.get(comparison.field, ()) for code in group}
    return _updated(comparison, counts, fixed)


def _updated(
    comparison: Comparison, counts: npt.NDArray[np.float64], fixed: set[str]
) -> Comparison:
    free = [n for n, level in enumerate(comparison.levels) if level.code not in fixed]
    total = sum(comparison.levels[n].m for n in free)
    seen = sum(float(counts[n]) for n in free)
    levels = list(comparison.levels)
    for n in free:
        m = (float(counts[n]) + STRENGTH * levels[n].m / total) / (seen + STRENGTH) * total
        levels[n] = Level(levels[n].code, min(0.999, max(LEAST_M, m)), "trained")
    return Comparison(comparison.field, tuple(levels))
