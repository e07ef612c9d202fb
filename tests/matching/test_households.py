"""Whether two tables show families, on a town that has them and one that has none."""

from __future__ import annotations

import random

from app.matching.family import RELATIVES
from app.matching.households import ENOUGH, families_shown
from app.matching.train import train
from tests.matching.households import family_of


def strangers(town, n: int = 400) -> list[dict]:
    """Every resident of a town in a house of their own, under a surname of their own."""
    return [
        p | {"surname": f"{p['surname']}{k}", "postcode": f"ZZ{k}1AA", "street": f"STREET {k}"}
        for k, p in enumerate(town(n))
    ]


def slipped(people: list[dict]) -> list[dict]:
    """The same people with a slip in one forename of ten and one birth date of ten."""
    dice, copies = random.Random(7), [dict(person) for person in people]
    for copy in copies:
        if dice.random() < 0.1:
            copy["forename"] = "X" + copy["forename"]
        if dice.random() < 0.1:
            copy["born"] = f"19{dice.randrange(10, 99)}-05-06"
    return copies


def test_a_town_shows_families_and_strangers_do_not(codes, town, book) -> None:
    alone = strangers(town)
    families = [member for person in alone for member in family_of(person)]
    assert families_shown(codes(families), codes(slipped(families)), book)
    assert families_shown(codes(families), None, book)
    assert not families_shown(codes(alone), codes(slipped(alone)), book)
    assert not families_shown(codes([*alone, *slipped(alone)]), None, book)


def test_too_few_or_too_bare_tables_keep_their_guards(codes, town, book) -> None:
    few = strangers(town, ENOUGH - 2)
    assert families_shown(codes(few), codes(few), book)
    bare = [p | {"house": None, "street": None} for p in strangers(town)]
    assert families_shown(codes(bare), codes(bare), book)


def test_training_drops_the_guards_only_where_no_families_show(codes, town, book, plans) -> None:
    alone, plan = strangers(town), plans["people"]
    kept = {a.code for a in train(codes(alone), codes(slipped(alone)), book, plan).adjustments}
    assert kept == {a.code for a in plan.adjustments} - RELATIVES
    families = [member for person in alone for member in family_of(person)]
    learnt = train(codes(families), codes(slipped(families)), book, plan)
    assert learnt.adjustments == plan.adjustments
