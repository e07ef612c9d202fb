"""Everything taken out of the product, in forms that any program reads: sealed, and read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.model.codebook import Codebook
from app.model.records import CODES, DOMAINS
from app.model.vaults import TakenOut
from app.sealing import parcel, passphrases
from app.services.placing import named
from app.services.workspace import Workspace
from app.standardise.records import describe
from app.stores import dictionary, dump
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

README, LISTING = "README.txt", "files.csv"
AT_ONCE = 4_096
"""Lines written at a time."""
Row = tuple[str, ...]


def take_out(workspace: Workspace, to: Path, progress: Progress = SILENT) -> TakenOut:
    """Write everything that the vault holds as an AES-256 ZIP under a generated passphrase.

    Each load as its rows (`loads/L1.csv`) and as they were understood (`records/L1.csv`), each
    other table as it stands (`tables/decision.csv`), and a list of all with SHA-256. Left out are
    the office's private keys. Read back before it stands; nothing in the vault changes.
    Raises Refused: right-missing, file-exists, disk-space-low, disk-full, cannot-write.
    """
    workspace.require_right("vault.take-out")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    workspace.require_space(workspace.vault.database.stat().st_size)
    words, policy = workspace.catalogue.passphrase_words, workspace.catalogue.package_policy
    phrase = passphrases.generate(words, policy.passphrase_words)
    with part_for(to) as part:
        with part.writing() as stream, workspace.read() as reader:
            counts, digests = _write(workspace, reader, parcel.Parcel(stream, phrase), progress)
        progress.stage("take-out-prove")
        with part.path.open("rb") as stream:
            parcel.prove(stream, phrase, digests, to.name, progress)
        sha256 = file_sha256(part.path, progress)
        with named(workspace, "vault.take-out", to, part.place) as change:
            change.facts |= {"file": to.name, "sha256": sha256, "files": len(counts)}
    return TakenOut(to, sha256, phrase, len(counts), sum(counts.values()))


def _write(
    workspace: Workspace, reader: Reader, out: parcel.Parcel, progress: Progress
) -> tuple[dict[str, int], parcel.Digests]:
    """All files; rows of each by its name, and the digests of all."""
    standing = [load.load for load in shelf.summaries(reader) if load.state == "visible"]
    tables = dump.tables(reader)
    progress.stage("take-out", 2 * len(standing) + len(tables))
    out.add(README, [workspace.catalogue.report_templates.files["TAKEN-OUT.txt"].encode("utf-8")])
    counts: dict[str, int] = {}
    book = dictionary.codebook(reader)
    for load in standing:
        _add(out, counts, f"loads/{load}.csv", *_raw(reader, load))
        progress.step()
        _add(out, counts, f"records/{load}.csv", *_records(reader, load, book))
        progress.step()
    for table in tables:
        header = dump.columns(reader, table)
        _add(out, counts, f"tables/{table}.csv", header, dump.rows(reader, table))
        progress.step()
    listed = [(name, str(counts[name]), out.digests[name]) for name in counts]
    out.add(LISTING, _csv(("file", "rows", "sha256"), iter(listed), {}, ""))
    out.close()
    return counts, out.digests


def _add(
    out: parcel.Parcel, counts: dict[str, int], name: str, header: Row, rows: Iterable[Row]
) -> None:
    out.add(name, _csv(header, rows, counts, name))


def _csv(header: Row, rows: Iterable[Row], counts: dict[str, int], name: str) -> Iterator[bytes]:
    """A CSV file as RFC 4180 has it, in UTF-8; the rows are counted as they pass."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    number = 0
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % AT_ONCE == 0:
            yield text.getvalue().encode("utf-8")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8")
    if name:
        counts[name] = number


def _raw(reader: Reader, load: str) -> tuple[Row, Iterator[Row]]:
    """The rows of a load as its file had them, with their lines."""
    names = ("line", *shelf.columns(reader, load))

    def rows() -> Iterator[Row]:
        for chunk in shelf.each_raw(reader, load):
            for row in zip(*(column.to_pylist() for column in chunk.columns), strict=True):
                yield tuple("" if cell is None else str(cell) for cell in row)

    return names, rows()


def _records(reader: Reader, load: str, book: Codebook) -> tuple[Row, Iterator[Row]]:
    """The records of a load as they were understood, days as ISO dates."""
    names = tuple(CODES.names)

    def rows() -> Iterator[Row]:
        for record in shelf.read_codes(reader, load).to_pylist():
            known = {
                name: book.text(DOMAINS[name], value) if name in DOMAINS else value
                for name, value in record.items()
                if value is not None
            }
            said = describe(known)
            yield tuple(str(said.get(name, known.get(name, ""))) for name in names)

    return names, rows()
