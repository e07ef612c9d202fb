"""Hand the match model to those with a bigger machine: Splink settings, corrections, a runner."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.files.whole import require_absent, staging
from app.matching.export.counted import Chances, counted, usual
from app.matching.export.runner import spark_runner
from app.matching.export.settings import splink_settings
from app.matching.export.steps import post_steps_sql
from app.model.plan import MatchPlan
from app.model.runs import RunSummary
from app.services.standing import stands
from app.services.workspace import Workspace
from app.stores import dictionary, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

NAMES = ("splink_settings.json", "post_steps.sql", "run_links.py")


@dataclass(frozen=True)
class ModelFiles:
    """The files a model was written to."""

    settings: Path
    post_steps: Path
    runner: Path


def export(catalogue: Catalogue, plan: str, to: Path) -> ModelFiles:
    """Write a plan as Splink settings, its corrections as SQL, and a runner for Splink on Spark.

    u in the settings are those of the sample council. All three appear or none, and nothing is
    written over. Raises Refused: plan-unknown, file-exists, disk-full, cannot-write.
    """
    declared = _declared(catalogue, plan)
    return _write(declared, usual(declared), to)


def export_run(workspace: Workspace, run: str, to: Path, progress: Progress = SILENT) -> ModelFiles:
    """Write the plan of a run as `export` does, with u and prior as counted on the run's loads.

    No personal data is in them, but what is counted leaves the vault: the trail tells of it. Raises
    Refused also: right-missing, run-unknown, run-withdrawn; Cancelled.
    """
    workspace.require_right("model.export")
    require_absent(to, NAMES)
    progress.stage("read-codes")
    with workspace.read() as reader:
        summary = runs.require(reader, run)
        plan = _declared(workspace.catalogue, summary.plan)
        left = _standing(workspace, reader, summary.left)
        right = _standing(workspace, reader, summary.right) if summary.right else None
        book = dictionary.codebook(reader)
        first = next(runs.pairs(reader, run, limit=1), None)
    chances = counted((left, right), book, plan, _tables(summary), progress)
    if first is not None:
        prior = next(bar.weight for bar in first.evidence if bar.field == "prior")
        chances = replace(chances, prior=prior)
    made = None
    try:
        with workspace.write("model.export") as change:
            change.facts |= {"run": run, "plan": plan.id, "plan_digest": plan.digest}
            made = _write(plan, chances, to)
    except BaseException:
        for name in NAMES if made else ():
            (to / name).unlink(missing_ok=True)
        raise
    return made


def _declared(catalogue: Catalogue, plan: str) -> MatchPlan:
    declared = catalogue.plans.get(plan)
    if declared is None:
        raise Refused("plan-unknown", plan=plan, known=", ".join(catalogue.plans))
    return declared


def _standing(workspace: Workspace, reader: Reader, load: str) -> pa.Table:
    """The records of a load as they are matched: those that stand."""
    summary = shelf.require(reader, load)
    codes = shelf.read_codes(reader, load)
    if workspace.catalogue.kinds[summary.kind].subject == "person":
        return codes
    keep = stands(workspace, reader, summary, codes.column("row").to_pylist())
    return codes.filter(pa.array(keep))


def _tables(summary: RunSummary) -> str:
    """What a run matched, by name."""
    loads = [load for load in (summary.left, summary.right) if load]
    return f"{' and '.join(loads)}, run {summary.run}"


def _write(plan: MatchPlan, chances: Chances, to: Path) -> ModelFiles:
    settings = json.dumps(splink_settings(plan, chances=chances), indent=2, ensure_ascii=False)
    contents = dict(
        zip(NAMES, (settings + "\n", post_steps_sql(plan), spark_runner(plan)), strict=True)
    )
    require_absent(to, contents)
    with staging(to) as stage:
        for name, text in contents.items():
            with stage.writing(name) as stream:
                stream.write(text.encode("utf-8"))
    return ModelFiles(*(to / name for name in NAMES))
