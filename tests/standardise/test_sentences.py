"""Every remark that standardising can make has its sentence."""

from __future__ import annotations

import re

from app.base.places import RESOURCES
from app.wording.book import book

SOURCES = RESOURCES.parent / "app" / "standardise"
REMARK = re.compile(
    r'"((?:name|date|uprn|nino|nhs-number|phone|email|account|sex|postcode|house|row|mapped|not)'
    r'-[a-z-]+)"'
)


def test_every_remark_has_a_sentence_that_counts_by_column() -> None:
    codes = {
        code for path in SOURCES.glob("*.py") for code in REMARK.findall(path.read_text("utf-8"))
    }
    assert len(codes) > 35
    silent = {code for code in codes if ("note", code) not in book()}
    assert silent <= {"date-unreadable"} - {c for f, c in book() if f == "note"}
    for code in codes:
        if not code.startswith(("mapped", "not")):
            assert book()["note", code].facts() <= {"column", "count"}
