"""Intake, matching, review, home and actions, driven as both fronts drive them."""

from __future__ import annotations

import pytest
from council import (
    PEOPLE,
    agreed,
    badges,
    death,
    deaths,
    hand_over,
    refused,
    replace_mapping,
)

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.files.write_workbook import Sheet, write_xlsx
from app.model.kinds import ColumnUse
from app.model.loads import LoadRequest, LoadWishes, ReadChoices
from app.model.meanings import Meaning
from app.model.runs import Band, MatchRequest, Verdict
from app.model.vaults import Role, StewardInfo
from app.services import home, intake, matching, registrations, review, trail


class TestIntake:
    def test_a_file_is_looked_at_before_it_is_loaded(self, workspace, tmp_path) -> None:
        offer = intake.inspect(workspace, badges(tmp_path))
        assert offer.guesses[0].kind == "blue-badges"
        assert offer.seen_before is None
        assert intake.loads(workspace) == ()

    def test_the_preview_shows_what_would_be_stored(self, workspace, tmp_path) -> None:
        offer = intake.inspect(workspace, badges(tmp_path))
        uses = tuple(s.use for s in offer.guesses[0].suggestions)
        shown = intake.preview(workspace, offer, replace_mapping(offer, uses))
        assert shown.before.cells[1][3] == "Ó Brádaigh"
        assert shown.after[1]["surname"] == "OBRADAIGH"
        assert shown.after[1]["birth_date"] == "1952-02-29"

    def test_a_mapping_once_confirmed_is_remembered(self, workspace, tmp_path) -> None:
        offer = intake.inspect(workspace, badges(tmp_path))
        uses = tuple(
            ColumnUse(s.use.column, None) if s.use.column == "Badge number" else s.use
            for s in offer.guesses[0].suggestions
        )
        mapping = replace_mapping(offer, uses)
        intake.accept(workspace, LoadRequest(offer.path, mapping, offer.shape))
        again = intake.inspect(workspace, badges(tmp_path, PEOPLE[:3], "next.csv"))
        assert tuple(s.use for s in again.guesses[0].suggestions) == uses

    def test_the_same_file_twice_is_recognised(self, loaded, tmp_path) -> None:
        path = badges(tmp_path, name="renamed.csv")
        assert intake.inspect(loaded, path).seen_before == "L1"
        with refused("file-already-loaded"):
            intake.load_file(loaded, path)

    def test_cells_come_back_as_they_stood_in_the_file(self, loaded) -> None:
        rows = intake.load_rows(loaded, "L1")
        assert rows.total() == len(PEOPLE)
        assert rows.window(1, 1)[0][3] == "Ó Brádaigh"
        assert rows.window(0, 1)[0][11] == "04031944"

    def test_cancel_leaves_nothing_but_the_trail(self, workspace, tmp_path) -> None:
        progress = Counters()
        progress.cancel()
        with pytest.raises(Cancelled):
            intake.load_file(workspace, badges(tmp_path), progress=progress)
        assert intake.loads(workspace) == ()
        assert intake.load_file(workspace, badges(tmp_path)).rows_loaded == len(PEOPLE)

    def test_rejected_rows_are_kept_and_handed_over(self, workspace, tmp_path) -> None:
        path = badges(tmp_path)
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "B6,short row\n", encoding="utf-8")
        answer = intake.load_file(workspace, path)
        assert (answer.rows_read, answer.rows_loaded, answer.rows_rejected) == (6, 5, 1)
        assert answer.rejections[0].row == 7
        out = tmp_path / "rejected.csv"
        assert hand_over(workspace, answer.load, out) == 1
        assert "short row" in out.read_text(encoding="utf-8-sig")
        assert trail.entries(workspace)[-1].facts["purpose"] == "service-update"
        with refused("file-exists"):
            hand_over(workspace, answer.load, out)
        with refused("purpose-unknown"):
            hand_over(workspace, answer.load, tmp_path / "b.csv", "to see J Smith")

    def test_routes_and_agreements_must_be_known(self, workspace, tmp_path) -> None:
        path = deaths(tmp_path, [death(0)], route=None)
        with refused("route-unknown"):
            intake.load_file(workspace, path, LoadWishes(route="pigeon"))
        with refused("agreement-unknown"):
            intake.load_file(workspace, path, LoadWishes(agreement="none"))
        answer = intake.load_file(workspace, path)
        assert "route-unstated" in {note.code for note in answer.warnings}

    def test_a_route_cannot_be_talked_away(self, workspace, tmp_path) -> None:
        path = deaths(tmp_path, [death(0)], "ddri-licence")
        with refused("route-contradicts-file"):
            intake.load_file(workspace, path, LoadWishes(route="s19aa"))

    def test_a_file_that_changed_after_the_look_is_not_loaded(self, workspace, tmp_path) -> None:
        offer = intake.inspect(workspace, badges(tmp_path))
        mapping = replace_mapping(offer, [s.use for s in offer.guesses[0].suggestions])
        request = LoadRequest(offer.path, mapping, offer.shape, sha256=offer.sha256)
        badges(tmp_path, PEOPLE[:2])
        with refused("file-changed"):
            intake.accept(workspace, request)

    def test_living_people_are_not_taken_for_death_registrations(self, workspace, tmp_path):
        with refused("required-column-missing") as refusal:
            intake.load_file(workspace, badges(tmp_path), LoadWishes(kind="deaths"))
        assert "death_date" in refusal.value.facts["columns"]

    def test_each_sheet_of_a_workbook_is_a_file_of_its_own(self, workspace, tmp_path) -> None:
        book = tmp_path / "book.xlsx"
        rows = [(str(n), f"Surname{n}", "Ann", "01/02/1950") for n in range(9)]
        header = ("Reference", "Surname", "Forename", "Date of birth")
        write_xlsx(book, [Sheet("One", header, rows), Sheet("Two", header, rows)])
        for sheet in ("One", "Two"):
            intake.load_file(workspace, book, LoadWishes(kind="people", sheet=sheet))
        with refused("file-already-loaded"):
            intake.load_file(workspace, book, LoadWishes(kind="people", sheet="Two"))

    def test_cells_beyond_the_header_are_handed_back_too(self, workspace, tmp_path) -> None:
        path = badges(tmp_path)
        long = "B7" + "," * 14 + ",extra,more\n"
        path.write_text(path.read_text(encoding="utf-8") + long, encoding="utf-8")
        answer = intake.load_file(workspace, path)
        out = tmp_path / "rejected.csv"
        hand_over(workspace, answer.load, out)
        assert "extra,more" in out.read_text(encoding="utf-8-sig")

    def test_a_kind_that_lacks_its_columns_is_refused(self, workspace, tmp_path) -> None:
        path = tmp_path / "colours.csv"
        path.write_text("colour,shape\nred,round\nblue,square\n", encoding="utf-8")
        with pytest.raises(Refused):
            intake.load_file(workspace, path, LoadWishes(kind="deaths"))
        assert intake.loads(workspace) == ()


