"""Requests of persons: clocks, records laid by a steward, what is held, who is told, who is not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pyzipper

from app.base.clock import months_on
from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.requests import Owed, Place
from app.model.runs import Band, Verdict
from app.model.searching import SearchRequest
from app.model.vaults import Role, StewardInfo
from app.services import answering, finding, home, intake, requests, review, sharing, trail
from app.services.workspace import Workspace
from tests.services.council import spec

TODAY = date(2026, 8, 22)
HERS = (Place("L1", 2), Place("L2", 1))


def word(_family: str, code: str) -> str:
    return code


def later(workspace: Workspace, day: date) -> None:
    workspace.clock = lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def asked(matched) -> Workspace:
    """Wilhelmina Tapscott asked for a copy; her two records are laid to it."""
    requests.begin(matched, "access", "SAR-7", TODAY, TODAY)
    requests.lay(matched, "Q1", HERS)
    return matched


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-05", 1, "2027-01-05"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(day, months, due) -> None:
    assert months_on(date.fromisoformat(day), months).isoformat() == due


def test_the_clock_runs_from_the_day_it_was_clear_who_asks(matched) -> None:
    one = requests.begin(matched, "access", "  SAR-7 \n b ", date(2026, 8, 1))
    assert (one.kept.request, one.kept.case, one.owed, one.due) == (
        "Q1",
        "SAR-7 b",
        Owed.IDENTITY,
        None,
    )
    one = requests.identified(matched, "Q1", date(2026, 8, 10))
    assert (one.owed, one.due, one.days_left) == (Owed.ANSWER, "2026-09-10", 19)
    one = requests.extend(matched, "Q1", "four systems to search")
    assert one.due == "2026-11-10"
    with pytest.raises(Refused, match="request-extended"):
        requests.extend(matched, "Q1", "again")
    acts = [(entry.action, entry.facts.get("request")) for entry in trail.entries(matched)[-3:]]
    assert acts == [("request.open", "Q1"), ("request.identity", "Q1"), ("request.extend", "Q1")]


def test_a_complaint_is_acknowledged_within_thirty_days(matched) -> None:
    one = requests.begin(matched, "complaint", "C-1", date(2026, 8, 1))
    assert (one.owed, one.due) == (Owed.ACKNOWLEDGEMENT, "2026-08-31")
    one = requests.acknowledged(matched, "Q1", date(2026, 8, 3))
    assert (one.owed, one.due) == (Owed.ANSWER, None)
    with pytest.raises(Refused, match="request-not-extendable"):
        requests.extend(matched, "Q1", "more time")


def test_no_longer_time_once_it_is_late(matched) -> None:
    requests.begin(matched, "access", "S", date(2026, 7, 1), date(2026, 7, 1))
    with pytest.raises(Refused, match="request-late"):
        requests.extend(matched, "Q1", "too late")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda ws: requests.begin(ws, "curiosity", "C", TODAY), "right-unknown"),
        (lambda ws: requests.begin(ws, "access", "  ", TODAY), "request-needs-case"),
        (lambda ws: requests.begin(ws, "access", "C", date(2026, 8, 23)), "request-day-to-come"),
        (
            lambda ws: requests.begin(ws, "access", "C", TODAY, date(2026, 8, 21)),
            "request-day-too-early",
        ),
        (lambda ws: requests.identified(ws, "Q9", TODAY), "request-unknown"),
        (lambda ws: requests.lay(ws, "Q1", [Place("L1", 99)]), "record-not-there"),
        (lambda ws: requests.lay(ws, "Q1", [Place("L7", 2)]), "load-unknown"),
        (lambda ws: requests.take_off(ws, "Q1", [Place("L1", 3)]), "record-not-laid"),
        (lambda ws: requests.close(ws, "Q1", "corrected", "x"), "outcome-unknown"),
        (lambda ws: requests.close(ws, "Q1", "given", " "), "request-needs-reason"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(asked, change, code) -> None:
    before = (requests.listed(asked), len(trail.entries(asked)))
    with pytest.raises(Refused, match=code):
        change(asked)
    assert (requests.listed(asked), len(trail.entries(asked))) == before


def test_an_ended_request_changes_no_more(asked) -> None:
    view, tell = requests.close(asked, "Q1", "given", "sent by post")
    assert (view.summary.kept.outcome, view.summary.owed, tell) == ("given", Owed.NOTHING, ())
    for change in (
        lambda: requests.lay(asked, "Q1", HERS),
        lambda: requests.close(asked, "Q1", "given", "x"),
        lambda: answering.pack(asked, "Q1", Path("x.zip"), word),
        lambda: finding.find(asked, SearchRequest(request="Q1", surname="Tapscott", forename="W")),
    ):
        with pytest.raises(Refused, match="request-closed"):
            change()


def test_a_search_for_a_request_looks_through_every_load(matched) -> None:
    requests.begin(matched, "access", "SAR-7", TODAY, TODAY)
    wanted = SearchRequest(request="Q1", surname="Tapscott", forename="Wilhelmina")
    found = finding.find(matched, wanted)
    assert (found.searched, found.left_out) == (("L1", "L2"), ())
    entry = trail.entries(matched)[-1]
    assert (entry.action, entry.facts["request"], entry.facts["case"]) == (
        "look.search",
        "Q1",
        "SAR-7",
    )
    assert finding.searches(matched, "2026-08")[0].cases == ("SAR-7",)


def test_all_that_is_held_is_told_with_its_source(asked) -> None:
    review.decide(asked, "R1-1", Verdict.SAME, "same-person-confirmed")
    view = requests.held(asked, "Q1")
    assert [(one.load, one.row) for one in view.records] == [("L1", 2), ("L2", 1)]
    first = view.records[0]
    assert dict(first.columns)["Surname"] == "Tapscott"
    assert (first.withheld, first.gone) == ((), False)
    assert view.records[1].clause
    pairs = [(one.pair, one.verdict, one.other) for one in view.compared]
    assert ("R1-1", Verdict.SAME, Place("L2", 1)) in pairs
    assert view.unlaid == ()
    assert [one.action for one in view.looks] == ["pair.decide"]
    assert trail.entries(asked)[-1].action == "look.request"
    assert requests.held(asked, "Q1").looks[-1].action == "look.request"


def test_a_pair_with_somebody_else_tells_nothing_of_them(matched, tmp_path) -> None:
    requests.begin(matched, "access", "SAR-7", TODAY, TODAY)
    requests.lay(matched, "Q1", HERS[:1])
    (one,) = requests.held(matched, "Q1").compared
    assert (one.load, one.row, one.other) == ("L1", 2, None)
    assert requests.held(matched, "Q1").unlaid == ()
    review.decide(matched, one.pair, Verdict.SAME, "same-person-confirmed")
    assert requests.held(matched, "Q1").unlaid == ((one.pair, Place("L2", 1)),)
    with pytest.raises(Refused, match="request-left-out"):
        answering.pack(matched, "Q1", tmp_path / "copy.zip", word)
    assert not (tmp_path / "copy.zip").exists()


def test_who_received_a_record_is_told(ready, tmp_path) -> None:
    made = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    sharing.seal(ready, made.package, tmp_path / "out.age")
    requests.begin(ready, "rectification", "R-1", TODAY, TODAY)
    requests.lay(ready, "Q1", HERS)
    gone = requests.held(ready, "Q1").gone_out
    assert {one.recipient for one in gone} == {"Post room"}
    assert all(one.columns for one in gone)
    assert requests.close(ready, "Q1", "not-wrong", "it is right")[1] == ()
    requests.begin(ready, "rectification", "R-2", TODAY, TODAY)
    requests.lay(ready, "Q2", HERS)
    assert requests.close(ready, "Q2", "corrected", "name was wrong")[1] == ("Post room",)


def test_what_an_upheld_objection_is_about_leaves_no_more(ready, tmp_path) -> None:
    before = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    requests.begin(ready, "objection", "O-1", TODAY, TODAY)
    requests.lay(ready, "Q1", HERS[:1])
    assert sharing.draft(ready, "ISA/7", "Post room", spec("R1")).rows == before.rows
    requests.close(ready, "Q1", "upheld", "no compelling grounds")
    after = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    assert after.rows == before.rows - 1
    assert [n.facts for n in after.warnings if n.code == "package-held-back"] == [
        {"file": after.previews[0].name, "rows": 1}
    ]
    with pytest.raises(Refused, match="package-changed"):
        sharing.seal(ready, before.package, tmp_path / "out.age")


def test_a_load_that_was_taken_back_is_gone(asked) -> None:
    intake.withdraw(asked, "L1", "other")
    first = requests.held(asked, "Q1").records[0]
    assert (first.gone, first.fields, first.columns) == (True, (), ())


@pytest.fixture
def couple(workspace, tmp_path) -> Workspace:
    """A household in one line, and a column that nobody mapped and that names an informant."""
    path = tmp_path / "tax.csv"
    path.write_text(
        "ref,names,postcode,contact\n"
        "A1,Mr Ivo Quarrell & Mrs Una Quarrell,EX1 2AB,Told by Dee Zand\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "tax.toml"
    mapping.write_text(
        'kind = "people"\n[columns]\nref = "reference"\nnames = "full_name"\n'
        'postcode = "postcode"\n',
        encoding="utf-8",
    )
    intake.load_file(workspace, path, LoadWishes(mapping_file=mapping))
    requests.begin(workspace, "access", "SAR-8", TODAY, TODAY)
    requests.lay(workspace, "Q1", [Place("L1", 2, 2)])
    return workspace


def opened(file: Path, passphrase: str) -> dict[str, str]:
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(passphrase.encode())
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_the_copy_names_nobody_else(couple, tmp_path) -> None:
    requests.held(couple, "Q1")
    made = answering.pack(couple, "Q1", tmp_path / "copy.zip", word)
    assert (made.records, made.withheld) == (1, 2)
    files = opened(tmp_path / "copy.zip", made.passphrase)
    assert set(files) == {answering.PAGE, answering.DATA, answering.ROWS}
    for text in files.values():
        assert "Ivo" not in text
        assert "IVO" not in text
        assert "Zand" not in text
        assert "Ann" not in text
    assert "UNA" in files[answering.PAGE]
    assert "look.request" in files[answering.PAGE]
    assert json.loads(files[answering.DATA])["records"][0]["withheld"] == ["names", "contact"]
    entry = trail.entries(couple)[-1]
    assert (entry.action, entry.facts["sha256"]) == ("request.pack", made.sha256)
    assert made.passphrase not in json.dumps(entry.facts)


def test_a_column_is_given_once_a_steward_has_looked(couple, tmp_path) -> None:
    give = {("L1", "contact")}
    made = answering.pack(couple, "Q1", tmp_path / "copy.zip", word, give)
    assert made.withheld == 1
    assert "Zand" in opened(tmp_path / "copy.zip", made.passphrase)[answering.PAGE]
    with pytest.raises(Refused, match="column-not-withheld"):
        answering.pack(couple, "Q1", tmp_path / "two.zip", word, {("L1", "postcode")})
    assert not (tmp_path / "two.zip").exists()


def test_a_copy_is_sealed_and_never_written_over(asked, tmp_path) -> None:
    made = answering.pack(asked, "Q1", tmp_path / "copy.zip", word)
    assert b"Tapscott" not in (tmp_path / "copy.zip").read_bytes()
    with pytest.raises(RuntimeError):
        opened(tmp_path / "copy.zip", "wrong words")
    with pytest.raises(Refused, match="file-exists"):
        answering.pack(asked, "Q1", tmp_path / "copy.zip", word)
    assert "Tapscott" in opened(tmp_path / "copy.zip", made.passphrase)[answering.ROWS]


def test_no_copy_before_it_is_clear_who_asks_or_with_nothing_in_it(matched, tmp_path) -> None:
    requests.begin(matched, "access", "S", TODAY)
    with pytest.raises(Refused, match="request-unidentified"):
        answering.pack(matched, "Q1", tmp_path / "copy.zip", word)
    requests.identified(matched, "Q1", TODAY)
    with pytest.raises(Refused, match="request-nothing-laid"):
        answering.pack(matched, "Q1", tmp_path / "copy.zip", word)
    assert list(tmp_path.glob("*.zip")) == []


def test_home_tells_what_is_due(matched) -> None:
    def told() -> list[tuple[str, int]]:
        found = [(w.code, w.count) for w in home.waiting(matched)]
        return [one for one in found if one[0].startswith("request-")]

    requests.begin(matched, "access", "S", TODAY)
    assert told() == [("request-identity", 1)]
    requests.identified(matched, "Q1", TODAY)
    later(matched, date(2026, 9, 20))
    assert told() == [("request-due", 2)]
    later(matched, date(2026, 9, 25))
    assert told() == [("request-late", 3)]
    requests.close(matched, "Q1", "nothing-held", "not known here")
    assert told() == []


def test_an_auditor_looks_and_changes_nothing(asked, tmp_path) -> None:
    asked.steward = StewardInfo("Ola", Role.AUDITOR)
    assert requests.held(asked, "Q1").records
    for change in (
        lambda: requests.begin(asked, "access", "S", TODAY),
        lambda: requests.lay(asked, "Q1", HERS),
        lambda: requests.close(asked, "Q1", "given", "x"),
        lambda: answering.pack(asked, "Q1", tmp_path / "x.zip", word),
    ):
        with pytest.raises(Refused, match="right-missing"):
            change()


def test_band_of_a_pair_is_told(asked) -> None:
    bands = {one.band for one in requests.held(asked, "Q1").compared}
    assert bands <= set(Band)
