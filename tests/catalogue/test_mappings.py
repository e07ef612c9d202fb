from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.kinds import read_kinds
from app.catalogue.mappings import mapping_toml, read_mapping
from app.model.kinds import ColumnUse, Mapping
from app.model.meanings import Meaning

COLUMNS = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True)


@pytest.fixture(scope="module")
def kinds():
    return read_kinds(resource("kinds"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mappings")


def test_a_mapping_file_as_promised(kinds, folder) -> None:
    path = folder / "m.toml"
    path.write_text(
        'kind = "people"\n[columns]\n"Date of birth" = "birth_date"\nFirst = "given_names"\n'
        'Second = "given_names"\n"Partner" = "surname@2"\n[dates]\n"Date of birth" = "%m/%d/%Y"\n',
        encoding="utf-8",
    )
    mapping = read_mapping(path, kinds)
    assert mapping.kind == "people"
    assert mapping.columns[0] == ColumnUse("Date of birth", Meaning.BIRTH_DATE)
    assert mapping.columns[3] == ColumnUse("Partner", Meaning.SURNAME, 2)
    assert mapping.dates == {"Date of birth": "%m/%d/%Y"}


@given(
    columns=COLUMNS,
    meanings=st.lists(st.sampled_from(tuple(Meaning)), min_size=6, max_size=6),
    parties=st.lists(st.sampled_from((1, 2)), min_size=6, max_size=6),
)
def test_what_is_written_is_read_again(kinds, folder, columns, meanings, parties) -> None:
    columns = [column for column in columns if column.isprintable() or column.isascii()]
    if not columns:
        return
    uses = tuple(ColumnUse(*use) for use in zip(columns, meanings, parties, strict=False))
    mapping = Mapping("people", uses, {columns[0]: "%d/%m/%Y"})
    path = folder / "again.toml"
    path.write_bytes(mapping_toml(mapping).encode("utf-8"))
    assert read_mapping(path, kinds) == mapping


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ('kind = "dogs"\n[columns]\na = "surname"', "kind-unknown", None),
        ('kind = "people"', "declaration-invalid", "columns"),
        ('kind = "people"\n[columns]\na = "nick"', "declaration-invalid", "columns.a"),
        ('kind = "people"\n[columns]\na = "surname@3"', "declaration-invalid", "columns.a"),
        (
            'kind = "people"\n[columns]\na = "surname"\n[dates]\nb = "%d/%m/%Y"',
            "declaration-invalid",
            "dates.b",
        ),
        (
            'kind = "people"\n[columns]\na = "birth_date"\n[dates]\na = "%Q"',
            "declaration-invalid",
            "dates.a",
        ),
        ('kind = "people"\nx = 1\n[columns]\na = "surname"', "declaration-invalid", "x"),
        ("kind = ", "declaration-unreadable", None),
    ],
)
def test_a_wrong_mapping_is_refused(kinds, folder, text, code, key) -> None:
    path = folder / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_mapping(path, kinds)
    assert refused.value.code == code
    assert refused.value.facts.get("key") == key
