"""Stewards let in no more, roles, the recovery key in shares, and the data key changed."""

from __future__ import annotations

import itertools

import pytest

from app.base.errors import Refused
from app.model.runs import MatchRequest, Verdict
from app.model.vaults import RecoveryAsked, Role
from app.services import intake, matching, review, staff, trail, vaults
from app.stores import header as headers
from app.stores import keys
from app.stores.vault import Vault, open_connection
from tests.services.council import PEOPLE, badges

PASSPHRASE = "three random words"
THEIRS = "another passphrase"
OFFICERS = ("Ann Lee", "Bob Ray", "Cy Moss")


@pytest.fixture
def bob(workspace):
    staff.add_steward(workspace, "Bob", Role.STEWARD, THEIRS)
    return workspace


def opens(catalogue, clock, folder, name: str, passphrase: str) -> bool:
    try:
        vaults.unlock(catalogue, folder, name, passphrase, clock).close()
    except Refused as refusal:
        if refusal.code not in ("steward-unknown", "passphrase-wrong", "vault-damaged"):
            raise
        return False
    return True


def pending(folder) -> bool:
    """Whether the key file holds a second key."""
    opened = keys.open_with_passphrase(headers.load(folder), "Ann", PASSPHRASE)
    return opened.pending is not None


def test_who_is_revoked_comes_in_no_more_not_even_with_an_old_key_file(
    bob, catalogue, clock
) -> None:
    folder = bob.vault.folder
    old = (folder / headers.NAME).read_bytes()
    notes = staff.revoke(bob, "bob")
    assert [note.code for note in notes] == ["backups-under-old-key"]
    assert [s.name for s in staff.stewards_of(folder)] == ["Ann"]
    acts = [entry.action for entry in trail.entries(bob)][-3:]
    assert acts == ["steward.revoke", "vault.rotate", "vault.rotated"]
    bob.close()
    assert not opens(catalogue, clock, folder, "Bob", THEIRS)
    assert opens(catalogue, clock, folder, "Ann", PASSPHRASE)
    (folder / headers.NAME).write_bytes(old)
    assert not opens(catalogue, clock, folder, "Bob", THEIRS)


def test_nobody_takes_their_own_rights_away(bob) -> None:
    for act in (
        lambda: staff.revoke(bob, "Ann"),
        lambda: staff.change_role(bob, "ANN", Role.AUDITOR),
    ):
        with pytest.raises(Refused, match="steward-yourself"):
            act()
    with pytest.raises(Refused, match="steward-unknown"):
        staff.revoke(bob, "Cy")


def test_only_an_administrator_staffs_the_vault(bob, catalogue, clock) -> None:
    folder = bob.vault.folder
    bob.close()
    with vaults.unlock(catalogue, folder, "Bob", THEIRS, clock) as theirs:
        for act in (
            lambda: staff.revoke(theirs, "Ann"),
            lambda: staff.change_role(theirs, "Ann", Role.AUDITOR),
            lambda: staff.rotate(theirs),
            lambda: staff.new_recovery(theirs),
        ):
            with pytest.raises(Refused, match="right-missing"):
                act()


def test_a_role_is_changed_and_holds_from_the_next_unlocking(bob, catalogue, clock) -> None:
    assert staff.change_role(bob, "bob", Role.AUDITOR).role is Role.AUDITOR
    entry = trail.entries(bob)[-1]
    assert (entry.action, entry.facts["steward"], entry.facts["role"]) == (
        "steward.role",
        "Bob",
        "auditor",
    )
    folder = bob.vault.folder
    bob.close()
    with vaults.unlock(catalogue, folder, "Bob", THEIRS, clock) as theirs:
        assert theirs.steward.role is Role.AUDITOR
        with pytest.raises(Refused, match="right-missing"):
            theirs.require_right("load.accept")


def test_a_new_data_key_leaves_the_old_one_useless_and_all_else_as_it_was(
    matched, catalogue, clock
) -> None:
    folder, old = matched.vault.folder, matched.vault.key
    pairs = [p.pair for p in review.pairs(matched, "R1")]
    with matched.read() as reader:
        before = reader.rows("SELECT count(*) FROM pair")
        staff.rotate(matched)
        assert reader.rows("SELECT count(*) FROM pair") == before
    assert [p.pair for p in review.pairs(matched, "R1")] == pairs
    assert vaults.check(matched).integrity
    assert matched.vault.key.key != old.key
    matched.close()
    with pytest.raises(Refused, match="vault-damaged"):
        open_connection(folder / "vault.db", old)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as again:
        assert [p.pair for p in review.pairs(again, "R1")] == pairs
        assert trail.verify(again).verified


def test_judgements_are_remembered_under_a_new_data_key(matched, tmp_path) -> None:
    pair = next(p.pair for p in review.pairs(matched, "R1") if p.left.startswith("B1"))
    review.decide(matched, pair, Verdict.SAME, "same-person-confirmed", "")
    staff.rotate(matched)
    staff.rotate(matched)
    made = intake.load_file(matched, badges(tmp_path, PEOPLE[::-1], "again.csv"))
    answer = matching.run(matched, MatchRequest(made.load, "L2", purpose="stop-mail"))
    assert "judgements-carried" in {note.code for note in answer.notes}


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
def test_a_change_of_key_that_was_cut_off_is_ended_by_the_next_unlocking(
    workspace, catalogue, clock, monkeypatch, written
) -> None:
    folder, old = workspace.vault.folder, workspace.vault.key.key
    rekey = Vault.rekey

    def cut(vault, new) -> None:
        if written:
            rekey(vault, new)
        raise KeyboardInterrupt

    def lost(_ws) -> None:
        raise Refused("disk-full")

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "rekey", cut)
        patch.setattr(staff, "_forget_other_key", lost)
        with pytest.raises(KeyboardInterrupt):
            staff.rotate(workspace)
    assert pending(folder)
    workspace.close()
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as again:
        assert (again.vault.key.key != old) is written
        assert trail.entries(again)[-2].action == "vault.rotated"
        assert vaults.check(again).integrity
        assert not pending(folder)
    assert opens(catalogue, clock, folder, "Ann", PASSPHRASE)


