"""Persons over many loads: who is joined, who is kept apart, and what outlives a new delivery."""

from __future__ import annotations

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Silent
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest, Verdict
from app.services import intake, matching, persons, review, trail
from app.stores import persons as store
from tests.services.council import PEOPLE, agreed, badges, death, deaths

MAIL = "stop-mail"
FIRST, SECOND = "B1", "B2"


def load_badges(workspace, folder, people, name: str) -> str:
    return intake.load_file(workspace, badges(folder, people, name), LoadWishes()).load


def match(workspace, left: str, right: str | None = None) -> str:
    return matching.run(workspace, MatchRequest(left, right, purpose=MAIL)).run


def gather(workspace):
    """Few records make few pairs certain, so the probable ones count too."""
    return persons.gather(workspace, MAIL, probable=True)


def references(workspace, person: str) -> list[tuple[str, str]]:
    """Load and reference of a person's records."""
    found = persons.person(workspace, person, MAIL)
    named = [{f.name: f.raw for f in record.fields} for record in found.records]
    loads = [record.load for record in found.records]
    return [(load, one["reference"]) for load, one in zip(loads, named, strict=True)]


def person_with(workspace, reference: str) -> str:
    for one in persons.listed(workspace, MAIL, None):
        if any(own == reference for _, own in references(workspace, one.person)):
            return one.person
    raise AssertionError(f"nobody has {reference}")


@pytest.fixture
def three(matched, tmp_path):
    """Badges L1, deaths L2 and passes L3 of the same people, each pair of loads matched."""
    load_badges(matched, tmp_path, [("P" + r[1:], *rest) for r, *rest in PEOPLE], "passes.csv")
    match(matched, "L3", "L2")
    match(matched, "L1", "L3")
    return matched


def test_records_of_three_loads_are_one_person(three) -> None:
    made = gather(three)
    assert (made.persons, made.records) == (5, 13)
    assert made.sizes == {2: 2, 3: 3}
    assert (made.refused, made.current, made.left_out) == (0, True, ())
    assert references(three, person_with(three, "B1")) == [("L1", "B1"), ("L2", "D1"), ("L3", "P1")]
    listed = persons.listed(three, MAIL, 3)
    assert [one.records for one in listed] == [3, 3, 3]
    assert listed[0].loads == ("L1", "L2", "L3")


def test_gathering_and_looking_are_in_the_trail(three) -> None:
    made = gather(three)
    entry = trail.entries(three)[-1]
    assert entry.action == "person.gather"
    assert entry.facts["persons"] == made.persons
    looked = persons.person(three, person_with(three, "B1"), MAIL).person
    entry = trail.entries(three)[-1]
    assert (entry.action, entry.facts) == ("look.person", {"person": looked, "purpose": MAIL})


def pair_of(workspace, run: str, left: str) -> str:
    return next(p.pair for p in review.pairs(workspace, run) if p.left == left)


def test_a_judgement_cuts_a_person_through_third_records_too(three) -> None:
    """The badge is not of the dead; the pass agrees with both, but may join only one of them."""
    review.decide(three, pair_of(three, "R1", "B1"), Verdict.DIFFERENT, "twin")
    made = gather(three)
    assert made.refused == 1
    (refused,) = persons.refused(three, MAIL)
    assert refused.reason == "different-people"
    assert {(at.load, at.row) for at in refused.against} == {("L1", 2), ("L2", 1)}
    badge = references(three, person_with(three, "P1"))
    assert len(badge) == 2
    assert not {("L1", "B1"), ("L2", "D1")} <= set(badge)
    links = persons.person(three, person_with(three, "P1"), MAIL).links
    assert [link.pair for link in links if link.refused] == [refused.pair]


def test_what_was_cut_stays_cut_when_the_extract_comes_again(three, tmp_path) -> None:
    review.decide(three, pair_of(three, "R1", "B1"), Verdict.DIFFERENT, "twin")
    gather(three)
    load_badges(three, tmp_path, PEOPLE[::-1], "again.csv")
    match(three, "L4", "L2")
    match(three, "L4", "L3")
    intake.withdraw(three, "L1", "wrong-file")
    made = gather(three)
    assert (made.persons, made.refused) == (5, 1)
    found = references(three, person_with(three, "P1"))
    assert not {("L4", "B1"), ("L2", "D1")} <= set(found)


def test_of_two_runs_over_the_same_records_the_last_word_holds(matched) -> None:
    pair = pair_of(matched, "R1", "B1")
    review.decide(matched, pair, Verdict.DIFFERENT, "twin")
    assert persons.gather(matched, MAIL).persons == 2
    match(matched, "L1", "L2")
    again = pair_of(matched, "R2", "B1")
    review.decide(matched, again, Verdict.SAME, "same-person-confirmed")
    assert persons.gather(matched, MAIL).persons == 3
    assert not persons.refused(matched, MAIL)
    review.decide(matched, pair, Verdict.DIFFERENT, "twin")
    assert persons.gather(matched, MAIL).persons == 2


