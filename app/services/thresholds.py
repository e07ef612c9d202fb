"""What would change in a run if the lines between its bands lay elsewhere; nothing is matched."""

from __future__ import annotations

from app.base.errors import Refused
from app.matching.sampled import Stratum, precision, recall
from app.model.plan import Thresholds
from app.model.runs import Band, Decision, Verdict
from app.model.thresholds import Line, WhatIf
from app.services import lines
from app.services.desk import Desk
from app.services.workspace import Workspace
from app.stores import decisions
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

EXAMPLES = 5


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
        answer = WhatIf(
            run,
            _line(reader, run, Band.CERTAIN, (limits.certain, upper), stands),
            _line(reader, run, Band.PROBABLE, (limits.probable, lower), stands),
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
    reader: Reader, run: str, band: Band, moved: tuple[float, float], stands: dict[str, Decision]
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
    high, low = _strata(reader, run, then, stands)
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
        precision=precision(high),
        recall=recall(high, low),
    )


def _strata(
    reader: Reader, run: str, line: float, stands: dict[str, Decision]
) -> tuple[list[Stratum], list[Stratum]]:
    """Pairs worth a look by band, above the line and below it, with what was said of them."""
    counts: dict[tuple[bool, Band], list[int]] = {}
    for number, band, chance in stored.chances(reader, run):
        if band is Band.UNLIKELY:
            continue
        held = counts.setdefault((chance >= line, band), [0, 0, 0])
        said = stands.get(stored.pair_id(run, number))
        verdict = Verdict.UNSURE if said is None else said.verdict
        held[0] += 1
        held[1] += verdict is not Verdict.UNSURE
        held[2] += verdict is Verdict.SAME
    above, below = (
        [Stratum(*held) for (high, _), held in counts.items() if high is side]
        for side in (True, False)
    )
    return above, below
