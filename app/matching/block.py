"""Candidate pairs by equality on integer codes, with what each rule cost and left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.base.progress import Progress
from app.matching.budget import Budget
from app.matching.keys import ALL, Equal, Joiner, Range, earlier, every, spread
from app.matching.sides import Flags, Ints, Side
from app.model.plan import MOST_RULES, BlockRule

FLOOR = 200_000
"""Pairs that any rule may yield however few records there are."""
RULE_BITS = MOST_RULES.bit_length()
"""Bits of a rule's number."""
Chunk = tuple[Ints, Ints, Ints, Ints]
"""Distinct pairs (left, right), the first rule that found each, and raw yields by rule."""


@dataclass(frozen=True)
class Hubs:
    """Values left out of a rule (one row each, a column a key), most pairs first."""

    values: Ints
    pairs: Ints


@dataclass(frozen=True)
class Estimate:
    """What a rule will yield, and the values left out of it with the pairs they would have made.

    A key too wide to hold is counted by its hash, so that `pairs` may be a few too many then.
    """

    rule: BlockRule
    pairs: int
    hubs: Hubs | None = None


@dataclass(frozen=True)
class Joined:
    """What each rule yields, and its pairs: left ordinal times right records, plus the right's."""

    estimates: list[Estimate]
    found: list[Ints]

    def distinct(self) -> tuple[Ints, Ints]:
        """Each pair once, in order, with the first rule that found it.

        Sorted as one number, the pair and the rule below it: there are fewer than 2^57 pairs.
        """
        both = [(pairs << RULE_BITS) | rule for rule, pairs in enumerate(self.found)]
        ordered = np.concatenate([*both, np.empty(0, np.int64)])
        ordered.sort()
        pairs = ordered >> RULE_BITS
        first = np.append(pairs[:1] == pairs[:1], pairs[1:] != pairs[:-1])
        return pairs[first], ordered[first] & ((1 << RULE_BITS) - 1)

    def yields(self) -> Ints:
        """Pairs of each rule before those of others are taken off."""
        return np.array([len(pairs) for pairs in self.found], dtype=np.int64)


