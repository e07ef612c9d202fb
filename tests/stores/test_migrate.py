"""Numbered schema steps: fresh equals migrated, newer refused, backup first, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.stores import migrate, sqlcipher

FIRST = (
    "CREATE TABLE a (x TEXT) STRICT;\n-- a remark; with a semicolon\nINSERT INTO a VALUES (';');\n"
)
SECOND = "ALTER TABLE a ADD COLUMN y TEXT;\nCREATE INDEX a_y ON a (y);\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(FIRST, encoding="utf-8")
    (tmp_path / "0002_second.sql").write_text(SECOND, encoding="utf-8")
    return tmp_path


def test_the_houses_own_steps_build(policy) -> None:
    connection = sqlcipher.plain_memory()
    migrate.build(connection, migrate.steps())
    assert migrate.version_of(connection) == len(migrate.steps())
    assert connection.execute("PRAGMA application_id").fetchone() == (migrate.APPLICATION,)
    assert migrate.schema_of(connection) == migrate.fresh_schema(migrate.steps())


def test_an_older_vault_forgets_what_its_decisions_say_of_people() -> None:
    """Step 2: plain digests everywhere, notes where the run was withdrawn."""
    known = migrate.steps()
    connection = sqlcipher.plain_memory()
    migrate.build(connection, known[:1])
    for run, state in (("R1", "withdrawn"), ("R2", "complete")):
        connection.execute(
            "INSERT INTO run (id, n, state, plan, plan_digest, plan_json, left_load,"
            " candidate_pairs, certain, probable, possible, unlikely, seconds, notes, run_at,"
            " run_by) VALUES (?, ?, ?, '', '', '', '', 0, 0, 0, 0, 0, '', '', '', '')",
            (run, int(run[1:]), state),
        )
        connection.execute(
            "INSERT INTO decision (run, pair, verdict, reason, note, decided_by, decided_at,"
            " left_digest, right_digest) VALUES (?, 'p', 'same', 'r', 'her son', 'Ann', 't',"
            " 'x', 'y')",
            (run,),
        )
    migrate.upgrade(connection, known, lambda: None)
    found = connection.execute(
        "SELECT note, left_digest, right_digest, verdict FROM decision ORDER BY run"
    ).fetchall()
    assert found == [("", "", "", "same"), ("her son", "", "", "same")]
    assert migrate.schema_of(connection) == migrate.fresh_schema(known)


def test_migrated_equals_fresh_and_data_stays(folder: Path) -> None:
    known = migrate.steps(folder)
    connection = sqlcipher.plain_memory()
    migrate.build(connection, known[:1])
    order: list[str] = []
    assert migrate.upgrade(connection, known, lambda: order.append("backup")) == 1
    assert order == ["backup"]
    assert migrate.schema_of(connection) == migrate.fresh_schema(known)
    assert connection.execute("SELECT x, y FROM a").fetchall() == [(";", None)]
    assert migrate.upgrade(connection, known, lambda: order.append("again")) is None
    assert order == ["backup"]


def test_a_step_that_fails_leaves_the_version_before(folder: Path) -> None:
    (folder / "0003_wrong.sql").write_text("CREATE TABLE b (x TEXT);\nCREATE TABLE a (x TEXT);")
    known = migrate.steps(folder)
    connection = sqlcipher.plain_memory()
    migrate.build(connection, known[:2])
    with pytest.raises(dbapi2.OperationalError):
        migrate.upgrade(connection, known, lambda: None)
    assert migrate.version_of(connection) == 2
    assert migrate.schema_of(connection) == migrate.fresh_schema(known[:2])


def test_newer_and_foreign_databases_are_refused(folder: Path) -> None:
    connection = sqlcipher.plain_memory()
    with pytest.raises(Refused, match="vault-damaged"):
        migrate.upgrade(connection, migrate.steps(folder), lambda: None)
    connection.execute("PRAGMA user_version = 3")
    with pytest.raises(Refused, match="vault-newer"):
        migrate.upgrade(connection, migrate.steps(folder), lambda: None)


def test_steps_must_be_numbered_without_a_gap(folder: Path) -> None:
    (folder / "0004_late.sql").write_text("")
    with pytest.raises(RuntimeError, match="numbered"):
        migrate.steps(folder)
    (folder / "0004_late.sql").rename(folder / "0003_half.sql")
    (folder / "0003_half.sql").write_text("CREATE TABLE c (x TEXT)")
    with pytest.raises(RuntimeError, match="middle"):
        migrate.fresh_schema(migrate.steps(folder))
