"""Sharing: what an agreement lets out, drafted, approved, sealed, and what rests on a load."""

from __future__ import annotations

import pytest
from council import PEOPLE, agreed, agreement, badges, death, deaths, refused, spec

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.model.runs import MatchRequest, Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.model.vaults import Role, StewardInfo
from app.services import intake, matching, packages, partners, review, sharing, trail


def test_only_confirmed_pairs_leave_and_the_package_proves_itself(ready, tmp_path):
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


def test_no_column_leaves_that_the_agreement_does_not_disclose(ready, tmp_path) -> None:
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


def test_a_passphrase_is_read_back_once_its_package_is_sealed(ready, tmp_path) -> None:
    package = sharing.draft(ready, "ISA/7", "Post room", spec("R1")).package
    with refused("package-state"):
        sharing.read_back(ready, package)
    sharing.seal(ready, package, tmp_path / "out.zip", "zip")
    sharing.read_back(ready, package)
    entry = trail.entries(ready)[-1]
    assert entry.action == "package.read-back"
    assert entry.facts == {"package": package, "recipient": "Post room"}


def test_a_changed_mind_between_draft_and_seal_stops_the_package(ready, tmp_path):
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    review.undo(ready, "R1")
    with refused("package-changed"):
        sharing.seal(ready, drafted.package, tmp_path / "out.age")
    assert not (tmp_path / "out.age").exists()


def test_an_undo_says_in_which_packages_the_pair_has_left(ready, tmp_path) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    assert review.next_undo(ready, "R1").sent == ()
    sharing.seal(ready, drafted.package, tmp_path / "out.age")
    assert review.next_undo(ready, "R1").sent == (drafted.package,)
    assert review.undo(ready, "R1").sent == (drafted.package,)


def test_agreement_and_route_must_cover_the_purpose(ready, tmp_path) -> None:
    with refused("agreement-purpose-not-covered"):
        sharing.draft(ready, "ISA/7", "Post room", spec("R1", "prevent-crime"))
    sharing.import_agreement(ready, agreement(tmp_path, end_date="2026-02-01"))
    with refused("agreement-ended"):
        sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    sharing.import_agreement(ready, agreement(tmp_path, start_date="2027-02-01"))
    with refused("agreement-not-started"):
        sharing.draft(ready, "ISA/7", "Post room", spec("R1"))


def test_nothing_leaves_on_data_nobody_accounted_for(workspace, tmp_path) -> None:
    intake.load_file(workspace, badges(tmp_path))
    intake.load_file(workspace, deaths(tmp_path, [death(0)], route=None))
    matching.run(workspace, MatchRequest("L1", "L2"))
    sharing.import_agreement(workspace, agreement(tmp_path, purposes=[]))
    keys = packages.new_keys(workspace.catalogue, tmp_path / "their.key")
    partners.add(workspace, "Post room", keys.public_key, vouched=True)
    with refused("purpose-not-permitted"):
        sharing.draft(workspace, "ISA/7", "Post room", spec("R1"))


def test_a_feed_without_its_agreement_serves_tests_alone(workspace, tmp_path) -> None:
    intake.load_file(workspace, badges(tmp_path))
    answer = intake.load_file(workspace, deaths(tmp_path, [death(0)], "s19aa"))
    assert "agreement-missing" in {note.code for note in answer.warnings}
    assert matching.purposes(workspace, "L1", "L2") == ("test",)
    with refused("purpose-needs-agreement") as refusal:
        matching.run(workspace, MatchRequest("L1", "L2", purpose="stop-mail"))
    assert "(test)" in refusal.value.facts["allowed"]
    matching.run(workspace, MatchRequest("L1", "L2", purpose="test"))
    for pair in review.queue(workspace, "R1").pairs:
        review.decide(workspace, pair, Verdict.SAME, "same-person-confirmed")
    sharing.import_agreement(workspace, agreement(tmp_path, purposes=["stop-mail", "test"]))
    keys = packages.new_keys(workspace.catalogue, tmp_path / "their.key")
    partners.add(workspace, "Post room", keys.public_key, vouched=True)
    for act in (sharing.draft, sharing.preview):
        with refused("purpose-needs-agreement"):
            act(workspace, "ISA/7", "Post room", spec("R1"))
    assert sharing.packages(workspace) == ()
    assert sharing.draft(workspace, "ISA/7", "Post room", spec("R1", "test")).rows


def test_a_feed_loaded_again_under_its_agreement_serves_what_the_route_permits(
    workspace, tmp_path
) -> None:
    path = deaths(tmp_path, [death(0)], "s19aa")
    intake.load_file(workspace, badges(tmp_path))
    intake.load_file(workspace, path)
    intake.withdraw(workspace, "L2", "wrong-file")
    intake.load_file(workspace, path, agreed(workspace, tmp_path))
    assert "stop-mail" in matching.purposes(workspace, "L1", "L3")
    matching.run(workspace, MatchRequest("L1", "L3", purpose="stop-mail"))


