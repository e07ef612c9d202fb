"""The rows of a package: the same block by block as at once, and never all in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest, Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import drafting, drawing, intake, matching, packages, partners, review, sharing
from app.services.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 250
AGREEMENT = {
    "record_id": "ISA/7",
    "agreement_name": "Deaths for services",
    "purposes": ["stop-mail"],
    "data_items": ["reference", "surname", "birth_date", "email"],
    "retention_days": 90,
    "start_date": "2026-01-01",
}


def all_free(_load: str) -> frozenset[int]:
    """No record of any load is barred from leaving."""
    return frozenset()


def people(folder: Path, name: str, dates: str = "{day:02}/03/1950") -> Path:
    path = folder / name
    lines = [
        f"{name[0]}{n},Surname{n // 4},Ann {n},{dates.format(day=n % 28 + 1)},{n} Mill Lane, Toft "
        for n in range(PEOPLE)
    ]
    header = "Reference,Surname,Forename,Date of birth,Address line 1,Town"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def spec(run: str | None, load: str | None, *takes: str) -> PackageSpec:
    columns = tuple(PackageColumn(take.replace(".", "_"), take, "to test") for take in takes)
    return PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", run, load, columns),))


@pytest.fixture
def stocked(workspace: Workspace, tmp_path: Path) -> Workspace:
    for name in ("one.csv", "two.csv"):
        wishes = LoadWishes(kind="people", route="own-records")
        intake.load_file(workspace, people(tmp_path, name), wishes)
    (tmp_path / "agreement.json").write_text(json.dumps(AGREEMENT), encoding="utf-8")
    sharing.import_agreement(workspace, tmp_path / "agreement.json")
    made = packages.new_keys(workspace.catalogue, tmp_path / "their.key")
    partners.add(workspace, "Post room", made.public_key, vouched=True)
    return workspace


def drawn(workspace: Workspace, wanted: PackageSpec) -> list[tuple[str, ...]]:
    with workspace.read() as reader:
        (file,) = drawing.draw(reader, wanted, all_free)
        rows = list(file.rows())
        assert rows == list(file.rows()), "rows are read anew each time"
        assert len(rows) == file.count
    return rows


def test_a_load_is_drawn_by_meaning_with_dates_as_iso(stocked) -> None:
    rows = drawn(stocked, spec(None, "L1", "reference", "birth_date", "address", "town"))
    assert rows[0] == ("o0", "1950-03-01", "0 Mill Lane", "Toft")
    assert [row[0] for row in rows] == [f"o{n}" for n in range(PEOPLE)]


def test_blocks_make_no_difference_and_bound_what_is_held(stocked, monkeypatch) -> None:
    wanted = spec(None, "L1", "reference", "surname", "birth_date")
    whole = drawn(stocked, wanted)
    sizes = []
    true_read = drawing.Side.read

    def read(side, ordinals):
        sizes.append(len(ordinals))
        return true_read(side, ordinals)

    monkeypatch.setattr(drawing, "AT_ONCE", 32)
    monkeypatch.setattr(drawing.Side, "read", read)
    assert drawn(stocked, wanted) == whole
    assert max(sizes) == 32
    sizes.clear()
    with stocked.read() as reader:
        (shown,) = drafting.glimpse(drawing.draw(reader, wanted, all_free), 5)
    assert shown.rows == tuple(whole[:5])
    assert shown.count == PEOPLE
    assert sizes == [32], "a look at the first rows reads the first block only"


def test_pairs_are_drawn_from_both_sides_in_their_order(stocked, monkeypatch) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 7)
    run = matching.run(stocked, MatchRequest("L1", "L2")).run
    for pair in review.queue(stocked, run).pairs[:30]:
        review.decide(stocked, pair, Verdict.SAME, "same-person-confirmed")
    rows = drawn(stocked, spec(run, None, "left.reference", "right.reference", "right.birth_date"))
    expected = [
        (found.left, found.right)
        for found in sorted(review.pairs(stocked, run), key=lambda p: int(p.pair.split("-")[1]))
        if found.decision
    ]
    assert [row[:2] for row in rows] == expected
    with stocked.read() as reader:
        wanted = spec(run, None, "left.reference")
        origins = list(drawing.draw(reader, wanted, all_free)[0].origins())
    assert {load for load, _ in origins} == {"L1", "L2"}
    assert len(origins) == 60


def test_several_people_of_one_row_keep_their_own_names(workspace, tmp_path) -> None:
    path = tmp_path / "joint.csv"
    path.write_text(
        "Reference,Name,Address,Postcode\n"
        "A1,MR JOHN AND MRS MARY TAPSCOTT,1 Mill Lane,EX1 2AB\n"
        "A2,MISS ANN JONES,2 Mill Lane,EX1 2AC\n",
        encoding="utf-8",
    )
    answer = intake.load_file(workspace, path, LoadWishes(kind="people", route="own-records"))
    wanted = spec(None, answer.load, "reference", "full_name", "postcode", "email")
    rows = drawn(workspace, wanted)
    assert len(rows) == 3
    assert [row[0] for row in rows] == ["A1", "A1", "A2"]
    assert {row[1] for row in rows} == {"MR JOHN AND MRS MARY TAPSCOTT", "MISS ANN JONES"}
    assert rows[0][2:] == ("EX1 2AB", "")


def test_a_column_no_record_has_is_refused_before_anything_is_read(stocked) -> None:
    for take in ("left.reference", "shoe_size"):
        with stocked.read() as reader, pytest.raises(Refused, match="package-column-unknown"):
            drawing.draw(reader, spec(None, "L1", take), all_free)


def test_one_passage_tells_digest_first_rows_and_empty_columns(stocked) -> None:
    wanted = spec(None, "L1", "reference", "email")
    with stocked.read() as reader:
        files = drawing.draw(reader, wanted, all_free)
        agreement = sharing.agreements(stocked)[0]
        seen = drafting.survey(files, agreement, 3)
        other = drafting.survey(files[:1], agreement, 0)
    assert seen.previews[0].rows == (("o0", ""), ("o1", ""), ("o2", ""))
    assert seen.empty == ((1,),)
    assert seen.digest == other.digest
    answer = sharing.draft(stocked, "ISA/7", "Post room", wanted)
    assert "package-column-empty" in {note.code for note in answer.warnings}


def test_rows_that_are_not_those_drafted_are_found_as_they_pass(stocked, tmp_path) -> None:
    """The digest is taken while sealing; the file never gets its name."""
    drafted = sharing.draft(stocked, "ISA/7", "Post room", spec(None, "L1", "reference"))
    before = {path.name for path in tmp_path.iterdir()}
    with stocked.vault.write() as writer:
        writer.run("UPDATE package SET spec = replace(spec, 'content\":\"', 'content\":\"0')")
        writer.witnessed = True
    with pytest.raises(Refused, match="package-changed"):
        sharing.seal(stocked, drafted.package, tmp_path / "out.age")
    with pytest.raises(Refused, match="package-changed"):
        sharing.show(stocked, drafted.package)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert sharing.packages(stocked)[0].state == "draft"


def test_drafting_can_be_cancelled(stocked, monkeypatch) -> None:
    monkeypatch.setattr(drafting, "AT_ONCE", 50)
    progress = Counters()
    true_step = progress.step

    def step(units: int = 1) -> None:
        progress.cancel()
        true_step(units)

    monkeypatch.setattr(progress, "step", step)
    with pytest.raises(Cancelled):
        sharing.draft(stocked, "ISA/7", "Post room", spec(None, "L1", "reference"), progress)
    assert sharing.packages(stocked) == ()


@pytest.mark.release
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is read the Unix way")
def test_a_million_rows_are_drafted_and_sealed_in_bounded_memory(tmp_path) -> None:
    """1,000,000 × 8: about 125 MB above an open vault where all rows at once took 900 MB."""
    items = [*AGREEMENT["data_items"], "given_names", "address", "town", "postcode"]
    agreed = json.dumps({**AGREEMENT, "data_items": items})
    (tmp_path / "agreement.json").write_text(agreed, encoding="utf-8")
    script = Path(__file__).with_name("drawing_big.py")
    for act in ("load", "seal"):
        done = subprocess.run(
            [sys.executable, str(script), str(tmp_path), "1000000", act],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    found = json.loads(done.stdout)
    assert found["rows"] == 1_000_000
    assert found["mb"] < 300
