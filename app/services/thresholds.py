"""What would change in a run if the lines between its bands lay elsewhere; nothing is matched."""

from __future__ import annotations

import json

from app.base.errors import Refused
from app.model.plan import Thresholds
from app.model.runs import LINES, Band
from app.model.thresholds import Line, WhatIf
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
        limits = _lines(workspace, reader, run)
        upper = limits.certain if certain is None else certain
        lower = limits.probable if probable is None else probable
        _require_order(limits, upper, lower)
        answer = WhatIf(
            run,
            _line(reader, run, Band.CERTAIN, limits.certain, upper),
            _line(reader, run, Band.PROBABLE, limits.probable, lower),
        )
    workspace.note("look.pairs", {"run": run, "certain": upper, "probable": lower})
    return answer


def lines_of(workspace: Workspace, run: str) -> Thresholds:
    """Where the bands of a run begin: the lines of the plan it was made with, not of today's.

    Raises Refused: run-unknown, run-withdrawn, plan-changed.
    """
    with workspace.read() as reader:
        return _lines(workspace, reader, run)


def _lines(workspace: Workspace, reader: Reader, run: str) -> Thresholds:
    stored.require(reader, run)
    facts = stored.details(reader, run)
    kept = json.loads(facts.plan_json).get(LINES)
    if kept is not None:
        return Thresholds(**kept)
    today = workspace.catalogue.plans.get(facts.plan)  # runs made before the lines were kept
    if today is None or today.digest != facts.plan_digest:
        raise Refused("plan-changed", run=run, plan=facts.plan)
    return today.thresholds


def _require_order(limits: Thresholds, certain: float, probable: float) -> None:
    if not limits.possible <= probable <= certain <= 1:
        raise Refused(
            "thresholds-out-of-order",
            certain=certain,
            probable=probable,
            possible=limits.possible,
        )


def _line(reader: Reader, run: str, band: Band, now: float, then: float) -> Line:
    bands = list(Band)
    above, below = bands[: bands.index(band) + 1], bands[bands.index(band) + 1 :]
    desk, stands = Desk(reader, run), decisions.standing(reader, run)
    crossing = (
        stored.crossing(reader, run, below, then, rising=True, limit=EXAMPLES),
        stored.crossing(reader, run, above, then, rising=False, limit=EXAMPLES),
    )
    told = [
        tuple(desk.summary(one, stands.get(stored.pair_id(run, one.n))) for one in found.pairs)
        for found in crossing
    ]
    kept = stored.kept(reader, run)
    return Line(
        band=band,
        now=now,
        then=then,
        before=sum(getattr(kept, one.value) for one in above),
        gained=crossing[0].count,
        lost=crossing[1].count,
        gained_pairs=told[0],
        lost_pairs=told[1],
    )