def test_a_full_disk_changes_no_key(workspace, catalogue, clock, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise Refused("disk-full")

    folder, old = workspace.vault.folder, workspace.vault.key
    monkeypatch.setattr(Vault, "rekey", full)
    with pytest.raises(Refused, match="disk-full"):
        staff.rotate(workspace)
    assert workspace.vault.key == old
    assert not pending(folder)
    workspace.close()
    assert opens(catalogue, clock, folder, "Ann", PASSPHRASE)


def test_a_new_recovery_key_ends_the_old_one(tmp_path, catalogue, clock) -> None:
    made = vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock)
    old = (made.vault / headers.NAME).read_bytes()
    with vaults.unlock(catalogue, made.vault, "Ann", PASSPHRASE, clock) as workspace:
        new = staff.new_recovery(workspace)
        assert trail.entries(workspace)[-1].action == "vault.recovery"
    assert new.shares == ()
    with pytest.raises(Refused, match="recovery-key-wrong"):
        recover(catalogue, clock, made.vault, made.recovery_key)
    assert not (made.vault / headers.PREVIOUS).exists()
    recover(catalogue, clock, made.vault, new.written)
    (made.vault / headers.NAME).write_bytes(old)
    with pytest.raises(Refused, match="vault-damaged"):
        recover(catalogue, clock, made.vault, made.recovery_key)


def test_no_room_for_a_second_database_changes_nothing(bob, monkeypatch) -> None:
    def low(_ws, _expected) -> None:
        raise Refused("disk-space-low")

    monkeypatch.setattr(type(bob), "require_space", low)
    before = bob.vault.header
    for act in (
        lambda: staff.revoke(bob, "Bob"),
        lambda: staff.rotate(bob),
        lambda: staff.new_recovery(bob),
    ):
        with pytest.raises(Refused, match="disk-space-low"):
            act()
    assert bob.vault.header is before


def test_any_two_of_three_officers_open_the_vault(workspace, catalogue, clock) -> None:
    folder = workspace.vault.folder
    first = staff.new_recovery(workspace, OFFICERS)
    made = staff.new_recovery(workspace, OFFICERS)
    assert tuple(holder for holder, _ in made.shares) == OFFICERS
    assert trail.entries(workspace)[-1].facts["shares"] == 3
    workspace.close()
    assert staff.recovery_of(folder) == RecoveryAsked(2, OFFICERS)
    words = [share for _, share in made.shares]
    for pair in itertools.combinations(words, 2):
        recover(catalogue, clock, folder, "\n".join(pair).upper())
    recover(catalogue, clock, folder, "\n\n".join(words))
    for given, code in (
        ([words[0]], "recovery-shares-few"),
        ([words[0], words[0]], "recovery-shares-few"),
        ([words[0], first.shares[1][1]], "recovery-shares-mixed"),
        ([words[0], words[1].rsplit(" ", 1)[0]], "recovery-share-mistyped"),
    ):
        with pytest.raises(Refused, match=code):
            recover(catalogue, clock, folder, "\n".join(given))
    with pytest.raises(Refused, match="recovery-key-wrong"):
        recover(catalogue, clock, folder, "\n".join(share for _, share in first.shares[:2]))


def recover(catalogue, clock, folder, key: str) -> None:
    vaults.unlock_with_recovery(catalogue, folder, key, "Ann", "found it again", clock).close()


@pytest.mark.parametrize(
    ("holders", "needed"),
    [
        (("Ann",), 2),
        (("Ann", "ann"), 2),
        (("Ann", ""), 2),
        (OFFICERS, 4),
        (OFFICERS, 1),
        (tuple(f"Officer {n}" for n in range(17)), 2),
    ],
)
def test_a_key_that_cannot_be_shared_out_so_is_refused(workspace, holders, needed) -> None:
    before = workspace.vault.header
    with pytest.raises(Refused, match="recovery-holders"):
        staff.new_recovery(workspace, holders, needed)
    assert workspace.vault.header is before


def test_what_is_soon_guessed_is_refused_wherever_a_passphrase_is_made(
    workspace, catalogue, clock, tmp_path
) -> None:
    for act in (
        lambda: staff.add_steward(workspace, "Bob", Role.STEWARD, "password123"),
        lambda: staff.add_steward(workspace, "Bartholomew Ray", Role.STEWARD, "bartholomew"),
        lambda: staff.change_passphrase(workspace, PASSPHRASE, "qwertyuiop"),
        lambda: vaults.create(catalogue, tmp_path / "n", "Cy", "letmein1", clock),
    ):
        with pytest.raises(Refused, match="passphrase-weak"):
            act()
    assert not (tmp_path / "n").exists()


def test_strength_grows_with_random_words_and_not_with_repeats() -> None:
    assert staff.strength("").score == 0
    assert staff.strength("a" * 200).score < 2
    assert (
        staff.strength("Strongroom2026", "Strongroom").score
        < staff.strength("tepid oar lunch").score
    )
    assert staff.strength("tepid oar lunch").guesses > 10
