"""The window's prose by key, with the form that suits the number in it."""

from __future__ import annotations

from app.base.errors import Fact
from app.wording.book import sentence
from app.wording.sentences import field

SIDES = {"left": "share.side-left", "right": "share.side-right"}


def taken(take: str) -> str:
    """Where a column of a package comes from: `date of birth, from the people` and the like."""
    side, dot, meaning = take.partition(".")
    return tell(SIDES[side], field=field(meaning)) if dot else field(take)


def tell(key: str, **facts: Fact) -> str:
    """The text of `family.code` in resources/wording with its facts filled in.

    A fact `n` chooses `code-none` for 0 and `code-one` for 1 where the book has them.
    Raises KeyError for a key the book does not hold: that is a bug, and a test looks for it.
    """
    family, _, code = key.partition(".")
    form = {0: "-none", 1: "-one"}.get(facts["n"]) if isinstance(facts.get("n"), int) else None  # type: ignore[arg-type]
    text = sentence(family, code + form, "text", facts) if form else None
    if text is None:
        text = sentence(family, code, "text", facts)
    if text is None:
        raise KeyError(key)
    return text
