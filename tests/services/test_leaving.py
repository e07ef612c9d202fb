"""Everything taken out: no table forgotten, every row there, sealed, without the office keys."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import pyzipper

from app.base.errors import Refused
from app.model.runs import Verdict
from app.model.vaults import Role, StewardInfo
from app.services import leaving, office, review, trail
from app.stores import dump


def opened(file: Path, passphrase: str) -> dict[str, list[list[str]]]:
    """The tables of an archive by name."""
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(passphrase.encode())
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {
        name: list(csv.reader(io.StringIO(text, newline="")))
        for name, text in texts.items()
        if name.endswith(".csv")
    }


@pytest.fixture
def taken(matched, tmp_path) -> dict[str, list[list[str]]]:
    review.decide(matched, "R1-1", Verdict.SAME, "same-person-confirmed")
    office.keys(matched)
    made = leaving.take_out(matched, tmp_path / "all.zip")
    return opened(made.file, made.passphrase)


def test_every_table_of_the_vault_is_taken_out_or_named(matched, taken) -> None:
    with matched.read() as reader:
        held = {
            name
            for (name,) in reader.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        }
    out = {name.removeprefix("tables/").removesuffix(".csv") for name in taken}
    assert held - out == dump.PACKED | dump.KEPT_IN | dump.OWN


def test_rows_stand_as_they_came_and_as_they_were_understood(taken) -> None:
    header, *rows = taken["loads/L1.csv"]
    assert header[:2] == ["line", "Reference number"]
    assert rows[0][:2] == ["2", "B1"]
    header, *rows = taken["records/L1.csv"]
    first = dict(zip(header, rows[0], strict=True))
    assert (first["row"], first["surname"], first["birth_date"]) == ("2", "TAPSCOTT", "1944-03-04")
    header, *rows = taken["tables/decision.csv"]
    assert "same" in rows[0]
    counts = {name: len(rows) - 1 for name, rows in taken.items() if name != leaving.LISTING}
    listed = {name: int(number) for name, number, _ in taken[leaving.LISTING][1:]}
    assert listed == counts


def test_the_private_keys_of_the_office_stay(taken) -> None:
    assert not any("office" in name for name in taken)
    assert not any("AGE-SECRET" in cell for rows in taken.values() for row in rows for cell in row)


def test_it_is_sealed_and_on_record(matched, tmp_path) -> None:
    made = leaving.take_out(matched, tmp_path / "all.zip")
    assert b"Tapscott" not in made.file.read_bytes()
    entry = trail.entries(matched)[-1]
    assert (entry.action, entry.facts["sha256"]) == ("vault.take-out", made.sha256)
    assert made.passphrase not in str(entry.facts)
    with pytest.raises(Refused, match="file-exists"):
        leaving.take_out(matched, tmp_path / "all.zip")
    with pytest.raises(RuntimeError):
        opened(made.file, "other words")


def test_only_who_administers_the_vault_takes_everything_out(matched, tmp_path) -> None:
    matched.steward = StewardInfo("Ann", Role.STEWARD)
    with pytest.raises(Refused, match="right-missing"):
        leaving.take_out(matched, tmp_path / "all.zip")
    assert not (tmp_path / "all.zip").exists()
