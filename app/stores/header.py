"""The vault's key header, vault.json: its form, its bounds, reading and saving it."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.base import durable
from app.base.digests import canonical
from app.base.errors import Refused, Where
from app.model.policy import KdfCost, VaultPolicy
from app.model.vaults import Role, StewardInfo

FORMAT = 1
NAME = "vault.json"
PREVIOUS = "vault.json.previous"
LARGEST = 1 << 20
NAME_LENGTH = 200
MOST_SHARES = 16
"""SLIP-39 knows no more."""
SEALED_IDENTITY = 90
"""Bytes of an age identity (74) under AES-GCM (16)."""


@dataclass(frozen=True)
class Split:
    """How a recovery key is shared out: how many shares open it, and who holds one each."""

    needed: int
    holders: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """One way in: an X25519 identity, wrapped by a passphrase (`kdf`) or the recovery key.

    The recovery slot has no name, role or `kdf`: 160 random bits need no slow derivation. It
    says how its key is `split`, where it is.
    """

    id: str
    name: str
    role: Role | None
    kdf: KdfCost | None
    salt: bytes
    nonce: bytes
    wrapped: bytes
    public_key: str
    split: Split | None = None

    def info(self) -> StewardInfo:
        """The steward this slot belongs to."""
        if self.role is None:
            raise ValueError("the recovery slot is nobody's")
        return StewardInfo(self.name, self.role)


@dataclass(frozen=True)
class Header:
    """All that is needed beside a secret to open a vault; holds nothing about data subjects.

    `box` is an age file holding the data key, sealed to every slot's public key; `mac` is
    HMAC-SHA256 over the canonical header with a subkey of the data key, as hex.
    """

    vault: str
    made_at: str
    stewards: tuple[Slot, ...]
    recovery: Slot
    box: bytes
    mac: str = ""

    def slot_of(self, steward: str) -> Slot:
        """The steward's slot, by name without regard to case; refused `steward-unknown`."""
        for slot in self.stewards:
            if slot.name.casefold() == steward.strip().casefold():
                return slot
        raise Refused("steward-unknown", count=len(self.stewards))

    def covered(self) -> bytes:
        """The canonical bytes that the MAC covers."""
        body = _body(self)
        del body["mac"]
        return canonical(body)

    def without(self, slot: Slot) -> Header:
        """The same header without a steward's slot."""
        return replace(self, stewards=tuple(held for held in self.stewards if held.id != slot.id))

    def with_slot(self, slot: Slot) -> Header:
        """The same header with a slot added, or put in place of the one with its id."""
        kept = tuple(slot if held.id == slot.id else held for held in self.stewards)
        if slot.id not in {held.id for held in self.stewards}:
            kept = (*kept, slot)
        return replace(self, stewards=kept)