class TestMatching:
    def test_the_dead_are_found_and_the_evidence_sums(self, loaded) -> None:
        answer = matching.run(loaded, MatchRequest("L1", "L2"))
        assert answer.plan == "deaths"
        found = review.pairs(loaded, answer.run)
        sure = {p.left for p in found if p.band in (Band.CERTAIN, Band.PROBABLE)}
        assert sure == {"B1", "B2", "B3"}
        for pair in found:
            assert sum(e.weight for e in pair.evidence) == pytest.approx(pair.weight, abs=0.01)
            assert pair.evidence[0].field == "prior"

    def test_sides_the_wrong_way_round_are_put_right(self, loaded) -> None:
        answer = matching.run(loaded, MatchRequest("L2", "L1"))
        assert matching.runs(loaded)[-1].left == "L1"
        assert answer.plan == "deaths"

    def test_withdrawn_and_amended_entries_are_set_aside(self, loaded, tmp_path) -> None:
        week_2 = [
            death(0, id="E1", status="withdrawn", amends="D1"),
            death(1, id="E2", status="amended", amends="D2"),
        ]
        intake.load_file(loaded, deaths(tmp_path, week_2, name="week2.xml"))
        first = matching.run(loaded, MatchRequest("L1", "L2"))
        second = matching.run(loaded, MatchRequest("L1", "L3"))
        assert {p.right for p in review.pairs(loaded, first.run)} == {"D3"}
        assert {p.right for p in review.pairs(loaded, second.run)} == {"E2"}
        assert "entries-set-aside" in {note.code for note in first.notes}

    def test_a_purpose_no_source_allows_is_refused_with_its_clause(self, workspace, tmp_path):
        intake.load_file(workspace, badges(tmp_path))
        path = deaths(tmp_path, [death(0)], "ddri-licence")
        intake.load_file(workspace, path, agreed(workspace, tmp_path))
        with refused("purpose-not-permitted") as refusal:
            matching.run(workspace, MatchRequest("L1", "L2", purpose="stop-mail"))
        assert "must not stop mail" in refusal.value.facts["clause"]
        matching.run(workspace, MatchRequest("L1", "L2"))
        assert matching.runs(workspace)[0].purpose == "prevent-crime"

    def test_plans_must_fit_the_kinds(self, loaded) -> None:
        with refused("plan-not-for-kinds"):
            matching.run(loaded, MatchRequest("L1", None, plan="deaths"))
        with refused("plan-unknown"):
            matching.run(loaded, MatchRequest("L1", "L2", plan="weddings"))
        with refused("same-load-twice"):
            matching.run(loaded, MatchRequest("L1", "L1"))
        with refused("load-unknown"):
            matching.run(loaded, MatchRequest("L9"))

    def test_one_load_is_matched_within_itself(self, workspace, tmp_path) -> None:
        double = [*PEOPLE, ("B9", "Tapscott", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "04031944")]
        intake.load_file(workspace, badges(tmp_path, double))
        answer = matching.run(workspace, MatchRequest("L1"))
        assert answer.plan == "people"
        best = review.pairs(workspace, answer.run)[0]
        assert {best.left, best.right} == {"B1", "B9"}

    def test_cancel_leaves_no_run(self, loaded) -> None:
        progress = Counters()
        progress.cancel()
        with pytest.raises(Cancelled):
            matching.run(loaded, MatchRequest("L1", "L2"), progress)
        assert matching.runs(loaded) == ()

    def test_the_same_input_gives_the_same_pairs(self, loaded) -> None:
        one = matching.run(loaded, MatchRequest("L1", "L2"))
        two = matching.run(loaded, MatchRequest("L1", "L2"))

        def seen(run: str):
            return [(p.left, p.right, p.weight, p.probability) for p in review.pairs(loaded, run)]

        assert seen(one.run) == seen(two.run)


