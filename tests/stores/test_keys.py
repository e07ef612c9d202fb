"""Passphrases, the recovery key, and what is refused of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.model.policy import KdfCost
from app.model.vaults import Role
from app.stores import keys
from app.stores.header import Header

CHEAP = KdfCost(64, 1, 1)
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def header_with(*names: str) -> tuple[Header, keys.DataKey, str]:
    recovery_key, recovery = keys.recovery_slot("v1")
    slots = tuple(
        keys.steward_slot("v1", name, Role.STEWARD, f"passphrase of {name}", CHEAP)
        for name in names
    )
    data_key = keys.new_data_key()
    return (
        keys.seal(Header("v1", "2026-08-22", slots, recovery, b""), data_key),
        data_key,
        recovery_key,
    )


def test_every_steward_and_the_recovery_key_open_the_same_data_key() -> None:
    header, data_key, recovery_key = header_with("Ann", "Bob")
    assert keys.open_with_passphrase(header, "Ann", "passphrase of Ann").data_key == data_key
    assert keys.open_with_passphrase(header, " bob ", "passphrase of Bob").data_key == data_key
    assert keys.open_with_recovery(header, recovery_key).data_key == data_key


def test_refusals_of_secrets() -> None:
    header, _, recovery_key = header_with("Ann", "Bob")
    with pytest.raises(Refused, match="passphrase-wrong"):
        keys.open_with_passphrase(header, "Ann", "passphrase of Bob")
    with pytest.raises(Refused, match="steward-unknown"):
        keys.open_with_passphrase(header, "Cy", "passphrase of Ann")
    other = keys.recovery_slot("v1")[0]
    with pytest.raises(Refused, match="recovery-key-wrong"):
        keys.open_with_recovery(header, other)
    with pytest.raises(Refused, match="recovery-key-mistyped"):
        keys.open_with_recovery(header, recovery_key[:-3])


def test_a_passphrase_counts_the_same_however_its_accents_are_typed() -> None:
    header, data_key, _ = header_with()
    slot = keys.steward_slot("v1", "Zo\u00eb", Role.STEWARD, "caf\u00e9 cr\u00e8me", CHEAP)
    header = keys.seal(header.with_slot(slot), data_key)
    assert keys.open_with_passphrase(header, "Zo\u00eb", "cafe\u0301 cre\u0300me")


def test_another_vaults_slot_does_not_open_here() -> None:
    header, data_key, _ = header_with("Ann")
    moved = Header("v2", header.made_at, header.stewards, header.recovery, b"")
    with pytest.raises(Refused, match="passphrase-wrong"):
        keys.open_with_passphrase(keys.seal(moved, data_key), "Ann", "passphrase of Ann")


def test_a_new_passphrase_keeps_the_identity_and_shuts_out_the_old_one() -> None:
    header, data_key, _ = header_with("Ann")
    slot = keys.rewrapped("v1", header.slot_of("Ann"), "passphrase of Ann", "another one", CHEAP)
    assert slot.public_key == header.slot_of("Ann").public_key
    changed = keys.seal(header.with_slot(slot), data_key)
    assert keys.open_with_passphrase(changed, "Ann", "another one").data_key == data_key
    with pytest.raises(Refused, match="passphrase-wrong"):
        keys.open_with_passphrase(changed, "Ann", "passphrase of Ann")


def test_the_data_key_does_not_print() -> None:
    data_key = keys.new_data_key()
    shown = f"{data_key!r} {data_key}"
    assert data_key.key.hex() not in shown
    assert str(data_key.key) not in shown
    assert len(data_key.pragma()) == 96


@given(st.binary(min_size=20, max_size=20))
def test_a_recovery_key_survives_paper(secret: bytes) -> None:
    written = keys.write_recovery(secret)
    assert [len(group) for group in written.split("-")] == [4] * 8 + [1]
    assert keys.read_recovery(written) == secret
    careless = written.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert keys.read_recovery(careless) == secret


@given(st.binary(min_size=20, max_size=20), st.integers(0, 31), st.sampled_from(SYMBOLS))
def test_one_mistyped_symbol_is_always_noticed(secret: bytes, place: int, symbol: str) -> None:
    groups, check = keys.write_recovery(secret).rsplit("-", 1)
    symbols = list(groups.replace("-", ""))
    if symbols[place] == symbol:
        return
    symbols[place] = symbol
    with pytest.raises(Refused, match="recovery-key-mistyped"):
        keys.read_recovery("".join(symbols) + check)


@given(st.binary(min_size=20, max_size=20), st.integers(0, 30))
def test_two_swapped_symbols_are_always_noticed(secret: bytes, place: int) -> None:
    symbols = list(keys.write_recovery(secret).replace("-", ""))
    symbols[place], symbols[place + 1] = symbols[place + 1], symbols[place]
    if "".join(symbols) == keys.write_recovery(secret).replace("-", ""):
        return
    with pytest.raises(Refused, match="recovery-key-mistyped"):
        keys.read_recovery("".join(symbols))


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "tab\x07bell"])
def test_names_that_cannot_be_told_apart_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="steward-name-unusable"):
        keys.check_name(None, name)


def test_a_name_is_taken_whatever_its_case() -> None:
    header, _, _ = header_with("Ann")
    with pytest.raises(Refused, match="steward-exists"):
        keys.check_name(header, "ANN ")
    assert keys.check_name(header, "  Anna   Bee ") == "Anna Bee"


def test_short_passphrases_are_refused(policy) -> None:
    with pytest.raises(Refused, match="passphrase-short") as refusal:
        keys.check_passphrase("1234567", policy)
    assert refusal.value.facts == {"least": 8}
