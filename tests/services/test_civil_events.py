"""Births and marriages from the file to the pairs: recognised, loaded, matched by their plans."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app import wording
from app.matching.reasons import reasons
from app.model.loads import LoadWishes
from app.model.meanings import Meaning
from app.model.runs import Band, MatchRequest
from app.services import home, intake, matching, persons, preview, review
from tests.services.council import agreed, refused

STREETS = ("Mill Lane", "Quay Road", "Abbey Close", "Fore Street", "Lime Walk", "Castle Hill")
NAMES = ("Ottoline", "Barnaby", "Honoria", "Cuthbert", "Delphine", "Edmund", "Fenella", "Godfrey")
LIST = "ref,forename,surname,sex,dob,address line 1,postcode"
BIRTHS = (
    "Entry number,Forenames,Surname,Sex,Date of birth,Place of birth,Date registered,"
    "Mother forenames,Mother surname,Mother's maiden surname,Father forenames,Father surname,"
    "Usual address of mother,Mother's postcode,Informant name"
)
MARRIAGES = (
    "Entry number,Date of marriage,Party 1 forenames,Party 1 surname,Party 1 date of birth,"
    "Party 1 condition,Party 1 surname after marriage,Party 1 father forenames,"
    "Party 1 father surname,Party 2 forenames,Party 2 surname,Party 2 date of birth,"
    "Party 2 condition,Party 2 surname after marriage,Party 2 mother forenames,"
    "Party 2 mother surname,Residence,Postcode,Witness 1 name"
)


def written(folder: Path, name: str, header: str, rows: list[list[str]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([header.split(","), *rows])
    return path


def others(count: int) -> list[list[str]]:
    """People whom no registration is about."""
    return [
        [
            f"P{100 + n}", NAMES[n % 8], f"Underhill{chr(97 + n // 8)}", "MF"[n % 2],
            f"{1 + n % 28:02}/{1 + n % 12:02}/{1950 + n}",
            f"{n + 1} {STREETS[n % 6]}", f"EX{2 + n % 6} {n % 9}AB",
        ]
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture
def people(tmp_path) -> Path:
    """A list with Ada Sorrel, a child; Bea Nightjar, a child; and a couple before they married."""
    known = [
        ["P1", "Ada", "Sorrel", "F", "03/03/2026", "12 Mill Lane", "EX1 2AB"],
        ["P2", "Beatrix", "Nightjar", "F", "05/05/2026", "7 Quay Road", "EX4 1ZZ"],
        ["P3", "Jasper", "Quillfeather", "M", "11/11/1991", "5 Abbey Close", "EX5 5EE"],
        ["P4", "Rosamund", "Winterbourne", "F", "17/07/1993", "5 Abbey Close", "EX5 5EE"],
    ]
    return written(tmp_path, "people.csv", LIST, known + others(40))


@pytest.fixture
def births(tmp_path) -> Path:
    """Ada of the list, whose mother has another surname, and the twins of whom Beatrix is one."""
    rows = [
        ["E1", "Ada", "Sorrel", "F", "2026-03-03", "Exmouth", "2026-03-20", "Juno", "Hartley",
         "Hartley", "Tom", "Sorrel", "12 Mill Lane", "EX1 2AB", "Tom Sorrel"],
        ["E2", "Beatrix", "Nightjar", "F", "2026-05-05", "Exmouth", "2026-05-30", "Livia",
         "Nightjar", "Marsh", "Piers", "Nightjar", "7 Quay Road", "EX4 1ZZ", "Livia Nightjar"],
        ["E3", "Clementine", "Nightjar", "F", "2026-05-05", "Exmouth", "2026-05-30", "Livia",
         "Nightjar", "Marsh", "Piers", "Nightjar", "7 Quay Road", "EX4 1ZZ", "Livia Nightjar"],
    ]  # fmt: skip
    return written(tmp_path, "births.csv", BIRTHS, rows)


@pytest.fixture
def marriages(tmp_path) -> Path:
    rows = [
        ["M1", "2026-06-06", "Jasper", "Quillfeather", "1991-11-11", "single", "", "Hugo",
         "Quillfeather", "Rosamund", "Winterbourne", "1993-07-17", "single", "Quillfeather",
         "Agnes", "Winterbourne", "5 Abbey Close", "EX5 5EE", "Hugo Quillfeather"],
        ["M2", "2026-06-13", "Lysander", "Oakapple", "1980-01-30", "widowed", "", "Job",
         "Oakapple", "Imogen", "Teasel", "1982-02-27", "single", "", "Ruth", "Teasel",
         "88 Lime Walk", "EX7 7GG", "Ruth Teasel"],
    ]  # fmt: skip
    return written(tmp_path, "marriages.csv", MARRIAGES, rows)


@pytest.fixture
def held(workspace, tmp_path, people, births, marriages):
    """The list as L1, births as L2 and marriages as L3, under an agreement."""
    wishes = replace(agreed(workspace, tmp_path), route="s19aa")
    intake.load_file(workspace, people)
    assert intake.load_file(workspace, births, wishes).kind == "births"
    assert intake.load_file(workspace, marriages, wishes).kind == "marriages"
    return workspace


def found(workspace, run: str) -> dict[tuple[str, str, int], Band]:
    """Bands of pairs worth a look, by both references and the part of the registration's row."""
    return {
        (pair.left, pair.right, pair.right_part): band
        for band in (Band.CERTAIN, Band.PROBABLE, Band.POSSIBLE)
        for pair in review.pairs(workspace, run, band)
    }