class TestReview:
    def test_a_pair_opens_with_both_records_side_by_side(self, matched) -> None:
        queue = review.queue(matched, "R1")
        assert (queue.done, queue.left) == (0, len(queue.pairs))
        view = review.pair(matched, queue.pairs[0])
        names = [field.name for field in view.left.fields]
        assert names.index("given_names") < names.index("birth_date") < names.index("postcode")
        assert trail.entries(matched)[-1].action == "look.pair"

    def test_decisions_supersede_and_undo_goes_back(self, matched) -> None:
        pair = review.queue(matched, "R1").pairs[0]
        review.decide(matched, pair, Verdict.SAME, "same-person-confirmed")
        review.decide(matched, pair, Verdict.DIFFERENT, "twin", "has a sister")
        assert review.pair(matched, pair).summary.decision.verdict is Verdict.DIFFERENT
        first = review.next_undo(matched, "R1")
        assert review.undo(matched, "R1") == first
        assert (first.pair, first.taken.verdict, first.taken.note) == (
            pair,
            Verdict.DIFFERENT,
            "has a sister",
        )
        assert first.stands.verdict is Verdict.SAME
        assert review.pair(matched, pair).summary.decision.verdict is Verdict.SAME
        second = review.undo(matched, "R1")
        assert (second.taken.verdict, second.stands, second.sent) == (Verdict.SAME, None, ())
        assert second.band is review.pair(matched, pair).summary.band
        assert review.next_undo(matched, "R1") is None
        with refused("nothing-to-undo"):
            review.undo(matched, "R1")
        assert len(review.pair(matched, pair).history) == 2

    def test_looking_at_an_undo_changes_nothing(self, matched) -> None:
        pair = review.queue(matched, "R1").pairs[0]
        review.decide(matched, pair, Verdict.SAME, "same-person-confirmed")
        entries = len(trail.entries(matched))
        assert review.next_undo(matched, "R1").pair == pair
        assert len(trail.entries(matched)) == entries
        with refused("run-unknown"):
            review.next_undo(matched, "R9")

    def test_nobody_takes_back_what_another_decided(self, matched) -> None:
        pair = review.queue(matched, "R1").pairs[0]
        review.decide(matched, pair, Verdict.SAME, "same-person-confirmed")
        matched.steward = StewardInfo("Bob", Role.STEWARD)
        assert review.next_undo(matched, "R1") is None
        with refused("nothing-to-undo"):
            review.undo(matched, "R1")

    def test_reasons_must_fit(self, matched) -> None:
        pair = review.queue(matched, "R1").pairs[0]
        with refused("reason-unknown"):
            review.decide(matched, pair, Verdict.SAME, "because")
        with refused("reason-not-for-verdict"):
            review.decide(matched, pair, Verdict.SAME, "twin")
        with refused("pair-unknown"):
            review.decide(matched, "R1-999", Verdict.SAME, "same-person-confirmed")

    def test_the_queue_resumes_where_the_steward_left(self, matched) -> None:
        review.bookmark(matched, "R1", 2)
        assert review.queue(matched, "R1").position == 2

    def test_an_auditor_decides_nothing_but_his_looks_are_kept(self, matched) -> None:
        matched.steward = StewardInfo("Ann", Role.AUDITOR)
        pair = review.queue(matched, "R1").pairs[0]
        review.pair(matched, pair)
        with refused("right-missing"):
            review.decide(matched, pair, Verdict.SAME, "same-person-confirmed")
        assert trail.entries(matched)[-1].action == "look.pair"


