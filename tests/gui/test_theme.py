"""Contrast is counted, not judged by eye; tokens are read strictly."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from app.base.errors import Refused
from app.gui import theme
from app.gui.forms import Button, column

TOKENS = theme.read_tokens()

TEXT = [
    ("ink", ("ground", "surface", "raised", "rail", "rail_hover", "warn_ground", "good_ground")),
    ("ink", ("differ_ground", "only_ground", "danger_ground")),
    ("quiet", ("ground", "surface", "raised", "rail", "rail_hover")),
    ("accent", ("ground", "surface", "raised", "rail")),
    ("accent_hover", ("ground", "surface")),
    ("on_accent", ("accent", "accent_hover")),
    ("on_chosen", ("chosen",)),
    ("danger", ("ground", "surface", "danger_ground")),
    ("on_danger", ("danger", "danger_hover")),
    ("good", ("ground", "surface", "good_ground")),
    ("warn", ("ground", "surface", "warn_ground")),
    ("on_banner", ("banner",)),
]
MARKS = [
    ("on_accent", ("accent",)),
    ("on_danger", ("danger",)),
    ("edge", ("ground", "surface", "raised", "rail")),
    ("focus", ("ground", "surface", "raised", "rail", "chosen")),
    ("differ", ("surface", "raised", "differ_ground")),
    ("only", ("surface", "raised", "only_ground")),
    ("towards", ("surface", "raised")),
    ("against", ("surface", "raised")),
    ("start", ("surface", "raised")),
]


def pairs(table):
    return [(front, back) for front, backs in table for back in backs]


@pytest.mark.parametrize("name", sorted(TOKENS.themes))
def test_text_reaches_four_and_a_half_to_one(name):
    colours = TOKENS.themes[name]
    weak = {
        (front, back): round(ratio, 2)
        for front, back in pairs(TEXT)
        if (ratio := theme.contrast(getattr(colours, front), getattr(colours, back))) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("name", sorted(TOKENS.themes))
def test_marks_reach_three_to_one(name):
    colours = TOKENS.themes[name]
    weak = {
        (front, back): round(ratio, 2)
        for front, back in pairs(MARKS)
        if (ratio := theme.contrast(getattr(colours, front), getattr(colours, back))) < 3
    }
    assert not weak


@pytest.mark.parametrize("name", ["contrast-light", "contrast-dark"])
def test_high_contrast_text_reaches_seven_to_one(name):
    colours = TOKENS.themes[name]
    weak = [
        (front, back)
        for front, back in pairs(TEXT)
        if theme.contrast(getattr(colours, front), getattr(colours, back)) < 7
    ]
    assert not weak


def test_contrast_of_black_on_white_is_twenty_one():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_a_token_too_many_or_too_few_is_refused():
    with pytest.raises(Refused) as unknown:
        theme._strict(theme.Space, {**TOKENS.space.__dict__, "huge": 99}, "space")
    assert unknown.value.facts["problem"] == "unknown"
    with pytest.raises(Refused) as missing:
        theme._strict(theme.Space, {}, "space")
    assert missing.value.facts["problem"] == "missing"


@pytest.mark.parametrize("choice", theme.CHOICES)
def test_every_choice_can_be_put_in_force(qapp: QApplication, choice):
    look = theme.Theme(qapp)
    look.apply(choice, 2.0)
    assert qapp.font().pointSizeF() == pytest.approx(20, abs=0.1)
    assert "$" not in qapp.styleSheet()
    look.apply("light", 1.0)
    look.deleteLater()


def colours_of(widget):
    image = widget.window().grab(widget.geometry()).toImage()
    return {
        (x, y): image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
    }


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
@pytest.mark.parametrize("part", ["primary", "danger", "plain", "link", "row", "rail", "chip"])
def test_the_keyboard_is_seen_on_every_button(qtbot, look, choice, part):
    """WCAG 2.4.13: what changes with focus is a line round the button, at 3:1."""
    look.apply(choice, 1.0)
    one, other = Button("Continue", part=part), Button("Other")
    holder = column(one, other)
    holder.setObjectName("page")
    qtbot.addWidget(holder)
    holder.resize(300, 120)
    holder.show()
    holder.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    before = colours_of(one)
    one.setFocus()
    qtbot.waitUntil(one.hasFocus)
    after = colours_of(one)
    assert before.keys() == after.keys()
    seen = [p for p in before if theme.contrast(before[p], after[p]) >= 3]
    lines = 2 if part in ("primary", "danger") else 1  # the others have their own edge changed too
    assert len(seen) >= lines * 2 * (one.width() - 40)


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
@pytest.mark.parametrize("part", ["primary", "danger", "plain"])
def test_what_is_switched_off_looks_so_and_not_by_colour_alone(qtbot, look, choice, part):
    """Its words pale, its ground goes, and its edge is broken."""
    look.apply(choice, 1.0)
    button = Button("Continue", part=part)
    holder = column(button)
    holder.setObjectName("page")
    qtbot.addWidget(holder)
    holder.resize(300, 120)
    holder.show()
    button.setEnabled(False)
    seen, colours = colours_of(button), look.colours
    bare = colours.ground.lower()
    top = min(y for x, y in seen if seen[x, y] != bare and x > 20)
    edge = [seen[x, top] != bare for x in range(20, button.width() - 20)]
    breaks = sum(one and not other for one, other in pairwise(edge))
    assert breaks > 10
    assert colours.ink.lower() not in seen.values()
    assert seen[8, button.height() // 2] == bare


@pytest.mark.parametrize("name", sorted(TOKENS.themes))
def test_what_is_switched_off_can_be_read_and_told_from_what_is_on(name):
    colours = TOKENS.themes[name]
    assert theme.contrast(colours.off, colours.ground) >= 4.5
    assert theme.contrast(colours.off, colours.ink) >= 2
