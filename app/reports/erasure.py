"""The record that a load was erased: what, when, by whom, and what the search came to."""

from __future__ import annotations

from collections.abc import Callable

from app.model.erasures import Erasure
from app.model.loads import LoadSummary
from app.model.packaging import ReportTemplates
from app.reports.fill import fill_html, long_date, number

Say = Callable[[str, str], str]
"""The words for a code of a family."""


def erasure_page(
    templates: ReportTemplates, found: Erasure, about: LoadSummary, office: str
) -> bytes:
    """The page, self-contained and without personal data."""
    words = templates.words
    texts = {
        "title": words["erasure-title"],
        "package": found.load,
        "classification": words["erasure-marking"],
        "office": office,
        "load": found.load,
        "file": about.file,
        "records": number(about.records),
        "sha256": about.sha256,
        "loaded": long_date(about.loaded_at),
        "reason": found.reason,
        "proposed": f"{long_date(found.proposed_at)}, {found.proposed_by}",
        "erased": f"{long_date(found.erased_at or '')}, {found.erased_by}",
        "pages": _count(found.pages, words["erasure-unproved"]),
        "pieces": _count(found.pieces, words["erasure-unproved"]),
        "found": _count(found.found, words["erasure-unproved"]),
        "backups": _count(found.backups, words["erasure-unproved"]),
        "shared": _count(found.shared, words["erasure-unproved"]),
    }
    body = fill_html(templates.files["erasure.html"], texts)
    frame = {"style": templates.files["style.css"], "body": body}
    return fill_html(templates.files["frame.html"], texts, frame).encode("utf-8")


def _count(value: int | None, missing: str) -> str:
    return missing if value is None else number(value)
