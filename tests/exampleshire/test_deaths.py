"""Deaths: who dies, what the two feeds hold, what is corrected and what is not in them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from app.exampleshire.council import Council, generate
from app.exampleshire.extract import Extract
from app.exampleshire.lives import risk_weights
from app.model.exampleshire import ExampleshireProfile


def feeds(council: Council) -> list[Extract]:
    return [extract for extract in council.extracts if extract.form.kind == "deaths"]


def column(extract: Extract, name: str) -> list[str]:
    return [str(cell) for cell in extract.columns[extract.form.columns.index(name)]]


def test_a_small_council_gets_two_feeds_that_overlap(town: Council) -> None:
    agreed, licensed = feeds(town)
    assert agreed.form.xml is not None
    assert licensed.form.xml is not None
    assert agreed.form.xml.attributes["route"] == "s19aa"
    assert licensed.form.xml.attributes["route"] == "ddri-licence"
    first, second = set(agreed.truth_people.tolist()), set(licensed.truth_people.tolist())
    assert len(first) == 1600 * 7 // 10
    assert len(second) == 1600 // 2
    assert len(first | second) == 1600
    assert len(first & second) == 320


def test_most_of_a_local_files_dead_are_residents(town: Council) -> None:
    people = {person for feed in feeds(town) for person in feed.truth_people.tolist()}
    residents = sum(1 for person in people if person < town.people)
    assert residents == 960


def test_a_national_file_holds_everybody_and_few_residents(nation: Council) -> None:
    people = set(feeds(nation)[0].truth_people.tolist())
    assert len(people) == 6_000
    assert sum(1 for person in people if person < nation.people) == 90


def test_beside_a_national_file_stands_a_licensed_feed_of_its_last_days(nation: Council) -> None:
    whole, licensed = feeds(nation)
    assert licensed.form.xml is not None
    assert licensed.form.xml.attributes["route"] == "ddri-licence"
    assert set(licensed.truth_people.tolist()) < set(whole.truth_people.tolist())
    new = [s == "new" for s in column(licensed, "status")]
    days = [d for d, is_new in zip(column(licensed, "dateRegistered"), new, strict=True) if is_new]
    assert min(days) >= "2026-09-20"
    assert len(days) == pytest.approx(6_000 * 12 / 366 / 2, rel=0.4)
    assert not all(new)


def test_the_dead_are_old_as_gompertz_says(nation: Council, profile: ExampleshireProfile) -> None:
    born = np.array(nation.deaths().column("dateOfBirth").to_pylist())
    died = nation.deaths().column("dateOfDeath").to_pylist()
    ages = [
        int(death[:4]) - int(birth[:4])
        for birth, death in zip(born, died, strict=True)
        if len(birth) == 10 and birth[:4].isdigit() and birth[4] == "-"
    ]
    assert 77 < np.mean(ages) < 84
    weights = risk_weights(profile.mortality)
    assert 1.09 < weights[81] / weights[80] < 1.12


def test_corrections_point_at_entries_made_before(town: Council) -> None:
    known: dict[str, int] = {}
    statuses: Counter[str] = Counter()
    for feed in feeds(town):
        whom = dict(zip(feed.truth_rows.tolist(), feed.truth_people.tolist(), strict=True))
        rows = zip(
            column(feed, "entryId"), column(feed, "status"), column(feed, "amends"), strict=True
        )
        for row, (entry, status, amends) in enumerate(rows):
            assert entry not in known
            known[entry] = whom[row]
            statuses[status] += 1
            assert bool(amends) == (status != "new")
            if amends:
                assert known[amends] == whom[row]
    assert statuses["amended"] == 48
    assert statuses["withdrawn"] == 16


def test_some_corrections_come_in_the_other_feed(town: Council) -> None:
    amends = [cell for cell in column(feeds(town)[1], "amends") if cell]
    assert {cell[0] for cell in amends} == {"S", "L"}


def test_even_the_smallest_council_has_corrections_of_residents(village: Council) -> None:
    corrected = {
        status
        for feed in feeds(village)
        for status, row in zip(column(feed, "status"), range(len(feed)), strict=True)
        if status != "new" and feed.truth_people[row] < village.people
    }
    assert corrected == {"amended", "withdrawn"}


def test_an_amendment_changes_what_was_said(town: Council) -> None:
    said: dict[str, tuple[str, str]] = {}
    changed = same = 0
    for feed in feeds(town):
        names, births = column(feed, "surname"), column(feed, "dateOfBirth")
        ids, amends, status = (column(feed, c) for c in ("entryId", "amends", "status"))
        for row, entry in enumerate(ids):
            said[entry] = (names[row], births[row])
            if status[row] == "amended":
                changed += said[amends[row]] != said[entry]
                same += said[amends[row]] == said[entry]
    assert changed > 10 * same


def test_each_feed_of_a_local_council_shows_both_kinds_of_correction(
    profile: ExampleshireProfile,
) -> None:
    for people, deaths, seed in ((2_000, None, 1), (2_000, 30, 2), (500, None, 3)):
        for feed in feeds(generate(people, deaths, seed, profile)):
            if len(feed) >= 20:
                assert {"amended", "withdrawn"} < set(column(feed, "status"))


def test_a_local_feed_is_of_the_last_days_with_a_small_backlog(village: Council) -> None:
    as_at = np.datetime64("2026-10-02")
    for feed in feeds(village):
        entered = np.array(column(feed, "dateRegistered"), dtype="datetime64[D]")
        died = np.array(column(feed, "dateOfDeath"), dtype="datetime64[D]")
        age, wait = (as_at - entered).astype(int), (entered - died).astype(int)
        assert age.min() >= 1
        assert age.max() <= 41
        assert (age <= 14).mean() > 0.8
        assert (wait >= 2).all()
        assert (wait <= 14).mean() > 0.8


def test_the_smallest_demonstration_has_aliases_that_differ(village: Council) -> None:
    rows = village.deaths().to_pylist()
    other = [row for row in rows if row["aliasForenames"]]
    assert 1 <= len(other) <= len(rows) // 12
    assert any(row["aliasForenames"] != row["forenames"].split(" ")[0] for row in other)


def test_no_feed_holds_a_national_insurance_number(village: Council) -> None:
    for feed in feeds(village):
        assert not [name for name in feed.form.columns if name[:2].lower() == "ni"]
        cells = " ".join(str(cell) for cells in feed.columns for cell in cells)
        for nino in village.residents().column("nino").to_pylist():
            assert not nino or nino not in cells


def test_some_birth_dates_are_partial_or_no_dates(nation: Council) -> None:
    lengths = Counter(len(text) for text in nation.deaths().column("dateOfBirth").to_pylist())
    assert lengths[4] > 0
    assert lengths[7] > 0
    assert lengths[0] > 0
    assert "1938-02-30" in nation.deaths().column("dateOfBirth").to_pylist()


def test_false_friends_share_the_home_of_a_living_resident(
    profile: ExampleshireProfile,
) -> None:
    council = generate(20_000, 2_000, 11, profile)
    residents = council.residents().to_pylist()
    homes = {
        (r["surname"], r["postcode"], r["address_1"].upper()): r["birth_date"] for r in residents
    }
    hits = twins = 0
    for death in council.deaths().to_pylist():
        if int(death["person"][1:]) <= council.people:
            continue
        key = (
            death["surname"].upper(),
            death["usualAddress/postcode"],
            death["usualAddress/line1"].upper(),
        )
        hits += key in homes
        twins += key in homes and homes[key] == death["dateOfBirth"]
    assert hits > 150
    assert twins > 10
