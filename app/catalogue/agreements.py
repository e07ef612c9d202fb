"""Information sharing agreements read from JSON in the shape of the public register (facts D4)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.base.errors import Fact, Refused, Where
from app.model.meanings import Meaning
from app.model.notes import Note
from app.model.sharing import Agreement

NAMES: dict[str, tuple[str, ...]] = {
    "ref": ("ref", "id", "record_id", "information-sharing-agreement"),
    "name": ("agreement_name", "name"),
    "purpose": ("purpose",),
    "purposes": ("purposes",),
    "powers": ("powers", "power", "legal-power-disclosure"),
    "controllers": ("controllers", "controller-names", "controller"),
    "processors": ("processors", "processor-names"),
    "disclosed_information": ("disclosed_information", "disclosed-information"),
    "data_items": ("data_items",),
    "benefits": ("benefits", "information_sharing_benefits", "information-sharing-benefits"),
    "method": ("method", "information_sharing_method", "information-sharing-method"),
    "retention_period": ("retention_period", "retention-period"),
    "retention_days": ("retention_days",),
    "start_date": ("start_date", "start-date"),
    "end_date": ("end_date", "end-date"),
    "review_date": ("review_date", "review-date"),
    "contact": ("contact",),
}
"""Our field and the names it goes by in the register of today and in that of 2018.

`data_items` is ours alone: the register has only words (`disclosed_information`).
"""

ITEMS = "data_items"
STATUS = "isa_status"
"""What the register says of an entry by its end date; it follows, so it is not kept."""
MOST_BYTES = 1_000_000
LONGEST = {"ref": 80, "name": 400}
"""Characters: both stand in what is signed and put on record."""

MOST_DAYS = 36_525
"""A hundred years: no agreement keeps data longer."""

_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_PERIOD = re.compile(r"(\d+)\s*(day|week|month|year)s?\b", re.IGNORECASE)


def read_agreement(path: Path, purposes: tuple[str, ...], default_days: int) -> Agreement:
    """One agreement, with what is doubtful about it.

    Unknown keys are kept out with a note, as the register carries more than we use. Raises
    Refused `agreement-unreadable`, `agreement-incomplete`, `agreement-purpose-unknown`.
    """
    where = Where(file=path.name)
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Refused("agreement-unreadable", where=where, problem="it is too large")
        data = json.loads(content.decode("utf-8-sig"))
    except OSError:
        raise Refused("file-not-found", where=where) from None
    except RecursionError:
        raise Refused("agreement-unreadable", where=where, problem="it is too deep") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused("agreement-unreadable", where=where, problem=str(error)) from None
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise Refused("agreement-unreadable", where=where, problem="one JSON object expected")
    fields = _gather(data) | _items(data, where)
    _check(fields, purposes, where)
    return replace(_agreement(fields, default_days), doubts=_doubts(data, fields))


def register_entry(agreement: Agreement) -> dict[str, Fact | tuple[str, ...]]:
    """The agreement in the register's present shape: what `read_agreement` reads."""
    entry: dict[str, Fact | tuple[str, ...]] = {
        names[0]: getattr(agreement, field) for field, names in NAMES.items()
    }
    if not agreement.data_items:
        entry["data_items"] = None  # an empty list would say that nothing may leave
    return entry


def status_of(agreement: Agreement, today: date) -> str:
    """`Complete` when the agreement's end lies behind, else `Active`, as the register has it."""
    return "Complete" if agreement.end_date and agreement.end_date < today.isoformat() else "Active"


def _gather(data: Mapping[str, Any]) -> dict[str, Any]:
    folded = {re.sub(r"[\s-]+", "_", key.strip().lower()): value for key, value in data.items()}
    found = {}
    for field, names in NAMES.items():
        for name in names:
            value = folded.get(name.replace("-", "_"))
            if value not in (None, "", []):
                found[field] = value
                break
    return found


