"""Model values to JSON and back: the same value, or an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.kinds import ColumnUse, FixedColumn, Mapping
from app.model.loads import Rejection, Shape
from app.model.meanings import Meaning
from app.model.notes import Note
from app.model.runs import Evidence
from app.model.sharing import Agreement, PackageSpec
from app.stores import plain

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
TYPES = (Mapping, Shape, Note, Evidence, Agreement, PackageSpec, Rejection, ColumnUse, FixedColumn)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_what_is_written_is_read(kind, data) -> None:
    value = data.draw(st.from_type(kind))
    assert plain.read(kind, plain.write(value)) == value


def test_lists_paths_and_enums() -> None:
    notes = (Note("a", {"n": 1}), Note("b"))
    assert plain.read_all(Note, plain.write(notes)) == notes
    assert plain.read(Path, plain.write(Path("a/b"))) == Path("a/b")
    assert plain.read(Meaning, plain.write(Meaning.UPRN)) is Meaning.UPRN
    assert plain.read(dict[str, tuple[str, str]], '{"a": ["b", "c"]}') == {"a": ("b", "c")}


@pytest.mark.parametrize("text", ['{"code": 1}', '{"facts": {}}', '{"code": "a", "x": 1}'])
def test_what_does_not_fit_is_an_error(text: str) -> None:
    with pytest.raises((TypeError, KeyError)):
        plain.read(Note, text)
