"""Staffing a vault by the command line: roles, leaving, a new key, and two officers of three."""

from __future__ import annotations

import re

WORDS = re.compile(r"^    ((?:[a-z]+ ){19,}[a-z]+)$", re.MULTILINE)
WHOLE = re.compile(r"^    ([0-9A-Z*~$=]{4}(?:-[0-9A-Z*~$=]+){8})$", re.MULTILINE)
OFFICERS = ("Ann Lee", "Bob Ray", "Cy Moss")


def test_a_vault_is_staffed_and_opened_by_two_officers(muniment) -> None:
    m = muniment
    typed = "correct horse battery staple\n"
    m.do("new", m.vault, "--steward", "Ann", steward=None, typed=typed)
    m.do("steward", "add", "Bob", "--role", "steward", typed="seven lamps over the harbour\n")
    assert m.refused("rotate", steward="Bob")["code"] == "right-missing"
    assert m.do("steward", "role", "Bob", "--role", "auditor") == {
        "steward": "Bob",
        "role": "auditor",
    }
    assert m.refused("steward", "revoke", "ann")["code"] == "steward-yourself"
    holders = [word for name in OFFICERS for word in ("--holder", name)]
    made = m.run("recovery", "new", *holders, steward="Ann")
    assert made.answer == {"vault": str(m.vault), "needed": 2, "holders": list(OFFICERS)}
    shares = WORDS.findall(made.err)
    assert len(set(shares)) == 3
    assert all(share not in made.out for share in shares)
    assert all(name in made.err for name in OFFICERS)
    assert m.do("rotate")["rotated"] is True
    gone = m.run("steward", "revoke", "Bob", steward="Ann")
    assert gone.answer == {"steward": "Bob", "revoked": True}
    assert "Backups made before now" in gone.err
    assert m.refused("loads", steward="Bob")["code"] == "steward-unknown"
    file = m.passphrase_file(shares[2], shares[0], "a lamp beneath the stair")
    found = m.run("recover", "--steward", "Ann", "--passphrase-file", file)
    assert (found.code, found.answer["steward"]) == (0, "Ann")
    file = m.passphrase_file("a lamp beneath the stair")
    told = m.run("check", "--steward", "Ann", "--passphrase-file", file)
    assert (told.code, told.answer["integrity"], told.answer["trail"]) == (0, True, True)


def test_a_whole_new_recovery_key_is_shown_once_and_not_to_scripts(muniment) -> None:
    m = muniment
    typed = "correct horse battery staple\n"
    m.do("new", m.vault, "--steward", "Ann", steward=None, typed=typed)
    made = m.run("recovery", "new", steward="Ann")
    (key,) = WHOLE.findall(made.err)
    assert key not in made.out
    assert m.refused("recovery", "new", "--holder", "Ann Lee")["code"] == "recovery-holders"
    file = m.passphrase_file(key, "a lamp beneath the stair")
    assert m.run("recover", "--steward", "Ann", "--passphrase-file", file).code == 0


def test_an_auditor_checks_the_trail_without_the_vault(muniment) -> None:
    m = muniment
    m.do("new", m.vault, "--steward", "Ann", steward=None, typed="correct horse battery staple\n")
    m.do("steward", "add", "Bob", "--role", "auditor", typed="seven lamps over the harbour\n")
    assert m.refused("trail", "export", "--to", m.desk / "t", steward="Bob")["code"] == (
        "right-missing"
    )
    made = m.do("trail", "export", "--to", m.desk / "trail.jsonl")
    m.vault.rename(m.home / "elsewhere")
    found = m.do("trail", "check", m.desk / "trail.jsonl", steward=None)
    assert (found["entries"], found["head"]) == (made["entries"], made["head"])
    assert (found["verified"], found["signer_words"]) == (True, made["signer_words"])
    text = (m.desk / "trail.jsonl").read_text(encoding="utf-8")
    (m.desk / "trail.jsonl").write_text(text.replace("Bob", "Rob"), encoding="utf-8")
    told = m.run("trail", "check", m.desk / "trail.jsonl")
    assert (told.code, told.answer["verified"]) == (3, False)
