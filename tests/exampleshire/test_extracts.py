"""The files: counts, forms, damage, lags, slips, and a truth that points at rows that exist."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.exampleshire.council import Council, generate
from app.exampleshire.extract import Extract
from app.exampleshire.lives import AWAY, CARE_HOME
from app.exampleshire.names import fold
from app.model.exampleshire import ExampleshireProfile


def digest(council: Council) -> str:
    total = hashlib.sha256()
    for extract in council.extracts:
        for column in extract.columns:
            total.update(repr(column.tolist()).encode())
    for row in council.truth():
        total.update(repr(row).encode())
    return total.hexdigest()


def find(council: Council, file: str) -> Extract:
    return next(extract for extract in council.extracts if extract.form.id == file)


def column(extract: Extract, name: str) -> list[object]:
    return list(extract.columns[extract.form.columns.index(name)])


def texts(extract: Extract, name: str) -> list[str]:
    return [str(cell) for cell in column(extract, name)]


def test_the_same_seed_gives_the_same_council_and_another_seed_another(
    village: Council, profile: ExampleshireProfile
) -> None:
    assert digest(generate(2_000, None, 42, profile)) == digest(village)
    assert digest(generate(2_000, None, 43, profile)) != digest(village)


def test_nothing_depends_on_the_order_of_hashes() -> None:
    code = (
        "import hashlib\n"
        "from app.base.places import resource\n"
        "from app.catalogue.exampleshire import read_exampleshire\n"
        "from app.exampleshire.council import generate\n"
        "council = generate(300, None, 5, read_exampleshire(resource('exampleshire')))\n"
        "cells = [c.tolist() for e in council.extracts for c in e.columns]\n"
        "print(hashlib.sha256(repr(cells).encode()).hexdigest())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_files_have_the_rows_a_council_of_the_size_would_have(town: Council) -> None:
    shares = {extract.form.id: len(extract) / town.people for extract in town.extracts}
    assert shares["council_tax"] == pytest.approx(0.42, abs=0.03)
    assert shares["electoral_register"] == pytest.approx(0.75, abs=0.03)
    assert shares["blue_badges"] == pytest.approx(0.05, abs=0.002)
    assert shares["concessionary_passes"] == pytest.approx(0.17, abs=0.002)
    assert shares["pensions_payroll"] == pytest.approx(0.06, abs=0.002)
    assert shares["housing_tenancies"] == pytest.approx(0.06, abs=0.01)


def test_a_size_that_makes_no_council_is_refused(profile: ExampleshireProfile) -> None:
    for people, deaths in ((0, None), (-5, None), (10**9, None), (2_000, -1)):
        with pytest.raises(Refused) as refused:
            generate(people, deaths, 1, profile)
        assert refused.value.code == "sample-size-out-of-range"


def test_no_deaths_at_all_and_deaths_of_a_hamlet(profile: ExampleshireProfile) -> None:
    assert all(len(find(generate(200, 0, 1, profile), f)) == 0 for f in ("deaths_s19aa",))
    assert len(find(generate(200, 1, 1, profile), "deaths_s19aa")) > 0
    hamlet = generate(50, None, 1, profile)
    assert hamlet.deaths_registered == 40


def test_generating_can_be_cancelled(profile: ExampleshireProfile) -> None:
    counters = Counters()
    counters.cancel()
    with pytest.raises(Cancelled):
        generate(500, None, 1, profile, progress=counters)


def test_truth_names_rows_that_exist_with_their_references(village: Council) -> None:
    rows = defaultdict(Counter)  # type: ignore[var-annotated]
    references = {
        extract.form.name: dict(
            zip(
                extract.line_numbers().tolist(),
                [str(r) for r in extract.references()],
                strict=True,
            )
        )
        for extract in village.extracts
    }
    for file, row, reference, person in village.truth():
        assert references[file][int(row)] == reference
        assert person.startswith("P")
        rows[file][int(row)] += 1
    assert set(rows) == set(references)
    assert max(rows["council_tax.csv"].values()) == 2
    for file in set(rows) - {"council_tax.csv"}:
        assert max(rows[file].values()) == 1


def test_a_persons_rows_bear_the_persons_name_mostly(town: Council) -> None:
    world = town.world
    names = world.book.surnames.folded()[world.named.surname]
    passes = find(town, "concessionary_passes")
    shown = texts(passes, "Surname")
    pairs = zip(passes.truth_rows.tolist(), passes.truth_people.tolist(), strict=True)
    same = np.mean([shown[row] == names[person] for row, person in pairs])
    assert 0.9 < same < 0.97


def test_council_tax_is_cut_and_joint_as_in_the_old_system(town: Council) -> None:
    names = texts(find(town, "council_tax"), "lead_liab_name")
    assert max(len(name) for name in names) == 32
    styles = Counter(
        "slash" if "/" in name and "&" in name else "initials" for name in names if "&" in name
    )
    assert min(styles.values()) > 50
    assert sum(name == "THE OCCUPIER" for name in names) > 10
    exors = [name for name in names if name.startswith("EXORS OF ")]
    assert exors
    assert any(name.endswith("(DEC'D)") for name in exors)
    uprns = [bool(uprn) for uprn in texts(find(town, "council_tax"), "uprn")]
    assert np.mean(uprns) == pytest.approx(0.85, abs=0.02)


def test_council_tax_bands_are_englands(town: Council) -> None:
    bands = Counter(texts(find(town, "council_tax"), "band"))
    share = {band: count / bands.total() for band, count in bands.items()}
    england = {"A": 24, "B": 20, "C": 22, "D": 16, "E": 10, "F": 5, "G": 3, "H": 0.5}
    for band, hundredths in england.items():
        assert share[band] == pytest.approx(hundredths / 100, abs=0.012)
    assert share["H"] < 0.01


def test_some_accounts_are_closed_with_the_day_their_people_moved(town: Council) -> None:
    tax = find(town, "council_tax")
    live, ended, began = (
        texts(tax, name) for name in ("live_ind", "vacation_date", "occupation_date")
    )
    closed = [row for row, sign in enumerate(live) if sign == "0"]
    assert 0.02 < len(closed) / len(tax) < 0.05
    for row, sign in enumerate(live):
        assert (ended[row] == "31/12/9999") == (sign == "1")
    for row in closed:
        assert day_of(began[row]) <= day_of(ended[row]) < date(2026, 10, 1)


def day_of(text: str) -> date:
    day, month, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


def test_a_third_of_accounts_have_a_discount_nearly_all_with_one_adult(town: Council) -> None:
    world, tax = town.world, find(town, "council_tax")
    given = {row for row, cell in enumerate(texts(tax, "discount_type")) if cell == "SPD"}
    assert 0.28 < len(given) / len(tax) < 0.37
    grown = (world.age() >= 18) & (world.lives.moved != AWAY)
    adults = Counter(world.lives.now[grown].tolist())
    whose = dict(zip(tax.truth_rows.tolist(), tax.truth_people.tolist(), strict=True))
    shared = sum(
        1 for row in given if row in whose and adults[int(world.lives.now[whose[row]])] > 1
    )
    assert 0.005 < shared / len(given) < 0.05
    joint = {row for row, n in Counter(tax.truth_rows.tolist()).items() if n == 2}
    assert not joint & given


def test_joint_rows_name_the_lead_first(town: Council) -> None:
    tax = find(town, "council_tax")
    forenames = texts(tax, "lead_liab_forename")
    world = town.world
    known = world.book.forenames.folded()[world.named.forename]
    twice = [
        (row, person)
        for (row, person), (after, _) in pairwise(
            zip(tax.truth_rows.tolist(), tax.truth_people.tolist(), strict=True)
        )
        if row == after
    ]
    assert len(twice) > 2_000
    assert np.mean([forenames[row] == known[person] for row, person in twice]) > 0.9


def test_only_attainers_show_a_birth_date_on_the_register(town: Council) -> None:
    register = find(town, "electoral_register")
    born = [cell for cell in texts(register, "Elector DOB") if cell]
    assert 0.005 < len(born) / len(register) < 0.05
    assert {int(cell[-4:]) for cell in born} <= {2008, 2009, 2010}
    numbers = texts(register, "Elector Number")
    assert len(set(numbers)) == len(numbers)


def test_badge_addresses_may_break_a_line_and_rows_are_counted_so(town: Council) -> None:
    badges = find(town, "blue_badges")
    broken = ["\n" in cell for cell in texts(badges, "Address line 1")]
    assert any(broken)
    numbers = badges.line_numbers()
    assert numbers[0] == 2
    assert (np.diff(numbers) == 1 + np.array(broken[:-1])).all()
    assert numbers[-1] == 1 + len(badges) + sum(broken[:-1])


def test_some_badges_of_the_dead_were_issued_after_the_death(town: Council) -> None:
    passes = find(town, "concessionary_passes")
    issued = texts(passes, "Date issued")
    died = town.world.lives.died
    late = dead = 0
    for row, person in zip(passes.truth_rows.tolist(), passes.truth_people.tolist(), strict=True):
        if died[person]:
            day, month, year = (int(part) for part in issued[row].split("/"))
            dead += 1
            late += (date(year, month, day) - date(1970, 1, 1)).days > died[person]
    assert 0 < late < dead * 0.15


def test_excel_damaged_the_tenancies(town: Council) -> None:
    tenancies = find(town, "housing_tenancies")
    references = column(tenancies, "Tenancy ref")
    assert 0.02 < np.mean([isinstance(cell, int) for cell in references]) < 0.1
    assert any(isinstance(cell, str) and cell.startswith("0") for cell in references)
    assert any("E+11" in cell for cell in texts(tenancies, "UPRN"))
    births = column(tenancies, "Date of birth")
    assert any(isinstance(cell, date) for cell in births)
    assert any(isinstance(cell, str) and "/" in cell for cell in births)
    assert any(isinstance(cell, date) for cell in column(tenancies, "Address line 1"))
    phones = column(tenancies, "Telephone")
    assert any(isinstance(cell, int) for cell in phones)
    assert tenancies.line_numbers()[0] == 4


def test_placeholders_occur_and_are_not_in_the_truth(town: Council) -> None:
    found = 0
    for file, name in (("electoral_register", "Elector Surname"), ("blue_badges", "Surname")):
        extract = find(town, file)
        known = set(extract.truth_rows.tolist())
        for row, cell in enumerate(texts(extract, name)):
            if cell.upper() in {"TBC", "UNKNOWN"}:
                found += 1
                assert row not in known
    assert found > 5
    births = texts(find(town, "concessionary_passes"), "Date of birth")
    assert births.count("01/01/1900") > 5


def test_systems_lag_each_on_its_own(town: Council) -> None:
    """Somebody in a care home is there in some extracts and at the old address in others."""
    lives = town.world.lives
    codes = lives.addresses.postcode
    seen: dict[int, set[str]] = defaultdict(set)
    for file, name in (
        ("electoral_register", "PostCode"),
        ("concessionary_passes", "Postcode"),
        ("pensions_payroll", "postcode"),
    ):
        extract = find(town, file)
        cells = texts(extract, name)
        for row, person in zip(
            extract.truth_rows.tolist(), extract.truth_people.tolist(), strict=True
        ):
            if lives.moved[person] == CARE_HOME:
                old, new = codes[lives.home[person]], codes[lives.now[person]]
                seen[person].add({old: "old", new: "new"}.get(cells[row], "other"))
    both = sum(1 for places in seen.values() if {"old", "new"} <= places)
    only_new = sum(1 for places in seen.values() if places == {"new"})
    assert both > 50
    assert only_new > 50


def test_few_true_pairs_have_neither_address_nor_birth_date(town: Council) -> None:
    """What no engine could find without guessing stays between 1 and 3 of 100 true pairs."""
    dead = {}
    for extract in town.extracts:
        if extract.form.kind == "deaths":
            codes, births = texts(extract, "usualAddress/postcode"), texts(extract, "dateOfBirth")
            streets = texts(extract, "usualAddress/line1")
            for row, person in enumerate(extract.truth_people.tolist()):
                dead[person] = (codes[row], streets[row].upper(), births[row])
    pairs = neither = 0
    for extract in town.extracts:
        names = extract.form.columns
        code = next((n for n in names if n.lower() == "postcode"), None)
        street = next((n for n in names if n.lower().rstrip("1_ ") in _STREETS), None)
        if extract.form.kind == "deaths" or code is None or street is None:
            continue
        birth = next((n for n in names if n.lower().replace("_", " ") == "date of birth"), None)
        codes, streets = texts(extract, code), texts(extract, street)
        births = texts(extract, birth) if birth else [""] * len(extract)
        for row, person in zip(
            extract.truth_rows.tolist(), extract.truth_people.tolist(), strict=True
        ):
            if person in dead:
                there, home, born = dead[person]
                pairs += 1
                same = (codes[row] != "" and codes[row] == there) or (
                    streets[row].upper().split("\n")[0] == home
                )
                neither += not same and not (born and births[row])
    assert pairs > 2_500
    assert 0.01 < neither / pairs < 0.03


_STREETS = {"addr", "address", "address line"}


@pytest.mark.parametrize(("scale", "clean"), [(1.0, (0.46, 0.56)), (1.8, (0.22, 0.34))])
def test_true_pairs_have_errors_at_the_declared_rates(
    profile: ExampleshireProfile, scale: float, clean: tuple[float, float]
) -> None:
    council = generate(60_000, 6_000, 99, profile, error_scale=scale)
    residents = {row["person"]: row for row in council.residents().to_pylist()}
    pairs = [
        (residents[death["person"]], death)
        for death in council.deaths().to_pylist()
        if death["person"] in residents
    ]
    total = len(pairs)
    assert total == 3_600

    def share(count: int) -> float:
        return count / total / scale

    births = [(r["birth_date"], d["dateOfBirth"]) for r, d in pairs]
    missing = sum(not r or r == "1900-01-01" or not d or len(d) < 10 for r, d in births)
    differs = sum(r[:1] == d[:1] == "1" and len(d) == 10 and r != d for r, d in births)
    sexes = sum(r["sex"] != d["sex"] for r, d in pairs)
    codes = [(r["postcode"], d["usualAddress/postcode"]) for r, d in pairs]
    no_code = sum(not r or not d for r, d in codes)
    care = sum(council.world.lives.moved[int(r["person"][1:]) - 1] == CARE_HOME for r, _ in pairs)
    assert share(care) == pytest.approx(0.17, abs=0.01)
    assert share(no_code) == pytest.approx(0.033, abs=0.016)
    assert share(missing) == pytest.approx(0.037, abs=0.018)
    assert share(differs) == pytest.approx(0.048, abs=0.02)
    assert share(sexes) == pytest.approx(0.009, abs=0.008)
    same = [
        f"{r['forename']} {r['middle_names']}".strip() == fold(d["forenames"])
        and r["surname"] == fold(d["surname"])
        and r["birth_date"] == d["dateOfBirth"]
        and r["sex"] == d["sex"]
        and r["postcode"] == d["usualAddress/postcode"]
        for r, d in pairs
    ]
    assert clean[0] < np.mean(same) < clean[1]