def test_an_empty_package_is_refused(ready) -> None:
    review.undo(ready, "R1")
    review.undo(ready, "R1")
    review.undo(ready, "R1")
    with refused("package-empty"):
        sharing.draft(ready, "ISA/7", "Post room", spec("R1"))


def test_a_package_is_sealed_once(ready, tmp_path) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    sharing.seal(ready, drafted.package, tmp_path / "out.age")
    with refused("package-state"):
        sharing.seal(ready, drafted.package, tmp_path / "again.age")
    with refused("file-exists"):
        sharing.seal(ready, drafted.package, tmp_path / "out.age")


def test_a_whole_load_can_be_drafted_field_by_field(ready) -> None:
    columns = (PackageColumn("ref", "reference", "finds it"),)
    whole = PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", None, "L1", columns),))
    drafted = sharing.draft(ready, "ISA/7", "Post room", whole)
    assert drafted.previews[0].rows == tuple((p[0],) for p in PEOPLE)


def test_withdrawing_a_load_shows_then_takes_what_rests_on_it(ready, tmp_path) -> None:
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


def test_a_withdrawal_needs_a_known_reason(ready) -> None:
    assert intake.withdraw(ready, "L1", "", dry_run=True).runs == ("R1",)
    with refused("reason-unknown"):
        intake.withdraw(ready, "L1", "bored")


def test_the_usual_reason_comes_first(ready) -> None:
    usual = [review.reasons(ready, verdict)[0] for verdict in Verdict]
    assert usual == ["same-person-confirmed", "different-person", "cannot-tell"]


def test_what_is_approved_can_be_seen_and_is_what_leaves(ready, tmp_path) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    assert sharing.show(ready, drafted.package) == drafted.previews
    assert trail.entries(ready)[-1].action == "look.package"
    sharing.import_agreement(ready, agreement(tmp_path, retention_days=3650))
    with refused("package-changed"):
        sharing.seal(ready, drafted.package, tmp_path / "out.age")


def test_a_look_that_is_stopped_shows_nothing(ready) -> None:
    package = sharing.draft(ready, "ISA/7", "Post room", spec("R1")).package
    entries, progress = len(trail.entries(ready)), Counters()
    progress.cancel()
    with pytest.raises(Cancelled):
        sharing.show(ready, package, progress)
    assert len(trail.entries(ready)) == entries


def test_a_preview_is_held_to_the_law_and_recorded(ready) -> None:
    with refused("agreement-purpose-not-covered"):
        sharing.preview(ready, "ISA/7", "Post room", spec("R1", "prevent-crime"))
    (shown,) = sharing.preview(ready, "ISA/7", "Post room", spec("R1")).previews
    assert shown.count > 0
    assert (shown.header[0], shown.takes[0]) == ("badge", "left.reference")
    assert trail.entries(ready)[-1].action == "look.package"


def test_a_drafter_is_no_second_pair_of_eyes(ready) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    with refused("approver-is-drafter"):
        sharing.approve(ready, drafted.package)
    ready.steward = StewardInfo("Bob", Role.APPROVER)
    assert sharing.approve(ready, drafted.package).approved_by == "Bob"


@pytest.mark.parametrize(
    ("name", "code"),
    [("x" * 2_000, "name-unusable"), ("a\x07b", "name-unusable"), (" \n ", "missing")],
)
def test_names_fit_the_record_and_the_signature(ready, name, code) -> None:
    """A longer one was our own bug: the trail takes no text without end."""
    key = packages.new_keys(ready.catalogue, ready.vault.folder.with_name("x.key")).public_key
    with pytest.raises(Refused, match=code):
        partners.add(ready, name, key, vouched=True)
    with pytest.raises(Refused, match=code):
        sharing.name_office(ready, name)
    assert partners.add(ready, " North \n town ", key).name == "North town"


def test_a_secret_key_is_not_taken_for_a_public_one(ready, tmp_path) -> None:
    secret = (tmp_path / "their.key").read_text(encoding="utf-8")
    with refused("public-key-is-secret"):
        partners.add(ready, "Careless", secret, vouched=True)


def test_a_file_already_there_is_never_harmed(ready, tmp_path) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    out = tmp_path / "out.age"
    out.write_text("mine")
    with refused("file-exists"):
        sharing.seal(ready, drafted.package, out)
    assert out.read_text() == "mine"


def test_what_is_to_be_weighed_is_told_before_a_draft_and_with_it(ready) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    early = sharing.preview(ready, "ISA/7", "Post room", spec("R1")).warnings
    few = next(note for note in early if note.code == "package-few-rows")
    assert few.facts["rows"] == drafted.rows < few.facts["least"]
    assert [note for note in drafted.warnings if note in early] == list(early)


def test_a_column_without_values_is_told_once_all_rows_were_seen(ready) -> None:
    columns = (PackageColumn("middle", "left.middle_names", "to test"),)
    empty = PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", "R1", None, columns),))
    codes = {note.code for note in sharing.draft(ready, "ISA/7", "Post room", empty).warnings}
    assert "package-column-empty" in codes
    early = sharing.preview(ready, "ISA/7", "Post room", empty).warnings
    assert "package-column-empty" not in {note.code for note in early}