def test_a_judgement_holds_where_the_pair_itself_is_not_matched_again(three, tmp_path) -> None:
    """The badges come again and are matched with passes alone: still never with that death."""
    review.decide(three, pair_of(three, "R1", "B1"), Verdict.DIFFERENT, "twin")
    load_badges(three, tmp_path, PEOPLE[::-1], "again.csv")
    match(three, "L4", "L3")
    gather(three)
    for one in persons.listed(three, MAIL, None):
        found = set(references(three, one.person))
        assert not {("L4", "B1"), ("L2", "D1")} <= found


def test_numbers_stay_with_their_people(three, tmp_path) -> None:
    gather(three)
    before = {r: person_with(three, r) for r in ("P1", "P2", "P4")}
    intake.withdraw(three, "L1", "wrong-file")
    gather(three)
    load_badges(three, tmp_path, PEOPLE[::-1], "again.csv")
    match(three, "L4", "L3")
    gather(three)
    assert {r: person_with(three, r) for r in before} == before


def test_a_number_that_was_merged_leads_to_the_other(matched, tmp_path) -> None:
    """Two persons until a third load shows that they are one."""
    for letter, name in (("P", "passes.csv"), ("Q", "permits.csv")):
        load_badges(matched, tmp_path, [(letter + r[1:], *rest) for r, *rest in PEOPLE], name)
    match(matched, "L3", "L4")
    made = gather(matched)
    one, other = person_with(matched, "B1"), person_with(matched, "Q1")
    assert one != other
    match(matched, "L1", "L3")
    assert not persons.gathering(matched, MAIL).current
    assert gather(matched).persons == made.persons - 3
    assert person_with(matched, "B1") == min(one, other, key=lambda p: int(p[1:]))
    assert persons.person(matched, one, MAIL) == persons.person(matched, other, MAIL)


def test_a_registration_holds_a_person_once(loaded, tmp_path) -> None:
    """Two entries that stand are two deaths: the badge joins the better one and the other waits."""
    twice = [death(0, id="D8"), death(0, id="D9", forename="Wilhelmina Ann")]
    intake.load_file(loaded, deaths(tmp_path, twice, name="two.xml"), agreed(loaded, tmp_path))
    run = match(loaded, "L1", "L3")
    for pair in review.pairs(loaded, run):
        if pair.left == "B1":
            review.decide(loaded, pair.pair, Verdict.SAME, "same-person-confirmed")
    made = gather(loaded)
    assert made.refused == 1
    assert persons.refused(loaded, MAIL)[0].reason == "one-a-source"
    assert len(references(loaded, person_with(loaded, "B1"))) == 2


def test_two_weekly_files_put_no_two_deaths_on_one_person(matched, tmp_path) -> None:
    """The files are of one register: another entry is another death, in whatever week it came."""
    later = [death(0, id="D9", forename="Wilhelmina Ann")]
    intake.load_file(matched, deaths(tmp_path, later, name="later.xml"), agreed(matched, tmp_path))
    for run in ("R1", match(matched, "L1", "L3")):
        review.decide(matched, pair_of(matched, run, "B1"), Verdict.SAME, "same-person-confirmed")
    gather(matched)
    (refused,) = persons.refused(matched, MAIL)
    assert refused.reason == "one-a-source"
    assert {(at.load, at.row) for at in refused.against} == {("L2", 1), ("L3", 1)}
    assert len(references(matched, person_with(matched, "B1"))) == 2


def test_an_entry_that_comes_in_two_weekly_files_is_one_death(matched, tmp_path) -> None:
    again = deaths(tmp_path, [death(0), death(4)], name="later.xml")
    intake.load_file(matched, again, agreed(matched, tmp_path))
    match(matched, "L1", "L3")
    gather(matched)
    assert not persons.refused(matched, MAIL)
    named = [("L1", "B1"), ("L2", "D1"), ("L3", "D1")]
    assert references(matched, person_with(matched, "B1")) == named


def test_one_death_told_twice_is_no_person_of_its_own(matched, tmp_path) -> None:
    """Its badge went to another entry, so that its links are refused: two tellings are no match."""
    later = [death(0), death(0, id="D9", forename="Wilhelmina Ann")]
    intake.load_file(matched, deaths(tmp_path, later, name="later.xml"), agreed(matched, tmp_path))
    run = match(matched, "L1", "L3")
    other = next(p.pair for p in review.pairs(matched, run) if p.right == "D9")
    review.decide(matched, other, Verdict.SAME, "same-person-confirmed")
    made = gather(matched)
    assert made.refused >= 1
    listed = persons.listed(matched, MAIL, None)
    assert not [
        one
        for one in listed
        if set(references(matched, one.person)) == {("L2", "D1"), ("L3", "D1")}
    ]
    assert made.records == sum(one.records for one in listed)


