"""Every word of the window stands in the book, and the book holds no word nobody says."""

import ast
import tomllib
from pathlib import Path

import pytest

from app.services import home
from app.wording.book import book
from app.wording.window import tell

ROOT = Path(__file__).resolve().parents[2]
SAID_BY_CODE = ("unit.", "fact.", "waiting.", "withdrawal.", "reason.", "plan.")
"""Families whose codes come from services and declared data, not from the window's own text."""


def said():
    """Literal keys, and the fixed beginnings of keys made of parts."""
    whole, parts = set(), set()
    for path in (ROOT / "app" / "gui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts.add(node.values[0].value)
    return whole, tuple(p for p in parts if "." in p)


def told():
    """Keys given to `tell` as literals."""
    for path in (ROOT / "app" / "gui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "tell"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield path.name, node.args[0].value


def test_every_key_that_is_told_stands_in_the_book():
    keys = {f"{family}.{code}" for family, code in book()}
    missing = {
        (name, key)
        for name, key in told()
        if key not in keys and not any(f"{key}{form}" in keys for form in ("-none", "-one"))
    }
    assert not missing


def test_every_word_in_the_book_is_said():
    whole, parts = said()
    window = tomllib.loads((ROOT / "resources/wording/gui.toml").read_text(encoding="utf-8"))
    silent = []
    for family, codes in window.items():
        for code in codes:
            key = f"{family}.{code}"
            plain = key.removesuffix("-one").removesuffix("-none")
            if plain in whole or key.startswith(SAID_BY_CODE):
                continue
            if not plain.startswith(parts):
                silent.append(key)
    assert not silent


def test_a_number_chooses_its_form():
    assert tell("table.rows", n=0) == "No rows"
    assert tell("table.rows", n=1) == "1 row"
    assert tell("table.rows", n=12_345) == "12,345 rows"


def test_an_unknown_key_is_a_bug():
    with pytest.raises(KeyError):
        tell("window.no-such-word")


def test_reasons_and_withdrawals_have_words():
    from app.services.catalogue import catalogue

    governance = catalogue().governance
    for reason in governance.reasons:
        assert tell(f"reason.{reason}")
    for reason in governance.withdrawals:
        assert tell(f"withdrawal.{reason}")
    for plan in catalogue().plans:
        assert tell(f"plan.{plan}")


@pytest.mark.parametrize(
    "code",
    [
        "pairs-to-review",
        "pairs-within-to-review",
        *home.REMARKS,
        "packages-draft",
        "packages-approved",
        "registrations-unmatched",
        "rows-rejected",
        "nothing-loaded",
    ],
)
def test_everything_that_can_wait_has_words(code):
    assert tell(f"waiting.{code}", n=2, of="L1", file="a.csv", against="b.xml")
