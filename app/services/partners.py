"""Those packages go to: added with their key, known by its words, renamed, removed."""

from __future__ import annotations

from app.base.errors import Refused
from app.model.sharing import BY_WORDS, VOUCHED, Recipient
from app.sealing.keys import parse_public
from app.services import office
from app.services import packages as calculators
from app.services.workspace import Workspace
from app.stores import recipients as stored

NOT_YET = "not-yet"
"""What the trail says of a key that was confirmed in neither way."""


def add(
    workspace: Workspace,
    name: str,
    public_key: str,
    words: str | None = None,
    *,
    vouched: bool = False,
) -> Recipient:
    """Keep a recipient's public key; nothing is sealed to it before it is confirmed.

    It is where `words`, as the recipient gave them, are given here. `vouched` is for a key that
    came from the recipient's own hand, as a script's does: its words are not compared, which
    stays with the recipient, and may be done later. Raises Refused:
    public-key-unreadable, recipient-exists, recipient-name-missing, name-unusable,
    recipient-words-differ.
    """
    key = parse_public(public_key).text
    true = calculators.fingerprint(workspace.catalogue, key)
    recipient = Recipient(office.usable(name, "recipient-name-missing"), key, true)
    if words is not None:
        _require_same(recipient, words)
    how = NOT_YET if words is None else BY_WORDS
    if vouched and words is None:
        how = VOUCHED
    with workspace.write("recipient.add") as change:
        at, by = workspace.now(), workspace.steward.name
        stored.put(change.writer, recipient, at, by)
        if how != NOT_YET:
            stored.confirm(change.writer, recipient.name, at, by, how)
        kept = stored.get(change.writer, recipient.name)
        stands = kept.confirmed_how or NOT_YET
        change.facts |= {"recipient": recipient.name, "fingerprint": true, "confirmed": stands}
        return kept


def known(workspace: Workspace) -> tuple[Recipient, ...]:
    """Every recipient that was not removed, by name."""
    with workspace.read() as reader:
        return stored.listing(reader)


def confirm(workspace: Workspace, name: str, words: str) -> Recipient:
    """Put on record that the words a recipient reads from their key are those of the key held.

    Raises Refused: recipient-unknown, recipient-words-differ.
    """
    with workspace.write("recipient.confirm") as change:
        held = stored.get(change.writer, name)
        _require_same(held, words)
        stored.confirm(change.writer, name, workspace.now(), workspace.steward.name, BY_WORDS)
        change.facts |= {"recipient": name, "fingerprint": held.fingerprint_words}
        return stored.get(change.writer, name)


def give_name(workspace: Workspace, name: str, new: str) -> Recipient:
    """Give a recipient another name; packages sealed to the old one stay listed under it.

    Raises Refused: recipient-unknown, recipient-waited-for, recipient-exists,
    recipient-name-taken, recipient-name-missing, name-unusable.
    """
    chosen = office.usable(new, "recipient-name-missing")
    with workspace.write("recipient.rename") as change:
        stored.give_name(change.writer, name, chosen, workspace.now(), workspace.steward.name)
        change.facts |= {"recipient": name, "new": chosen}
        return stored.get(change.writer, chosen)


def remove(workspace: Workspace, name: str) -> None:
    """Draft nothing for a recipient any more; packages sealed to it stay listed.

    Raises Refused: recipient-unknown, recipient-waited-for.
    """
    with workspace.write("recipient.remove") as change:
        stored.remove(change.writer, name, workspace.now(), workspace.steward.name)
        change.facts["recipient"] = name


def _require_same(recipient: Recipient, words: str) -> None:
    """Words are compared as spoken: neither case nor what stands between them counts."""

    def spoken(text: str) -> list[str]:
        return "".join(c if c.isalpha() else " " for c in text.casefold()).split()

    if spoken(words) != spoken(recipient.fingerprint_words):
        raise Refused("recipient-words-differ", recipient=recipient.name)
