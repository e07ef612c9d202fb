"""Erasure: proposed by one, done by another, gone from every page, proved, on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import SILENT
from app.model.records import DOMAINS
from app.model.vaults import Role
from app.services import erasing, home, intake, requests, staff, trail, vaults
from app.services.workspace import Workspace
from app.stores import backup, dictionary, erasures, loads, runs
from app.stores import vault as vault_store
from app.stores.pages import pages_of, pages_of_log
from app.stores.probes import Probes
from tests.services.council import PEOPLE, badges

WHY = "retention-over"


def word(family: str, code: str) -> str:
    return f"{family} of {code}"


@pytest.fixture
def ticking(matched: Workspace) -> Workspace:
    """A matched vault whose clock moves on: two backups never bear one name."""
    beginning, ticks = datetime(2026, 8, 22, 12, tzinfo=UTC), iter(range(1_000_000))
    matched.clock = lambda: beginning + timedelta(seconds=next(ticks))
    return matched


def content(workspace: Workspace) -> bytes:
    """Every page of the vault's file and log, as they stand."""
    database = workspace.vault.database
    with database.open("rb") as stream:
        held = b"".join(pages_of(stream, workspace.vault.key, "vault.db"))
    log = database.with_name(f"{database.name}-wal")
    return held + b"".join(pages_of_log(log, workspace.vault.key))


def erased(workspace: Workspace, load: str = "L1"):
    erasing.propose(workspace, load, WHY)
    return erasing.erase(workspace, load)


def test_pages_are_read_as_they_stand(ticking) -> None:
    assert b"CREATE TABLE load_raw" in content(ticking)
    assert b"Abbey Close" in content(ticking)


def test_what_is_erased_is_on_no_page_and_in_no_backup(ticking) -> None:
    old = vaults.backup(ticking, None).file
    found = erased(ticking)
    assert found.proved
    assert found.pieces > 5
    assert found.pages > 30
    assert (found.backups, old.exists()) == (1, False)
    assert b"Abbey Close" not in content(ticking)
    acts = [entry.action for entry in trail.entries(ticking)[-3:]]
    assert acts == ["load.erase-propose", "load.erase", "load.erase-proved"]
    assert trail.verify(ticking).verified
    assert intake.loads(ticking)[0].state == "withdrawn"


@pytest.mark.parametrize("table", ["load_raw", "load_codes", "pair_record"])
def test_what_was_left_in_a_table_is_found(ticking, monkeypatch, table) -> None:
    """The search is no formality: rows that somebody forgot to delete are met."""

    def forgets(writer, load, reason, at, by) -> None:
        writer.run("UPDATE load SET state = 'withdrawn' WHERE id = ?", (load,))
        for name in {"load_raw", "load_codes", "rejection", "pair_record"} - {table}:
            writer.run(f"DELETE FROM {name} WHERE load = ?", (load,))

    monkeypatch.setattr(loads, "withdraw", forgets)
    if table == "pair_record":
        monkeypatch.setattr(runs, "withdraw", lambda *_given: None)
    held = erased(ticking)
    assert held.found
    assert not held.proved


@pytest.mark.parametrize("settled", [False, True])
def test_the_log_and_the_file_are_each_searched(ticking, tmp_path, settled) -> None:
    """What came after the backup stands in the log alone; once it is settled, in the file alone."""
    file, _ = backup.rotate(ticking.vault, ticking.now())
    requests.begin(ticking, "access", "THE-REFERENCE-OF-A-CASE", date(2026, 8, 1))
    if settled:
        ticking.vault.checkpoint()
    wanted = Probes([b"THE-REFERENCE-OF"])
    assert erasures.search(ticking.vault, file, wanted, SILENT).met == {b"THE-REFERENCE-OF"}


def test_a_free_page_that_was_not_wiped_is_written_anew(ticking, monkeypatch) -> None:
    ticking.vault._writer.execute("PRAGMA secure_delete = OFF").fetchall()
    compacted = []
    compact = vault_store.Vault.compact
    monkeypatch.setattr(
        vault_store.Vault, "compact", lambda self: (compacted.append(1), compact(self))
    )
    found = erased(ticking)
    assert compacted == [1]
    assert found.proved
    assert b"Abbey Close" not in content(ticking)


