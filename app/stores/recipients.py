"""Those packages go to: their keys, who confirmed them and how, and what they were called."""

from __future__ import annotations

from app.base.errors import Refused
from app.model.sharing import VOUCHED, Recipient
from app.stores.sqlcipher import Reader, Writer

_KNOWN = (
    "SELECT name, public_key, fingerprint_words, confirmed_at, confirmed_by, confirmed_how"
    " FROM recipient WHERE removed_at IS NULL"
)


def put(writer: Writer, recipient: Recipient, at: str, by: str) -> None:
    """Keep a recipient under its name; one that was removed is back, to be confirmed anew.

    A name means one key for ever. Raises Refused `recipient-exists` for another key.
    """
    row = writer.first("SELECT public_key FROM recipient WHERE name = ?", (recipient.name,))
    if row is not None and row[0] != recipient.public_key:
        raise Refused("recipient-exists", recipient=recipient.name[:80])
    writer.run(
        "INSERT INTO recipient (name, public_key, fingerprint_words, kept_at, kept_by)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " confirmed_at = iif(removed_at IS NULL, confirmed_at, NULL),"
        " confirmed_by = iif(removed_at IS NULL, confirmed_by, NULL),"
        " confirmed_how = iif(removed_at IS NULL, confirmed_how, NULL),"
        " removed_at = NULL, removed_by = NULL, renamed_to = NULL",
        (recipient.name, recipient.public_key, recipient.fingerprint_words, at, by),
    )


def listing(reader: Reader) -> tuple[Recipient, ...]:
    """Every recipient that was not removed, by name."""
    return tuple(Recipient(*row) for row in reader.rows(f"{_KNOWN} ORDER BY name"))


def get(reader: Reader, name: str) -> Recipient:
    """One recipient. Raises Refused `recipient-unknown`."""
    row = reader.first(f"{_KNOWN} AND name = ?", (name,))
    if row is None:
        raise Refused("recipient-unknown", recipient=name[:80])
    return Recipient(*row)


def key_of(reader: Reader, name: str) -> str | None:
    """The public key that a name stands for, of a removed recipient too; None for none."""
    row = reader.first("SELECT public_key FROM recipient WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def confirm(writer: Writer, name: str, at: str, by: str, how: str) -> None:
    """A key was confirmed, BY_WORDS or VOUCHED; the weaker way takes no comparison's place.

    Raises Refused `recipient-unknown`.
    """
    if not (get(writer, name).compared and how == VOUCHED):
        _confirmed(writer, name, (at, by, how))


def give_name(writer: Writer, name: str, new: str, at: str, by: str) -> None:
    """Give a recipient another name; what was sealed to the old one stays so.

    Raises Refused: recipient-unknown, recipient-waited-for, recipient-exists,
    recipient-name-taken.
    """
    held = get(writer, name)
    if any(other.name == new for other in listing(writer)):
        raise Refused("recipient-name-taken", recipient=new[:80])
    remove(writer, name, at, by)
    put(writer, Recipient(new, held.public_key, held.fingerprint_words), at, by)
    writer.run("UPDATE recipient SET renamed_to = ? WHERE name = ?", (new, name))
    _confirmed(writer, new, (held.confirmed_at, held.confirmed_by, held.confirmed_how))


def remove(writer: Writer, name: str, at: str, by: str) -> None:
    """Nothing is drafted for a recipient any more; it stays in what was sealed to it.

    Raises Refused: recipient-unknown, recipient-waited-for.
    """
    get(writer, name)
    waiting = writer.rows(
        "SELECT id FROM package WHERE recipient = ? AND state IN ('draft', 'approved') ORDER BY n",
        (name,),
    )
    packages = ", ".join(row[0] for row in waiting)
    if packages:
        raise Refused("recipient-waited-for", recipient=name[:80], packages=packages)
    writer.run("UPDATE recipient SET removed_at = ?, removed_by = ? WHERE name = ?", (at, by, name))


def _confirmed(writer: Writer, name: str, how: tuple[str | None, str | None, str | None]) -> None:
    """Keep when, by whom and in which way a key was confirmed."""
    writer.run(
        "UPDATE recipient SET confirmed_at = ?, confirmed_by = ?, confirmed_how = ? WHERE name = ?",
        (*how, name),
    )