class Blocker:
    """Proposes pairs of two sides by a plan's rules.

    Within one table the right side is the left and pairs are those with i < j.
    """

    def __init__(
        self,
        left: Side,
        right: Side | None,
        rules: tuple[BlockRule, ...],
        budget: Budget,
        only: Flags | None = None,
    ) -> None:
        """`only` marks the left records that take part in joins; what is counted takes in all."""
        self.left, self.right = left, left if right is None else right
        self.within = right is None
        self.rules = rules
        self.joiner = Joiner(self.left, self.right, only)
        self._budget = budget

    def join(self, progress: Progress) -> Joined | None:
        """All rules joined at once, where their pairs are few enough to hold; else None."""
        room, estimates, found = self._budget.joined, [], []
        for rule in self.rules:
            progress.step()
            equal = self._equal(rule)
            estimate, runs = self._judged(rule, equal)
            if estimate.pairs > room:
                return None
            pairs = self._pairs(rule, equal, runs)
            estimates.append(estimate)
            found.append(pairs)
            room -= len(pairs)
        return Joined(estimates, found)

    def estimate(self, rule: BlockRule, progress: Progress) -> Estimate:
        """Pairs a rule will yield; its hub values are found and left out."""
        progress.step(0)
        return self._judged(rule, self._equal(rule))[0]

    def parts(self, estimates: list[Estimate], progress: Progress) -> Iterator[Chunk]:
        """Chunks of distinct pairs: left, right, first rule that found each, and raw rule yields.

        Pairs come in parts by ranges of right records, so each pair stands in one part only.
        """
        stops = self._stops([estimate.rule for estimate in estimates], progress)
        start = 0
        for stop in stops:
            found = []
            for estimate in estimates:
                progress.step(0)
                equal = self._equal(estimate.rule)
                runs = self._judged(estimate.rule, equal)[1]
                found.append(self._pairs(estimate.rule, equal, runs, (start, stop)))
            joined = Joined(estimates, found)
            yield from self.chunks(*joined.distinct(), joined.yields())
            progress.step(stop - start)
            start = stop

    def covered(self, estimates: list[Estimate], i: Ints, j: Ints) -> Flags:
        """Which given pairs some rule proposes (for blocking recall); hubs do not count."""
        found = np.zeros(len(i), dtype=np.bool_)
        for estimate in estimates:
            found |= self._agree(estimate, i, j)
            if self.within:
                found |= self._agree(estimate, j, i)
        return found

    def _agree(self, estimate: Estimate, i: Ints, j: Ints) -> Flags:
        rule = estimate.rule
        agree = self.joiner.really(rule.left, rule.right, i, j)
        if estimate.hubs is not None:
            hubs = set(map(tuple, estimate.hubs.values.tolist()))
            values = np.stack([self.left[a][i] for a in rule.left], axis=1).tolist()
            agree &= np.array([tuple(value) not in hubs for value in values], dtype=np.bool_)
        return agree

    def _equal(self, rule: BlockRule) -> Equal:
        return self.joiner.equal(rule.left, rule.right)

    def _own(self, rule: BlockRule) -> bool:
        """Whether both sides of a rule are the same columns of one table."""
        return self.within and rule.left == rule.right

    def _judged(self, rule: BlockRule, equal: Equal) -> tuple[Estimate, Ints]:
        """What a rule yields within its limits, and the runs that it takes.

        Left out are values that make more pairs than one may, and then the most frequent ones
        until the whole is within the rule's cap.
        """
        n = equal.n.astype(np.int64)
        made = n * (n - 1) // 2 if self._own(rule) else n * equal.m
        total, cap = int(made.sum()), max(FLOOR, int(rule.cap * (self.left.n + self.right.n)))
        if total <= cap and int(made.max(initial=0)) <= rule.hub:
            return Estimate(rule, total), np.arange(len(made))
        order = np.argsort(-made, kind="stable")
        made = made[order]
        left_over = total - np.concatenate([[0], np.cumsum(made)])
        drop = max(int((made > rule.hub).sum()), int((left_over > cap).sum()))
        rows = equal.left[equal.first[order[:drop]]]
        values = np.stack([self.left[name][rows] for name in rule.left], axis=1)
        estimate = Estimate(rule, int(left_over[drop]), Hubs(values, made[:drop]))
        return estimate, np.sort(order[drop:])

    def _pairs(self, rule: BlockRule, equal: Equal, runs: Ints, among: Range = ALL) -> Ints:
        """A rule's pairs as numbers; `among` limits them to a range of right (greater) records."""
        turned = self.within and not self._own(rule)
        find = earlier if self._own(rule) else every
        i, j = find(equal, runs, ALL if turned else among)
        if not equal.exact:
            really = self.joiner.really(rule.left, rule.right, i, j)
            i, j = i[really], j[really]
        if turned:
            i, j = np.minimum(i, j), np.maximum(i, j)
            apart = i != j if among == ALL else (i != j) & (j >= among[0]) & (j < among[1])
            i, j = i[apart], j[apart]
        return i.astype(np.int64) * self.right.n + j

    def _stops(self, rules: list[BlockRule], progress: Progress) -> list[int]:
        """Ends of the ranges of right records whose pairs are few enough to hold."""
        by_record = np.zeros(self.right.n)
        for rule in rules:
            progress.step(0)
            equal = self._equal(rule)
            runs = self._judged(rule, equal)[1]
            places = spread(equal.at[runs], equal.m[runs])
            own = places - np.repeat(equal.at[runs], equal.m[runs])
            made = own if self._own(rule) else np.repeat(equal.n[runs], equal.m[runs])
            by_record += np.bincount(equal.right[places], made, self.right.n)
        so_far = np.cumsum(by_record)
        whole = so_far[-1] if len(so_far) else 0.0
        full = np.arange(self._budget.joined, whole, self._budget.joined)
        ends = np.unique(np.searchsorted(so_far, full, side="right"))
        return [*ends[(ends > 0) & (ends < self.right.n)].tolist(), self.right.n]

    def chunks(self, pairs: Ints, rules: Ints, yields: Ints) -> Iterator[Chunk]:
        """Distinct pairs in order, in chunks as `parts` gives them; the yields with the first."""
        none = np.zeros_like(yields)
        if not len(pairs):
            empty = np.empty(0, np.int64)
            yield empty, empty, empty, yields
        size = self._budget.compared
        for start in range(0, len(pairs), size):
            part = pairs[start : start + size]
            yield (
                part // self.right.n,
                part % self.right.n,
                rules[start : start + size],
                none if start else yields,
            )
