"""Rules for packages, the passphrase word list and the templates of package documents."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.base.errors import Refused, Where
from app.catalogue.strict import Table, read_table
from app.model.packaging import PackageLimits, PackagePolicy, ReportTemplates

FORMATS = ("age", "zip")


def read_package_policy(path: Path) -> PackagePolicy:
    """The policy file; every bound must be a positive whole number."""
    table = read_table(path)
    table.text("source")
    table.text("from")
    policy = PackagePolicy(
        limits=_limits(table.table("limits")),
        format=table.choice("format", FORMATS),
        deflate_level=_within(table, "deflate_level", 1, 9),
        passphrase_words=_within(table, "passphrase_words", 6, 12),
        fingerprint_words=_within(table, "fingerprint_words", 4, 12),
        receipt_days=_within(table, "receipt_days", 1, 365),
        small_group=_within(table, "small_group", 2, 1000),
        full_share=_share(table, "full_share"),
        age_bands=_ages(table),
    )
    table.finish()
    return policy


def read_passphrase_words(path: Path) -> tuple[str, ...]:
    """The word list, checked against the count and digest that the file beside it (.toml) gives."""
    about = read_table(path.with_suffix(".toml"))
    for key in ("title", "creator", "source", "licence", "changes", "from"):
        about.text(key)
    count, sha256 = about.integer("words"), about.text("sha256")
    about.finish()
    try:
        content = path.read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        raise Refused("file-not-found", where=Where(file=path.name)) from None
    words = tuple(content.decode("utf-8").split())
    if hashlib.sha256(content).hexdigest() != sha256 or len(set(words)) != count:
        raise Refused("word-list-damaged", where=Where(file=path.name))
    return words


def read_report_templates(folder: Path) -> ReportTemplates:
    """Every template of the folder by file name, and words.toml; each title has its template."""
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*"))
        if path.suffix in {".html", ".txt", ".css"}
    }
    table = read_table(folder / "words.toml")
    titles, groups = table.mapping("titles"), table.mapping("groups")
    for name in titles:
        if name not in files:
            table.refuse(f"titles.{name}", "value", ", ".join(files))
    words = {key: table.text(key) for key in table if key not in {"titles", "groups"}}
    return ReportTemplates(files, titles, groups, words)


def _ages(table: Table) -> tuple[int, ...]:
    ages = tuple(int(age) for age in table.numbers("age_bands"))
    if not ages or ages[0] <= 0 or list(ages) != sorted(set(ages)):
        table.refuse("age_bands", "value", "18, 25, 35")
    return ages


def _share(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 < value <= 1:
        table.refuse(key, "value", "0.01 - 1")
    return value


def _limits(table: Table) -> PackageLimits:
    top = (1 << 31) - 1
    limits = PackageLimits(
        entries=_within(table, "entries", 16, 60_000),
        bytes=_within(table, "bytes", 1, top),
        ratio=_within(table, "ratio", 2, 1_032),
        ratio_from_bytes=_within(table, "ratio_from_bytes", 1, top),
        document_bytes=_within(table, "document_bytes", 65_536, top),
        name_characters=_within(table, "name_characters", 32, 250),
        recipients=_within(table, "recipients", 1, 64),
    )
    table.finish()
    return limits


def _within(table: Table, key: str, least: int, most: int) -> int:
    value = table.integer(key)
    if not least <= value <= most:
        table.refuse(key, "value", f"{least} - {most}")
    return value
