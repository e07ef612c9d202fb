"""A recovery key split between officers: SLIP-39 shares of words, any few of which make it whole.

SLIP-0039 (Shamir's secret sharing for mnemonic codes), by the library of its authors.
"""

from __future__ import annotations

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from app.base.errors import Refused

QUICK = 0
"""Iteration exponent: the secret is random, so that nothing is gained by slowness."""


def split(secret: bytes, needed: int, of: int) -> tuple[str, ...]:
    """Shares of words, `needed` of which give the secret back and fewer nothing at all."""
    (shares,) = generate_mnemonics(1, [(needed, of)], secret, iteration_exponent=QUICK)
    return tuple(shares)


def joined(shares: list[str], needed: int) -> bytes:
    """The secret, from any `needed` of its shares; a share given twice counts once.

    Raises Refused: `recovery-share-mistyped` (place), `recovery-shares-few` (needed, given),
    `recovery-shares-mixed` where they are not of one key.
    """
    read = {}
    for place, words in enumerate(shares, 1):
        try:
            share = Share.from_mnemonic(" ".join(words.lower().split()))
        except MnemonicError:
            raise Refused("recovery-share-mistyped", place=place) from None
        read[share.group_index, share.index, share.identifier] = share
    if len(read) < needed:
        raise Refused("recovery-shares-few", needed=needed, given=len(read))
    try:
        whole = combine_mnemonics([share.mnemonic() for share in list(read.values())[:needed]])
    except MnemonicError:
        raise Refused("recovery-shares-mixed") from None
    return bytes(whole)
