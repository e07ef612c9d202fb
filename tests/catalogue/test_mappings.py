from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.kinds import read_kinds
from app.catalogue.mappings import mapping_toml, read_mapping
from app.catalogue.names import read_name_rules
from app.model.kinds import ColumnUse, FixedColumn, Mapping
from app.model.meanings import Meaning

PLACED = 'kind = "people"\n[columns]\na = "surname"\n[layout]\n'


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


def test_the_help_shows_a_mapping_file_that_can_be_read(kinds, folder) -> None:
    text = resource("help", "load.md").read_text(encoding="utf-8")
    shown = [line[4:] for line in text.splitlines() if line.startswith("    ") or not line]
    path = folder / "shown.toml"
    path.write_text("\n".join(shown), encoding="utf-8")
    mapping = read_mapping(path, kinds)
    assert mapping.encoding == "cp850"
    assert mapping.layout[1] == FixedColumn("surname", 7, 20)
    assert mapping.columns[2] == ColumnUse("partner", Meaning.SURNAME, 2)


def test_places_may_come_in_any_order_and_the_last_may_take_the_rest(kinds, folder) -> None:
    path = folder / "places.toml"
    path.write_text(f"{PLACED}b = [9]\na = [1, 5]\n", encoding="utf-8")
    assert read_mapping(path, kinds).layout == (FixedColumn("a", 1, 5), FixedColumn("b", 9, 0))


FORMATS = ("%d/%m/%Y", "%d%m%Y", "%d %B %Y", "%Y", "born %d.%m.%y")
NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
CHOSEN = st.none() | st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=3)


@st.composite
def mappings(draw) -> Mapping:
    """Any mapping that the program can come by."""
    columns = draw(st.lists(NAMES, max_size=6, unique=True))
    meanings = st.none() | st.sampled_from(tuple(Meaning))
    uses = [ColumnUse(c, draw(meanings), draw(st.sampled_from((1, 2)))) for c in columns]
    dates = {c: draw(st.sampled_from(FORMATS)) for c in columns if draw(st.booleans())}
    layout, start = [], 1
    if columns and draw(st.booleans()):
        for n, column in enumerate(columns):
            start += draw(st.integers(0, 3))
            width = draw(st.integers(0 if n == len(columns) - 1 else 1, 9))
            layout.append(FixedColumn(column, start, width))
            start += width
    return Mapping(
        "people",
        tuple(uses),
        dates,
        tuple(layout),
        draw(CHOSEN),
        None if layout else draw(CHOSEN),
        draw(st.none() | st.integers(0, 9)),
        draw(CHOSEN),
    )


@given(mapping=mappings())
def test_what_is_written_is_read_again(kinds, folder, mapping) -> None:
    path = folder / "again.toml"
    path.write_bytes(mapping_toml(mapping).encode("utf-8"))
    used = tuple(use for use in mapping.columns if use.means is not None)
    named = {use.column for use in used}
    dates = {column: form for column, form in mapping.dates.items() if column in named}
    assert read_mapping(path, kinds) == replace(mapping, columns=used, dates=dates)


def test_every_form_of_dates_that_the_program_knows_can_be_read_again(kinds, folder) -> None:
    forms = read_name_rules(resource("reference")).dates.formats
    forms += tuple(form for kind in kinds.values() for f in kind.fields for form in f.accepts)
    path = folder / "forms.toml"
    for form in set(forms):
        mapping = Mapping("people", (ColumnUse("born", Meaning.BIRTH_DATE),), {"born": form})
        path.write_text(mapping_toml(mapping), encoding="utf-8")
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
        (f'delimiter = ";"\n{PLACED}a = [1, 5]', "declaration-invalid", "delimiter"),
        ('kind = "people"\nheader_row = -1\n[columns]', "declaration-invalid", "header_row"),
        ('kind = "people"\nheader_row = "1"\n[columns]', "declaration-invalid", "header_row"),
        ('kind = "people"\nx = 1\n[columns]\na = "surname"', "declaration-invalid", "x"),
        (f"{PLACED}a = [1]\nb = [5, 2]", "declaration-invalid", "layout.a"),
        (f"{PLACED}a = [1, 5]\nb = [5, 2]", "declaration-invalid", "layout.b"),
        (f"{PLACED}a = [0, 5]", "declaration-invalid", "layout.a"),
        (f"{PLACED}a = [1, 2, 3]", "declaration-invalid", "layout.a"),
        (f'{PLACED}a = [1, "2"]', "declaration-invalid", "layout.a"),
        (f"{PLACED}a = 1", "declaration-invalid", "layout.a"),
        (PLACED, "declaration-invalid", "layout"),
        (f"{PLACED}b = [1, 2]", "declaration-invalid", "columns.a"),
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
