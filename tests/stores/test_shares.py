"""Shares of a recovery key: the published vectors of SLIP-39, and our own way of asking."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic import MnemonicError, combine_mnemonics

from app.base.errors import Refused
from app.stores import shares

VECTORS = json.loads(Path(__file__).with_name("slip39_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("mnemonics", "secret"), VECTORS)
def test_published_vectors(mnemonics, secret) -> None:
    """Trezor's vectors for SLIP-0039 (MIT): an empty secret says that the set is not valid."""
    if secret:
        assert combine_mnemonics(mnemonics, b"TREZOR").hex() == secret
        return
    with pytest.raises(MnemonicError):
        combine_mnemonics(mnemonics, b"TREZOR")
    with pytest.raises(Refused):
        shares.joined(mnemonics, len(mnemonics))


@given(st.binary(min_size=20, max_size=20), st.integers(2, 5), st.integers(0, 3))
def test_any_few_shares_give_the_secret_and_fewer_do_not(secret, needed, more) -> None:
    made = shares.split(secret, needed, needed + more)
    assert len(set(made)) == needed + more
    for chosen in itertools.islice(itertools.combinations(made, needed), 4):
        assert shares.joined(list(chosen), needed) == secret
    with pytest.raises(Refused, match="recovery-shares-few"):
        shares.joined(list(made[: needed - 1]), needed)