def _items(data: Mapping[str, Any], where: Where) -> dict[str, tuple[str, ...]]:
    """The data items, read to the letter: what is not understood must not let something leave."""
    stated = [
        value for key, value in data.items() if re.sub(r"[\s-]+", "_", key.strip().lower()) == ITEMS
    ]
    if not stated or stated == [None]:
        return {}
    known = set(Meaning)
    items = stated[0]
    if len(stated) > 1 or not isinstance(items, list) or not items:
        raise Refused("agreement-items-unreadable", where=where, known=", ".join(sorted(known)))
    for item in items:
        if not isinstance(item, str) or item not in known:
            raise Refused(
                "agreement-item-unknown",
                where=where,
                item=str(item)[:80],
                known=", ".join(sorted(known)),
            )
    return {ITEMS: tuple(dict.fromkeys(items))}


def _check(fields: Mapping[str, Any], purposes: tuple[str, ...], where: Where) -> None:
    for field in ("ref", "name"):
        if field not in fields:
            raise Refused("agreement-incomplete", where=where, field=NAMES[field][0])
        if len(str(fields[field])) > LONGEST[field] or not str(fields[field]).isprintable():
            raise Refused(
                "agreement-field-unusable",
                where=where,
                field=NAMES[field][0],
                longest=LONGEST[field],
            )
    for purpose in _many(fields.get("purposes", ())):
        if purpose not in purposes:
            raise Refused(
                "agreement-purpose-unknown", where=where, purpose=purpose, known=", ".join(purposes)
            )
    days = str(fields.get("retention_days", 1))
    if not (days.isascii() and days.isdecimal() and 0 < int(days) <= MOST_DAYS):
        raise Refused("agreement-incomplete", where=where, field="retention_days")
    for field in ("start_date", "end_date"):
        try:
            date.fromisoformat(str(fields.get(field, "2000-01-01"))[:10])
        except ValueError:
            raise Refused(
                "agreement-date-unreadable", where=where, field=field, value=str(fields[field])
            ) from None


def _agreement(fields: Mapping[str, Any], default_days: int) -> Agreement:
    period = str(fields.get("retention_period", ""))
    return Agreement(
        ref=str(fields["ref"]),
        name=str(fields["name"]),
        purpose=str(fields.get("purpose", "")),
        purposes=_many(fields.get("purposes", ())),
        powers=_many(fields.get("powers", ())),
        controllers=_many(fields.get("controllers", ())),
        disclosed_information=str(fields.get("disclosed_information", "")),
        retention_period=period,
        retention_days=int(fields.get("retention_days") or _days(period) or default_days),
        start_date=_optional(fields, "start_date") or "",
        end_date=_optional(fields, "end_date"),
        review_date=_optional(fields, "review_date"),
        contact=str(fields.get("contact", "")),
        benefits=str(fields.get("benefits", "")),
        method=str(fields.get("method", "")),
        processors=_many(fields.get("processors", ())),
        data_items=fields.get(ITEMS, ()),
    )


def _doubts(data: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[Note, ...]:
    notes = []
    if "purposes" not in fields:
        notes.append(Note("agreement-purposes-unstated"))
    if ITEMS not in fields:
        notes.append(Note("agreement-items-unlisted"))
    if "retention_days" not in fields and not _days(str(fields.get("retention_period", ""))):
        notes.append(Note("agreement-retention-assumed"))
    for field in ("powers", "controllers", "disclosed_information", "contact"):
        if field not in fields:
            notes.append(Note("agreement-field-missing", {"field": field}))
    known = {STATUS, *(name.replace("-", "_") for names in NAMES.values() for name in names)}
    unused = [k for k in data if re.sub(r"[\s-]+", "_", k.strip().lower()) not in known]
    if unused:
        notes.append(Note("agreement-fields-unused", {"fields": ", ".join(sorted(unused))}))
    return tuple(notes)


def _days(period: str) -> int:
    found = _PERIOD.search(period)
    return min(int(found[1]) * _DAYS[found[2].lower()], MOST_DAYS) if found else 0


def _many(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    if isinstance(value, list | tuple):
        return tuple(str(part) for part in value)
    return (str(value),)


def _optional(fields: Mapping[str, Any], field: str) -> str | None:
    if field not in fields:
        return None
    try:
        return date.fromisoformat(str(fields[field])[:10]).isoformat()
    except ValueError:
        return None  # start and end were checked; a review date that is none is left out
