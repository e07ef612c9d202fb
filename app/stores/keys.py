"""Who may open the vault: data key, stewards' identities, passphrases and the recovery key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field, replace

import pyrage
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.base.errors import Refused, Where
from app.model.policy import KdfCost, VaultPolicy
from app.model.vaults import Role
from app.stores import shares
from app.stores.header import NAME, Header, Slot, Split
from app.stores.strength import strength

KEY, SALT = 32, 16
RECOVERY = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _ALPHABET + "*~$=U"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


@dataclass(frozen=True)
class DataKey:
    """The key of the database (32 bytes) and its salt (16); never printed."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def pragma(self) -> str:
        """SQLCipher's raw key form: 96 hex digits."""
        return (self.key + self.salt).hex()

    def subkey(self, purpose: str) -> bytes:
        """32 bytes derived for one purpose (HKDF-SHA256)."""
        return HKDF(SHA256(), 32, self.salt, purpose.encode()).derive(self.key)


@dataclass(frozen=True)
class Opened:
    """What a secret gave: the data key and the identity that opened the box.

    `pending` is the key that is to come, where changing it was begun and not ended.
    """

    data_key: DataKey
    slot: Slot
    pending: DataKey | None = None


@dataclass(frozen=True)
class SplitRecovery:
    """The shares of a new recovery key as people write them, and the slot they open."""

    shares: tuple[str, ...] = field(repr=False)
    slot: Slot


def new_data_key() -> DataKey:
    """A fresh random data key."""
    return DataKey(secrets.token_bytes(KEY), secrets.token_bytes(SALT))


def renewed(old: DataKey) -> DataKey:
    """A fresh random key for the same database, whose salt stays: it is no secret."""
    return DataKey(secrets.token_bytes(KEY), old.salt)


def check_passphrase(passphrase: str, policy: VaultPolicy, name: str = "") -> None:
    """Refuse `passphrase-short` below the policy's length, `passphrase-weak` what is soon guessed.

    The steward's name is no help to anybody but who guesses.
    """
    if len(passphrase) < policy.passphrase_minimum:
        raise Refused("passphrase-short", least=policy.passphrase_minimum)
    if strength(passphrase, (name,)).score < policy.passphrase_score:
        raise Refused("passphrase-weak")


def check_name(header: Header | None, name: str) -> str:
    """A steward's name, trimmed; refused where empty, over 80, unprintable or taken."""
    trimmed = " ".join(name.split())
    if not 1 <= len(trimmed) <= 80 or not trimmed.isprintable():
        raise Refused("steward-name-unusable", longest=80)
    taken = () if header is None else tuple(s.name.casefold() for s in header.stewards)
    if trimmed.casefold() in taken:
        raise Refused("steward-exists")
    return trimmed


def steward_slot(
    vault: str, name: str, role: Role, passphrase: str, cost: KdfCost, slot: str | None = None
) -> Slot:
    """A new identity for a steward, wrapped by the passphrase; `slot` keeps an old slot's id."""
    slot_id = slot or secrets.token_hex(8)
    salt = secrets.token_bytes(16)
    blank = Slot(slot_id, name, role, cost, salt, b"", b"", "")
    return _wrap(
        vault, blank, pyrage.x25519.Identity.generate(), _from_passphrase(passphrase, blank)
    )


def rewrapped(vault: str, slot: Slot, old: str, new: str, cost: KdfCost) -> Slot:
    """The same identity under a new passphrase; refused `passphrase-wrong` when `old` is not it."""
    identity = _unwrap(vault, slot, _from_passphrase(old, slot))
    blank = replace(slot, kdf=cost, salt=secrets.token_bytes(16))
    return _wrap(vault, blank, identity, _from_passphrase(new, blank))


def recovery_slot(vault: str) -> tuple[str, Slot]:
    """A new recovery key as people write it, and the slot it opens."""
    secret = secrets.token_bytes(RECOVERY)
    return write_recovery(secret), _recovery_slot(vault, secret, None)


def split_recovery_slot(vault: str, needed: int, holders: tuple[str, ...]) -> SplitRecovery:
    """A new recovery key in as many shares as there are holders, `needed` of which open it."""
    secret = secrets.token_bytes(RECOVERY)
    parts = shares.split(secret, needed, len(holders))
    return SplitRecovery(parts, _recovery_slot(vault, secret, Split(needed, holders)))


def seal(header: Header, data_key: DataKey, pending: DataKey | None = None) -> Header:
    """The header with the data key boxed for every slot, and the MAC over all of it.

    `pending` goes into the box beside it while the database is on its way to that key.
    """
    slots = (*header.stewards, header.recovery)
    recipients = [pyrage.x25519.Recipient.from_str(slot.public_key) for slot in slots]
    both = [data_key] if pending is None else [data_key, pending]
    box = pyrage.encrypt(b"".join(one.key + one.salt for one in both), recipients)
    return sign(replace(header, box=box), data_key)


def sign(header: Header, data_key: DataKey) -> Header:
    """The header with its MAC made anew."""
    return replace(header, mac=_mac(header, data_key))


