"""Every sentence a person reads about an error, a state or an outcome, by its code."""

from app.wording.forms import counted, day, day_of, moment_of, months, number, percent, say, size
from app.wording.sentences import (
    Sentence,
    field,
    footer,
    group,
    level,
    name,
    names,
    note,
    place,
    refusal,
    rejection,
    stage,
    unit,
)

__all__ = [
    "Sentence",
    "counted",
    "day",
    "day_of",
    "field",
    "footer",
    "group",
    "level",
    "moment_of",
    "months",
    "name",
    "names",
    "note",
    "number",
    "percent",
    "place",
    "refusal",
    "rejection",
    "say",
    "size",
    "stage",
    "unit",
]