def test_what_is_only_remembered_cuts_nobody_whom_a_steward_joined(three, tmp_path) -> None:
    """Father and son read alike and share a home: what was said of one is not said of the other."""
    alike = [PEOPLE[0], ("S1", *PEOPLE[0][1:])]
    file = badges(tmp_path, alike, "family.csv")
    text = file.read_text(encoding="utf-8").replace("B1,B10,", "B1,,").replace("S1,S10,", "S1,,")
    file.write_text(text, encoding="utf-8")
    intake.load_file(three, file)
    run = match(three, "L4", "L2")
    review.decide(three, pair_of(three, run, "B1"), Verdict.SAME, "same-person-confirmed")
    review.decide(three, pair_of(three, run, "S1"), Verdict.DIFFERENT, "father-and-son")
    gather(three)
    found = references(three, person_with(three, "D1"))
    assert ("L4", "B1") in found
    assert ("L4", "S1") not in found


def test_probable_pairs_link_only_on_request(matched, tmp_path) -> None:
    """Two passes without a forename are probably the badges' holders, and no more."""
    passes = [("P" + r[1:], *rest) for r, *rest in PEOPLE]
    unnamed = [(number, surname, "", *rest) for number, surname, _, *rest in passes[3:]]
    load_badges(matched, tmp_path, [*passes[:3], *unnamed], "passes.csv")
    match(matched, "L3", "L2")
    match(matched, "L1", "L3")
    assert persons.gather(matched, MAIL).sizes == {3: 3}
    assert persons.gather(matched, MAIL, probable=True).sizes == {2: 2, 3: 3}


def test_a_run_over_data_of_another_purpose_takes_no_part(matched, tmp_path) -> None:
    """What came for the prevention of crime must not stop mail."""
    crime = deaths(tmp_path, [death(3)], route="ddri-licence", name="crime.xml")
    intake.load_file(matched, crime)
    matching.run(matched, MatchRequest("L1", "L3"))
    made = gather(matched)
    assert (made.persons, made.runs) == (3, ("R1",))
    (left_out,) = made.left_out
    assert left_out.facts["run"] == "R2"
    assert left_out.facts["clause"]


def test_two_records_that_were_one_person_are_none_when_judged_apart(matched) -> None:
    gather(matched)
    known = person_with(matched, "B1")
    review.decide(matched, pair_of(matched, "R1", "B1"), Verdict.DIFFERENT, "twin")
    assert gather(matched).persons == 2
    with pytest.raises(Refused, match="person-dissolved"):
        persons.person(matched, known, MAIL)


def test_persons_of_one_purpose_are_not_shown_for_another(matched) -> None:
    gather(matched)
    with pytest.raises(Refused, match="person-of-other-purpose"):
        persons.person(matched, person_with(matched, "B1"), "test")


@pytest.mark.parametrize("identity", ["C99", "R1", "C", "C1x", "P1"])
def test_nobody_of_that_number(matched, identity) -> None:
    gather(matched)
    with pytest.raises(Refused, match="person-unknown"):
        persons.person(matched, identity, MAIL)


def test_before_the_first_gathering(matched) -> None:
    assert persons.gathering(matched, MAIL) is None
    with pytest.raises(Refused, match="persons-not-gathered"):
        persons.listed(matched, MAIL, None)


def test_a_withdrawn_load_leaves_no_person_of_one_record(three) -> None:
    gather(three)
    known = person_with(three, "B4")
    intake.withdraw(three, "L1", "wrong-file")
    assert not persons.gathering(three, MAIL).current
    with pytest.raises(Refused, match="person-dissolved"):
        persons.person(three, known, MAIL)


class Stopping(Silent):
    """Stops when persons are about to be written."""

    def stage(self, code: str, total: int | None = None) -> None:
        if code == "gather-write":
            raise Cancelled


def test_cancelled_it_leaves_what_was(three) -> None:
    before = gather(three)
    match(three, "L1")
    with pytest.raises(Cancelled):
        persons.gather(three, MAIL, progress=Stopping())
    assert persons.gathering(three, MAIL).runs == before.runs


def test_a_registration_that_was_withdrawn_since_links_nobody(matched, tmp_path) -> None:
    assert gather(matched).persons == 3
    back = [death(0, id="D9", status="withdrawn", amends="D1")]
    intake.load_file(matched, deaths(tmp_path, back, name="back.xml"), agreed(matched, tmp_path))
    assert gather(matched).persons == 2


def test_a_number_that_went_over_to_another_person_is_left_to_no_record(workspace) -> None:
    """Two of three records of 2 go over to 1; the third may not go on as 2, which leads to 1."""
    with workspace.write("person.gather") as change:
        one, two = store.new_numbers(change.writer, MAIL, 2)
        places = [("L1", n) for n in range(6)]
        old = dict(zip(places, (one, one, one, two, two, two), strict=True))
        now = persons._numbered(change.writer, MAIL, [places[:5]], old)
        assert now == dict.fromkeys(places[:5], one)
        assert store.heir(change.writer, two) == one
