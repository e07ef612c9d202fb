"""A plain standardiser for the published test sets: enough to feed the engine, nothing more."""

from __future__ import annotations

import csv
import datetime
import re
from pathlib import Path

import pyarrow as pa

from app.model.codebook import Codebook
from app.model.records import RECORDS

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(stream)]


def letters(text: str) -> str | None:
    return re.sub("[^A-Z]", "", text.upper()) or None


def date(text: str) -> datetime.date | None:
    digits = text.replace("-", "")
    try:
        return datetime.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


def encode(records: list[dict[str, object]], book: Codebook) -> pa.Table:
    """Records as a CODES table; absent columns are null."""
    columns = [
        pa.array([record.get(field.name) for record in records], field.type) for field in RECORDS
    ]
    return book.encode_records(pa.table(columns, schema=RECORDS))


def born(day: datetime.date | None) -> dict[str, object]:
    if day is None:
        return {}
    return {
        "birth_date": (day - datetime.date(1970, 1, 1)).days,
        "birth_year": day.year,
        "birth_month": day.month,
        "birth_day": day.day,
    }


def febrl(row: dict[str, str]) -> dict[str, object]:
    forename = letters(row["given_name"])
    return {
        "forename": forename,
        "canonical": forename,
        "surname": letters(row["surname"]),
        "house": row["street_number"] or None,
        "street": row["address_1"].upper() or None,
        "postcode": row["postcode"] or None,
        "other_id": row["soc_sec_id"] or None,
        **born(date(row["date_of_birth"])),
    }


def fake(row: dict[str, str]) -> dict[str, object]:
    forename = letters(row["first_name"])
    return {
        "forename": forename,
        "canonical": forename,
        "surname": letters(row["surname"]),
        "email": row["email"].upper() or None,
        "postcode": row["city"].upper() or None,
        **born(date(row["dob"])),
    }
