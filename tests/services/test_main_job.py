"""Intake, matching, review, sharing, home and actions, driven as both fronts drive them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.files.write_workbook import Sheet, write_xlsx
from app.model.kinds import ColumnUse
from app.model.loads import HandOver, LoadRequest, LoadWishes, ReadChoices
from app.model.meanings import Meaning
from app.model.runs import Band, MatchRequest, Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.model.vaults import Role, StewardInfo
from app.services import (
    home,
    intake,
    matching,
    packages,
    registrations,
    rejected,
    review,
    sharing,
    trail,
)
from app.services.workspace import Workspace

HEADER = (
    "Reference number,Badge number,Title,Surname,Forename,Middle name,Address line 1,"
    "Address line 2,Address line 3,Address line 4,Postcode,Date of birth,"
    "National insurance number,Date issued,Expiry date"
)
PEOPLE = [
    ("B1", "Tapscott", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "04031944"),
    ("B2", "Ó Brádaigh", "Siân", "3 Dôl y Coed", "EX2 7QQ", "29021952"),
    ("B3", "Underhill", "Barnaby", "77 Quay Road", "EX4 1ZZ", "11111961"),
    ("B4", "Pettigrew", "Honoria", "5 Abbey Close", "EX5 5EE", "30091938"),
    ("B5", "Nkemelu", "Chidiebere", "9 Fore Street", "EX6 6FF", "17071949"),
]
DEATH = """<death><entryId>{id}</entryId><status>{status}</status><amends>{amends}</amends>
<forenames>{forename}</forenames><surname>{surname}</surname><sex>{sex}</sex>
<dateOfBirth>{born}</dateOfBirth><dateOfDeath>2026-09-20</dateOfDeath>
<usualAddress><line1>{address}</line1><postcode>{postcode}</postcode></usualAddress></death>"""


def badges(folder: Path, people: list[tuple[str, ...]] = PEOPLE, name: str = "badges.csv") -> Path:
    path = folder / name
    rows = [f"{r},{r}0,,{s},{f},,{a},,,,{p},{b},,01012020,31122026" for r, s, f, a, p, b in people]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def death(number: int, **changes: str) -> str:
    _, surname, forename, address, postcode, born = PEOPLE[number]
    facts = {
        "id": f"D{number + 1}",
        "status": "new",
        "amends": "",
        "forename": forename,
        "surname": surname,
        "sex": "F",
        "born": f"{born[4:]}-{born[2:4]}-{born[:2]}",
        "address": address,
        "postcode": postcode,
    }
    return DEATH.format(**facts | changes)


def deaths(
    folder: Path, entries: list[str], route: str | None = "s19aa", name: str = "deaths.xml"
) -> Path:
    path = folder / name
    said = f' route="{route}" asAt="2026-10-02"' if route else ""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<deathRegistrations profile="muniment-'
        f'illustrative-1"{said}>{"".join(entries)}</deathRegistrations>',
        encoding="utf-8",
    )
    return path


def agreement(folder: Path, **changes: object) -> Path:
    path = folder / "agreement.json"
    body = {
        "record_id": "ISA/7",
        "agreement_name": "Deaths for services",
        "purposes": ["stop-mail", "service-update"],
        "retention_days": 90,
        "start_date": "2026-01-01",
    }
    path.write_text(json.dumps(body | changes), encoding="utf-8")
    return path


def spec(run: str, purpose: str = "stop-mail") -> PackageSpec:
    columns = (
        PackageColumn("badge", "left.reference", "finds the badge"),
        PackageColumn("died", "right.death_date", "when"),
        PackageColumn("surname", "left.surname", "to check by"),
    )
    return PackageSpec(
        purpose, "OFFICIAL-SENSITIVE", (PackageFile("stop.csv", run, None, columns),)
    )


@pytest.fixture
def loaded(workspace: Workspace, tmp_path: Path) -> Workspace:
    intake.load_file(workspace, badges(tmp_path))
    intake.load_file(workspace, deaths(tmp_path, [death(0), death(1), death(2)]))
    return workspace


@pytest.fixture
def matched(loaded: Workspace) -> Workspace:
    matching.run(loaded, MatchRequest("L1", "L2", purpose="stop-mail"))
    return loaded


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


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


def hand_over(workspace, load, to, purpose="service-update"):
    return rejected.export(workspace, load, HandOver(to, purpose), lambda one: one.code)


def replace_mapping(offer, uses):
    from app.model.kinds import Mapping

    return Mapping(offer.guesses[0].kind, tuple(uses))


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
        intake.load_file(workspace, deaths(tmp_path, [death(0)], "ddri-licence"))
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


class TestSharing:
    @pytest.fixture
    def ready(self, matched, tmp_path) -> Workspace:
        for pair in review.pairs(matched, "R1", Band.CERTAIN):
            review.decide(matched, pair.pair, Verdict.SAME, "same-person-confirmed")
        keys = packages.new_keys(matched.catalogue, tmp_path / "their.key")
        sharing.import_agreement(matched, agreement(tmp_path))
        sharing.add_recipient(matched, "Post room", keys.public_key)
        return matched

    def test_only_confirmed_pairs_leave_and_the_package_proves_itself(self, ready, tmp_path):
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        confirmed = sum(p.decision is not None for p in review.pairs(ready, "R1"))
        assert (drafted.rows, drafted.fields) == (confirmed, 3)
        assert ("B1", "2026-09-20", "Tapscott") in drafted.previews[0].rows
        out = tmp_path / "out.age"
        sharing.name_office(ready, " Exampleshire  Council ")
        sealed = sharing.seal(ready, drafted.package, out)
        assert sealed.destroy_by == "2026-11-20"
        sender = sharing.office_public_key(ready)
        proof = packages.verify(ready.catalogue, out, sender, tmp_path / "their.key")
        assert (proof.signature, proof.manifest) == (True, True)
        assert proof.files[0].rows == confirmed
        assert proof.sender == "Exampleshire Council"
        entry = trail.entries(ready)[-1]
        assert (entry.action, entry.facts["sha256"]) == ("package.seal", sealed.sha256)

    def test_no_column_leaves_that_the_agreement_does_not_disclose(self, ready, tmp_path) -> None:
        for take in ("left.nino", "right.birth_date", "left.amount"):
            column = PackageColumn("account", take, "to see whether it goes")
            slipped = PackageSpec(
                "stop-mail", "OFFICIAL", (PackageFile("a.csv", "R1", None, (column,)),)
            )
            for act in (sharing.draft, sharing.preview):
                with refused("agreement-items-unlisted"):
                    act(ready, "ISA/7", "Post room", slipped)
        assert sharing.packages(ready) == ()
        listed = agreement(tmp_path, data_items=["reference", "death_date"])
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        sharing.import_agreement(ready, listed)
        assert sharing.columns_of(ready, "L1", "ISA/7") == ("reference",)
        with refused("agreement-item-not-disclosed"):
            sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        with refused("agreement-item-not-disclosed"):
            sharing.seal(ready, drafted.package, tmp_path / "out.age")
        assert not (tmp_path / "out.age").exists()

    def test_a_passphrase_is_read_back_once_its_package_is_sealed(self, ready, tmp_path) -> None:
        package = sharing.draft(ready, "ISA/7", "Post room", spec("R1")).package
        with refused("package-state"):
            sharing.read_back(ready, package)
        sharing.seal(ready, package, tmp_path / "out.zip", "zip")
        sharing.read_back(ready, package)
        entry = trail.entries(ready)[-1]
        assert entry.action == "package.read-back"
        assert entry.facts == {"package": package, "recipient": "Post room"}

    def test_a_changed_mind_between_draft_and_seal_stops_the_package(self, ready, tmp_path):
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        review.undo(ready, "R1")
        with refused("package-changed"):
            sharing.seal(ready, drafted.package, tmp_path / "out.age")
        assert not (tmp_path / "out.age").exists()

    def test_an_undo_says_in_which_packages_the_pair_has_left(self, ready, tmp_path) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        assert review.next_undo(ready, "R1").sent == ()
        sharing.seal(ready, drafted.package, tmp_path / "out.age")
        assert review.next_undo(ready, "R1").sent == (drafted.package,)
        assert review.undo(ready, "R1").sent == (drafted.package,)

    def test_agreement_and_route_must_cover_the_purpose(self, ready, tmp_path) -> None:
        with refused("agreement-purpose-not-covered"):
            sharing.draft(ready, "ISA/7", "Post room", spec("R1", "prevent-crime"))
        sharing.import_agreement(ready, agreement(tmp_path, end_date="2026-02-01"))
        with refused("agreement-ended"):
            sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        sharing.import_agreement(ready, agreement(tmp_path, start_date="2027-02-01"))
        with refused("agreement-not-started"):
            sharing.draft(ready, "ISA/7", "Post room", spec("R1"))

    def test_nothing_leaves_on_data_nobody_accounted_for(self, workspace, tmp_path) -> None:
        intake.load_file(workspace, badges(tmp_path))
        intake.load_file(workspace, deaths(tmp_path, [death(0)], route=None))
        matching.run(workspace, MatchRequest("L1", "L2"))
        sharing.import_agreement(workspace, agreement(tmp_path, purposes=[]))
        keys = packages.new_keys(workspace.catalogue, tmp_path / "their.key")
        sharing.add_recipient(workspace, "Post room", keys.public_key)
        with refused("purpose-not-permitted"):
            sharing.draft(workspace, "ISA/7", "Post room", spec("R1"))

    def test_an_empty_package_is_refused(self, ready) -> None:
        review.undo(ready, "R1")
        review.undo(ready, "R1")
        review.undo(ready, "R1")
        with refused("package-empty"):
            sharing.draft(ready, "ISA/7", "Post room", spec("R1"))

    def test_a_package_is_sealed_once(self, ready, tmp_path) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        sharing.seal(ready, drafted.package, tmp_path / "out.age")
        with refused("package-state"):
            sharing.seal(ready, drafted.package, tmp_path / "again.age")
        with refused("file-exists"):
            sharing.seal(ready, drafted.package, tmp_path / "out.age")

    def test_a_whole_load_can_be_drafted_field_by_field(self, ready) -> None:
        columns = (PackageColumn("ref", "reference", "finds it"),)
        whole = PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", None, "L1", columns),))
        drafted = sharing.draft(ready, "ISA/7", "Post room", whole)
        assert drafted.previews[0].rows == tuple((p[0],) for p in PEOPLE)

    def test_withdrawing_a_load_shows_then_takes_what_rests_on_it(self, ready, tmp_path) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        sharing.seal(ready, drafted.package, tmp_path / "out.age")
        shown = intake.withdraw(ready, "L2", "wrong-file", dry_run=True)
        assert (shown.runs, shown.packages) == (("R1",), (drafted.package,))
        assert shown.decisions > 0
        assert shown.notices[0].facts["recipient"] == "Post room"
        assert matching.runs(ready)[0].state == "complete"
        assert intake.withdraw(ready, "L2", "wrong-file") == shown
        assert matching.runs(ready)[0].state == "withdrawn"
        with refused("load-withdrawn"):
            intake.load_rows(ready, "L2")
        with refused("run-withdrawn"):
            review.queue(ready, "R1")
        assert trail.verify(ready).verified

    def test_a_withdrawal_needs_a_known_reason(self, ready) -> None:
        assert intake.withdraw(ready, "L1", "", dry_run=True).runs == ("R1",)
        with refused("reason-unknown"):
            intake.withdraw(ready, "L1", "bored")

    def test_the_usual_reason_comes_first(self, ready) -> None:
        usual = [review.reasons(ready, verdict)[0] for verdict in Verdict]
        assert usual == ["same-person-confirmed", "different-person", "cannot-tell"]

    def test_what_is_approved_can_be_seen_and_is_what_leaves(self, ready, tmp_path) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        assert sharing.show(ready, drafted.package) == drafted.previews
        assert trail.entries(ready)[-1].action == "look.package"
        sharing.import_agreement(ready, agreement(tmp_path, retention_days=3650))
        with refused("package-changed"):
            sharing.seal(ready, drafted.package, tmp_path / "out.age")

    def test_a_preview_is_held_to_the_law_and_recorded(self, ready) -> None:
        with refused("agreement-purpose-not-covered"):
            sharing.preview(ready, "ISA/7", "Post room", spec("R1", "prevent-crime"))
        shown = sharing.preview(ready, "ISA/7", "Post room", spec("R1"))
        assert shown[0].count > 0
        assert trail.entries(ready)[-1].action == "look.package"

    def test_a_drafter_is_no_second_pair_of_eyes(self, ready) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        with refused("approver-is-drafter"):
            sharing.approve(ready, drafted.package)
        ready.steward = StewardInfo("Bob", Role.APPROVER)
        assert sharing.approve(ready, drafted.package).approved_by == "Bob"

    @pytest.mark.parametrize(
        ("name", "code"),
        [("x" * 2_000, "name-unusable"), ("a\x07b", "name-unusable"), (" \n ", "missing")],
    )
    def test_names_fit_the_record_and_the_signature(self, ready, name, code) -> None:
        """A longer one was our own bug: the trail takes no text without end."""
        key = packages.new_keys(ready.catalogue, ready.vault.folder.with_name("x.key")).public_key
        with pytest.raises(Refused, match=code):
            sharing.add_recipient(ready, name, key)
        with pytest.raises(Refused, match=code):
            sharing.name_office(ready, name)
        assert sharing.add_recipient(ready, " North \n town ", key).name == "North town"

    def test_a_secret_key_is_not_taken_for_a_public_one(self, ready, tmp_path) -> None:
        secret = (tmp_path / "their.key").read_text(encoding="utf-8")
        with refused("public-key-is-secret"):
            sharing.add_recipient(ready, "Careless", secret)

    def test_a_file_already_there_is_never_harmed(self, ready, tmp_path) -> None:
        drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
        out = tmp_path / "out.age"
        out.write_text("mine")
        with refused("file-exists"):
            sharing.seal(ready, drafted.package, out)
        assert out.read_text() == "mine"


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
        intake.load_file(workspace, deaths(tmp_path, [death(0)], "ddri-licence"))
        matching.run(workspace, MatchRequest("L1", "L2"))
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
