"""Whom a run reaches: counted over what stands, with what stewards have said."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import Band, MatchRequest, Verdict
from app.services import intake, matching, reach, review, trail
from app.services.workspace import Workspace

PEOPLE = 40
DEATH = """<death><entryId>D{n}{mark}</entryId><status>{status}</status><amends>{amends}</amends>
<forenames>{forename}</forenames><surname>{surname}</surname><sex>{sex}</sex>
<dateOfBirth>{year}-03-04</dateOfBirth><dateOfDeath>2026-09-20</dateOfDeath>
<usualAddress><line1>{n} Mill Lane</line1><postcode>{area}1 2AB</postcode></usualAddress></death>"""


FORENAMES = ("Wilhelmina", "Barnaby", "Honoria", "Chidiebere", "Oswald", "Petronella", "Ignatius")
SYLLABLES = ("Tap", "Und", "Pet", "Nke", "Bra", "Qui", "Zel", "Mor", "Hax", "Vin", "Dru", "Fol")


def forename(n: int) -> str:
    return FORENAMES[n % len(FORENAMES)]


def surname(n: int) -> str:
    return f"{SYLLABLES[n % 12]}{SYLLABLES[n // 12].lower()}worth"


def year(n: int) -> int:
    return 1930 if n % 2 else 1960


def people(folder: Path) -> Path:
    lines = [
        f"R{n},{surname(n)},{forename(n)},04/03/{year(n)},{n} Mill Lane,"
        f"{'EX' if n < 30 else 'TQ'}1 2AB"
        for n in range(PEOPLE)
    ]
    header = "Reference,Surname,Forename,Date of birth,Address,Postcode"
    path = folder / "people.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def death(n: int, mark: str = "", status: str = "new", amends: str = "") -> str:
    area, sex = ("EX", "M") if n < 30 else ("TQ", "F")
    names = {"forename": forename(n), "surname": surname(n)}
    return DEATH.format(
        **names, n=n, year=year(n), mark=mark, status=status, amends=amends, area=area, sex=sex
    )


def deaths(folder: Path, entries: list[str], name: str) -> Path:
    path = folder / name
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<deathRegistrations profile="muniment-'
        f'illustrative-1" route="s19aa">{"".join(entries)}</deathRegistrations>',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def matched(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Forty registrations, of which those of twenty-five are of people in the list."""
    wishes = LoadWishes(kind="people", route="own-records")
    intake.load_file(workspace, people(tmp_path), wishes)
    known = [death(n) for n in range(20)] + [death(n) for n in range(30, 35)]
    unknown = [death(n) for n in range(100, 105)] + [death(n) for n in range(60, 70)]
    intake.load_file(workspace, deaths(tmp_path, known + unknown, "one.xml"))
    matching.run(workspace, MatchRequest("L1", "L2", purpose="test"))
    return workspace


def found(workspace: Workspace, run: str = "R1") -> dict[tuple[str, str], tuple[int, int]]:
    return {(r.by, r.group): (r.records, r.matched) for r in reach.reach(workspace, run).rates}


def test_registrations_are_counted_by_sex_age_and_area(matched) -> None:
    told = reach.reach(matched, "R1")
    assert (told.run, told.load, told.smallest) == ("R1", "L2", 10)
    rates = found(matched)
    assert rates["sex", "male"] == (20, 20)
    assert rates["sex", "female"] == (20, 5)
    assert rates["area", "EX"] == (20, 20)
    assert rates["area", "TQ"] == (20, 5)
    assert rates["age", "85+"][0] + rates["age", "65-74"][0] == 40


def test_what_a_steward_said_counts_for_more_than_the_band(matched) -> None:
    sure = [p for p in review.pairs(matched, "R1") if p.band in (Band.CERTAIN, Band.PROBABLE)]
    review.decide(matched, sure[0].pair, Verdict.DIFFERENT, "different-person")
    assert sum(n for (by, _), (_, n) in found(matched).items() if by == "sex") == 24
    review.decide(matched, sure[1].pair, Verdict.SAME, "same-person-confirmed")
    assert sum(n for (by, _), (_, n) in found(matched).items() if by == "sex") == 24


def test_registrations_that_no_longer_stand_are_not_counted(matched, tmp_path) -> None:
    later = [death(3, "x", "withdrawn", "D3"), death(4, "x", "amended", "D4")]
    intake.load_file(matched, deaths(tmp_path, later, "two.xml"))
    assert found(matched)["sex", "male"] == (18, 18)


def test_within_one_list_the_people_are_counted(workspace, tmp_path) -> None:
    wishes = LoadWishes(kind="people", route="own-records")
    intake.load_file(workspace, people(tmp_path), wishes)
    run = matching.run(workspace, MatchRequest("L1")).run
    told = reach.reach(workspace, run)
    assert told.load == "L1"
    assert found(workspace, run)["area", "EX"] == (30, 0)


def test_an_increment_is_counted_with_the_run_that_it_added_to(matched, tmp_path) -> None:
    """Of 20 men found R3 has left the list, R4 has changed past knowing, and D60 has come."""
    lines = people(tmp_path).read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("R3,", "R4,"))]
    changed = "R4,Elsewhere,Zebulon,04/03/1911,1 Elm Close,PL9 9ZZ"
    new = f"R60,{surname(60)},{forename(60)},04/03/{year(60)},60 Mill Lane,TQ1 2AB"
    again = tmp_path / "again.csv"
    again.write_text("\n".join([*kept, changed, new]) + "\n", encoding="utf-8")
    intake.load_file(matched, again, LoadWishes(kind="people", route="own-records"))
    run = matching.run(matched, MatchRequest("L3", "L2", purpose="test", since="R1"))
    before, after = found(matched), found(matched, run.run)
    assert before["sex", "male"][1] - after["sex", "male"][1] == 2
    assert after["sex", "female"][1] - before["sex", "female"][1] == 1


def test_small_groups_are_named_and_not_counted(matched) -> None:
    rates = found(matched)
    assert all(records is None or records >= 10 for records, _ in rates.values())


def test_counting_is_no_look_at_anybody_and_needs_a_run(matched) -> None:
    entries = len(trail.entries(matched))
    reach.reach(matched, "R1")
    assert len(trail.entries(matched)) == entries
    with pytest.raises(Refused, match="run-unknown"):
        reach.reach(matched, "R9")


def test_surnames_are_counted_by_group_and_told_apart(matched) -> None:
    rates = {r.group: r for r in reach.reach(matched, "R1").rates if r.by == "name"}
    assert sum(rate.records or 0 for rate in rates.values()) <= 40
    assert rates
    by_sex = {r.group: r for r in reach.reach(matched, "R1").rates if r.by == "sex"}
    assert by_sex["male"].apart == "more"
    assert by_sex["female"].apart == "fewer"
    assert by_sex["female"].low < by_sex["female"].rate < by_sex["female"].high < 1


def test_groups_of_surnames_never_leave_in_a_package(matched) -> None:
    with matched.read() as reader:
        assert {rate.by for rate in reach.of_run(matched, reader, "R1").rates} == {
            "sex",
            "age",
            "area",
        }
