"""The documents that go beside a package's data (facts F3), from templates and the contents."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.model.cells import guard_row
from app.model.packaging import (
    DataFile,
    Document,
    Documents,
    PackageContent,
    PackagePolicy,
    PackedFile,
    ReportTemplates,
    Seals,
)
from app.reports.fill import fill_text, number
from app.reports.pages import Pages, package_texts


def package_documents(templates: ReportTemplates, policy: PackagePolicy) -> Documents:
    """The maker of a package's documents; groups under `small_group` people are not shown."""

    def make(
        content: PackageContent, files: tuple[PackedFile, ...], seals: Seals
    ) -> Sequence[Document]:
        pages = Pages(templates, policy, content, files)
        guard = templates.words["guard"]
        return [
            Document("README.txt", _readme(templates, content, files, seals)),
            Document("datapackage.json", _datapackage(content, files, guard)),
            Document("dictionary.csv", _dictionary(files, guard)),
            Document("control-totals.csv", _totals(files)),
            *(Document(name, pages.html(name)) for name in templates.titles),
        ]

    return make


def _readme(
    templates: ReportTemplates,
    content: PackageContent,
    files: tuple[PackedFile, ...],
    seals: Seals,
) -> bytes:
    words = templates.words
    texts = package_texts(words, content)
    lines = (
        f"  {file.name:<20} {file.described.title} "
        f"({words['rows'].format(count=number(file.rows))})"
        for file in files
    )
    own = {
        "lists": words["and"].join(dict.fromkeys(("manifest-sha256.txt", seals.signed_list))),
        "place": words["above"] if seals.lists_above else "",
        "signed_list": seals.signed_list,
        "minisign_key": seals.minisign_key,
    }
    tidy = {name: " ".join(text.split()) for name, text in {**texts, **own}.items()}
    tidy["files"] = "\n".join(" ".join(line.splitlines()) for line in lines)
    return fill_text(templates.files["README.txt"], tidy)


def _datapackage(content: PackageContent, files: tuple[PackedFile, ...], guard: str) -> bytes:
    """A tabular data package descriptor (Data Package and Table Schema, version 1)."""
    identity = content.identity
    said = {
        "profile": "tabular-data-package",
        "name": _slug(identity.package),
        "id": identity.package,
        "title": identity.title,
        "created": identity.created,
        "resources": [_resource(file, guard) for file in files],
    }
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _resource(file: PackedFile, guard: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": _slug(file.name.removesuffix(".csv")),
        "title": file.described.title,
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "formulaGuard": guard,
        "schema": _schema(file.described),
    }


def _schema(described: DataFile) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for column in described.columns:
        field: dict[str, Any] = {"name": column.name, "type": column.type}
        if column.title:
            field["title"] = column.title
        if column.allowed:
            field["constraints"] = {"enum": list(column.allowed)}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if described.key is not None:
        schema["rowKey"] = described.key
    return schema


def _dictionary(files: tuple[PackedFile, ...], guard: str) -> bytes:
    header = ("file", "column", "meaning", "type", "allowed", "source", "why", "empty", "guard")
    rows = (
        (
            file.name,
            column.name,
            column.title,
            column.type,
            "; ".join(column.allowed),
            column.source,
            column.why,
            column.empty,
            guard,
        )
        for file in files
        for column in file.described.columns
    )
    return _csv(header, rows)


def _totals(files: tuple[PackedFile, ...]) -> bytes:
    rows = (
        (file.name, total.measure, total.column, total.value)
        for file in files
        for total in file.totals
    )
    return _csv(("file", "measure", "column", "value"), rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(guard_row(row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _slug(name: str) -> str:
    """Lower case, as the descriptor's names must be."""
    return name.lower().replace(" ", "-")
