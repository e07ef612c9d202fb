"""Office keys: an age identity to open packages and a signing key to sign them, as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import IdentityError, RecipientError, x25519

from app.base.errors import Refused, Where
from app.sealing.part import part_of

PUBLIC_PREFIX = "muniment1"
SIGNING_LINE = "# signing key: "
PUBLIC_LINE = "# public key: "
HEADER = "# Secret office key. Whoever holds this file opens your packages and signs in your name."
KEY_FILE_BYTES = 16_384

_PUBLIC = re.compile(rf"({PUBLIC_PREFIX}):(age1[0-9a-z]+):([A-Za-z0-9_-]{{48}})")
_AGE = re.compile(r"age1[0-9a-z]{58}(?!:)")
_BLANKS = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff]+")


@dataclass(frozen=True)
class PublicKey:
    """The public halves of an office key; `signing` is None for a bare age recipient.

    Text: `muniment1:AGE:CHECKED`, where CHECKED is 32 bytes of Ed25519 key and 4 bytes of
    SHA-256 over both halves in URL-safe base64, so that a slip in copying is noticed.
    """

    age: str
    signing: bytes | None

    @property
    def text(self) -> str:
        """One line to give to partners."""
        if self.signing is None:
            return self.age
        checked = self.signing + _check(self.age, self.signing)
        return f"{PUBLIC_PREFIX}:{self.age}:{base64.urlsafe_b64encode(checked).decode('ascii')}"

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of the text."""
        return hashlib.sha256(self.text.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class OfficeKeys:
    """The secret halves: an age identity and, unless it is a bare one, an Ed25519 seed."""

    identity: str = field(repr=False)
    seed: bytes | None = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public halves."""
        age = str(self.age.to_public())
        return PublicKey(age, None if self.seed is None else _public_bytes(self.seed))

    @property
    def public_key(self) -> str:
        """The public halves as one line of text."""
        return self.public.text

    @property
    def age(self) -> x25519.Identity:
        """The identity that opens packages."""
        return x25519.Identity.from_str(self.identity)

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The key that signs; Refused `key-cannot-sign` for a bare age identity."""
        if self.seed is None:
            raise Refused("key-cannot-sign")
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def to_bytes(self) -> bytes:
        """The key file's text: also an identity file for the age program."""
        lines = [HEADER, PUBLIC_LINE + self.public_key]
        if self.seed is not None:
            lines.append(SIGNING_LINE + base64.b64encode(self.seed).decode("ascii"))
        return "\n".join([*lines, self.identity, ""]).encode("ascii")

    @staticmethod
    def from_bytes(content: bytes) -> OfficeKeys:
        """Keys from `to_bytes` or from an age identity file.

        Raises Refused: key-file-unreadable, key-file-damaged (its halves do not fit together).
        """
        lines = _lines(content)
        identities = [line for line in lines if line.startswith("AGE-SECRET-KEY-1")]
        if len(identities) != 1:
            raise Refused("key-file-unreadable")
        seeds = [line.removeprefix(SIGNING_LINE) for line in lines if line.startswith(SIGNING_LINE)]
        publics = [line.removeprefix(PUBLIC_LINE) for line in lines if line.startswith(PUBLIC_LINE)]
        try:
            keys = OfficeKeys(
                identities[0], base64.b64decode(seeds[0], validate=True) if seeds else None
            )
            said = keys.public_key
        except (IdentityError, ValueError):
            raise Refused("key-file-damaged") from None
        if publics != [said] and (seeds or publics):
            raise Refused("key-file-damaged")
        return keys


def new_office() -> OfficeKeys:
    """A fresh key pair from the system's random source."""
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    return OfficeKeys(str(x25519.Identity.generate()), seed)


def parse_public(text: str) -> PublicKey:
    """A public key from text pasted in any layout (line breaks, blanks, words around it).

    A bare `age1...` recipient is taken too: packages can be sealed to it, never verified by it.
    Raises Refused: public-key-not-recognised, public-key-damaged, public-key-is-secret,
    public-keys-several: which of them is meant is not for the program to guess.
    """
    if "AGE-SECRET-KEY-1" in text.upper():
        raise Refused("public-key-is-secret")
    joined = _BLANKS.sub("", text)
    whole = set(_PUBLIC.findall(joined))
    if len(whole) > 1:
        raise Refused("public-keys-several")
    if whole:
        _, age, given = whole.pop()
        checked = base64.urlsafe_b64decode(given)
        key = PublicKey(_valid_age(age), checked[:32])
        if _check(age, checked[:32]) != checked[32:]:
            raise Refused("public-key-damaged")
        return key
    if PUBLIC_PREFIX + ":" not in joined and (bare := _AGE.findall(joined)):
        if len(set(bare)) > 1:
            raise Refused("public-keys-several")
        return PublicKey(_valid_age(bare[0]), None)
    raise Refused("public-key-not-recognised")


def read_public(text_or_path: str | Path) -> PublicKey:
    """A public key given as text, or as the name of a file that holds it."""
    if isinstance(text_or_path, str) and (PUBLIC_PREFIX in text_or_path or "age1" in text_or_path):
        try:
            return parse_public(text_or_path)
        except Refused:
            if not _is_file(Path(text_or_path)):
                raise
    path = Path(text_or_path)
    if not _is_file(path):
        raise Refused("public-key-not-recognised")
    return parse_public("\n".join(_lines(_small_file(path))))


def fingerprint_words(public_key: str, words: Sequence[str], count: int = 6) -> str:
    """The key's fingerprint as words to read out by telephone (77 bits in six of 7,776)."""
    number = int(parse_public(public_key).fingerprint, 16)
    spoken = []
    for _ in range(count):
        number, digit = divmod(number, len(words))
        spoken.append(words[digit])
    return " ".join(spoken)


def write_key_file(keys: OfficeKeys, out: Path) -> None:
    """Write the secret key file (mode 0600) and `OUT.pub`; never over an existing file.

    Raises Refused: key-file-exists, package-not-written, package-disk-full.
    """
    public = out.with_name(f"{out.name}.pub")
    for path in (out, public):
        if path.exists():
            raise Refused("key-file-exists", where=Where(file=path.name))
    with part_of(public) as shown, part_of(out) as secret:
        with shown.writing() as stream:
            stream.write(f"{keys.public_key}\n".encode("ascii"))
        with secret.writing() as stream:
            stream.write(keys.to_bytes())
        secret.place()
        try:
            shown.place()
        except BaseException:
            out.unlink(missing_ok=True)  # a key nobody has been told of
            raise


def read_key_file(path: Path) -> OfficeKeys:
    """Office keys from a key file; raises Refused: key-file-unreadable, key-file-damaged."""
    try:
        return OfficeKeys.from_bytes(_small_file(path))
    except Refused as error:
        raise Refused(error.code, where=Where(file=path.name), **error.facts) from None


def _small_file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(KEY_FILE_BYTES)
    except OSError:
        raise Refused("file-not-found", where=Where(file=path.name)) from None


def _lines(content: bytes) -> list[str]:
    try:
        return [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise Refused("key-file-unreadable") from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _valid_age(age: str) -> str:
    try:
        return str(x25519.Recipient.from_str(age))
    except RecipientError:
        raise Refused("public-key-damaged") from None


def _public_bytes(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _check(age: str, signing: bytes) -> bytes:
    return hashlib.sha256(age.encode("ascii") + b":" + signing).digest()[:4]
