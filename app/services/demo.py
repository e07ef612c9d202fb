"""The demonstration: a sample council goes the whole way, measured against its truth."""

from __future__ import annotations

import contextlib
import csv
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from app.base.clock import Clock
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.model.demo import DemoAnswer, DemoLoad, DemoRun
from app.model.loads import LoadAnswer, LoadWishes
from app.model.runs import Band, MatchRequest, RunAnswer, Verdict
from app.model.sharing import SealedAnswer
from app.model.vaults import Role
from app.services import intake, matching, packages, partners, review, sharing, staff, trail, vaults
from app.services.sample import sample
from app.services.workspace import Workspace

STEWARD = "Alex Steward"
APPROVER = "Sam Approver"
PASSPHRASE = "exampleshire sample vault"  # noqa: S105 - it guards made-up people, and is told
OFFICE = "Exampleshire Council"
AGREEMENT = "EXAMPLE/1"
RECIPIENT = "Exampleshire Post Room"
SERVING_ROUTE = "s19aa"
PURPOSE = "stop-mail"
TRUTH = "truth.csv"
SAMPLE, VAULT = "sample", "vault"
KEY_FILE, PACKAGE_FILE = "post-room.key", "exampleshire-stop-mail.age"
MADE = (SAMPLE, VAULT, KEY_FILE, f"{KEY_FILE}.pub", PACKAGE_FILE)
"""What a demonstration makes in its folder."""
SURE = (Band.CERTAIN, Band.PROBABLE)

Place = tuple[int, int]
"""A record of a sample file: its line and its place among the people of that line."""


@dataclass
class _Demo:
    """One demonstration under way."""

    catalogue: Catalogue
    into: Path
    clock: Clock
    progress: Progress
    seconds: dict[str, float]

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        began = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

    def open(self, steward: str) -> Workspace:
        """The demonstration's vault, unlocked."""
        return vaults.unlock(self.catalogue, self.into / VAULT, steward, PASSPHRASE, self.clock)


def demo(
    catalogue: Catalogue,
    into: Path,
    people: int,
    seed: int,
    clock: Clock,
    progress: Progress = SILENT,
) -> DemoAnswer:
    """Sample, vault, loads, matches, review, sealed and verified package, trail.

    What does not come to its end leaves nothing of itself, so that it can be begun again.
    Raises Refused folder-not-empty, and what any step refuses.
    """
    stood = into.exists()
    if stood and any(into.iterdir()):
        raise Refused("folder-not-empty", where=Where(file=str(into)))
    try:
        return _whole_way(_Demo(catalogue, into, clock, progress, {}), people, seed)
    except BaseException:
        _unmake(into, folder_too=not stood)
        raise


def _unmake(into: Path, *, folder_too: bool) -> None:
    """Remove what a demonstration makes, and nothing that somebody else put beside it."""
    for name in MADE:
        path = into / name
        with contextlib.suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if folder_too:
        with contextlib.suppress(OSError):
            into.rmdir()


def _whole_way(work: _Demo, people: int, seed: int) -> DemoAnswer:
    catalogue, into, clock, progress = work.catalogue, work.into, work.clock, work.progress
    with work.stage("sample"):
        made = sample(catalogue, into / SAMPLE, people, None, seed, progress)
    files = [into / SAMPLE / file.name for file in made.files if file.name != TRUTH]
    with work.stage("vault"):
        vaults.create(catalogue, into / VAULT, STEWARD, PASSPHRASE, clock)
        workspace = work.open(STEWARD)
    with workspace:
        loads, deaths = _load(work, workspace, files)
        runs = _match(work, workspace, loads, deaths)
        precision, recall, f1 = _accuracy(work, workspace, loads, deaths, runs)
        package = _draft(work, workspace, max(runs, key=_sure))
    sealed, sender = _seal(work, package)
    with work.stage("verify"):
        proof = packages.verify(catalogue, sealed.file, sender, into / KEY_FILE, progress)
        with work.open(STEWARD) as again:
            chain = trail.verify(again)
    return DemoAnswer(
        vault=into / VAULT,
        people=people,
        stewards=(STEWARD, APPROVER),
        passphrase=PASSPHRASE,
        loads=tuple(
            DemoLoad(a.kind, path.name, a.rows_read, a.rows_loaded, a.rows_rejected)
            for path, a in loads.items()
        ),
        runs=tuple(DemoRun(r.run, r.plan, r.candidate_pairs, r.bands) for r in runs),
        precision=precision,
        recall=recall,
        f1=f1,
        package=sealed.file,
        package_verified=bool(proof.signature and proof.manifest),
        trail_entries=chain.entries,
        trail_verified=chain.verified,
        seconds=work.seconds,
    )


