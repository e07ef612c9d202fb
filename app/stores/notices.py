"""Notices that rows of sealed packages were wrong or may no longer be used."""

from __future__ import annotations

from app.model.notices import PackageNotice
from app.stores.sqlcipher import Reader, Writer

_NOTICE = (
    "SELECT id, package, request, rows, why, file, sha256, made_at, made_by FROM package_notice"
)


def put(writer: Writer, notice: PackageNotice) -> None:
    """Keep a notice that was sealed."""
    writer.run(
        "INSERT INTO package_notice (id, package, request, rows, why, file, sha256, made_at,"
        " made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notice.notice,
            notice.package,
            notice.request,
            notice.rows,
            notice.why,
            notice.file,
            notice.sha256,
            notice.made_at,
            notice.made_by,
        ),
    )


def listing(reader: Reader) -> tuple[PackageNotice, ...]:
    """Every notice, oldest first."""
    return tuple(PackageNotice(*row) for row in reader.rows(f"{_NOTICE} ORDER BY made_at, id"))


def next_id(reader: Reader, package: str) -> str:
    """The id of a package's next notice: "P1-W1", "P1-W2"."""
    row = reader.first("SELECT count(*) FROM package_notice WHERE package = ?", (package,))
    return f"{package}-W{int(row[0]) + 1 if row else 1}"
