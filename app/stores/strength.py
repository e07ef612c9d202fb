"""How hard a passphrase is to guess, as zxcvbn reckons it."""

from __future__ import annotations

from collections.abc import Iterable

from zxcvbn import zxcvbn

from app.model.vaults import Strength

LOOKED_AT = 72
"""Characters that are looked at: the estimator's time grows with the square."""


def strength(passphrase: str, known: Iterable[str] = ()) -> Strength:
    """Score 0 to 4 and the power of ten of guesses it would take.

    `known` are words an attacker would try first: names, the vault's.
    """
    if not passphrase:
        return Strength(0, 0.0)
    words = [word for text in known for word in text.split() if len(word) > 2]
    found = zxcvbn(passphrase[:LOOKED_AT], user_inputs=words)
    return Strength(int(found["score"]), round(float(found["guesses_log10"]), 1))
