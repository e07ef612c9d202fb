"""Signatures in minisign's text form: Ed25519 over BLAKE2b-512, with a signed comment."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

UNTRUSTED = "untrusted comment: signature of "
OF_PACKAGE, OF_TRAIL, OF_ANSWER = "a sealed package", "a trail", "an answer to a package"
TRUSTED = "trusted comment: "
LONGEST_COMMENT = 8_000
"""minisign reads no more than 8,192 bytes of trusted comment."""


def sign(content: bytes, comment: str, signer: Ed25519PrivateKey, of: str = OF_PACKAGE) -> bytes:
    """The signature file over `content` and the one-line `comment`; `of` says what is signed.

    Source: minisign's signature format, algorithm "ED" (prehashed).
    """
    if "\n" in comment or "\r" in comment or len(comment.encode()) > LONGEST_COMMENT:
        raise ValueError("a trusted comment is one line of at most 8,000 bytes")
    key_id = _key_id(signer.public_key().public_bytes_raw())
    signature = signer.sign(_prehash(content))
    whole = signer.sign(signature + comment.encode("utf-8"))
    lines = (UNTRUSTED + of, _b64(b"ED" + key_id + signature), TRUSTED + comment, _b64(whole), "")
    return "\n".join(lines).encode("utf-8")


def verify(
    content: bytes, signature_file: bytes, public: bytes, key_id: bytes | None = None
) -> str | None:
    """The trusted comment, when both signatures hold under the public key; otherwise None.

    Our key ids follow from the key; those of keys that minisign made are random (`key_id`).
    """
    try:
        lines = signature_file.decode("utf-8").split("\n")
        if len(lines) != 5 or lines[4] or not lines[2].startswith(TRUSTED):
            return None
        comment = lines[2].removeprefix(TRUSTED)
        head, whole = _unb64(lines[1]), _unb64(lines[3])
        if head[:10] != b"ED" + (key_id or _key_id(public)) or len(head) != 74:
            return None
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(head[10:], _prehash(content))
        key.verify(whole, head[10:] + comment.encode("utf-8"))
    except (InvalidSignature, ValueError):
        return None
    return comment


def minisign_key(public: bytes) -> str:
    """The public key as the minisign program takes it (`-P`)."""
    return _b64(b"Ed" + _key_id(public) + public)


def _key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:8]


def _prehash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=64).digest()


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _unb64(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(text) from None
    if _b64(value) != text:
        raise ValueError(text)
    return value