def uses(catalogue, path: Path) -> dict[str, tuple[Meaning, int]]:
    """What the columns of a file are proposed to mean, and whose they are."""
    seen = preview.preview(catalogue, path).found
    return {
        one.use.column: (one.use.means, one.use.party)
        for one in seen.suggestions
        if one.use.means is not None
    }


def test_a_preview_knows_births_and_leaves_parents_aside(catalogue, births) -> None:
    seen = preview.preview(catalogue, births).found
    assert (seen.kind, seen.missing, seen.reason.code) == ("births", (), "kind-by-sign")
    mapped = uses(catalogue, births)
    assert mapped["Forenames"] == (Meaning.GIVEN_NAMES, 1)
    assert mapped["Usual address of mother"] == (Meaning.ADDRESS, 1)
    assert mapped["Mother's postcode"] == (Meaning.POSTCODE, 1)
    named = [column for column in BIRTHS.split(",") if re.search("name|forename", column, re.I)]
    assert set(named) & set(mapped) == {"Forenames", "Surname"}


def test_a_preview_knows_marriages_and_whose_each_column_is(catalogue, marriages) -> None:
    seen = preview.preview(catalogue, marriages).found
    assert (seen.kind, seen.missing) == ("marriages", ())
    mapped = uses(catalogue, marriages)
    for party in (1, 2):
        assert mapped[f"Party {party} surname"] == (Meaning.SURNAME, party)
        assert mapped[f"Party {party} date of birth"] == (Meaning.BIRTH_DATE, party)
        after = mapped[f"Party {party} surname after marriage"]
        assert after == (Meaning.ALIAS_SURNAME, party)
    assert not {c for c in mapped if "father" in c or "mother" in c or "Witness" in c}


def test_a_child_not_yet_named_never_bears_the_name_of_its_mother(catalogue, tmp_path) -> None:
    """Nothing but its looks would speak for the column; the child's own forename is not there."""
    header = "Baby NHS number,Baby surname,Sex,Date of birth,Mother forename,Mother postcode"
    mothers = ("Livia", "Juno", "Sarah", "Emma")
    rows = [
        ["", surname, "F", f"2026-05-0{n + 1}", mothers[n], f"EX4 {n}ZZ"]
        for n, surname in enumerate(("Nightjar", "Hartley", "Marsh", "Teasel"))
    ]
    path = written(tmp_path, "notified.csv", header, rows)
    seen = preview.preview(catalogue, path)
    assert seen.found.kind == "births"
    assert seen.preview is not None
    assert [record["surname"] for record in seen.preview.after][:2] == ["NIGHTJAR", "HARTLEY"]
    assert all("forename" not in record for record in seen.preview.after)
    assert "Mother forename" not in uses(catalogue, path)
    assert seen.found.reason.facts["columns"] == 5


