"""Agreements, packages, and which rows went out in which package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.sharing import Agreement, PackageSpec, PackageSummary
from app.stores import plain, unfinished
from app.stores.sqlcipher import Reader, Writer

PREFIX = "P"
_SUMMARY = (
    "SELECT id, state, agreement, recipient, purpose, rows, fields, drafted_by, drafted_at,"
    " approved_by, sealed_at, file, sha256, destroy_by FROM package"
)


@dataclass(frozen=True)
class DraftFacts:
    """What is recorded of a drafted package."""

    spec: PackageSpec
    agreement: str
    recipient: str
    rows: int
    fields: int
    drafted_by: str
    drafted_at: str


@dataclass(frozen=True)
class SealFacts:
    """What is recorded of a sealed package; `file` is its name, without folders."""

    sealed_by: str
    sealed_at: str
    file: str
    sha256: str
    destroy_by: str


def put_agreement(writer: Writer, agreement: Agreement, at: str, by: str) -> None:
    """Keep an agreement under its reference, in place of one kept before."""
    writer.run(
        "INSERT INTO agreement (ref, body, kept_at, kept_by) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (ref) DO UPDATE SET body = excluded.body, kept_at = excluded.kept_at,"
        " kept_by = excluded.kept_by",
        (agreement.ref, plain.write(agreement), at, by),
    )


def agreements(reader: Reader) -> tuple[Agreement, ...]:
    """Every agreement, by reference."""
    rows = reader.rows("SELECT body FROM agreement ORDER BY ref")
    return tuple(plain.read(Agreement, body) for (body,) in rows)


def agreement(reader: Reader, ref: str) -> Agreement:
    """One agreement. Raises Refused `agreement-unknown`."""
    row = reader.first("SELECT body FROM agreement WHERE ref = ?", (ref,))
    if row is None:
        raise Refused("agreement-unknown", agreement=ref[:80])
    return plain.read(Agreement, row[0])


def draft(writer: Writer, facts: DraftFacts) -> str:
    """Record a draft; its new id ("P1")."""
    identity = unfinished.next_id(writer, PREFIX)
    writer.run(
        "INSERT INTO package (id, n, state, spec, agreement, recipient, purpose, rows, fields,"
        " drafted_by, drafted_at) VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identity,
            unfinished.number_of(identity),
            plain.write(facts.spec),
            facts.agreement,
            facts.recipient,
            facts.spec.purpose,
            facts.rows,
            facts.fields,
            facts.drafted_by,
            facts.drafted_at,
        ),
    )
    return identity


def approve(writer: Writer, package: str, by: str, at: str) -> None:
    """A draft becomes approved. Raises Refused `package-state`."""
    _require_state(writer, package, "draft")
    writer.run(
        "UPDATE package SET state = 'approved', approved_by = ?, approved_at = ? WHERE id = ?",
        (by, at, package),
    )


def seal(writer: Writer, package: str, facts: SealFacts, rows: Iterable[tuple[str, int]]) -> None:
    """A draft or approved package becomes sealed, with every (load, record) it carried."""
    _require_state(writer, package, "draft", "approved")
    writer.run(
        "UPDATE package SET state = 'sealed', sealed_by = ?, sealed_at = ?, file = ?, sha256 = ?,"
        " destroy_by = ? WHERE id = ?",
        (facts.sealed_by, facts.sealed_at, facts.file, facts.sha256, facts.destroy_by, package),
    )
    writer.run_many(
        "INSERT OR IGNORE INTO package_row (package, load, record) VALUES (?, ?, ?)",
        ((package, load, int(record)) for load, record in rows),
    )


def discard(writer: Writer, package: str) -> None:
    """A package that has not been sealed is dropped. Raises Refused `package-state`."""
    _require_state(writer, package, "draft", "approved")
    writer.run("UPDATE package SET state = 'discarded' WHERE id = ?", (package,))


def packages(reader: Reader) -> tuple[PackageSummary, ...]:
    """Every package, oldest first."""
    return tuple(PackageSummary(*row) for row in reader.rows(f"{_SUMMARY} ORDER BY n"))


def package(reader: Reader, identity: str) -> PackageSummary:
    """One package. Raises Refused `package-unknown`."""
    row = reader.first(f"{_SUMMARY} WHERE id = ?", (identity,))
    if row is None:
        raise Refused("package-unknown", package=identity[:40])
    return PackageSummary(*row)


def spec(reader: Reader, identity: str) -> PackageSpec:
    """What a package was drafted to hold. Raises Refused `package-unknown`."""
    row = reader.first("SELECT spec FROM package WHERE id = ?", (identity,))
    if row is None:
        raise Refused("package-unknown", package=identity[:40])
    return plain.read(PackageSpec, row[0])


def receivers(reader: Reader, load: str, record: int) -> tuple[str, ...]:
    """Ids of the sealed packages that carried a record."""
    rows = reader.rows(
        "SELECT package FROM package_row WHERE load = ? AND record = ? ORDER BY package",
        (load, record),
    )
    return tuple(row[0] for row in rows)


def of_load(reader: Reader, load: str) -> tuple[str, ...]:
    """Ids of packages, not discarded, that stand on a load: by rows sent or by their draft."""
    sent = {
        row[0]
        for row in reader.rows("SELECT DISTINCT package FROM package_row WHERE load = ?", (load,))
    }
    runs = {
        row[0]
        for row in reader.rows(
            "SELECT id FROM run WHERE left_load = ? OR right_load = ?", (load, load)
        )
    }
    open_ones = reader.rows("SELECT id, spec FROM package WHERE state IN ('draft', 'approved')")
    for identity, body in open_ones:
        files = plain.read(PackageSpec, body).files
        if any(file.load == load or file.run in runs for file in files):
            sent.add(identity)
    return tuple(sorted(sent, key=unfinished.number_of))


def _require_state(reader: Reader, identity: str, *accepted: str) -> None:
    state = package(reader, identity).state
    if state not in accepted:
        raise Refused("package-state", package=identity, state=state)
