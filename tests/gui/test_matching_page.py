"""Matching in the window: only lawful purposes are offered, and the bands lead to review."""

import pytest

from app.model.loads import LoadWishes
from app.model.profiles import GroupRate, Reach
from app.model.runs import Band, MatchRequest, Verdict
from app.services import intake, matching, persons, reach, review, sharing
from app.stores import loads as shelf
from app.wording import apart


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("matching")
    hand.settle(desk)
    return desk.bench.at


def test_runs_are_listed_with_their_bands(desk, page):
    (run,) = matching.runs(desk._workspace)
    assert page.table.model.cell(0, 0) == run.run
    assert page.table.model.cell(0, 4) == str(run.bands.certain)


def test_a_match_is_asked_for_and_run(hand, desk, page):
    page.act()
    hand.settle(desk)
    asking = page.asking
    assert asking.left.value() == "L1"
    assert asking.right.value() == "L2"
    assert asking.plan.value() == "deaths"
    allowed = matching.purposes(desk._workspace, "L1", "L2")
    offered = [asking.purpose.itemData(n) for n in range(asking.purpose.count())]
    assert offered == ["", *allowed]
    assert asking.purpose.value() == ""
    asking.go.click()
    assert "Choose what the match is for" in hand.words(asking.form)
    assert len(matching.runs(desk._workspace)) == 1
    asking.purpose.set_value("stop-mail")
    hand.click(desk, asking.go)
    assert len(matching.runs(desk._workspace)) == 2
    assert page.found.isVisible()
    assert "R2 found" in page.title.text()


