"""Candidate pairs by equality joins on integer codes, with what each rule cost and left out."""

# ruff: noqa: S608 - every name in a statement comes from the closed vocabulary of keys

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.analysis import duck
from app.base.progress import Progress
from app.matching.budget import Budget
from app.matching.sides import Flags, Ints, Side, dense
from app.model.plan import BlockRule

FLOOR = 200_000
"""Pairs that any rule may yield however few records there are."""
MOST_PARTS = 4096
MOST_SLICES = 256
WIDE = 20_000_000
"""Codes up to which a column is counted in an array by code."""


@dataclass(frozen=True)
class Estimate:
    """What a rule will yield, and the keys left out of it with the pairs they would have made."""

    rule: BlockRule
    pairs: int
    hubs: pa.Table | None = None


@dataclass(frozen=True)
class Joined:
    """What each rule yields, and its pairs: left ordinal times right records, plus the right's."""

    estimates: list[Estimate]
    found: list[Ints]

    def distinct(self) -> tuple[Ints, Ints]:
        """Each pair once, in order, with the first rule that found it."""
        rules = np.repeat(np.arange(len(self.found)), [len(pairs) for pairs in self.found])
        pairs = np.concatenate([*self.found, np.empty(0, np.int64)])
        order = np.lexsort((rules, pairs))
        pairs, rules = pairs[order], rules[order]
        first = np.append(pairs[:1] == pairs[:1], pairs[1:] != pairs[:-1])
        return pairs[first], rules[first]

    def yields(self) -> Ints:
        """Pairs of each rule before those of others are taken off."""
        return np.array([len(pairs) for pairs in self.found], dtype=np.int64)


