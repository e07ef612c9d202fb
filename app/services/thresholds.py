"""What would change in a run if the lines between its bands lay elsewhere; nothing is matched."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.base.errors import Refused
from app.matching.sampled import Stratum, precision, recall
from app.model.plan import Thresholds
from app.model.runs import Band, Decision, Verdict
from app.model.thresholds import Line, SampleState, WhatIf
from app.services import lines
from app.services.desk import Desk
from app.services.sampling import draw
from app.services.workspace import Workspace
from app.stores import decisions
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

EXAMPLES = 5
Rests = Mapping[Band, Collection[int]]
"""By band the numbers of the pairs that an estimate rests on."""


def thresholds(
    workspace: Workspace, run: str, certain: float | None = None, probable: float | None = None
) -> WhatIf:
    """Pairs gained and lost at each line, from the probabilities the run kept. Looking is recorded.

    A line not named stays. Neither may lie below `possible`: of the unlikely not all are kept.
    Raises Refused: run-unknown, run-withdrawn, plan-changed, thresholds-out-of-order.
    """
    with workspace.read() as reader:
        limits = lines.of_run(workspace, reader, run)
        upper = limits.certain if certain is None else certain
        lower = limits.probable if probable is None else probable
        _require_order(limits, upper, lower)
        stands = decisions.standing(reader, run)
        said = {stored.split_id(pair)[1]: decision.verdict for pair, decision in stands.items()}
        drawn = draw(reader, run, workspace.catalogue.vault_policy.review_sample, said)
        strata = {then: _strata(reader, run, then, said, drawn.rests) for then in (upper, lower)}
        answer = WhatIf(
            run,
            _line(reader, run, Band.CERTAIN, (limits.certain, upper), stands, strata[upper]),
            _line(reader, run, Band.PROBABLE, (limits.probable, lower), stands, strata[lower]),
            SampleState(
                drawn.size,
                len(drawn.numbers),
                sum(number not in said for number in drawn.numbers),
            ),
        )
    workspace.note("look.pairs", {"run": run, "certain": upper, "probable": lower})
    return answer


def lines_of(workspace: Workspace, run: str) -> Thresholds:
    """Where the bands of a run begin: the lines of the plan it was made with, not of today's.

    Raises Refused: run-unknown, run-withdrawn, plan-changed.
    """
    with workspace.read() as reader:
        return lines.of_run(workspace, reader, run)


def _require_order(limits: Thresholds, certain: float, probable: float) -> None:
    if not limits.possible <= probable <= certain <= 1:
        raise Refused(
            "thresholds-out-of-order",
            certain=certain,
            probable=probable,
            possible=limits.possible,
        )


def _line(
    reader: Reader,
    run: str,
    band: Band,
    moved: tuple[float, float],
    stands: dict[str, Decision],
    strata: tuple[list[Stratum], list[Stratum]],
) -> Line:
    now, then = moved
    bands = list(Band)
    above, below = bands[: bands.index(band) + 1], bands[bands.index(band) + 1 :]
    desk = Desk(reader, run)
    crossing = (
        stored.crossing(reader, run, below, then, rising=True, limit=EXAMPLES),
        stored.crossing(reader, run, above, then, rising=False, limit=EXAMPLES),
    )
    told = [
        tuple(desk.summary(one, stands.get(stored.pair_id(run, one.n))) for one in found.pairs)
        for found in crossing
    ]
    kept = stored.kept(reader, run)
    high, low = strata
    return Line(
        band=band,
        now=now,
        then=then,
        before=sum(getattr(kept, one.value) for one in above),
        gained=crossing[0].count,
        lost=crossing[1].count,
        gained_pairs=told[0],
        lost_pairs=told[1],
        decided=sum(stratum.decided for stratum in high),
        unsure=sum(stratum.unsure for stratum in high),
        precision=precision(high),
        recall=recall(high, low),
    )


def _strata(
    reader: Reader, run: str, line: float, said: Mapping[int, Verdict], rests: Rests
) -> tuple[list[Stratum], list[Stratum]]:
    """Pairs worth a look by band, above the line and below it, with what the sample says."""
    held: dict[tuple[bool, Band], list[int]] = {}
    for number, band, chance in stored.chances(reader, run):
        if band in rests:
            counts = held.setdefault((chance >= line, band), [0, 0, 0, 0])
            counts[0] += 1
            if number in rests[band]:
                counts[1] += 1
                counts[2] += said[number] is Verdict.SAME
                counts[3] += said[number] is Verdict.UNSURE
    shares = {band: _share(numbers, said) for band, numbers in rests.items()}
    above, below = (
        [
            Stratum(pairs, drawn, same, unsure, shares[band])
            for (high, band), (pairs, drawn, same, unsure) in held.items()
            if high is side
        ]
        for side in (True, False)
    )
    return above, below


def _share(numbers: Collection[int], said: Mapping[int, Verdict]) -> float | None:
    """The share of true pairs in the sample of a band, None where it is not decided."""
    told = [said[number] for number in numbers if said[number] is not Verdict.UNSURE]
    if not numbers:
        return None
    return told.count(Verdict.SAME) / len(told) if told else 0.5
