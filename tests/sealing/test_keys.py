"""Office keys: text forms, fingerprints, files; the age program as outside judge."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.sealing import keys
from app.sealing.keys import OfficeKeys, PublicKey, new_office, parse_public

OFFICE = new_office()
age = pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")


def test_keys_survive_being_bytes() -> None:
    assert OfficeKeys.from_bytes(OFFICE.to_bytes()) == OFFICE


def test_secrets_do_not_show_in_messages() -> None:
    assert "AGE-SECRET" not in repr(OFFICE)
    assert repr(OFFICE.seed) not in repr(OFFICE)


def test_two_offices_differ() -> None:
    other = new_office()
    assert other.identity != OFFICE.identity
    assert other.seed != OFFICE.seed


@pytest.mark.parametrize(
    "layout",
    [
        "{key}",
        "  {key}\r\n",
        "Our key:\n{key}\nKind regards",
        "\ufeff{key}",
        "“{key}”",
        "\u200b{key}\u200b",
    ],
)
def test_a_public_key_is_read_from_any_layout(layout: str) -> None:
    assert parse_public(layout.format(key=OFFICE.public_key)).text == OFFICE.public_key


@pytest.mark.parametrize("width", [20, 40, 76])
def test_a_public_key_is_read_from_broken_lines(width: int) -> None:
    text = OFFICE.public_key
    wrapped = "\n".join(text[i : i + width] for i in range(0, len(text), width))
    assert parse_public(wrapped).text == text


@given(st.integers(0, len(OFFICE.public_key) - 1), st.sampled_from("ab09Zz_-:"))
def test_a_slip_in_a_public_key_is_noticed(position: int, letter: str) -> None:
    text = OFFICE.public_key
    slipped = text[:position] + letter + text[position + 1 :]
    if slipped == text:
        return
    with pytest.raises(Refused, match="public-key"):
        parse_public(slipped)


def test_a_bare_recipient_has_no_signing_half() -> None:
    bare = parse_public(f"# public key: {OFFICE.public.age}\n")
    assert bare == PublicKey(OFFICE.public.age, None)
    assert bare.text == OFFICE.public.age


@pytest.mark.parametrize("text", ["", "hello", "age1", "muniment1:", "age1" + "q" * 58])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="public-key"):
        parse_public(text)


def test_two_keys_in_one_text_are_refused() -> None:
    with pytest.raises(Refused, match="public-keys-several"):
        parse_public(f"{OFFICE.public.age} {new_office().public.age}")


def test_fingerprints_are_six_words_that_differ(words) -> None:
    said = keys.fingerprint_words(OFFICE.public_key, words)
    assert len(said.split()) == 6
    assert set(said.split()) <= set(words)
    assert said == keys.fingerprint_words(f"\n{OFFICE.public_key} ", words)
    assert said != keys.fingerprint_words(new_office().public_key, words)


def test_the_fingerprint_of_a_known_key_does_not_change(words) -> None:
    """Partners hold printed fingerprints: the rule must never drift."""
    key = PublicKey("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", bytes(32))
    assert key.text == (
        "muniment1:age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p:"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABH8orq"
    )
    assert keys.fingerprint_words(key.text, words) == "edgy left hardcover faster unroasted could"


def test_key_files_are_private_and_never_written_over(tmp_path) -> None:
    out = tmp_path / "office.key"
    keys.write_key_file(OFFICE, out)
    assert keys.read_key_file(out) == OFFICE
    assert keys.read_public(tmp_path / "office.key.pub").text == OFFICE.public_key
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="key-file-exists"):
        keys.write_key_file(new_office(), out)
    out.unlink()
    with pytest.raises(Refused, match="key-file-exists"):
        keys.write_key_file(new_office(), out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office.key.pub"]


def test_a_public_key_is_taken_as_text_or_file(tmp_path) -> None:
    (tmp_path / "partner.pub").write_text(OFFICE.public_key, encoding="utf-16")
    with pytest.raises(Refused):
        keys.read_public(tmp_path / "partner.pub")
    (tmp_path / "muniment1 partner.pub").write_text(OFFICE.public_key, encoding="utf-8-sig")
    assert keys.read_public(str(tmp_path / "muniment1 partner.pub")).text == OFFICE.public_key
    assert keys.read_public(OFFICE.public_key).text == OFFICE.public_key
    with pytest.raises(Refused, match="public-key-not-recognised"):
        keys.read_public(tmp_path / "none.pub")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: "", "key-file-unreadable"),
        (lambda text: "hello", "key-file-unreadable"),
        (lambda text: text.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2"), "key-file-unreadable"),
        (lambda text: text + text, "key-file-unreadable"),
        (lambda text: "\n".join(text.splitlines()[:2] + text.splitlines()[3:]), "key-file-damaged"),
        (lambda text: "\n".join(text.splitlines()[:1] + text.splitlines()[2:]), "key-file-damaged"),
        (lambda text: text.replace("# signing key: ", "# signing key: A"), "key-file-damaged"),
        (lambda text: text[:-8] + "AAAAAAA\n", "key-file-damaged"),
    ],
)
def test_a_changed_key_file_is_refused(tmp_path, change, code) -> None:
    file = tmp_path / "office.key"
    file.write_text(change(OFFICE.to_bytes().decode()), encoding="utf-8")
    with pytest.raises(Refused, match=code) as refusal:
        keys.read_key_file(file)
    assert refusal.value.where.file == "office.key"


def test_the_halves_of_two_offices_do_not_fit(tmp_path) -> None:
    mixed = OfficeKeys(new_office().identity, OFFICE.seed).to_bytes().decode().splitlines()
    mixed[1] = OFFICE.to_bytes().decode().splitlines()[1]
    (tmp_path / "k").write_text("\n".join(mixed), encoding="utf-8")
    with pytest.raises(Refused, match="key-file-damaged"):
        keys.read_key_file(tmp_path / "k")


def test_binary_is_no_key_file(tmp_path) -> None:
    (tmp_path / "k").write_bytes(bytes(range(256)))
    with pytest.raises(Refused, match="key-file-unreadable"):
        keys.read_key_file(tmp_path / "k")


@age
def test_the_age_program_reads_our_key_file(tmp_path) -> None:
    keys.write_key_file(OFFICE, tmp_path / "k")
    subprocess.run(
        ["age", "-r", OFFICE.public.age, "-o", tmp_path / "c"], input=b"hello", check=True
    )
    plain = subprocess.run(
        ["age", "-d", "-i", tmp_path / "k", tmp_path / "c"], check=True, capture_output=True
    )
    assert plain.stdout == b"hello"


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="age-keygen is not installed")
def test_we_read_a_key_file_of_the_age_program(tmp_path) -> None:
    subprocess.run(["age-keygen", "-o", tmp_path / "k"], check=True, capture_output=True)
    office = keys.read_key_file(tmp_path / "k")
    assert office.seed is None
    assert f"# public key: {office.public_key}" in (tmp_path / "k").read_text()
    with pytest.raises(Refused, match="key-cannot-sign"):
        office.signer  # noqa: B018
