"""This office as its packages know it: its key pair and its name, kept in the vault."""

from __future__ import annotations

from app.base.errors import Refused
from app.sealing.keys import OfficeKeys, new_office
from app.services.workspace import Workspace
from app.stores import office, settings
from app.stores.sqlcipher import Reader

KEYS = "office-keys"
NAME = "office-name"
LONGEST_NAME = 120


def keys(workspace: Workspace) -> OfficeKeys:
    """This office's own key pair, made when first needed."""
    held = held_keys(workspace)
    if held is not None:
        return held
    made = new_office()
    with workspace.write("office.keys") as change:
        office.put(change.writer, KEYS, made.to_bytes())
    return made


def held_keys(workspace: Workspace) -> OfficeKeys | None:
    """This office's own key pair, or None where nobody has needed one yet."""
    with workspace.read() as reader:
        held = office.get(reader, KEYS)
    return None if held is None else OfficeKeys.from_bytes(held)


def usable(name: str, missing: str) -> str:
    """A name of an office in one line, short enough to be signed and put on record.

    Raises Refused `missing` where nothing is left of it, or name-unusable.
    """
    trimmed = " ".join(name.split())
    if not trimmed:
        raise Refused(missing)
    if len(trimmed) > LONGEST_NAME or not trimmed.isprintable():
        raise Refused("name-unusable", longest=LONGEST_NAME)
    return trimmed


def name(workspace: Workspace, reader: Reader) -> str:
    """The name this office sends under: the one it was given, else the vault's."""
    return settings.get(reader, NAME) or workspace.vault.folder.name
