"""The program that runs an exported model with Splink: its text, with the counting filled in."""

from __future__ import annotations

import json
from typing import Any

from app.base.places import resource
from app.matching import compete
from app.matching.export.chances import chances, column
from app.matching.export.counted import OWN
from app.matching.export.frequent import blocking
from app.matching.export.people import RETAINED, frequencies, keyed, people
from app.matching.export.settings import TERM_FREQUENCIES
from app.model.plan import LEVELS, UNWEIGHTED, MatchPlan
from app.model.records import RECORDS


def spark_runner(plan: MatchPlan, dialect: str = "spark") -> str:
    """A Python program for Splink's Spark backend; it runs outside this product."""
    text = resource("spark", "run_links.py").read_text(encoding="utf-8")
    facts: dict[str, Any] = {
        "COLUMNS": [field.name for field in RECORDS],
        "BLOCKING": {
            "between": blocking(plan, within=False),
            "within": blocking(plan, within=True),
        },
        "RETAINED": RETAINED,
        "FREQUENCIES": _used(plan),
        "OWN_FREQUENCIES": [[*at, name] for at, name in OWN.items() if at[0] in plan.fields],
        "LEAST_FREQUENCY": plan.minimum_tf,
        "LEVELS": {
            column(field, code): [field, code]
            for field in plan.fields
            for code in LEVELS[field]
            if (field, code) not in UNWEIGHTED
        },
        "PRIOR": {
            "share": plan.prior.share,
            "strength": plan.prior.strength,
            "most_share": compete.MOST_SHARE,
            "most_partners": compete.MOST_PARTNERS,
            "rounds": compete.ROUNDS,
            "settled": compete.SETTLED,
        },
    }
    filled = {name: json.dumps(value, indent=4) for name, value in facts.items()}
    filled["COUNT"] = _quoted([*keyed(plan), *chances(plan, dialect)])
    filled["DESCRIBE"] = _quoted([*frequencies(plan), *people(plan)])
    for name, value in filled.items():
        mark = f"\n{name} = ...\n"
        if text.count(mark) != 1:
            raise ValueError(mark)
        text = text.replace(mark, f"\n{name} = {value}\n")
    return text


def _quoted(statements: list[str]) -> str:
    """Statements as the text of a Python program."""
    text = "\n".join(statements)
    return f'"""\n{text}"""'


def _used(plan: MatchPlan) -> list[str]:
    """Columns whose value frequencies the plan's levels are weighed by."""
    used = {column for (field, _), column in TERM_FREQUENCIES.items() if field in plan.fields}
    return sorted(used)