def test_a_pension_list_that_names_a_spouse_is_no_marriage(catalogue, tmp_path) -> None:
    header = "Ref,Surname,Forename,Date of birth,Date of marriage,Spouse surname,Spouse forename"
    rows = [["A1", "Smith", "Tom", "01/02/1945", "01/02/1965", "Smith", "Jane"]] * 4
    path = written(tmp_path, "pensions.csv", header, rows)
    assert preview.preview(catalogue, path).found.kind == "people"


@pytest.mark.parametrize(("left", "right"), [("L1", "L2"), ("L2", "L1")])
def test_a_registered_child_is_found_and_its_twin_is_not(held, left, right) -> None:
    run = matching.run(held, MatchRequest(left, right, purpose="service-update"))
    assert run.plan == "births"
    pairs = found(held, run.run)
    assert pairs == {("P1", "E1", 1): Band.CERTAIN, ("P2", "E2", 1): Band.CERTAIN}


def test_a_twin_whose_own_registration_is_missing_is_not_taken_for_the_other(
    workspace, tmp_path, people, births
) -> None:
    lines = births.read_text(encoding="utf-8").splitlines()
    births.write_text("\n".join([*lines[:2], lines[3]]), encoding="utf-8")
    intake.load_file(workspace, people)
    intake.load_file(workspace, births, replace(agreed(workspace, tmp_path), route="s19aa"))
    run = matching.run(workspace, MatchRequest("L1", "L2", "births", "service-update"))
    pairs = found(workspace, run.run)
    assert pairs.pop(("P1", "E1", 1)) is Band.CERTAIN
    assert set(pairs) <= {("P2", "E3", 1)}
    assert set(pairs.values()) <= {Band.POSSIBLE}


def test_both_parties_of_a_marriage_are_found_each_in_its_part(held) -> None:
    run = matching.run(held, MatchRequest("L1", "L3", purpose="service-update"))
    assert run.plan == "marriages"
    pairs = found(held, run.run)
    assert pairs == {("P3", "M1", 1): Band.CERTAIN, ("P4", "M1", 2): Band.CERTAIN}
    (bride,) = [p for p in review.pairs(held, run.run, Band.CERTAIN) if p.right_part == 2]
    shown = {field.name: field for field in review.pair(held, bride.pair).right.fields}
    assert shown["given_names"].raw == "Rosamund"
    assert shown["alias_surname"].raw == "Quillfeather"
    assert shown["birth_date"].standard == "1993-07-17"


def test_each_party_lives_where_the_entry_says(catalogue, tmp_path) -> None:
    header = (
        "Date of marriage,Groom forenames,Groom surname,Groom address,Groom postcode,"
        "Bride forenames,Bride surname,Bride address,Bride postcode"
    )
    groom = ["2026-06-06", "Jasper", "Quillfeather", "5 Abbey Close", "EX5 5EE"]
    row = [*groom, "Rosamund", "Winterbourne", "9 Quay Road", "EX4 4EE"]
    seen = preview.preview(catalogue, written(tmp_path, "apart.csv", header, [row])).preview
    assert seen is not None
    homes = [(one["house"], one["street"], one["postcode"]) for one in seen.after]
    assert homes == [("5", "ABBEY CLOSE", "EX5 5EE"), ("9", "QUAY ROAD", "EX4 4EE")]