def render(header: Header) -> bytes:
    """The file's bytes: indented JSON with a checksum, so that damage shows without a key."""
    body = _body(header)
    body["checksum"] = hashlib.sha256(canonical(body)).hexdigest()
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def parse(content: bytes, policy: VaultPolicy | None = None) -> Header:
    """A header from its bytes; without a policy nothing may be derived from it, only read.

    Raises Refused: `not-a-vault`, `vault-newer`, `header-tampered` (a byte has changed) or
    `header-out-of-bounds` (it asks for more work than any real vault would).
    """
    try:
        body = json.loads(content)
        made_by, declared = body["muniment"], body["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _not_a_vault(content) from None
    if made_by != "vault" or not isinstance(declared, int):
        raise Refused("not-a-vault", where=Where(file=NAME))
    if declared > FORMAT:
        raise Refused("vault-newer", needs=declared, understands=FORMAT)
    try:
        header = _read(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("header-tampered", where=Where(file=NAME), found="form") from None
    if render(header) != content:
        raise Refused("header-tampered", where=Where(file=NAME), found="checksum")
    if policy is not None:
        _bound(header, policy)
    return header


def load(folder: Path, policy: VaultPolicy | None = None) -> Header:
    """The header of a vault folder. Raises Refused `vault-not-found` and those of `parse`."""
    if not folder.is_dir():
        raise Refused("vault-not-found", where=Where(file=str(folder)))
    try:
        with (folder / NAME).open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise Refused("not-a-vault", where=Where(file=str(folder))) from None
    except OSError:
        raise Refused("vault-unreadable", where=Where(file=NAME)) from None
    if len(content) > LARGEST:
        raise Refused("header-out-of-bounds", where=Where(file=NAME), part="size")
    return parse(content, policy)


def save(folder: Path, header: Header) -> None:
    """Write beside, flush to the disk, then replace; the header before is kept as a copy."""
    target = folder / NAME
    try:
        if target.exists():
            durable.write_whole(folder / PREVIOUS, target.read_bytes(), durable.PRIVATE)
        durable.write_whole(target, render(header), durable.PRIVATE)
    except OSError as error:
        raise Refused("header-not-written", reason=error.strerror or "") from None


def forget_previous(folder: Path) -> None:
    """Drop the kept copy: after a successful opening an old passphrase must not linger."""
    with contextlib.suppress(OSError):
        (folder / PREVIOUS).unlink(missing_ok=True)


def _not_a_vault(content: bytes) -> Refused:
    if any(word in content for word in (b'"muniment"', b'"box"', b'"checksum"')):
        return Refused("header-tampered", where=Where(file=NAME), found="form")
    return Refused("not-a-vault", where=Where(file=NAME))


def _bound(header: Header, policy: VaultPolicy) -> None:
    limit = policy.kdf_limit
    if len(header.stewards) > policy.slot_limit:
        raise Refused("header-out-of-bounds", where=Where(file=NAME), part="slots")
    for slot in header.stewards:
        cost = slot.kdf
        if cost is None or not (
            1 <= cost.lanes <= limit.lanes
            and 1 <= cost.passes <= limit.passes
            and 8 * cost.lanes <= cost.memory_kib <= limit.memory_kib
        ):
            raise Refused("header-out-of-bounds", where=Where(file=NAME), part="kdf")


def _body(header: Header) -> dict[str, Any]:
    return {
        "muniment": "vault",
        "format": FORMAT,
        "vault": header.vault,
        "made_at": header.made_at,
        "stewards": [_slot_body(slot) for slot in header.stewards],
        "recovery": _slot_body(header.recovery),
        "box": _text(header.box),
        "mac": header.mac,
    }


def _slot_body(slot: Slot) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": slot.id,
        "salt": _text(slot.salt),
        "nonce": _text(slot.nonce),
        "wrapped": _text(slot.wrapped),
        "public_key": slot.public_key,
    }
    if slot.role is None or slot.kdf is None:
        split = slot.split
        shared = {} if split is None else {"needed": split.needed, "holders": [*split.holders]}
        return body | {"kdf": "hkdf-sha256"} | shared
    cost = slot.kdf
    return body | {
        "name": slot.name,
        "role": slot.role.value,
        "kdf": "argon2id",
        "m": cost.memory_kib,
        "t": cost.passes,
        "p": cost.lanes,
    }


def _read(body: dict[str, Any]) -> Header:
    return Header(
        vault=_string(body["vault"], 64),
        made_at=_string(body["made_at"], 32),
        stewards=tuple(_read_slot(slot, of_steward=True) for slot in body["stewards"]),
        recovery=_read_slot(body["recovery"], of_steward=False),
        box=_bytes(body["box"]),
        mac=_string(body["mac"], 64),
    )


def _read_slot(body: dict[str, Any], *, of_steward: bool) -> Slot:
    cost = KdfCost(*(_whole(body[key]) for key in ("m", "t", "p"))) if of_steward else None
    slot = Slot(
        id=_string(body["id"], 64),
        name=_string(body["name"], NAME_LENGTH) if of_steward else "",
        role=Role(body["role"]) if of_steward else None,
        kdf=cost,
        salt=_bytes(body["salt"], 16),
        nonce=_bytes(body["nonce"], 12),
        wrapped=_bytes(body["wrapped"], SEALED_IDENTITY),
        public_key=_string(body["public_key"], 100),
        split=None if of_steward or "holders" not in body else _read_split(body),
    )
    if body["kdf"] != ("argon2id" if of_steward else "hkdf-sha256"):
        raise ValueError("kdf")
    return slot


def _read_split(body: dict[str, Any]) -> Split:
    split = Split(
        _whole(body["needed"]), tuple(_string(name, NAME_LENGTH) for name in body["holders"])
    )
    if not 2 <= split.needed <= len(split.holders) <= MOST_SHARES:
        raise ValueError("split")
    return split


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _string(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError(type(value).__name__)
    return value


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(value: Any, length: int | None = None) -> bytes:
    try:
        content = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
    if length is not None and len(content) != length:
        raise ValueError("length")
    return content
