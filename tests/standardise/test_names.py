from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.standardise.names import given_names, surname

WORDS = (
    "Mr MRS Dr John Mary-Ann J A JP Md O'Neill Siân née Jones Mac Mc Donald MacDonald MA CDONALD "
    'van der X TEST THE OCCUPIER Exors of (Dec\'d) "Bill" (Peggy) AKA de Smith N K ST DE '
    "M'Gregor Lord JNR ó ni E S T 'Bob' known as - . ,"
)
NAMELIKE = st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join))


@pytest.mark.parametrize(
    ("cell", "forename", "canonical", "middle", "initials"),
    [
        ("John", "JOHN", "JOHN", None, "J"),
        ("Mr Wm. John", "WM", "WILLIAM", "JOHN", "WJ"),
        ("Peggy Anne", "PEGGY", "MARGARET", "ANNE", "PA"),
        ("J.A.", "J", "J", "A", "JA"),
        ("JP", "J", "J", "P", "JP"),
        ("Mary-Ann", "MARYANN", "MARY", None, "M"),
        ("Wai-Chun", "WAICHUN", "WAICHUN", None, "W"),
        ("Siân", "SIAN", "SIAN", None, "S"),
        ("Mohd", "MOHD", "MUHAMMAD", None, "M"),
        ("DAI", "DAI", "DAVID", None, "D"),
        ("Kasia", "KASIA", "KATARZYNA", None, "K"),
        ("D'Arcy", "DARCY", "DARCY", None, "D"),
        ("BABY GIRL", None, None, None, None),
        ("Twm", "TWM", "THOMAS", None, "T"),
        ("WJ", "W", "W", "J", "WJ"),
        ("N.A.", "N", "N", "A", "NA"),
        ("N/A J", "J", "J", None, "J"),
        ("John III Aled", "JOHN", "JOHN", "ALED", "JA"),
        ("Not Known Gwyn", "GWYN", "GWYN", None, "G"),
        ("DNK", None, None, None, None),
        ("Not Available", None, None, None, None),
        ("n/k", None, None, None, None),
        (".", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_given_names(rules, cell, forename, canonical, middle, initials) -> None:
    found = given_names(cell, rules)
    assert (found.forename, found.canonical, found.middle, found.initials) == (
        forename,
        canonical,
        middle,
        initials,
    )


@pytest.mark.parametrize(
    ("cell", "alias"),
    [
        ("William (Bill)", "BILL"),
        ('Margaret "Peggy" Ann', "PEGGY"),
        ("Iain 'Jock'", "JOCK"),
        ("John known as Jack", "JACK"),
        ("Ann Mary Louise", "LOUISE"),
        ("Ann Mary Louise (Nancy)", "NANCY"),
        ("Ánn Mary Louise", "LOUISE"),
        ("Ann Mary L", None),
    ],
)
def test_a_name_somebody_is_known_by_stands_apart(rules, cell, alias) -> None:
    assert given_names(cell, rules).alias == alias


@pytest.mark.parametrize(
    ("cell", "key", "halves"),
    [
        ("O'Brien", "OBRIEN", (None, None)),
        ("O Brien", "OBRIEN", (None, None)),
        ("Ó Briain", "OBRIAIN", (None, None)),
        ("Smith-Jones", "SMITHJONES", ("SMITH", "JONES")),
        ("SMITH JONES", "SMITHJONES", ("SMITH", "JONES")),
        ("MacDonald", "MCDONALD", (None, None)),
        ("Mac Donald", "MCDONALD", (None, None)),
        ("M'Donald", "MCDONALD", (None, None)),
        ("Mc Donald", "MCDONALD", (None, None)),
        ("Machin", "MACHIN", (None, None)),
        ("Mack", "MACK", (None, None)),
        ("van der Berg", "VANDERBERG", (None, None)),
        ("de Souza-Lopes", "DESOUZALOPES", ("DESOUZA", "LOPES")),
        ("Ap Rhys", "APRHYS", (None, "RHYS")),
        ("ferch Dafydd", "FERCHDAFYDD", (None, "DAFYDD")),
        ("Exors of Ivy Prendergast decd", "PRENDERGAST", (None, None)),
        ("Exors of Pike-Ellis decd", "PIKEELLIS", ("PIKE", "ELLIS")),
        ("N/A", None, (None, None)),
        ("Refused", None, (None, None)),
        ("Smith MBE", "SMITH", (None, None)),
        ("Mrs Smith", "SMITH", (None, None)),
        ("J Smith", "SMITH", (None, None)),
        ("Lord", "LORD", (None, None)),
        ("The Occupier", None, (None, None)),
        ("X", None, (None, None)),
    ],
)
def test_surnames(rules, cell, key, halves) -> None:
    found = surname(cell, rules)
    assert found.surname == key
    assert (found.first_half, found.second_half) == halves


def test_birth_surname_and_executors_are_read_out_of_a_surname(rules) -> None:
    assert surname("Smith (née Jones)", rules).birth == "JONES"
    assert surname("Smith formerly Brown", rules).birth == "BROWN"
    assert surname("Smith (Dec'd)", rules).remark == "name-executors"
    assert surname("EXORS OF SMITH", rules).surname == "SMITH"


def test_a_root_is_one_name_and_leads_nowhere_further(rules) -> None:
    assert not [variant for variant, root in rules.roots.items() if root in rules.roots]
    assert rules.root("MARGARET") == "MARGARET"
    assert len({rules.root(n) for n in ("JOHN", "JONATHAN", "JAMES", "JANE", "JOAN", "JEAN")}) == 6
    assert len({rules.root(n) for n in ("ANNA", "ANN", "HANNAH", "NANCY", "JOANNA")}) == 5
    biggest = max(
        sum(r == root for r in rules.roots.values()) for root in set(rules.roots.values())
    )
    assert biggest < 40


@pytest.mark.parametrize(
    ("variant", "root"),
    [
        ("PEGGY", "MARGARET"),
        ("NELL", "ELEANOR"),
        ("JACK", "JOHN"),
        ("JOCK", "JOHN"),
        ("DAI", "DAVID"),
        ("IANTO", "IEUAN"),
        ("SEAMUS", "JAMES"),
        ("KASIA", "KATARZYNA"),
        ("ASHA", "AYESHA"),
        ("BILL", "WILLIAM"),
        ("BETTY", "ELIZABETH"),
        ("HARRY", "HENRY"),
        ("TED", "EDWARD"),
        ("MOHAMMED", "MUHAMMAD"),
        ("MD", "MUHAMMAD"),
        ("BETI", "ELIZABETH"),
        ("GUTO", "GRUFFYDD"),
        ("WIL", "WILLIAM"),
        ("GWYN", "GWYN"),
    ],
)
def test_british_nicknames(rules, variant, root) -> None:
    assert rules.root(variant) == root


@given(NAMELIKE)
@example("John Exors Smith")
@example("N/A J O'Brien unknown")
@example("John III John")
@example("to be confirmed Ann")
def test_standardising_given_names_twice_changes_nothing(rules, text) -> None:
    once = given_names(text, rules)
    twice = given_names(once.forename or "", rules)
    assert (twice.forename, twice.canonical) == (
        once.forename,
        None if once.forename is None else rules.root(once.forename),
    )
    assert rules.root(once.canonical or "") == (once.canonical or "")
    both = given_names(" ".join(filter(None, (once.forename, once.middle))), rules)
    assert (both.forename, both.middle) == (once.forename, once.middle)
    assert given_names(once.alias or "", rules).forename == once.alias


@given(NAMELIKE)
@example("ap MacDonald")
@example("A Dr Smith")
def test_standardising_a_surname_twice_changes_nothing(rules, text) -> None:
    found = surname(text, rules)
    for once in (found.surname, found.birth, found.alias, found.first_half, found.second_half):
        assert surname(once or "", rules).surname == once