def _load(
    work: _Demo, workspace: Workspace, files: list[Path]
) -> tuple[dict[Path, LoadAnswer], Path]:
    """Load every file; which of them holds the deaths that may stop mail."""
    kinds = work.catalogue.kinds
    loads: dict[Path, LoadAnswer] = {}
    with work.stage("load"):
        sharing.name_office(workspace, OFFICE)
        sharing.import_agreement(workspace, work.catalogue.folder / "examples" / "agreement.json")
        for path in files:
            found = intake.understood(workspace, path, LoadWishes())
            serves = found.offer.shape.declared.get("route") == SERVING_ROUTE
            wishes = LoadWishes(agreement=AGREEMENT if serves else None)
            loads[path] = intake.load_file(workspace, path, wishes, work.progress)
    routes = {load.load: load.route for load in intake.loads(workspace)}
    serving = [
        path
        for path, answer in loads.items()
        if kinds[answer.kind].subject == "death" and routes[answer.load] == SERVING_ROUTE
    ]
    return loads, serving[0]


def _match(
    work: _Demo, workspace: Workspace, loads: dict[Path, LoadAnswer], deaths: Path
) -> list[RunAnswer]:
    """Match every list of people against the deaths that may stop mail."""
    right = loads[deaths].load
    people = [a for a in loads.values() if work.catalogue.kinds[a.kind].subject == "person"]
    with work.stage("match"):
        return [
            matching.run(workspace, MatchRequest(a.load, right, purpose=PURPOSE), work.progress)
            for a in people
        ]


def _accuracy(
    work: _Demo,
    workspace: Workspace,
    loads: dict[Path, LoadAnswer],
    deaths: Path,
    runs: list[RunAnswer],
) -> tuple[float, float, float]:
    """Precision, recall and F1 of the certain and probable pairs of all runs against the truth.

    A true pair is a record and a standing registration of the same person.
    """
    truth = _truth(work.into / SAMPLE / TRUTH)
    stands = matching.standing_rows(workspace, loads[deaths].load)
    dead: dict[str, list[Place]] = defaultdict(list)
    for record, person in truth[deaths.name].items():
        if record[0] in stands:
            dead[person].append(record)
    people = [path for path, a in loads.items() if work.catalogue.kinds[a.kind].subject == "person"]
    hits = said = real = 0
    for path, run in zip(people, runs, strict=True):
        true = {
            (record, other)
            for record, person in truth[path.name].items()
            for other in dead.get(person, ())
        }
        found = {
            ((p.left_row, p.left_part), (p.right_row, p.right_part))
            for band in SURE
            for p in review.pairs(workspace, run.run, band)
        }
        hits, said, real = hits + len(true & found), said + len(found), real + len(true)
    precision, recall = hits / max(1, said), hits / max(1, real)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _truth(path: Path) -> dict[str, dict[Place, str]]:
    """By file, who each record is; people of one line are counted from 1 in the order listed."""
    found: dict[str, dict[Place, str]] = defaultdict(dict)
    parts: dict[tuple[str, int], int] = defaultdict(int)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            place = (line["file"], int(line["row"]))
            parts[place] += 1
            found[line["file"]][place[1], parts[place]] = line["person"]
    return found


def _sure(run: RunAnswer) -> int:
    return run.bands.certain + run.bands.probable


def _draft(work: _Demo, workspace: Workspace, run: RunAnswer) -> str:
    """Play the steward's part: confirm the sure pairs one by one, then draft a package."""
    with work.stage("review"):
        for band in SURE:
            for pair in review.pairs(workspace, run.run, band):
                review.decide(workspace, pair.pair, Verdict.SAME, "same-person-confirmed")
    keys = packages.new_keys(work.catalogue, work.into / KEY_FILE)
    partners.add(workspace, RECIPIENT, keys.public_key, keys.fingerprint_words)
    staff.add_steward(workspace, APPROVER, Role.APPROVER, PASSPHRASE)
    spec = sharing.read_spec(workspace, work.catalogue.folder / "examples" / "stop-mail.toml")
    files = tuple(replace(file, run=run.run) for file in spec.files)
    with work.stage("package"):
        answer = sharing.draft(
            workspace, AGREEMENT, RECIPIENT, replace(spec, files=files), work.progress
        )
    return answer.package


def _seal(work: _Demo, package: str) -> tuple[SealedAnswer, str]:
    """A second steward approves what the first drafted, and seals it."""
    out = work.into / PACKAGE_FILE
    with work.open(APPROVER) as workspace, work.stage("package"):
        sharing.approve(workspace, package)
        sealed = sharing.seal(workspace, package, out, "age", work.progress)
        return sealed, sharing.office_public_key(workspace)