def open_with_passphrase(header: Header, steward: str, passphrase: str) -> Opened:
    """The data key by a steward's passphrase.

    Raises Refused: `steward-unknown`, `passphrase-wrong`, `header-tampered`.
    """
    slot = header.slot_of(steward)
    return _open(header, slot, _unwrap(header.vault, slot, _from_passphrase(passphrase, slot)))


def open_with_recovery(header: Header, recovery_key: str) -> Opened:
    """The data key by the recovery key: as written, or enough of its shares, a line each.

    Raises Refused: `recovery-key-mistyped`, `recovery-key-wrong`, `header-tampered`, and for
    shares those of `shares.joined`.
    """
    split = header.recovery.split
    if split is None:
        whole = read_recovery(recovery_key)
    else:
        lines = [line for line in recovery_key.splitlines() if line.strip()]
        whole = shares.joined(lines, split.needed)
    secret = _from_recovery(whole, header.recovery)
    return _open(header, header.recovery, _unwrap(header.vault, header.recovery, secret))


def write_recovery(secret: bytes) -> str:
    """160 bits as Crockford base32 in 8 groups of 4, and the check symbol (modulo 37)."""
    number = int.from_bytes(secret, "big")
    digits = "".join(_ALPHABET[(number >> shift) & 31] for shift in range(155, -1, -5))
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    return "-".join([*groups, _CHECKS[number % 37]])


def read_recovery(text: str) -> bytes:
    """The 20 bytes of a written recovery key; refused `recovery-key-mistyped`.

    Case, spaces and hyphens do not matter; O reads as 0, I and L as 1 (Crockford).
    """
    symbols = "".join(text.split()).upper().translate(_LOOKALIKES)
    digits, check = symbols[:32], symbols[32:]
    if len(symbols) != 33 or any(digit not in _ALPHABET for digit in digits):
        raise Refused("recovery-key-mistyped", groups=8)
    number = 0
    for digit in digits:
        number = number << 5 | _ALPHABET.index(digit)
    if _CHECKS[number % 37] != check:
        raise Refused("recovery-key-mistyped", groups=8)
    return number.to_bytes(RECOVERY, "big")


def _from_passphrase(passphrase: str, slot: Slot) -> bytes:
    if slot.kdf is None:
        raise ValueError("this slot takes no passphrase")
    try:
        return hash_secret_raw(
            unicodedata.normalize("NFKC", passphrase).encode("utf-8"),
            slot.salt,
            time_cost=slot.kdf.passes,
            memory_cost=slot.kdf.memory_kib,
            parallelism=slot.kdf.lanes,
            hash_len=32,
            type=Type.ID,
        )
    except (HashingError, MemoryError):
        raise Refused("memory-short", needs_mb=slot.kdf.memory_kib // 1024) from None


def _recovery_slot(vault: str, secret: bytes, split: Split | None) -> Slot:
    blank = Slot("recovery", "", None, None, secrets.token_bytes(16), b"", b"", "", split)
    identity = pyrage.x25519.Identity.generate()
    return _wrap(vault, blank, identity, _from_recovery(secret, blank))


def _from_recovery(secret: bytes, slot: Slot) -> bytes:
    return HKDF(SHA256(), 32, slot.salt, b"muniment recovery key").derive(secret)


def _wrap(vault: str, slot: Slot, identity: pyrage.x25519.Identity, key: bytes) -> Slot:
    nonce = secrets.token_bytes(12)
    wrapped = AESGCM(key).encrypt(nonce, str(identity).encode(), _bound_to(vault, slot))
    return replace(slot, nonce=nonce, wrapped=wrapped, public_key=str(identity.to_public()))


def _unwrap(vault: str, slot: Slot, key: bytes) -> pyrage.x25519.Identity:
    try:
        text = AESGCM(key).decrypt(slot.nonce, slot.wrapped, _bound_to(vault, slot))
    except InvalidTag:
        code = "recovery-key-wrong" if slot.kdf is None else "passphrase-wrong"
        raise Refused(code) from None
    return pyrage.x25519.Identity.from_str(text.decode())


def _bound_to(vault: str, slot: Slot) -> bytes:
    return f"{vault}/{slot.id}".encode()


def _open(header: Header, slot: Slot, identity: pyrage.x25519.Identity) -> Opened:
    try:
        content = pyrage.decrypt(header.box, [identity])
    except (pyrage.DecryptError, OSError):
        raise Refused("header-tampered", where=Where(file=NAME), found="box") from None
    one = KEY + SALT
    if len(content) not in (one, 2 * one):
        raise Refused("header-tampered", where=Where(file=NAME), found="box")
    data_key, *others = (
        DataKey(content[at : at + KEY], content[at + KEY : at + one])
        for at in range(0, len(content), one)
    )
    if not hmac.compare_digest(_mac(header, data_key).encode(), header.mac.encode()):
        raise Refused("header-tampered", where=Where(file=NAME), found="seal")
    return Opened(data_key, slot, *others)


def _mac(header: Header, data_key: DataKey) -> str:
    subkey = data_key.subkey("muniment vault header")
    return hmac.new(subkey, header.covered(), hashlib.sha256).hexdigest()
