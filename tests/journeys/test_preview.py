"""A file looked at by the command line before it is loaded, and loaded as it was seen."""

from __future__ import annotations

import subprocess

import pytest

LINES = [
    f"{n:06d}{surname:<12}{forename:<10}{n % 28 + 1:02d}021950"
    for n, (surname, forename) in enumerate([("SMITH", "ANN"), ("JONES", "BERTRAM")] * 6)
]
PEOPLE = "ref,surname,forename,date of birth\n1,Müller,Ann,01/02/1950\n2,Jörg,Bo,03/04/1960\n"
KEYS = {
    "file", "sha256", "size", "format", "encoding", "delimiter", "header_row", "sheet", "layout",
    "footer", "reading", "seen_before", "withdrawn_before", "kind", "kind_reason", "missing",
    "mapping", "rows", "understood", "rejections", "warnings",
}  # fmt: skip


@pytest.fixture
def payroll(muniment):
    file = muniment.desk / "payroll.txt"
    file.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return file


def spoken(muniment, *words: object, steward: str | None = None) -> str:
    """What a person reads: the verb without --json."""
    command = [word for word in muniment.command(*words, steward=steward) if word != "--json"]
    done = subprocess.run(
        command,
        cwd=muniment.desk,
        env=muniment.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    return done.stdout


def test_a_preview_needs_no_vault_and_tells_everything(muniment) -> None:
    file = muniment.desk / "people.csv"
    file.write_text(PEOPLE + "Total records: 3\n", encoding="cp1252")
    told = muniment.do("preview", file, steward=None)
    assert set(told) == KEYS
    assert (told["format"], told["encoding"], told["delimiter"]) == ("csv", "cp1252", ",")
    assert "encoding-not-utf-8" in [note["code"] for note in told["reading"]]
    assert told["footer"] == {"rows": 1, "total": 3, "sums": []}
    assert (told["kind"], told["kind_reason"]["code"]) == ("people", "kind-plain")
    (surname,) = [one for one in told["mapping"] if one["column"] == "surname"]
    assert surname["means"] == "surname"
    assert surname["reason"]["code"] == "mapped-by-header"
    assert surname["samples"] == ["Müller", "Jörg"]
    assert told["rows"][0]["cells"]["forename"] == "Ann"
    assert told["understood"][0]["surname"] == "MULLER"
    text = spoken(muniment, "preview", file)
    for words in ("cp1252", "The file is not UTF-8", "1 line; 3 rows", "The column name says so."):
        assert words in text


def test_a_load_is_told_in_full_later(muniment) -> None:
    muniment.do("new", muniment.vault)
    file = muniment.desk / "people.csv"
    file.write_text(PEOPLE + "3,short\nTotal records: 9\n", encoding="utf-8")
    load = muniment.do("load", file, "--kind", "people")["load"]
    told = muniment.do("loads", load)
    assert (told["load"], told["rows_read"], told["rows_rejected"]) == (load, 3, 1)
    assert told["footer"] == [{"column": None, "declared": "9", "found": "3", "agrees": False}]
    assert told["kind_reason"]["code"] == "kind-named"
    assert {one["column"]: one["means"] for one in told["mapping"]}["surname"] == "surname"
    assert all(one["reason"]["message"] for one in told["mapping"])
    assert [(one["code"], one["rows"]) for one in told["rejected"]] == [("row-too-short", 1)]
    text = spoken(muniment, "loads", load, steward="Ann")
    for words in ("≠ The closing row says 9 rows, but 3 were read.", "The column name says so."):
        assert words in text
    assert muniment.refused("loads", "L9")["code"] == "load-unknown"


def test_a_fixed_width_file_is_seen_stated_and_loaded(muniment, payroll) -> None:
    muniment.do("new", muniment.vault)
    mapping = muniment.desk / "payroll.toml"
    told = muniment.do("preview", payroll, "--kind", "people", "--save-mapping", mapping)
    assert told["format"] == "fixed"
    assert [one["start"] for one in told["layout"]] == [1, 19, 29]
    assert "fixed-breaks-by-blanks" in [note["code"] for note in told["reading"]]
    mapping.write_text(
        'kind = "people"\n[columns]\n"ref" = "reference"\n"surname" = "surname"\n'
        '"forename" = "given_names"\n"dob" = "birth_date"\n[dates]\n"dob" = "%d%m%Y"\n'
        '[layout]\n"ref" = [1, 6]\n"surname" = [7, 12]\n"forename" = [19, 10]\n"dob" = [29, 8]\n',
        encoding="utf-8",
    )
    text = spoken(muniment, "load", payroll, "--mapping", mapping, steward="Ann")
    assert text.index("The mapping file says so.") < text.index("rows loaded")
    later = muniment.desk / "later.txt"
    later.write_text("\n".join(LINES[:5]) + "\n", encoding="utf-8")
    seen = muniment.do("preview", later)
    assert [one["column"] for one in seen["layout"]] == ["ref", "surname", "forename", "dob"]
    assert seen["kind_reason"]["code"] == "kind-remembered"
    assert muniment.do("load", later)["rows_loaded"] == 5


def test_an_encoding_and_a_mark_are_chosen(muniment) -> None:
    muniment.do("new", muniment.vault)
    file = muniment.desk / "old.csv"
    file.write_text(PEOPLE.replace(",", "\t"), encoding="cp850")
    loaded = muniment.do("load", file, "--encoding", "cp850", "--delimiter", "tab")
    assert "encoding-chosen" in [note["code"] for note in loaded["warnings"]]
    assert loaded["rows_loaded"] == 2
    error = muniment.refused("load", file, "--encoding", "ebcdic")
    assert error["code"] == "encoding-unknown"
    assert "cp850" in error["remedy"]


def test_rejected_rows_leave_as_a_workbook_too(muniment) -> None:
    muniment.do("new", muniment.vault)
    file = muniment.desk / "people.csv"
    file.write_text(PEOPLE + "3,short\n", encoding="utf-8")
    loaded = muniment.do("load", file)
    assert [one["code"] for one in loaded["rejections"]] == ["row-too-short"]
    for name in ("back.csv", "back.xlsx"):
        out = muniment.desk / name
        told = muniment.do("rejections", loaded["load"], "--to", out, "--purpose", "test")
        assert told["rows"] == 1
        assert out.stat().st_size > 100
    assert "OFFICIAL-SENSITIVE" in (muniment.desk / "back.csv").read_text(encoding="utf-8-sig")
