"""DuckDB is locked in: no files, no network, no settings, no spilling, and it can be stopped."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from app.analysis import duck
from app.base.errors import Cancelled, Refused
from app.base.progress import Counters


@pytest.fixture
def connection():
    opened = duck.connect(memory_mb=100, threads=2)
    opened.register("given", pa.table({"a": pa.array([1, 2, None], pa.int32())}))
    opened.execute("CREATE TABLE held AS SELECT * FROM given")
    yield opened
    opened.close()


def test_arrow_tables_go_in_and_come_out(connection) -> None:
    assert duck.run(connection, "SELECT sum(a) AS s FROM held")["s"].to_pylist() == [3]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY held TO '{folder}/out.csv'",
        "COPY held FROM '{file}'",
        "EXPORT DATABASE '{folder}/all'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '10GB'",
        "SET temp_directory = '{folder}'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET threads",
        "PRAGMA enable_profiling",
        "CREATE PERSISTENT SECRET s (TYPE http)",
    ],
)
def test_every_way_out_is_refused(connection, tmp_path: Path, statement: str) -> None:
    file = tmp_path / "names.csv"
    file.write_text("a\n1\n")
    with pytest.raises(duckdb.Error):
        duck.run(connection, statement.format(file=file, folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["names.csv"]


def test_python_variables_are_out_of_reach(connection) -> None:
    secret = pa.table({"a": [1]})
    assert secret.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        duck.run(connection, "SELECT * FROM secret")


def test_too_little_memory_raises_and_never_spills(connection, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(duck.OutOfMemory):
        duck.run(
            connection,
            "CREATE TABLE big AS SELECT range AS a, hash(range) AS b FROM range(50000000)",
        )
    assert list(tmp_path.iterdir()) == []
    assert duck.run(connection, "SELECT 1 AS one")["one"].to_pylist() == [1]


def test_a_cancel_interrupts_a_running_query(connection) -> None:
    progress = Counters()
    threading.Timer(0.2, progress.cancel).start()
    with pytest.raises(Cancelled):  # unheard it goes on for hours
        duck.run(
            connection,
            "SELECT sum(a.range * b.range % 7) FROM range(1000000) a, range(1000000) b",
            progress,
        )
    assert duck.run(connection, "SELECT 1 AS one")["one"].to_pylist() == [1]


@pytest.mark.parametrize(("memory_mb", "threads"), [(0, 1), (100, 0)])
def test_nonsense_limits_are_refused(memory_mb: int, threads: int) -> None:
    with pytest.raises(Refused, match="memory-ceiling-too-low"):
        duck.connect(memory_mb, threads)