def test_who_took_a_new_surname_is_found_by_it_and_told_so(
    workspace, tmp_path, people, marriages
) -> None:
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace("Winterbourne", "Quillfeather"), encoding="utf-8")
    intake.load_file(workspace, people)
    intake.load_file(workspace, marriages, replace(agreed(workspace, tmp_path), route="s19aa"))
    run = matching.run(workspace, MatchRequest("L1", "L2", purpose="service-update"))
    assert found(workspace, run.run)[("P4", "M1", 2)] in (Band.CERTAIN, Band.PROBABLE)
    (bride,) = [p for p in review.pairs(workspace, run.run, Band.CERTAIN) if p.right_part == 2]
    assert "surname-former" in [note.code for note in reasons(bride.evidence)]


def test_no_sentence_about_these_pairs_speaks_of_the_dead(held) -> None:
    plans = held.catalogue.plans
    for right, plan in (("L2", "births"), ("L3", "marriages")):
        run = matching.run(held, MatchRequest("L1", right, purpose="service-update"))
        said = [wording.name("plan", plan), *(rule.because for rule in plans[plan].adjustments)]
        for band in Band:
            for pair in review.pairs(held, run.run, band):
                said += [wording.note(note) for note in reasons(pair.evidence)]
        assert len(said) > len(plans[plan].adjustments) + 1
        assert not [text for text in said if re.search(r"\b(dea|die)[dt]", text, re.I)]


def test_a_plan_for_other_registrations_is_refused(held) -> None:
    for right, plan in (("L2", "marriages"), ("L3", "births"), ("L2", "deaths")):
        with refused("plan-not-for-kinds"):
            matching.run(held, MatchRequest("L1", right, plan))


@pytest.mark.parametrize("right", ["L2", "L3"])
def test_no_letter_is_stopped_on_the_word_of_a_birth_or_marriage(held, right) -> None:
    assert matching.purposes(held, "L1", "L2")[0] == "service-update"
    assert "stop-mail" not in matching.purposes(held, "L1", right)
    with refused("purpose-not-permitted") as refusal:
        matching.run(held, MatchRequest("L1", right, purpose="stop-mail"))
    assert refusal.value.facts["clause"].startswith("A birth or a marriage")
    assert "stop-mail" not in refusal.value.facts["allowed"]
    matching.run(held, MatchRequest("L1", right, purpose="service-update"))
    (left_out,) = persons.gather(held, "stop-mail").left_out
    assert left_out.facts["clause"] == refusal.value.facts["clause"]
    assert persons.gather(held, "service-update").persons == 2


def test_without_a_route_they_serve_tests_alone(workspace, people, births, marriages) -> None:
    intake.load_file(workspace, people)
    for path, load in ((births, "L2"), (marriages, "L3")):
        answer = intake.load_file(workspace, path, LoadWishes())
        assert "route-unstated" in [note.code for note in answer.warnings]
        assert matching.purposes(workspace, "L1", load) == ("test",)
    with refused("route-not-for-subject"):
        intake.load_file(workspace, births, LoadWishes(route="ddri-licence"))


def test_home_waits_for_registrations_until_they_are_matched(held) -> None:
    def waiting() -> set[str]:
        return {w.of for w in home.waiting(held) if w.code == "registrations-unmatched"}

    assert waiting() == {"L2", "L3"}
    matching.run(held, MatchRequest("L1", "L2", purpose="service-update"))
    assert waiting() == {"L3"}


def test_a_marriage_withdrawn_since_names_nobody(held, tmp_path) -> None:
    header = f"Status,Amends,{MARRIAGES}"
    first = ["withdrawn", "M1", "M9", "2026-06-06", "Jasper", "Quillfeather", "1991-11-11", "", ""]
    row = [*first, "", "", "Rosamund", "Winterbourne", "1993-07-17", *[""] * 7]
    path = written(tmp_path, "withdrawn.csv", header, [row])
    intake.load_file(held, path, LoadWishes(route="s19aa"))
    run = matching.run(held, MatchRequest("L1", "L3", purpose="service-update"))
    assert found(held, run.run) == {}
    assert {n.facts["entries"] for n in run.notes if n.code == "entries-set-aside"} == {2}
