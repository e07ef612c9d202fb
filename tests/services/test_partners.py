"""Recipients: nothing is sealed before their words were compared, and a name means one key."""

from __future__ import annotations

import pytest
from council import refused, spec

from app.model.vaults import Role, StewardInfo
from app.sealing.keys import new_office
from app.services import packages, partners, received, sharing, trail


@pytest.fixture
def key() -> str:
    return new_office().public_key


def test_nothing_is_sealed_to_a_key_that_nobody_compared(ready, tmp_path, key) -> None:
    words = partners.add(ready, "Library", key).fingerprint_words
    drafted = sharing.draft(ready, "ISA/7", "Library", spec("R1"))
    assert "recipient-unconfirmed" in {note.code for note in drafted.warnings}
    for form in ("age", "zip"):
        with refused("recipient-unconfirmed"):
            sharing.seal(ready, drafted.package, tmp_path / f"out.{form}", form)
    assert not list(tmp_path.glob("out.*"))
    spoken = " ".join(words.upper().replace("-", " ").split())
    assert partners.confirm(ready, "Library", f"  {spoken}. ").confirmed_by == "Ann"
    entry = trail.entries(ready)[-1]
    assert (entry.action, entry.facts["fingerprint"]) == ("recipient.confirm", words)
    assert sharing.seal(ready, drafted.package, tmp_path / "out.age").rows == drafted.rows
    again = sharing.draft(ready, "ISA/7", "Library", spec("R1"))
    assert "recipient-unconfirmed" not in {note.code for note in again.warnings}


def test_other_words_confirm_nothing(ready, key) -> None:
    held = partners.add(ready, "Library", key)
    others = partners.add(ready, "Stranger", new_office().public_key).fingerprint_words
    first, *rest = held.fingerprint_words.split()
    for wrong in (others, "", first, " ".join([*rest, first]), f"{held.fingerprint_words} {first}"):
        with refused("recipient-words-differ"):
            partners.confirm(ready, "Library", wrong)
    with refused("recipient-unknown"):
        partners.confirm(ready, "Nobody", held.fingerprint_words)
    assert {r.name: r.confirmed_at is None for r in partners.known(ready)}["Library"]


def test_the_trail_says_how_a_key_was_confirmed(workspace, key) -> None:
    words = packages.fingerprint(workspace.catalogue, key)
    for name, ends, how in (
        ("A", {}, "not-yet"),
        ("B", {"vouched": True}, "vouched-for"),
        ("C", {"words": words}, "by-words"),
        ("D", {"words": words, "vouched": True}, "by-words"),
    ):
        made = partners.add(workspace, name, key, **ends)
        assert trail.entries(workspace)[-1].facts["confirmed"] == how
        assert (made.confirmed_at is None) == (how == "not-yet")
        assert made.confirmed_how == (None if how == "not-yet" else how)
        assert made.compared == (how == "by-words"), "to vouch for a key is not to compare it"
    with refused("recipient-words-differ"):
        partners.add(workspace, "E", key, "some other words", vouched=True)
    assert [r.name for r in partners.known(workspace)] == ["A", "B", "C", "D"]


def test_adding_again_takes_no_confirmation_away(workspace, key) -> None:
    partners.add(workspace, "Library", key, vouched=True)
    assert partners.add(workspace, "Library", key).confirmed_at
    assert trail.entries(workspace)[-1].facts["confirmed"] != "not-yet"
    words = partners.known(workspace)[0].fingerprint_words
    made = partners.confirm(workspace, "Library", words)
    assert made.compared, "what a script vouched for can be compared later"
    assert partners.add(workspace, "Library", key, vouched=True) == made
    partners.remove(workspace, "Library")
    back = partners.add(workspace, "Library", key, vouched=True)
    assert back.confirmed_how == "vouched-for", "what was compared before the removal is past"


def test_an_unconfirmed_office_is_not_believed_as_a_sender(workspace, key) -> None:
    partners.add(workspace, "Library", key)
    assert key not in received._known(workspace)
    words = packages.fingerprint(workspace.catalogue, key)
    partners.confirm(workspace, "Library", words)
    assert key in received._known(workspace)


def test_what_was_sealed_stays_listed_when_a_recipient_is_renamed_and_removed(
    ready, tmp_path
) -> None:
    drafted = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    for act in (lambda: partners.remove(ready, "Post room"), lambda: rename(ready, "Mail room")):
        with refused("recipient-waited-for") as refusal:
            act()
        assert refusal.value.facts["packages"] == drafted.package
    sharing.seal(ready, drafted.package, tmp_path / "out.age")
    made = rename(ready, "Mail room")
    assert (made.name, made.confirmed_by) == ("Mail room", "Ann")
    assert made.confirmed_how == "vouched-for", "another name is no comparison"
    assert trail.entries(ready)[-1].facts == {"recipient": "Post room", "new": "Mail room"}
    assert [r.name for r in partners.known(ready)] == ["Mail room"]
    partners.remove(ready, "Mail room")
    assert partners.known(ready) == ()
    assert [p.recipient for p in sharing.packages(ready)] == ["Post room"]
    with refused("recipient-unknown"):
        sharing.draft(ready, "ISA/7", "Mail room", spec("R1"))


def rename(workspace, new):
    return partners.give_name(workspace, "Post room", new)


def test_a_name_means_one_key_for_ever(ready, key) -> None:
    old = partners.known(ready)[0]
    partners.add(ready, "Library", key, vouched=True)
    with refused("recipient-name-taken"):
        rename(ready, "Library")
    with refused("recipient-name-missing"):
        rename(ready, "  ")
    rename(ready, "Mail room")
    with refused("recipient-exists"):
        partners.add(ready, "Post room", key)
    with refused("recipient-exists"):
        partners.give_name(ready, "Library", "Post room")
    assert partners.give_name(ready, "Mail room", "Post room").public_key == old.public_key
    partners.remove(ready, "Post room")
    back = partners.add(ready, "Post room", old.public_key)
    assert back.confirmed_at is None, "one that was removed is compared anew"


def test_an_auditor_changes_no_recipient(ready, key) -> None:
    ready.steward = StewardInfo("Ann", Role.AUDITOR)
    words = partners.known(ready)[0].fingerprint_words
    for act in (
        lambda: partners.add(ready, "Library", key),
        lambda: partners.confirm(ready, "Post room", words),
        lambda: rename(ready, "Mail room"),
        lambda: partners.remove(ready, "Post room"),
    ):
        with refused("right-missing"):
            act()