def test_who_stands_in_two_lists_is_no_trace_of_the_erased_one(ticking, tmp_path) -> None:
    again = badges(tmp_path, [*PEOPLE, ("B6", "Zand", "Dee", "1 Low Road", "EX7 7GG", "01011960")])
    intake.load_file(ticking, again.rename(tmp_path / "again.csv"))
    found = erased(ticking)
    assert found.proved
    assert intake.loads(ticking)[-1].state == "visible"
    with ticking.read() as reader:
        assert "TAPSCOTT" in dictionary.codebook(reader).values(DOMAINS["surname"])


def test_two_stewards_erase_and_one_alone_may(ticking, tmp_path) -> None:
    assert not erasing.propose(ticking, "L1", WHY).second
    staff.add_steward(ticking, "Bob", Role.STEWARD, "three other words")
    staff.add_steward(ticking, "Ola", Role.AUDITOR, "three auditing words")
    assert erasing.propose(ticking, "L1", WHY).second
    with pytest.raises(Refused, match="erasure-needs-second"):
        erasing.erase(ticking, "L1")
    assert intake.loads(ticking)[0].state == "visible"
    kept = ticking.steward
    ticking.steward = type(kept)("Bob", Role.STEWARD)
    assert erasing.erase(ticking, "L1").erased_by == "Bob"


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda ws: erasing.erase(ws, "L1"), "erasure-unknown"),
        (lambda ws: erasing.drop(ws, "L1"), "erasure-unknown"),
        (lambda ws: erasing.propose(ws, "L1", "because"), "reason-unknown"),
        (lambda ws: erasing.propose(ws, "L9", WHY), "load-unknown"),
    ],
)
def test_what_cannot_be_is_refused(ticking, act, code) -> None:
    with pytest.raises(Refused, match=code):
        act(ticking)


def test_a_proposal_can_be_taken_back_and_an_erasure_not(ticking, tmp_path) -> None:
    erasing.propose(ticking, "L1", WHY)
    with pytest.raises(Refused, match="erasure-not-done"):
        erasing.record(ticking, "L1", tmp_path / "no.html", word)
    erasing.drop(ticking, "L1")
    assert erasing.listed(ticking) == ()
    erased(ticking)
    for act in (erasing.drop, erasing.erase):
        with pytest.raises(Refused, match="erasure-done"):
            act(ticking, "L1")


def test_home_waits_for_the_second_steward(ticking) -> None:
    erasing.propose(ticking, "L1", WHY)
    assert [w.id for w in home.waiting(ticking) if w.code == "erasure-proposed"] == ["L1"]
    erasing.erase(ticking, "L1")
    assert not [w for w in home.waiting(ticking) if w.code == "erasure-proposed"]


def test_a_search_that_was_cut_short_says_so(ticking) -> None:
    class Stops:
        def stage(self, code, _total=None) -> None:
            if code == "erase-prove":
                raise Cancelled

        def step(self, _number=1) -> None:
            pass

    erasing.propose(ticking, "L1", WHY)
    with pytest.raises(Cancelled):
        erasing.erase(ticking, "L1", Stops())
    (half,) = erasing.listed(ticking)
    assert (half.erased_by, half.pages, half.proved) == ("Ann", None, False)
    assert list((ticking.vault.folder / "backups").glob("*")) == []
    again = erasing.erase(ticking, "L1")
    assert (again.pieces, again.found) == (0, 0)


def test_the_record_tells_no_person(ticking, tmp_path) -> None:
    erased(ticking)
    erasing.record(ticking, "L1", tmp_path / "record.html", word)
    page = (tmp_path / "record.html").read_text(encoding="utf-8")
    assert "badges.csv" in page
    assert "withdrawal of retention-over" in page
    assert not [
        name for _, surname, first, *_ in PEOPLE for name in (surname, first) if name in page
    ]
    assert trail.entries(ticking)[-1].action == "load.erase-record"
