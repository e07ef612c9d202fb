"""One model of a person as columns: standardised text, and the integer codes matching reads."""

from __future__ import annotations

import pyarrow as pa

RECORDS = pa.schema(
    [
        ("row", pa.int32()),
        ("part", pa.int8()),
        ("reference", pa.string()),
        ("other_id", pa.string()),
        ("forename", pa.string()),
        ("canonical", pa.string()),
        ("middle", pa.string()),
        ("initials", pa.string()),
        ("surname", pa.string()),
        ("surname_a", pa.string()),
        ("surname_b", pa.string()),
        ("birth_surname", pa.string()),
        ("alias_surname", pa.string()),
        ("alias_forename", pa.string()),
        ("sex", pa.int8()),
        ("birth_date", pa.int32()),
        ("birth_year", pa.int16()),
        ("birth_month", pa.int8()),
        ("birth_day", pa.int8()),
        ("death_date", pa.int32()),
        ("postcode", pa.string()),
        ("house", pa.string()),
        ("street", pa.string()),
        ("communal", pa.bool_()),
        ("uprn", pa.int64()),
        ("nino", pa.string()),
        ("nhs_number", pa.int64()),
        ("phone", pa.int64()),
        ("email", pa.string()),
        ("account", pa.string()),
    ]
)
"""Standardised records, one row a person: a source row may give several (`part` 1, 2 ...).

`row` is the source line; `forename` the first given name folded to A-Z; `canonical` its
nickname root; `surname` folded without spaces, hyphens and apostrophes, `surname_a` and `_b`
the halves of a double-barrelled one; dates are days since 1970-01-01, null unless complete;
`sex` 1 male, 2 female; `postcode` without its space; `house` the number or name of the house,
a dwelling inside it in front of a slash (`2/14` flat 2 of number 14, `2/` a flat of no house);
`street` the rest of the first address line; `communal` a care home or the like; null is missing.
"""

DOMAINS: dict[str, str] = {
    "forename": "name",
    "canonical": "name",
    "middle": "name",
    "initials": "initials",
    "surname": "name",
    "surname_a": "name",
    "surname_b": "name",
    "birth_surname": "name",
    "alias_surname": "name",
    "alias_forename": "name",
    "postcode": "postcode",
    "house": "house",
    "street": "street",
    "nino": "nino",
    "email": "email",
    "account": "account",
    "other_id": "other_id",
}
"""Text columns of RECORDS that are stored as codes, and the dictionary each code belongs to."""

CODES = pa.schema(
    [
        pa.field(f.name, pa.int32() if f.name in DOMAINS else f.type)
        for f in RECORDS
        if f.name != "reference"
    ]
)
"""RECORDS with every text column as an int32 code (null stays null); `reference` stays raw."""
