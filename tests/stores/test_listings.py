"""Tables over SQL: the trail found by the words it is read in, rows that go, nothing injected."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from app.stores import listings, trail
from app.stores.listings import ListingView, Words

ACTS = {"package.seal": "sealed a package", "look.pair": "looked at a pair"}
FACTS = {"package": "parcel", "at": "when"}
MONTHS = {"08": "August", "09": "September"}
LONG = 120_000
ENTRIES = (
    ("2026-08-22T10:00:00Z", "Ann", "vault.create", {"vault": "ab12"}),
    ("2026-09-02T10:00:00Z", "Siân", "look.pair", {"pair": "R1-1"}),
    ("2026-09-03T10:00:00Z", "Bob", "package.seal", {"package": "P1", "rows": 3}),
)


@pytest.fixture
def view(vault):
    with vault.write() as writer:
        for entry in ENTRIES:
            trail.append(writer, *entry)
    return ListingView(vault.read, listings.trail(Words(ACTS, FACTS, MONTHS)))


def keys(view) -> list[int]:
    return [view.key(n) for n in range(view.count())]


def test_the_newest_stands_first_as_it_is_kept(view) -> None:
    assert view.columns == ("seq", "at", "steward", "action", "facts", "hash")
    first = view.window(0, 1)[0]
    facts = '{"package":"P1","rows":3}'
    assert first[:5] == ("3", "2026-09-03T10:00:00Z", "Bob", "package.seal", facts)
    assert len(first[5]) == 64
    assert [row[0] for row in view.window(1, 9)] == ["2", "1"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("SEALED", [3]),
        ("parcel P1", [3]),
        ("P1 · rows 3", [3]),
        ("rows 3", [3]),
        ("22 August 2026", [1]),
        ("september", [3, 2]),
        ("2 September", [2]),
        ("siân", [2]),
        ("vault.create", [1]),
        ("R1-1", [2]),
        ("nobody", []),
        ("'; DROP TABLE trail; --", []),
    ],
)
def test_it_is_found_by_what_is_read(view, sought, found) -> None:
    view.arrange(None, False, sought)
    assert keys(view) == found
    assert view.total() == 3


def test_it_is_sorted_by_time_and_acts_by_their_words(view) -> None:
    for column, order in (("at", [1, 2, 3]), ("steward", [1, 3, 2]), ("action", [2, 3, 1])):
        view.arrange(column, False, "")
        assert keys(view) == order
        view.arrange(column, True, "")
        assert keys(view) == order[::-1]
    with pytest.raises(KeyError):
        view.arrange("seq; DROP TABLE trail", False, "")


def test_a_long_trail_is_shown_at_once(vault) -> None:
    """A page of rows costs its rows and not the trail; a search reads all, in a worker."""
    with vault.write() as writer:
        writer.run_many(
            "INSERT INTO trail (at, steward, action, facts, hash)"
            " VALUES ('2026-08-22T10:00:00Z', 'Ann', 'look.pair', ?, '')",
            ((f'{{"pair":"R1-{n}"}}',) for n in range(LONG)),
        )
        writer.witnessed = True
    view = ListingView(vault.read, listings.trail(Words(ACTS, FACTS, MONTHS)))
    assert view.count() == LONG
    steps = []
    with vault.read() as reader:
        reader._connection.set_progress_handler(lambda: steps.append(None), 1_000)
        view._reading = lambda: nullcontext(reader)
        for page in range(20):
            assert len(view.window(page * 5_000, 256)) == 256
        reader._connection.set_progress_handler(None, 0)
    view._reading = vault.read
    assert len(steps) / 20 < 20  # thousands of steps of the database a page; the trail has 120,000
    view.arrange(None, False, "looked at")
    assert view.count() == LONG
    view.arrange(None, False, "pair R1-77777")
    assert view.count() == 1
    assert view._keys.itemsize == 8


def test_rejected_rows_in_order_and_gone_ones_read_as_empty(vault, fill) -> None:
    fill.load([["A"]])
    with vault.write() as writer:
        trail.append(writer, "2026", "Bob", "load.accept", {"load": "L1"})
        writer.run(
            "INSERT INTO rejection VALUES ('L1', 0, 7, 'dob', 'date-unreadable', '{}', '[]')"
        )
    view = ListingView(vault.read, listings.rejections("L1"))
    assert view.window(0, 9) == [("7", "dob", "date-unreadable", "[]")]
    with vault.write() as writer:
        trail.append(writer, "2026", "Bob", "load.withdraw", {"load": "L1"})
        writer.run("DELETE FROM rejection")
    assert view.window(0, 9) == [("",) * 4]
    view.arrange(None, False, "")
    assert (view.count(), view.total()) == (0, 0)
