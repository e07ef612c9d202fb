"""The lines between the bands of a run: those of the plan it was made with, not of today's."""

from __future__ import annotations

import json

from app.base.errors import Refused
from app.model.plan import Thresholds
from app.model.runs import LINES
from app.services.workspace import Workspace
from app.stores import runs as stored
from app.stores.sqlcipher import Reader


def of_run(workspace: Workspace, reader: Reader, run: str) -> Thresholds:
    """Where the bands of a run begin.

    A run made before its lines were kept has those of its plan as long as that is the same.
    Raises Refused: run-unknown, run-withdrawn, plan-changed.
    """
    stored.require(reader, run)
    facts = stored.details(reader, run)
    kept = json.loads(facts.plan_json).get(LINES)
    if kept is not None:
        return Thresholds(**kept)
    today = workspace.catalogue.plans.get(facts.plan)
    if today is None or today.digest != facts.plan_digest:
        raise Refused("plan-changed", run=run, plan=facts.plan)
    return today.thresholds
