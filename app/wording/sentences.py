"""What happened and what to do: a code and its facts turned into sentences."""

from __future__ import annotations

from dataclasses import dataclass

from app.base.errors import Fact, Refused, Where
from app.model.loads import Rejection, Shape
from app.model.notes import Note
from app.model.particulars import Claim
from app.model.persons import RefusedLink
from app.model.thresholds import SampleState
from app.wording.book import book, sentence
from app.wording.forms import counted, number

DELIMITERS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    "~": "tilde",
    "^": "caret",
}
"""Marks that part columns, and what they are called where they are typed."""

MEANINGS = frozenset({"item", "listed"})
"""Facts that are codes of meanings: a sentence may say `{item_words}` for `{item}`."""


@dataclass(frozen=True)
class Sentence:
    """A refusal in words: what happened, and what to do about it."""

    what: str
    do: str


def refusal(error: Refused) -> Sentence:
    """The sentence of a refusal; its place (`file`, `row`, `column`) may stand in it as facts."""
    facts = {**_place_facts(error.where), **error.facts}
    for fact in MEANINGS & facts.keys():
        facts[f"{fact}_words"] = ", ".join(map(field, str(facts[fact]).split(", ")))
    what = sentence("refused", error.code, "what", facts)
    do = sentence("refused", error.code, "do", facts)
    if what is None or do is None:
        return Sentence(
            f"Muniment did not do this ({error.code}).",
            "Nothing was changed. Check what you asked for and try again.",
        )
    return Sentence(what, do)


def place(where: Where | None) -> str:
    """`file.csv, row 12, column Surname`, as far as it is known; empty where nothing is."""
    if where is None:
        return ""
    parts = (
        where.file,
        None if where.row is None else f"row {number(where.row)}",
        None if where.column is None else f"column {where.column}",
    )
    return ", ".join(part for part in parts if part)


def against(link: RefusedLink) -> str:
    """The two records that stand against a link, empty where they are not known any more."""
    if not link.against:
        return ""
    one, other = link.against
    facts: dict[str, Fact] = {"load": one.load, "row": one.row}
    facts |= {"other_load": other.load, "other_row": other.row}
    return sentence("unjoined", "against", "text", facts) or ""


def sample_state(sample: SampleState) -> str:
    """What the shares of a line rest on, and what is still to be decided for them."""
    left = "done" if not sample.left else "left-one" if sample.left == 1 else "left"
    facts: dict[str, Fact] = {"of_each": sample.size, "n": sample.left, "pairs": sample.pairs}
    return sentence("sample", left, "text", facts) or ""


def note(remark: Note) -> str:
    """The sentence of a warning or a reason, and the rows it names."""
    text = sentence("note", remark.code, "text", remark.facts) or _readable(remark.code)
    named = str(remark.facts.get("first_rows") or "")
    if not named:
        return text
    rows = len(named.split(", "))
    which = "row" if rows == 1 else "rows"
    if remark.facts.get("count") != rows:
        which = f"first-{which}"
    return f"{text} {sentence('end', which, 'text', remark.facts)}"


def rejection(rejected: Rejection) -> str:
    """Why a row was not loaded, without its values."""
    facts: dict[str, Fact] = {"row": rejected.row, "column": rejected.column, **rejected.facts}
    return sentence("rejection", rejected.code, "text", facts) or _readable(rejected.code)


def stage(code: str) -> str:
    """What long work is doing now: `Reading the file`."""
    return name("stage", code) if code else ""


def unit(code: str) -> str:
    """What a stage counts, in the plural (`records`, `bytes`); empty where a count says nothing."""
    return sentence("unit", code, "text", {}) or ""


def level(code: str) -> str:
    """How well two values agree: `same`, `one letter differs`."""
    return name("level", code)


def field(code: str) -> str:
    """A meaning or a line of evidence: `date of birth`, `family: same household`."""
    return name("field", code)


def names(family: str) -> dict[str, str]:
    """Every word the book has for codes of a family."""
    return {code: name(held, code) for held, code in book() if held == family}


def group(code: str) -> str:
    """A group of people: `male`, `not known`; age bands and postcode areas as they are."""
    return sentence("group", code, "text", {}) or code


def name(family: str, code: str) -> str:
    """The word or words for a code of any family without facts (band, role, action, state)."""
    return sentence(family, code, "text", {}) or _readable(code)


def _readable(code: str) -> str:
    words = code.replace("_", " ").replace("-", " ").replace(".", ": ")
    return words[:1].upper() + words[1:]


def _place_facts(where: Where | None) -> dict[str, Fact]:
    if where is None:
        return {}
    return {"file": where.file, "row": where.row, "column": where.column}


def delimiter(mark: str) -> str:
    """What parts columns, in words; a mark that has none stands for itself."""
    known = DELIMITERS.get(mark)
    return name("load", f"delimiter-{known}") if known else mark


def claim(claimed: Claim) -> str:
    """What a closing row claims, what was read, and whether they agree: a sign, then words."""
    facts: dict[str, Fact] = {
        "declared": claimed.declared,
        "found": claimed.found,
        "column": claimed.column,
    }
    held = {True: "agrees", False: "differs", None: "unchecked"}[claimed.agrees]
    kind = "sum" if claimed.column or claimed.agrees is None else "rows"
    return sentence("claim", f"{kind}-{held}", "text", facts) or ""


def footer(shape: Shape) -> str:
    """The closing lines of a file that are no rows, and what they claim of the rows."""
    if not shape.footer_rows:
        return ""
    total = shape.footer_total
    claims = [counted(total, "row")] if total is not None else []
    claims += [
        f"{one.column}: {one.total}" if one.column else one.total for one in shape.footer_sums
    ]
    lines = counted(shape.footer_rows, "line")
    return f"{lines}; {', '.join(claims)}" if claims else lines
