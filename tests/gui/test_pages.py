"""What holds for every page: names for screen readers, no keyboard trap, no clipped word."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from app.gui.forms import Button, Text

PAGES = ["home", "load", "matching", "review", "sharing", "trail", "settings"]

PARTS = {
    "load: one": lambda b: b.page("load").show_load("L1"),
    "load: rows": lambda b: b.page("load").show_rows("L1"),
    "load: not loaded": lambda b: b.page("load").show_rejected("L1"),
    "matching: ask": lambda b: b.page("matching").act(),
    "matching: found": lambda b: b.page("matching").show_run("R1"),
    "sharing: agreements": lambda b: b.page("sharing").show_tab("agreements"),
    "sharing: recipients": lambda b: b.page("sharing").show_tab("recipients"),
    "sharing: received": lambda b: b.page("sharing").show_tab("received"),
    "sharing: draft": lambda b: b.page("sharing").act(),
}


def every_sight(hand, desk):
    """Each page, then each part of a page, by name."""
    for name in PAGES:
        desk.bench.show_page(name)
        hand.settle(desk)
        yield name
    for name, show in PARTS.items():
        desk.bench.show_page(name.split(":")[0])
        hand.settle(desk)
        show(desk.bench)
        hand.settle(desk)
        yield name


def in_reach(top):
    """Visible enabled widgets that the keyboard can reach."""
    return [
        w
        for w in top.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_every_control_has_a_name(hand, desk):
    nameless = []
    for sight in every_sight(hand, desk):
        for widget in in_reach(desk):
            if widget.focusProxy() is not None:
                continue
            face = QAccessible.queryAccessibleInterface(widget)
            if face is None or not face.text(QAccessible.Text.Name).strip():
                nameless.append((sight, widget.metaObject().className(), widget.objectName()))
    assert not nameless


def test_no_box_keeps_the_keyboard(hand, desk, qtbot):
    """Tab goes on from every control, and comes round to where it began."""
    trapped = []
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow, timeout=20_000)
    for sight in every_sight(hand, desk):
        for widget in in_reach(desk):
            if widget.focusProxy() is not None:
                continue
            widget.setFocus()
            if not widget.hasFocus():
                continue
            qtbot.keyClick(widget, Qt.Key.Key_Tab)
            if widget.hasFocus():
                trapped.append((sight, widget.metaObject().className(), widget.accessibleName()))
    assert not trapped


@pytest.mark.parametrize(("theme", "scale"), [("light", 1.0), ("light", 2.0), ("contrast", 2.0)])
def test_no_word_is_clipped(hand, desk, theme, scale):
    """At twice the text size every label and button still has the room its words need."""
    desk.resize(1366, 768)
    desk._theme.apply(theme, scale)
    clipped = []
    for sight in every_sight(hand, desk):
        clipped += [(sight, *words) for words in clipped_in(desk)]
    assert not clipped


def test_no_word_is_clipped_on_a_small_screen_at_twice_the_text_size(hand, desk):
    """A full HD screen that the system scales to 200 % is 960 by 540."""
    desk.resize(960, 540)
    desk._theme.apply("light", 2.0)
    clipped = []
    for sight in every_sight(hand, desk):
        clipped += [(sight, *words) for words in clipped_in(desk)]
        word = desk.bench.rail.button(desk.bench.current)
        if not word.visibleRegion().boundingRect().contains(word.rect()):
            clipped.append((sight, word.text()))
    assert not clipped
    for page in ("review", "load"):
        desk.bench.show_page(page)
        hand.settle(desk)
        for button in desk.bench.at.findChildren(Button):
            if button.isVisible() and button.property("part") in ("primary", "plain"):
                assert button.height() >= button.sizeHint().height()


def test_no_word_is_clipped_before_a_vault_is_open(hand, window, town):
    window.resize(1366, 768)
    window._theme.apply("contrast", 2.0)
    lock, clipped = window.lock_screen, []
    for show in (lock.show_start, lambda: lock.show_vault(town.vault), lock.show_new):
        show()
        hand.settle(window)
        clipped += clipped_in(window)
    assert not clipped


def clipped_in(top):
    """Words in sight that have less room than they need."""
    clipped = []
    for label in top.findChildren(Text):
        if label.isVisible() and label.text() and short_of_room(label):
            clipped.append((label.text(), label.width(), label.height()))
    for button in top.findChildren(QAbstractButton):
        if not button.isVisible() or not button.text() or button.accessibleName() == "":
            continue
        if button.width() < button.minimumSizeHint().width() - 1:
            clipped.append((button.text(), button.width(), button.height()))
    return clipped


def short_of_room(label):
    if label.wordWrap():
        return label.height() + 1 < label.heightForWidth(label.width())
    needs = label.sizeHint()
    return label.width() + 1 < needs.width() or label.height() + 1 < needs.height()


def test_every_box_in_a_form_is_named_by_its_label(hand, desk):
    for _sight in every_sight(hand, desk):
        for box in desk.findChildren(QLineEdit) + desk.findChildren(QComboBox):
            if box.isVisible() and not isinstance(box.parent(), QComboBox):
                assert box.accessibleName()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_is_drawn_in_every_theme(hand, desk, theme):
    desk._theme.apply(theme, 1.0)
    seen = set()
    for sight in every_sight(hand, desk):
        picture = desk.grab().toImage()
        colours = {picture.pixel(x, y) for x in range(0, 1200, 7) for y in range(40, 800, 7)}
        assert len(colours) > 8, sight
        seen.add(sight)
    assert len(seen) == len(PAGES) + len(PARTS)


def test_every_page_says_its_state_and_has_at_most_one_primary_button(hand, desk):
    for name in PAGES:
        desk.bench.show_page(name)
        hand.settle(desk)
        page = desk.bench.at
        assert page.title.text()
        head = [b for b in page.findChildren(Button) if b.property("part") == "primary"]
        shown = [b for b in head if b.isVisible()]
        assert len(shown) <= (3 if name == "review" else 1)


def test_untrusted_text_is_never_markup(hand, desk):
    for _sight in every_sight(hand, desk):
        for label in desk.findChildren(Text):
            assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_change_is_seen_by_the_page_in_sight_and_later_by_the_others(hand, desk, town):
    from app.model.loads import LoadWishes
    from app.services import intake

    desk.bench.show_page("load")
    hand.settle(desk)
    desk.bench.show_page("trail")
    hand.settle(desk)
    before = desk.bench.at.table.model.rowCount()
    ws = desk._workspace
    desk.jobs.write(
        "x", lambda p: intake.load_file(ws, town.files / "blue_badges.csv", LoadWishes(), p)
    )
    hand.settle(desk)
    assert desk.bench.at.table.model.rowCount() > before
    desk.bench.show_page("load")
    hand.settle(desk)
    assert desk.bench.at.listing.table.model.rowCount() == 3