def test_the_bands_show_their_pairs_and_why(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    (run,) = matching.runs(desk._workspace)
    page.found.show_band(Band.PROBABLE)
    hand.settle(desk)
    assert page.found.table.model.rowCount() == run.bands.probable
    assert page.found.bands[Band.PROBABLE].isChecked()
    assert page.found.table.model.cell(0, 5)


def test_review_is_one_button_away(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    page.found.show_band(Band.PROBABLE)
    hand.settle(desk)
    hand.click(desk, page.found.to_review)
    assert desk.bench.current == "review"
    assert desk.bench.at.band.value() == "probable"


def test_a_pair_opens_in_review_by_enter(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    page.found.show_band(Band.PROBABLE)
    hand.settle(desk)
    wanted = page.found.table.model.cell(1, 0)
    page.found.table.opened.emit(1)
    hand.settle(desk)
    assert desk.bench.at._view.summary.pair == wanted


def test_home_leads_to_a_match_of_the_load_it_names(hand, desk):
    desk.bench.show_page("matching", "L2")
    hand.settle(desk)
    assert desk.bench.at.asking.isVisible()
    assert desk.bench.at.asking.right.value() == "L2"


def test_a_load_made_meanwhile_is_offered_at_once(hand, desk, page, town):
    """The page had its lists before the load was made."""
    page.act()
    hand.settle(desk)
    desk.bench.show_page("load")
    hand.settle(desk)
    ws = desk._workspace
    deaths = intake.load_file(ws, town.files / "deaths_licensed.xml", LoadWishes())
    people = intake.load_file(ws, town.files / "blue_badges.csv", LoadWishes())
    for load, side in ((deaths.load, page.asking.right), (people.load, page.asking.left)):
        desk.bench.show_page("matching", load)
        assert not page.asking.go.isEnabled()
        hand.settle(desk)
        assert side.value() == load
        assert page.asking.go.isEnabled()


def test_births_have_their_own_plan_and_stop_no_letters(hand, desk, page, tmp_path):
    ws = desk._workspace
    file = tmp_path / "births.csv"
    row = "E1,Ada,Sorrel,F,2026-03-03,Hartley,12 Mill Lane,EX1 2AB"
    file.write_text(
        "Entry number,Forenames,Surname,Sex,Date of birth,Mother's maiden surname,"
        f"Usual address of mother,Mother's postcode\n{row}\n",
        encoding="utf-8",
    )
    (known,) = sharing.agreements(ws)
    births = intake.load_file(ws, file, LoadWishes(route="s19aa", agreement=known.ref))
    desk.bench.show_page("home")
    hand.settle(desk)
    waits = f"1 registration of births.csv ({births.load}) has not been matched"
    assert waits in hand.words(desk.bench.at)
    desk.bench.show_page("matching", births.load)
    hand.settle(desk)
    asking = page.asking
    assert (asking.left.value(), asking.right.value()) == ("L1", births.load)
    assert asking.plan.value() == "births"
    assert asking.plan.currentText() == "people against birth registrations"
    offered = [asking.purpose.itemData(n) for n in range(asking.purpose.count())]
    assert "service-update" in offered
    assert "stop-mail" not in offered


def test_choices_stay_when_the_lists_are_read_again(hand, desk, page):
    page.act()
    hand.settle(desk)
    page.asking.right.set_value("")
    hand.settle(desk)
    chosen = matching.purposes(desk._workspace, "L1", None)[-1]
    page.asking.purpose.set_value(chosen)
    page.refresh()
    hand.settle(desk)
    assert page.asking.right.value() == ""
    assert page.asking.purpose.value() == chosen


def test_a_day_nobody_stated_is_not_told_as_the_day_of_the_data(hand, desk, page):
    page.act()
    hand.settle(desk)
    words = {load.load: page.asking.left.itemText(n) for n, load in enumerate(page._loads)}
    for load in page._loads:
        assert ("as at" in words[load.load]) == bool(load.as_at)
        assert ("day not stated" in words[load.load]) == (not load.as_at)


def test_pairs_counted_but_not_kept_are_told(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    (run,) = matching.runs(desk._workspace)
    kept = review.kept(desk._workspace, "R1")
    assert kept.certain == run.bands.certain
    assert kept.unlikely < run.bands.unlikely
    page.found.show_band(Band.UNLIKELY)
    hand.settle(desk)
    assert page.found.table.model.rowCount() == kept.unlikely
    assert f"Of {run.bands.unlikely} unlikely pairs" in page.found.cut.text()
    assert str(kept.unlikely) in page.found.bands[Band.UNLIKELY].means.text()
    page.found.show_band(Band.CERTAIN)
    hand.settle(desk)
    assert not page.found.cut.isVisible()


def test_who_may_not_match_finds_the_button_off_and_learns_why(hand, window, town):
    window = hand.open(window, town.vault, hand.auditor(town.vault))
    window.bench.show_page("matching")
    hand.settle(window)
    page = window.bench.at
    assert not page.primary.isEnabled()
    assert "auditor" in page.limits.text()
    assert page.limits.isVisible()
    window.bench.show_page("matching", "L1")
    hand.settle(window)
    assert not page.asking.isVisible()
    window.bench.show_page("home")
    assert not window.bench.at.primary.isEnabled()


def test_the_lines_are_moved_and_what_would_cross_is_shown(hand, desk, page, qtbot):
    page.show_run("R1")
    hand.settle(desk)
    hand.click(desk, page.found.tabs["what-if"])
    moving = page.found.moving
    assert (moving.certain.value(), moving.probable.value()) == ("99%", "90%")
    assert "0 gained, 0 lost" in moving.answer.text()
    assert "How right it is cannot be told before the sample" in moving.answer.text()
    moving.certain.setText("100")
    moving.probable.setText("99.9")
    hand.click(desk, moving.go)
    (run,) = matching.runs(desk._workspace)
    lost = run.bands.probable
    assert f"{lost} pairs now, 0 then: 0 gained, {lost} lost" in moving.answer.text()
    assert moving.table.model.rowCount() == min(5, lost)
    assert moving.table.model.cell(0, 0) == "would no longer be probable"
    for wrong, words in (("nine", "Enter a percentage, for example 90"), ("5", "")):
        moving.probable.setText(wrong)
        hand.click(desk, moving.go)
        assert moving.form.summary.isVisible()
        assert not words or words in hand.words(moving)
        assert moving.answer.text() == ""
        assert moving.table.model.rowCount() == 0
    moving.certain.setText("60")
    moving.probable.setText("30")
    hand.click(desk, moving.go)
    rows = range(moving.table.model.rowCount())
    pairs = [moving.table.model.cell(at, 1) for at in rows]
    assert pairs
    assert len(pairs) == len(set(pairs))
    pair = moving.table.model.cell(0, 1)
    moving.table.opened.emit(0)
    hand.settle(desk)
    assert desk.bench.at._view.summary.pair == pair
    assert matching.runs(desk._workspace) == (run,)


def test_a_match_can_be_stopped_and_leaves_nothing(hand, desk, page):
    page.act()
    hand.settle(desk)
    page.asking.purpose.set_value("stop-mail")
    page.asking.go.click()
    desk.jobs.waiting[0].counters.cancel()
    hand.settle(desk)
    assert len(matching.runs(desk._workspace)) == 1
    assert page.asking.go.isEnabled()


def test_whom_the_match_reaches_stands_beside_its_pairs(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    found = page.found
    assert found.table.isVisible()
    hand.click(desk, found.tabs["reach"])
    assert not found.table.isVisible()
    expected = reach.reach(desk._workspace, "R1")
    assert found.reached.table.model.rowCount() == len(expected.rates)
    counted = [rate for rate in expected.rates if rate.records]
    row = list(expected.rates).index(counted[0])
    cells = [found.reached.table.model.cell(row, at) for at in range(5)]
    assert cells[2:4] == [str(counted[0].records), str(counted[0].matched)]
    assert "missed rather than absent" in found.reached.what.text()
    assert {rate.by for rate in expected.rates} == {"sex", "age", "area", "name"}
    assert found.reached.apart.text() == apart(expected) != ""
    page.found.show_band(Band.CERTAIN)
    hand.settle(desk)
    assert found.table.isVisible()
    assert found.tabs["pairs"].isChecked()


def test_a_group_apart_is_marked_and_named_above_the_table(hand, desk, page, monkeypatch):
    welsh = GroupRate("name", "Welsh surnames", 60, 45, 0.75, 0.6278, 0.8422, "fewer")
    told = Reach("R1", "L2", 10, (GroupRate("sex", "male", 90, 89, 0.9889, 0.94, 0.998), welsh))
    monkeypatch.setattr(reach, "reach", lambda *_: told)
    page.show_run("R1")
    hand.settle(desk)
    hand.click(desk, page.found.tabs["reach"])
    reached = page.found.reached
    assert reached.apart.isVisible()
    assert reached.apart.text().endswith("surname Welsh surnames.")
    cells = [[reached.table.model.cell(row, at) for at in (5, 6)] for row in (0, 1)]
    assert cells[0][1] == ""
    assert cells[1] == ["62.8% to 84.2%", "less often, beyond chance"]


def test_groups_too_small_to_count_are_named_and_sort_last(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    hand.click(desk, page.found.tabs["reach"])
    table = page.found.reached.table
    assert "not counted" in {table.model.cell(n, 2) for n in range(table.model.rowCount())}
    table.arrange("matched", True, "")
    hand.settle(desk)
    assert table.model.cell(table.model.rowCount() - 1, 2) == "not counted"


def test_decided_pairs_say_how_right_a_line_is(hand, desk, town):
    ws = desk._workspace
    pairs = [p for p in review.pairs(ws, "R1") if p.band is not Band.UNLIKELY]
    for pair in pairs:
        review.decide(ws, pair.pair, Verdict.SAME, "same-person-confirmed")
    desk.bench.show_page("matching")
    desk.bench.at.show_run("R1")
    hand.settle(desk)
    moving = desk.bench.at.found.moving
    moving.show_run("R1")
    hand.settle(desk)
    assert "100% are of one person (100% to 100%)" in moving.answer.text()
    assert "of the true pairs worth a look lie above it" in moving.answer.text()


def test_persons_are_gathered_and_looked_at(hand, desk, page):
    hand.click(desk, page.to_persons)
    part = page.persons
    assert part.isVisible()
    assert "Nothing has been gathered" in part.digest.text()
    part.purpose.set_value("stop-mail")
    hand.settle(desk)
    part.probable.setChecked(True)
    hand.click(desk, part.go)
    made = persons.gathering(desk._workspace, "stop-mail")
    assert part.table.model.rowCount() == made.persons > 0
    assert f"{made.records} records make {made.persons} persons" in part.digest.text()
    assert not part.tabs["said"].isVisible()
    part.table.opened.emit(0)
    hand.settle(desk)
    assert part.tabs["said"].isChecked()
    assert part.said.model.rowCount() > 4
    assert part.who.text().startswith("C1: 2 records")
    assert page.remark.isVisible()
    page.show_run("R1")
    hand.settle(desk)
    assert not page.remark.isVisible()


def test_persons_say_when_they_are_out_of_date(hand, desk, page):
    desk.bench.show_page("matching", "persons")
    hand.settle(desk)
    part = page.persons
    part.purpose.set_value("stop-mail")
    part.probable.setChecked(True)
    hand.click(desk, part.go)
    assert not part.warning.isVisible()
    first = review.pairs(desk._workspace, "R1", Band.PROBABLE)[0]
    review.decide(desk._workspace, first.pair, Verdict.DIFFERENT, "twin")
    hand.settle(desk)
    assert "Gather again" in " ".join(hand.words(part.warning))
    before = part.table.model.rowCount()
    hand.click(desk, part.go)
    assert part.table.model.rowCount() == before - 1


def test_the_cost_is_worked_out_before_the_match(hand, desk, page):
    page.act()
    hand.settle(desk)
    asking = page.asking
    hand.click(desk, asking.costing.work_out)
    assert "Choose what the match is for" in hand.words(asking.form)
    asking.purpose.set_value("stop-mail")
    hand.click(desk, asking.costing.work_out)
    assert asking.costing.table.model.rowCount() > 5
    assert "pairs would be compared" in asking.costing.said.text()
    assert len(matching.runs(desk._workspace)) == 1
    asking.purpose.set_value("test")
    assert not asking.costing.table.isVisible()


def test_a_match_keeps_to_the_memory_that_settings_allow(hand, desk, page):
    desk.bench.show_page("settings")
    memory = desk.bench.at.habits.memory
    memory.set_value("700")
    desk.bench.show_page("matching")
    page.act()
    hand.settle(desk)
    page.asking.purpose.set_value("stop-mail")
    assert page.asking._request().memory_mb == 700


def test_an_extract_that_came_again_can_be_matched_where_it_is_new(hand, desk, page, tmp_path):
    ws = desk._workspace
    asking_all = MatchRequest("L1", "L2", purpose="stop-mail")
    with ws.read() as reader:
        kind = shelf.get(reader, "L1").kind
        table = shelf.read_raw(reader, "L1")
    file = tmp_path / "again.csv"
    rows = zip(*(column.to_pylist() for column in table.columns[1:]), strict=True)
    lines = [table.schema.names[1:], *list(rows)[:-1]]
    file.write_text("\n".join(",".join(line) for line in lines) + "\n", "utf-8")
    load = intake.load_file(ws, file, LoadWishes(kind=kind)).load
    page.act()
    hand.settle(desk)
    asking = page.asking
    asking.left.set_value(load)
    hand.settle(desk)
    assert [asking.since.itemData(n) for n in range(asking.since.count())] == ["", "R1"]
    asking.purpose.set_value(asking_all.purpose)
    asking.since.set_value("R1")
    assert asking._request().since == "R1"
    hand.click(desk, asking.go)
    assert "pairs they have there were taken over" in " ".join(hand.words(page.found.notes))
