"""The matching of two code tables under a plan: count, block, score, compete."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.matching import compete, third
from app.matching.block import Blocker, Estimate, Joined
from app.matching.budget import Budget, share
from app.matching.counts import Counter, Counts
from app.matching.family import Family, doubted
from app.matching.keytext import key_text
from app.matching.score import Scored, Scorer
from app.matching.sides import Flags, Ints, Properties, Side
from app.matching.weigh import Bits, Weigher
from app.model.codebook import Codebook
from app.model.matches import Cost, Hub, Matches, RuleCost, RuleEstimate
from app.model.plan import MatchPlan
from app.model.runs import Bands

DEFAULT_MB = 1500
"""What a matching may use unless it is told."""
LISTED = 20
"""Values left out that are listed per rule, the largest first."""


@dataclass(frozen=True)
class Among:
    """What an increment matches: some left records, under the prior of the run it adds to.

    `left` marks the records; values are still counted over all of them, so that a weight means
    what it meant in that run. `prior` is in bits.
    """

    left: Flags
    prior: float


@dataclass(frozen=True)
class Limits:
    """What a matching may use of memory, and which left records it is about (None: all)."""

    memory_mb: int = DEFAULT_MB
    among: Among | None = None


WHOLE = Limits()


def match(
    left: pa.Table,
    right: pa.Table | None,
    book: Codebook,
    plan: MatchPlan,
    progress: Progress = SILENT,
    limits: Limits = WHOLE,
) -> Matches:
    """Match two CODES tables (right None: the left within itself) under a plan.

    Deterministic: the same input gives the same bytes. Stages reported: `count`, `block`,
    `score`, `compete`. Nothing is written anywhere; with less memory (`memory_mb`) the same answer
    comes in more and smaller parts. Raises Refused("too-many-pairs", pairs, ceiling, rule),
    Refused("not-enough-memory", memory_mb, needed_mb) where the columns do not fit,
    Refused("memory-ran-out", memory_mb) where the smallest part does not, and `Cancelled` within a
    second of the steward's wish.
    """
    with _opened((left, right), book, plan, progress, limits) as run:
        return run.match()


def cost(
    left: pa.Table,
    right: pa.Table | None,
    book: Codebook,
    plan: MatchPlan,
    progress: Progress = SILENT,
    memory_mb: int = DEFAULT_MB,
) -> Cost:
    """What `match` would compare, rule by rule, without comparing anything.

    Raises Refused as `match` does for memory, and `Cancelled`.
    """
    with _opened((left, right), book, plan, progress, Limits(memory_mb)) as run:
        estimates = run.estimates()
    n = left.num_rows
    most = n * (n - 1) // 2 if right is None else n * right.num_rows
    rules = [
        RuleEstimate(one.rule.name, one.pairs, *_left_out(one), tuple(run.hubs(one)))
        for one in estimates
    ]
    return Cost(plan.id, tuple(rules), most)


def blocked(
    left: pa.Table, right: pa.Table | None, book: Codebook, plan: MatchPlan, pairs: Ints
) -> Flags:
    """Which of the given pairs (n x 2 record ordinals) the plan's rules propose at all."""
    with _opened((left, right), book, plan, SILENT, WHOLE) as run:
        estimates = [run.blocker.estimate(rule, SILENT) for rule in run.blocker.rules]
        return run.blocker.covered(estimates, pairs[:, 0], pairs[:, 1])


@contextlib.contextmanager
def _opened(
    tables: tuple[pa.Table, pa.Table | None],
    book: Codebook,
    plan: MatchPlan,
    progress: Progress,
    limits: Limits,
) -> Iterator[_Run]:
    """A run with its memory shared out, its tables freed at the end."""
    budget = share(limits.memory_mb, sum(table.num_rows for table in tables if table is not None))
    try:
        run = _Run(tables, book, plan, progress, budget, limits.among)
        yield run
    except MemoryError:
        raise Refused("memory-ran-out", memory_mb=limits.memory_mb) from None