class TestHomeAndActions:
    def test_home_says_what_waits(self, workspace, tmp_path) -> None:
        assert [w.code for w in home.waiting(workspace)] == ["nothing-loaded"]
        intake.load_file(workspace, badges(tmp_path))
        intake.load_file(workspace, deaths(tmp_path, [death(0)]))
        waits = [w.code for w in home.waiting(workspace)]
        assert waits == ["registrations-unmatched", "agreement-missing"]
        matching.run(workspace, MatchRequest("L1", "L2"))
        waits = home.waiting(workspace)[:-1]
        assert [(w.code, w.id) for w in waits] == [("pairs-to-review", "R1")]
        assert (waits[0].file, waits[0].against) == ("badges.csv", "deaths.xml")
        for pair in review.queue(workspace, "R1").pairs:
            review.decide(workspace, pair, Verdict.UNSURE, "cannot-tell")
        assert [w.code for w in home.waiting(workspace)] == ["agreement-missing"]

    def test_home_keeps_what_a_load_remarked_and_rows_until_they_were_handed_over(
        self, workspace, tmp_path
    ) -> None:
        lines = badges(tmp_path).read_text(encoding="utf-8").splitlines()
        file = tmp_path / "ragged.csv"
        file.write_text("\n".join([*lines, "too,few", "Total records: 99", ""]), encoding="utf-8")
        intake.load_file(workspace, file)
        waits = {w.code: w for w in home.waiting(workspace)}
        assert set(waits) == {"footer-total-differs", "rows-rejected"}
        assert (waits["rows-rejected"].file, waits["rows-rejected"].of) == ("ragged.csv", "L1")
        hand_over(workspace, "L1", tmp_path / "back.csv", "test")
        assert [w.code for w in home.waiting(workspace)] == ["footer-total-differs"]

    def test_only_a_persons_word_opens_an_action(self, loaded) -> None:
        matching.run(loaded, MatchRequest("L1", "L2"))
        assert registrations.actions(loaded) == ()
        pair = review.queue(loaded, "R1").pairs[0]
        review.decide(loaded, pair, Verdict.SAME, "same-person-confirmed")
        found = registrations.actions(loaded)
        assert {(a.pair, a.service) for a in found} == {(pair, "blue-badges"), (pair, "all-mail")}
        assert registrations.actions(loaded, "blue-badges")[0].status == "to-decide"
        with refused("service-unknown"):
            registrations.actions(loaded, "wizardry")

    def test_a_crime_only_match_stops_no_mail(self, workspace, tmp_path) -> None:
        intake.load_file(workspace, badges(tmp_path))
        path = deaths(tmp_path, [death(0)], "ddri-licence")
        intake.load_file(workspace, path, agreed(workspace, tmp_path))
        matching.run(workspace, MatchRequest("L1", "L2"))
        assert matching.runs(workspace)[0].purpose == "prevent-crime"
        pair = review.queue(workspace, "R1").pairs[0]
        review.decide(workspace, pair, Verdict.SAME, "same-person-confirmed")
        assert registrations.actions(workspace) == ()


def test_choices_of_reading_reach_the_reader(workspace, tmp_path) -> None:
    path = tmp_path / "semi.csv"
    path.write_text("Surname;First name;DOB\nTapscott;Wilhelmina;04/03/1944\n", encoding="utf-8")
    offer = intake.inspect(workspace, path, ReadChoices(delimiter=";", kind="people"))
    assert offer.shape.columns == ("Surname", "First name", "DOB")
    means = {s.use.column: s.use.means for s in offer.guesses[0].suggestions}
    assert means["DOB"] is Meaning.BIRTH_DATE
