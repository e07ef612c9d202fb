"""What a recipient needs to weigh a package: sources, bands, thresholds, decisions, gaps."""

from __future__ import annotations

from collections.abc import Sequence

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.packaging import Quality, SourceDate
from app.model.profiles import BandShare, LoadProfile, Reach, SourceProfile
from app.model.sharing import PackageSpec
from app.reports.summary import bands_summary, column_profile
from app.services import lines, reach
from app.services.drafting import source_loads
from app.services.workspace import Workspace
from app.stores import decisions, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


def quality(
    workspace: Workspace, reader: Reader, spec: PackageSpec, progress: Progress = SILENT
) -> Quality:
    """The quality statement of a package; of its loads one column is held at a time."""
    dates, profiles = [], []
    leaving = {name: _leaving(reader, spec, name) for name in source_loads(reader, spec)}
    progress.stage("package-quality", sum(map(len, leaving.values())))
    for name, columns in leaving.items():
        load = shelf.get(reader, name)
        title = f"{workspace.catalogue.kinds[load.kind].title} ({name})"
        dates.append(SourceDate(title, load.as_at or load.loaded_at[:10]))
        profiles.append(SourceProfile(title, _profile(reader, name, columns, progress)))
    bands: list[BandShare] = []
    thresholds: dict[str, str] = {}
    counts: dict[str, int] = {}
    reaches: list[Reach] = []
    for name in dict.fromkeys(file.run for file in spec.files if file.run):
        run = runs.get(reader, name)
        bands += bands_summary(run.bands)
        thresholds |= _lines(workspace, reader, name, run.plan)
        verdicts = decisions.counts(reader, name)
        counts |= {f"{name} {verdict.value}": number for verdict, number in verdicts.items()}
        reaches.append(reach.of_run(workspace, reader, name))
    return Quality(tuple(dates), tuple(bands), thresholds, counts, tuple(reaches), tuple(profiles))


def _lines(workspace: Workspace, reader: Reader, run: str, plan: str) -> dict[str, str]:
    """Where the bands of a run begin, each line by its run; told where nobody kept them."""
    try:
        found = lines.of_run(workspace, reader, run)
    except Refused as refusal:
        if refusal.code != "plan-changed":
            raise
        return {f"{run} {plan}": workspace.catalogue.report_templates.words["nothing"]}
    return {f"{run} {plan} {name}": f"{value:g}" for name, value in vars(found).items()}


def _profile(reader: Reader, load: str, columns: Sequence[str], progress: Progress) -> LoadProfile:
    """How full each column is. A source column may be called as the column of lines is."""
    found = []
    for column in columns:
        progress.step()
        _, cells = shelf.read_raw(reader, load, [column]).columns
        found.append(column_profile(column, cells))
    return LoadProfile(shelf.get(reader, load).rows_loaded, tuple(found))


def _leaving(reader: Reader, spec: PackageSpec, load: str) -> list[str]:
    """The source columns of a load that leave in any file of a package."""
    takes: set[str] = set()
    for file in spec.files:
        sides = {"": file.load}
        if file.run:
            run = runs.get(reader, file.run)
            sides = {"left": run.left, "right": run.right or run.left}
        for column in file.columns:
            side, _, means = column.take.rpartition(".")
            if sides.get(side) == load:
                takes.add(means)
    held = set(shelf.columns(reader, load))
    uses = shelf.mapping(reader, load).columns
    return [use.column for use in uses if use.means in takes and use.column in held]
