"""Tables in memory against the plain way of doing it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.stores import views
from app.stores.views import LoadView, Shelf, load_view

WORDS = st.sampled_from(["", "Smith", "SMITH", "smythe", "Ö'Neil", "10", "9", "a.b", None])


@given(st.lists(st.tuples(WORDS, WORDS), max_size=30), WORDS, st.booleans(), st.booleans())
def test_sort_and_search_as_python_would(rows, part, sorting, descending) -> None:
    view = _view(rows)
    texts = [tuple(cell or "" for cell in row) for row in rows]
    contains = part or ""
    view.arrange("b" if sorting else None, descending, contains)
    expected = [n for n, row in enumerate(texts) if any(contains.lower() in c.lower() for c in row)]
    if sorting:
        expected.sort(key=lambda n: _rank([row[1] for row in texts], texts[n][1]))
        if descending:
            expected.sort(key=lambda n: _rank([r[1] for r in texts], texts[n][1]), reverse=True)
    found = view.window(0, 256)
    if sorting:
        ranks = [_rank([row[1] for row in texts], row[1]) for row in found]
        assert ranks == sorted(ranks, reverse=descending)
        assert sorted(found) == sorted(texts[n] for n in expected)
    else:
        assert found == [texts[n] for n in expected]
    assert [view.key(n) for n in range(view.count())] == [
        texts_line for texts_line in (view.key(n) for n in range(view.count()))
    ]
    assert view.total() == len(rows)


def test_numbers_sort_as_numbers_and_empty_comes_first() -> None:
    view = _view([("x", cell) for cell in ("10", "9", "", "-1", "2.5")])
    view.arrange("b", False, "")
    assert [row[1] for row in view.window(0, 9)] == ["", "-1", "2.5", "9", "10"]
    assert [view.key(n) for n in range(5)] == [4, 5, 6, 3, 2]
    view.arrange("b", True, "")
    assert [row[1] for row in view.window(0, 2)] == ["10", "9"]
    view.arrange(None, False, "")
    assert view.key(0) == 2


def test_equal_rows_keep_their_order() -> None:
    view = _view([("a", "x"), ("b", "x"), ("c", "X")])
    view.arrange("b", False, "")
    assert sorted(view.key(n) for n in range(3)) == [2, 3, 4]
    assert view.key(0) < view.key(1)


def test_a_search_sign_is_only_a_sign() -> None:
    view = _view([("a.b", ""), ("axb", ""), ("%", "_")])
    view.arrange(None, False, "a.b")
    assert view.count() == 1
    view.arrange(None, False, "%")
    assert view.window(0, 9) == [("%", "_")]


def test_a_window_is_never_more_than_a_page(vault, fill) -> None:
    load = fill.load([[f"N{n}" for n in range(300)], ["LAST"]])
    with vault.read() as reader:
        view = load_view(reader, load)
    assert view.columns == fill.columns
    assert (view.count(), view.total()) == (301, 301)
    assert len(view.window(0, 10_000)) == 256
    assert view.window(299, 256) == [("A301", "N299", "row 301"), ("A302", "LAST", "row 302")]
    assert view.window(400, 5) == []
    assert view.key(300) == 302
    assert view.nbytes > 0


def test_an_empty_load_is_an_empty_table(vault, fill) -> None:
    load = fill.load([])
    with vault.read() as reader:
        view = load_view(reader, load)
    assert (view.columns, view.count(), view.window(0, 5)) == (fill.columns, 0, [])
    view.arrange("name", True, "x")
    assert view.count() == 0


def test_the_shelf_lets_the_least_used_go() -> None:
    made: list[str] = []

    def make(name: str) -> LoadView:
        made.append(name)
        return _view([(name, str(n)) for n in range(100)])

    shelf = Shelf(2 * make("size").nbytes)
    for name in ("L1", "L2", "L1", "L3", "L1", "L2"):
        shelf.take(name, lambda name=name: make(name))
    assert made == ["size", "L1", "L2", "L3", "L2"]
    shelf.drop("L2")
    shelf.take("L2", lambda: make("L2"))
    shelf.clear()
    assert shelf.nbytes == 0


def _view(rows) -> LoadView:
    import numpy as np
    import pyarrow as pa

    columns = [pa.chunked_array([pa.array([r[k] for r in rows], pa.string())]) for k in (0, 1)]
    lines = np.arange(2, len(rows) + 2, dtype=np.int32)
    return LoadView(("a", "b"), lines, [views._encoded(column) for column in columns])


def _rank(column: list[str], text: str) -> tuple[bool, float, str]:
    """Empty first; numbers by size where the whole column is numbers, else lower-case text."""
    if text == "":
        return False, 0.0, ""
    try:
        numbers = [float(cell) for cell in column if cell]
    except ValueError:
        return True, 0.0, text.lower()
    return True, float(text) if numbers else 0.0, ""