@dataclass
class _Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(
        default_factory=lambda: {"standardise": 0.0, "block": 0.0, "score": 0.0}
    )
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on a stage."""
        now = time.perf_counter()
        self.seconds[stage] += now - self._since
        self._since = now


class _Run:
    """One matching; holds the sides and what was counted from them."""

    def __init__(
        self,
        tables: tuple[pa.Table, pa.Table | None],
        book: Codebook,
        plan: MatchPlan,
        progress: Progress,
        budget: Budget,
        among: Among | None = None,
    ) -> None:
        left, right = tables
        self.among = among
        self.clock = _Clock()
        self.properties = Properties(book)
        self.left = Side(left, self.properties)
        self.within = right is None
        self.right = self.left if right is None else Side(right, self.properties)
        self.plan, self.progress = plan, progress
        rules = tuple(rule for rule in plan.rules if self._usable(rule.left, rule.right))
        other = None if self.within else self.right
        only = None if among is None else among.left
        self.blocker = Blocker(self.left, other, rules, budget, only)
        self.clock.lap("standardise")

    def _usable(self, left: tuple[str, ...], right: tuple[str, ...]) -> bool:
        """Whether both sides have any value for every key (else the rule can find nothing)."""
        return all(self.left.known(key) for key in left) and all(
            self.right.known(key) for key in right
        )

    def match(self) -> Matches:
        self.progress.stage("block", len(self.blocker.rules))
        joined = self.blocker.join(self.progress)
        estimates = self.estimates() if joined is None else joined.estimates
        self._require_few(estimates)
        self.progress.stage("count", len(self.plan.fields))
        counts = Counter(self.blocker, self.properties, self.plan).count(self.progress)
        self.clock.lap("block")
        scored, candidates, costs = self._score(counts, estimates, joined)
        self.progress.stage("compete")
        answer = self._compete(scored, counts)
        return self._answer(answer, candidates, costs, estimates)

    def estimates(self) -> list[Estimate]:
        """What every usable rule would yield."""
        self.progress.stage("block", len(self.blocker.rules))
        estimates = []
        for rule in self.blocker.rules:
            estimates.append(self.blocker.estimate(rule, self.progress))
            self.progress.step()
        return estimates

    def _require_few(self, estimates: list[Estimate]) -> None:
        total = sum(estimate.pairs for estimate in estimates)
        if total > self.plan.pair_ceiling:
            worst = max(estimates, key=lambda estimate: estimate.pairs)
            raise Refused(
                "too-many-pairs",
                pairs=total,
                ceiling=self.plan.pair_ceiling,
                rule=worst.rule.name,
            )

    def _score(
        self, counts: Counts, estimates: list[Estimate], joined: Joined | None
    ) -> tuple[Scored, int, tuple[Ints, Ints]]:
        self.progress.stage("score", self.right.n)
        scorer = Scorer(
            (self.left, self.right), self.properties, Weigher(self.plan, counts), self._floor()
        )
        kept, candidates = [], 0
        yields = np.zeros(len(estimates), dtype=np.int64)
        new = np.zeros(len(estimates), dtype=np.int64)
        parts = (
            self.blocker.parts(estimates, self.progress)
            if joined is None
            else self.blocker.chunks(*joined.distinct(), joined.yields())
        )
        for i, j, rules, raw in parts:
            self.clock.lap("block")
            candidates += len(i)
            yields += raw
            new += np.bincount(rules, minlength=len(estimates)).astype(np.int64)
            kept.append(scorer.score(self.plan, i, j))
            self.progress.step(0)
            self.clock.lap("score")
        return _joined(kept, len(self.plan.fields)), candidates, (yields, new)

    def _floor(self) -> float:
        """Bits that a pair must be able to reach to be kept, under the most favourable prior."""
        keep = float(np.log2(self.plan.keep / (1 - self.plan.keep)))
        return keep - compete.most_prior(self.left.n, self.within)

    def _compete(self, scored: Scored, counts: Counts) -> dict[str, Any]:
        plan = self.plan
        family = Family(plan, (self.left, self.right), counts)
        corrections = family.corrections(scored)
        bits = scored.weights.sum(1, dtype=np.float64) + corrections.sum(1, dtype=np.float64)
        self.progress.step(0)
        if self.within:
            share = compete.estimate_within(bits, plan, self.left.n)
        else:
            share = compete.estimate_share(bits, scored, plan, (self.left.n, self.right.n))
        prior = round(compete.prior_bits(share, self.left.n, self.within), 2)
        if self.among is not None:
            prior = self.among.prior
        adjusted = family.cap(scored, corrections, bits + prior)
        if self.within:
            self._lift(scored, adjusted, prior)
        total = _total(scored, adjusted, prior)
        self.progress.step(0)
        free = total - family.held(adjusted)
        chance = compete.probability(total, scored, None)
        strong = np.flatnonzero(total >= compete.WEAK)
        few = scored.take(strong)
        among = compete.probability(free[strong], few, self._rivals(few))
        chance[strong] = np.minimum(chance[strong], among)
        band = compete.bands(free, chance, scored, plan.thresholds)
        alone = 1.0 / (1.0 + np.exp2(np.clip(-total, -900, 900)))
        stored = np.flatnonzero((alone >= plan.keep) | (band > 0))
        order = np.lexsort((scored.right[stored], -chance[stored], scored.left[stored]))
        rows = stored[order]
        return {
            "left": scored.left[rows].astype(np.int32),
            "right": scored.right[rows].astype(np.int32),
            "levels": scored.levels[rows],
            "weights": scored.weights[rows],
            "adjustments": adjusted[rows],
            "prior": prior,
            "weight": np.round(total[rows], 2),
            "probability": chance[rows],
            "band": band[rows],
            "share": share,
        }

    def _lift(self, scored: Scored, adjusted: Bits, prior: float) -> None:
        """Fill in `shared-partner`, where the plan has it."""
        rule = self.plan.adjustment("shared-partner")
        if rule is None:
            return
        total = _total(scored, adjusted, prior)
        supported = third.support(scored, compete.probability(total, scored, None))
        supported[doubted(self.plan, adjusted)] = 0.0
        k = self.plan.adjustments.index(rule)
        adjusted[:, k] = third.lift(np.round(total, 2), supported, rule.bits)

    def _rivals(self, scored: Scored) -> compete.Rivals | None:
        if self.within or not self.plan.one_to_one:
            return None
        return compete.Rivals(
            of_right=compete.look_alikes(
                scored.right, scored.left, self.left, self.plan.left_unique
            ),
            of_left=compete.look_alikes(
                scored.left, scored.right, self.right, self.plan.right_unique
            ),
        )

    def _answer(
        self,
        answer: dict[str, Any],
        candidates: int,
        costs: tuple[Ints, Ints],
        estimates: list[Estimate],
    ) -> Matches:
        tally = np.bincount(answer["band"], minlength=4)
        certain, probable, possible = (int(tally[k]) for k in (3, 2, 1))
        self.clock.lap("score")
        return Matches(
            fields=self.plan.fields,
            adjustment_codes=tuple(a.code for a in self.plan.adjustments),
            candidate_pairs=candidates,
            bands=Bands(certain, probable, possible, candidates - certain - probable - possible),
            seconds={stage: round(s, 3) for stage, s in self.clock.seconds.items()},
            costs=tuple(
                RuleCost(
                    estimate.rule.name, int(costs[0][k]), int(costs[1][k]), *_left_out(estimate)
                )
                for k, estimate in enumerate(estimates)
            ),
            hubs=tuple(hub for estimate in estimates for hub in self.hubs(estimate)),
            **answer,
        )

    def hubs(self, estimate: Estimate) -> list[Hub]:
        """The largest of the values left out of a rule, as text."""
        if estimate.hubs is None:
            return []
        largest = estimate.hubs.values[:LISTED].tolist(), estimate.hubs.pairs[:LISTED].tolist()
        return [
            Hub(
                estimate.rule.name,
                tuple(
                    key_text(k, v, self.properties)
                    for k, v in zip(estimate.rule.left, values, strict=True)
                ),
                pairs,
            )
            for values, pairs in zip(*largest, strict=True)
        ]


def _left_out(estimate: Estimate) -> tuple[int, int]:
    """Values left out of a rule, and the pairs they would have made."""
    if estimate.hubs is None:
        return 0, 0
    return len(estimate.hubs.pairs), int(estimate.hubs.pairs.sum())


def _total(scored: Scored, adjusted: Bits, prior: float) -> npt.NDArray[np.float64]:
    """Total bits per pair: prior, fields and adjustments."""
    fields = scored.weights.sum(1, dtype=np.float64)
    total: npt.NDArray[np.float64] = prior + fields + adjusted.sum(1, dtype=np.float64)
    return total


def _joined(parts: list[Scored], fields: int) -> Scored:
    if not parts:
        empty = np.empty(0, dtype=np.int64)
        return Scored(
            empty, empty, np.empty((0, fields), np.int8), np.empty((0, fields), np.float32)
        )
    return Scored(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )
