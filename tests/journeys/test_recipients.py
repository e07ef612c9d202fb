"""Recipients on the command line: added by a script, or to be compared later, renamed, removed."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def home(tmp_path_factory, muniment_in):
    m = muniment_in(tmp_path_factory.mktemp("home"))
    m.do("new", m.vault)
    made = m.do("keys", "new", "--out", m.desk / "their.key", steward=None)
    (m.desk / "their.pub").write_text(made["public_key"], encoding="utf-8")
    return m


def listed(m, name):
    (found,) = [r for r in m.do("recipient", "list")["recipients"] if r["recipient"] == name]
    return found


def test_words_are_compared_and_names_change(home) -> None:
    m, public = home, ("--public-key", home.desk / "their.pub")
    made = m.do("recipient", "add", "Post Room", *public)
    assert set(made) == {"recipient", "fingerprint_words"}
    vouched = listed(m, "Post Room")
    assert vouched["confirmed_by"] == "Ann", "a script vouches for its key"
    assert vouched["confirmed_how"] == "vouched-for"
    m.do("recipient", "add", "Library", *public, "--confirm-later")
    assert listed(m, "Library")["confirmed_at"] is None
    assert listed(m, "Library")["confirmed_how"] is None
    error = m.refused("recipient", "confirm", "Library", "apple", "pear")
    assert error["code"] == "recipient-words-differ"
    words = made["fingerprint_words"].split()
    assert m.do("recipient", "confirm", "Library", *words)["confirmed_at"]
    assert listed(m, "Library")["confirmed_by"] == "Ann"
    assert listed(m, "Library")["confirmed_how"] == "by-words"
    assert m.do("recipient", "rename", "Library", "Archive")["recipient"] == "Archive"
    assert m.do("recipient", "remove", "Archive") == {"removed": "Archive"}
    assert [r["recipient"] for r in m.do("recipient", "list")["recipients"]] == ["Post Room"]
