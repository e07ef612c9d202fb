"""Hand the match model to those with a bigger machine: Splink settings, corrections, a runner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from app.base.errors import Refused
from app.catalogue.house import Catalogue
from app.files.whole import require_absent, staging
from app.matching.export.runner import spark_runner
from app.matching.export.settings import splink_settings
from app.matching.export.steps import post_steps_sql


@dataclass(frozen=True)
class ModelFiles:
    """The files a model was written to."""

    settings: Path
    post_steps: Path
    runner: Path


def export(catalogue: Catalogue, plan: str, to: Path) -> ModelFiles:
    """Write a plan as Splink settings, its corrections as SQL, and a runner for Splink on Spark.

    No personal data is in them. All three appear or none, and nothing is written over. Raises
    Refused: plan-unknown, file-exists, disk-full, cannot-write.
    """
    declared = catalogue.plans.get(plan)
    if declared is None:
        raise Refused("plan-unknown", plan=plan, known=", ".join(catalogue.plans))
    files = ModelFiles(to / "splink_settings.json", to / "post_steps.sql", to / "run_links.py")
    settings = json.dumps(splink_settings(declared), indent=2, ensure_ascii=False)
    contents = {
        files.settings.name: settings + "\n",
        files.post_steps.name: post_steps_sql(declared),
        files.runner.name: spark_runner(declared),
    }
    require_absent(to, contents)
    with staging(to) as stage:
        for name, text in contents.items():
            with stage.writing(name) as stream:
                stream.write(text.encode("utf-8"))
    return files
