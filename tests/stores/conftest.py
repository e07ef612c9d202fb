"""A vault of its own for each test, with a key derivation that costs nothing, and fillings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.base.places import resource
from app.catalogue.vaults import read_vault_policy
from app.model.kinds import ColumnUse, Mapping
from app.model.loads import Shape
from app.model.meanings import Meaning
from app.model.notes import Note
from app.model.policy import KdfCost, VaultPolicy
from app.model.records import RECORDS
from app.model.runs import Band, Bands, Evidence
from app.stores import dictionary, loads, making, runs, trail, unfinished
from app.stores.sqlcipher import Writer
from app.stores.vault import Vault

NOW = datetime(2026, 8, 22, 9, 0, tzinfo=UTC)
PASSPHRASE = "three random words"
PAGE, RESERVED, IV = 4096, 80, 16
AT = "2026-08-22T09:00:00Z"
COLUMNS = ("ref", "name", "row")
MAPPING = Mapping("people", (ColumnUse("name", Meaning.SURNAME),), {"born": "%d/%m/%Y"})


def raw_table(lines: Sequence[int], names: Sequence[str | None]) -> pa.Table:
    """Source rows: one column has the name of the line number's own column."""
    return pa.Table.from_arrays(
        [
            pa.array(lines, pa.int32()),
            pa.array([f"A{line}" for line in lines], pa.string()),
            pa.array(names, pa.string()),
            pa.array([f"row {line}" for line in lines], pa.string()),
        ],
        names=["row", *COLUMNS],
    )


def records_table(rows: Sequence[tuple[int, int, str | None]]) -> pa.Table:
    """Records (line, part, surname) in the form RECORDS."""
    held = {
        "row": [row[0] for row in rows],
        "part": [row[1] for row in rows],
        "surname": [row[2] for row in rows],
        "other_id": [f"ID{row[0]}" for row in rows],
    }
    columns = [pa.array(held.get(f.name, [None] * len(rows)), f.type) for f in RECORDS]
    return pa.table(columns, schema=RECORDS)


def add_load(
    vault: Vault,
    names: Sequence[Sequence[str | None]],
    couples: frozenset[int] = frozenset(),
    **facts: object,
) -> str:
    """A load with one chunk for each list of names; lines in `couples` give two records."""
    with vault.read() as reader:
        book = dictionary.codebook(reader)
    line = 1
    with vault.write() as writer:
        load = unfinished.next_id(writer, loads.PREFIX)
        for n, chunk in enumerate(names):
            lines = list(range(line + 1, line + 1 + len(chunk)))
            line += len(chunk)
            people = [
                (number, part, name)
                for number, name in zip(lines, chunk, strict=True)
                for part in ((1, 2) if number in couples else (1,))
            ]
            codes = book.encode_records(records_table(people))
            loads.add_chunk(writer, load, n, raw_table(lines, chunk), codes)
        dictionary.append(writer, book)
        known = {
            "kind": "people",
            "kind_digest": "k" * 64,
            "file": "people.csv",
            "sha256": "a" * 64,
            "size": 100,
            "mapping": MAPPING,
            "shape": Shape("csv", COLUMNS, encoding="utf-8", delimiter=","),
            "rows_read": line - 1,
            "loaded_at": AT,
            "loaded_by": "Ann",
            "warnings": (Note("footer-total", {"total": 3}),),
        }
        loads.finish(writer, load, loads.LoadFacts(**(known | facts)))  # type: ignore[arg-type]
        trail.append(writer, AT, "Ann", "load.accept", {"load": load})
    return load


def make_pair(n: int, weight: float, band: Band = Band.CERTAIN) -> runs.Pair:
    """A pair of records n-1 and n-1 with one bar of evidence."""
    evidence = (Evidence("surname", "SMITH", "SMYTH", "close", weight),)
    return runs.Pair(n, n - 1, n - 1, weight, 0.5, band, evidence)


def add_run(vault: Vault, left: str, right: str | None, pairs: Sequence[runs.Pair]) -> str:
    """A finished run with these pairs and narrow copies of their records."""
    with vault.write() as writer:
        run = unfinished.next_id(writer, runs.PREFIX)
        runs.add_pairs(writer, run, pairs)
        sides = {(left, p.left_record) for p in pairs}
        sides |= {(right or left, p.right_record) for p in pairs}
        runs.add_records(
            writer,
            run,
            (runs.PairRecord(ld, n, n + 2, 1, {"surname": ("Smith", "SMITH")}) for ld, n in sides),
        )
        runs.finish(
            writer,
            run,
            runs.RunFacts(
                plan="deaths",
                plan_digest="d" * 64,
                plan_json="{}",
                left=left,
                right=right,
                purpose="stop-mail",
                candidate_pairs=len(pairs),
                bands=Bands(certain=len(pairs)),
                seconds={"read": 1, "score": 0.5},
                notes=(Note("hub", {"n": 1}),),
                run_at=AT,
                run_by="Ann",
            ),
        )
        trail.append(writer, AT, "Ann", "match.run", {"run": run})
    return run


class Fill:
    """Small loads and runs, made by the functions that services use."""

    at = AT
    columns = COLUMNS
    mapping = MAPPING
    raw_table = staticmethod(raw_table)
    pair = staticmethod(make_pair)

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def load(
        self,
        names: Sequence[Sequence[str | None]],
        couples: frozenset[int] = frozenset(),
        **facts: object,
    ) -> str:
        """A load with one chunk for each list; lines in `couples` give two records."""
        return add_load(self.vault, names, couples, **facts)

    def run(self, left: str, right: str | None, pairs: Sequence[runs.Pair]) -> str:
        """A finished run."""
        return add_run(self.vault, left, right, pairs)

    def withdraw(self, load: str) -> None:
        """Withdraw a load and the runs that used it."""
        with self.vault.write() as writer:
            for run in runs.of_load(writer, load):
                runs.withdraw(writer, run)
            loads.withdraw(writer, load, "wrong-file", AT, "Ann")
            trail.append(writer, AT, "Ann", "load.withdraw", {"load": load})

    def pages(self) -> Iterator[bytes]:
        """Every page of the database file in clear, free ones too: AES-256-CBC by hand."""
        self.vault.checkpoint()
        content = self.vault.database.read_bytes()
        for start in range(0, len(content), PAGE):
            page = content[start : start + PAGE]
            first = IV if start == 0 else 0
            body, nonce = page[first : PAGE - RESERVED], page[PAGE - RESERVED :][:IV]
            cipher = Cipher(algorithms.AES(self.vault.key.key), modes.CBC(nonce)).decryptor()
            yield cipher.update(body) + cipher.finalize()


@pytest.fixture(scope="session")
def policy() -> VaultPolicy:
    return replace(read_vault_policy(resource("policy", "vault.toml")), kdf=KdfCost(64, 1, 1))


@pytest.fixture
def vault(tmp_path: Path, policy: VaultPolicy) -> Iterator[Vault]:
    made = making.make(tmp_path / "vault", "Ann", PASSPHRASE, policy, NOW)
    yield made.vault
    made.vault.close()


@pytest.fixture
def witnessed() -> Callable[[Writer], None]:
    """Make a trail entry, without which no transaction is committed."""

    def entry(writer: Writer, action: str = "test.write") -> None:
        trail.append(writer, "2026-08-22T09:00:00Z", "Ann", action, {})

    return entry


@pytest.fixture
def fill(vault: Vault) -> Fill:
    return Fill(vault)