class Blocker:
    """Both sides' key columns in DuckDB (integers only), and the joins over them.

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
        self._joined: Joined | None = None
        self._budget = budget
        self._connection = duck.connect(budget.duck_mb, threads=2)
        self._only = only
        self._load("l", left, {key for rule in rules for key in rule.left}, only)
        if not self.within:
            self._load("r", self.right, {key for rule in rules for key in rule.right})
        else:
            missing = {key for rule in rules for key in rule.right}
            self._load("r", left, missing)

    def close(self) -> None:
        """Free the tables."""
        self._connection.close()

    def equal_pairs(self, keys: tuple[str, ...], progress: Progress) -> float:
        """How many pairs of records (i, j), any i and any j, agree on all these columns.

        Pairs that a rule has found are looked through, for a rule on fewer columns has them all.
        """
        held = self._among_joined(keys)
        if held is None and len(keys) == 1:
            held = self._equal_codes(keys[0])
        if held is not None:
            return held
        names = ", ".join(f"k{n}" for n in range(len(keys)))
        for table, side in (("el", self.left), ("er", self.right)):
            self._register(table, side, {f"k{n}": key for n, key in enumerate(keys)})
        known = " AND ".join(f"k{n} IS NOT NULL" for n in range(len(keys)))
        grouped = "(SELECT {0}, count(*) AS n FROM {1} WHERE {2} AND {{0}} GROUP BY {0})"
        sides = [grouped.format(names, table, known) for table in ("el", "er")]
        question = (
            f"SELECT sum(l.n::DOUBLE * r.n) AS pairs FROM {sides[0]} l"
            f" JOIN {sides[1]} r USING ({names})"
        )
        answer = self._in_slices(question, names, progress)
        for table in ("el", "er"):
            self._connection.unregister(table)
        return float(pc.sum(answer["pairs"]).as_py() or 0.0)

    def _in_slices(self, question: str, keys: str, progress: Progress) -> pa.Table:
        """The answers to a question about groups of equal keys, one slice of keys at a time.

        `{0}` in the question stands for which keys. Where DuckDB runs out of memory the slices
        become more. Raises OutOfMemory when even the smallest does not fit.
        """
        slices = 1
        while True:
            parts = [f"hash({keys}) % {slices} = {n}" for n in range(slices)]
            try:
                asked = (question.format(part if slices > 1 else "true") for part in parts)
                return pa.concat_tables(duck.run(self._connection, one, progress) for one in asked)
            except duck.OutOfMemory:
                if slices >= MOST_SLICES:
                    raise
                slices *= 4

    def _equal_codes(self, key: str) -> float | None:
        """Pairs that agree on one column of codes; None for numbers too wide to count by."""
        sides = [side[key] for side in (self.left, self.right)]
        if max(int(codes.max(initial=0)) for codes in sides) > WIDE:
            return None
        counts = [np.bincount(codes[codes >= 0]).astype(np.float64) for codes in sides]
        n = min(map(len, counts))
        return float((counts[0][:n] * counts[1][:n]).sum())

    def _among_joined(self, keys: tuple[str, ...]) -> float | None:
        """Pairs that agree, from those of a rule that cannot have missed any; None without one."""
        if self._joined is None or self.within or self._only is not None:
            return None
        for estimate, pairs in zip(self._joined.estimates, self._joined.found, strict=True):
            rule = estimate.rule
            if rule.left == rule.right and set(rule.left) <= set(keys) and estimate.hubs is None:
                i, j = pairs // self.right.n, pairs % self.right.n
                agree = np.ones(len(pairs), dtype=np.bool_)
                for key in set(keys) - set(rule.left):
                    values = self.left[key][i]
                    agree &= (values == self.right[key][j]) & (values >= 0)
                return float(agree.sum())
        return None

    def join(self, progress: Progress) -> Joined | None:
        """All rules joined at once, where their pairs are few enough to hold; else None.

        A rule is joined first and judged after, for most rules are within their limits: only one
        that is not is estimated, and joined again without its hub values.
        """
        room, estimates, found = self._budget.joined, [], []
        for number, rule in enumerate(self.rules):
            try:
                one = self._within_limits(number, rule, room, progress)
            except duck.OutOfMemory:
                return None
            if one is None:
                return None
            estimates.append(one[0])
            found.append(one[1])
            room -= len(one[1])
            progress.step()
        self._joined = Joined(estimates, found)
        return self._joined

    def _within_limits(
        self, number: int, rule: BlockRule, room: int, progress: Progress
    ) -> tuple[Estimate, Ints] | None:
        """What a rule yields, and its pairs; None where they exceed `room`."""
        most = min(room, self._cap(rule))
        estimate = Estimate(rule, 0)
        pairs = self._pairs(number, estimate, progress, f" LIMIT {most + 1}")
        if len(pairs) <= most and not self._crowded(rule, pairs):
            return replace(estimate, pairs=len(pairs)), pairs
        del pairs
        estimate = self.estimate(rule, progress)
        if estimate.pairs > room:
            return None
        self._register_hubs(number, estimate)
        return estimate, self._pairs(number, estimate, progress)

    def _pairs(self, number: int, estimate: Estimate, progress: Progress, limit: str = "") -> Ints:
        query = f"SELECT pair FROM ({self._join(number, estimate, 0, self.right.n)}){limit}"
        pairs: Ints = duck.run(self._connection, query, progress)["pair"].to_numpy()
        return pairs

    def _crowded(self, rule: BlockRule, pairs: Ints) -> bool:
        """Whether one value makes more of these pairs than the rule lets a value make."""
        if len(pairs) <= rule.hub:
            return False
        left = pairs // self.right.n
        values = dense(*(self.left[key][left] for key in rule.left))
        return bool(np.bincount(values).max() > rule.hub)

    def _cap(self, rule: BlockRule) -> int:
        return max(FLOOR, int(rule.cap * (self.left.n + self.right.n)))

    def estimate(self, rule: BlockRule, progress: Progress) -> Estimate:
        """Pairs a rule will yield; its hub values are found and left out."""
        total, most = self._yield(rule, progress)
        cap = self._cap(rule)
        if most <= rule.hub and total <= cap:
            return Estimate(rule, total)
        names = ", ".join(f"k{n}" for n in range(len(rule.left)))
        yields = self._in_slices(
            f"SELECT {names}, {self._made(rule)} AS pairs FROM ({self._grouped(rule)})",
            ", ".join(rule.right),
            progress,
        )
        order = [("pairs", "descending"), *((f"k{n}", "ascending") for n in range(len(rule.left)))]
        yields = yields.take(pc.sort_indices(yields, order))
        pairs = yields["pairs"].to_numpy().astype(np.int64)
        left_over = total - np.concatenate([[0], np.cumsum(pairs)])
        drop = max(int((pairs > rule.hub).sum()), int((left_over > cap).sum()))
        return Estimate(rule, int(left_over[drop]), yields.slice(0, drop))

    def parts(
        self, estimates: list[Estimate], progress: Progress
    ) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """Chunks of distinct pairs: left, right, first rule that found each, and raw rule yields.

        Pairs come in parts by ranges of right records, so each pair stands in one part only. When
        DuckDB runs out of memory the ranges are halved; nothing spills. Raises
        OutOfMemory when even the smallest range does not fit.
        """
        for number, estimate in enumerate(estimates):
            self._register_hubs(number, estimate)
        total = sum(estimate.pairs for estimate in estimates)
        step = max(1, math.ceil(self.right.n / max(1, math.ceil(total / self._budget.joined))))
        start = 0
        while start < self.right.n:
            stop = min(self.right.n, start + step)
            try:
                yields, table = self._part(estimates, start, stop, progress)
            except duck.OutOfMemory:
                if step <= max(1, self.right.n // MOST_PARTS):
                    raise
                step = max(1, step // 2)
                continue
            yield from self.chunks(table["pair"].to_numpy(), table["rule"].to_numpy(), yields)
            start = stop
            progress.step(stop - start)

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
        agree = np.ones(len(i), dtype=np.bool_)
        for a, b in zip(rule.left, rule.right, strict=True):
            agree &= (self.left[a][i] == self.right[b][j]) & (self.left[a][i] >= 0)
        if estimate.hubs is not None and len(estimate.hubs):
            hubs = set(zip(*(c.to_pylist() for c in estimate.hubs.columns[:-1]), strict=True))
            values = np.stack([self.left[a][i] for a in rule.left], axis=1).tolist()
            agree &= np.array([tuple(value) not in hubs for value in values], dtype=np.bool_)
        return agree

    def _load(self, table: str, side: Side, keys: set[str], only: Flags | None = None) -> None:
        self._register(table, side, {key: key for key in sorted(keys)}, only)

    def _register(
        self, name: str, side: Side, columns: dict[str, str], only: Flags | None = None
    ) -> None:
        arrays = {
            alias: pa.array(side[column], mask=side[column] < 0)
            for alias, column in columns.items()
        }
        arrays["i"] = pa.array(np.arange(side.n, dtype=np.int32))
        table = pa.table(arrays)
        self._connection.register(name, table if only is None else table.filter(pa.array(only)))

    def _made(self, rule: BlockRule) -> str:
        """Pairs that one key value makes, in SQL over its counts on both sides."""
        own = self.within and rule.left == rule.right
        return "n::BIGINT * (m - 1) // 2" if own else "n::BIGINT * m"

    def _grouped(self, rule: BlockRule) -> str:
        """Each key value that both sides hold, with its count n on the left and m on the right."""
        names = [f"k{n}" for n in range(len(rule.left))]
        right = ", ".join(f"{key} AS {name}" for key, name in zip(rule.right, names, strict=True))
        joined = " AND ".join(
            f"l.{key} = g.{name}" for key, name in zip(rule.left, names, strict=True)
        )
        held = " AND ".join([*(f"{key} IS NOT NULL" for key in rule.right), "{0}"])
        listed = ", ".join(names)
        return (
            f"SELECT {listed}, count(*) AS n, any_value(m) AS m FROM l JOIN (SELECT {right},"
            f" count(*) AS m FROM r WHERE {held} GROUP BY ALL) g ON {joined} GROUP BY {listed}"
        )

    def _yield(self, rule: BlockRule, progress: Progress) -> tuple[int, int]:
        answer = self._in_slices(
            f"SELECT sum(p)::BIGINT AS total, max(p)::BIGINT AS most FROM"
            f" (SELECT {self._made(rule)} AS p FROM ({self._grouped(rule)}))",
            ", ".join(rule.right),
            progress,
        )
        total, most = pc.sum(answer["total"]).as_py(), pc.max(answer["most"]).as_py()
        return int(total or 0), int(most or 0)

    def _register_hubs(self, number: int, estimate: Estimate) -> None:
        if estimate.hubs is not None:
            self._connection.register(f"hubs{number}", estimate.hubs)

    def _part(
        self, estimates: list[Estimate], start: int, stop: int, progress: Progress
    ) -> tuple[Ints, Any]:
        run = self._connection
        duck.run(run, "CREATE OR REPLACE TABLE pairs (pair BIGINT, rule TINYINT)", progress)
        yields = np.zeros(len(estimates), dtype=np.int64)
        for number, estimate in enumerate(estimates):
            answer = duck.run(
                run, f"INSERT INTO pairs {self._join(number, estimate, start, stop)}", progress
            )
            yields[number] = int(answer.column(0)[0].as_py())
        table = duck.run(
            run, "SELECT pair, min(rule) AS rule FROM pairs GROUP BY pair ORDER BY pair", progress
        )
        duck.run(run, "DROP TABLE pairs", progress)
        return yields, table

    def _join(self, number: int, estimate: Estimate, start: int, stop: int) -> str:
        rule = estimate.rule
        on = " AND ".join(f"l.{a} = r.{b}" for a, b in zip(rule.left, rule.right, strict=True))
        first, second, own = "l.i", "r.i", ""
        if self.within and rule.left == rule.right:
            own = " AND l.i < r.i"
        elif self.within:
            first, second, own = "least(l.i, r.i)", "greatest(l.i, r.i)", " AND l.i <> r.i"
        hubs = ""
        if estimate.hubs is not None and len(estimate.hubs):
            same = " AND ".join(f"h.k{n} = l.{key}" for n, key in enumerate(rule.left))
            hubs = f" AND NOT EXISTS (SELECT 1 FROM hubs{number} h WHERE {same})"
        return (
            f"SELECT {first}::BIGINT * {self.right.n} + {second} AS pair, {number}::TINYINT FROM l"
            f" JOIN r ON {on} WHERE {second} >= {start} AND {second} < {stop}{own}{hubs}"
        )

    def chunks(
        self, pairs: Ints, rules: Ints, yields: Ints
    ) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
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
