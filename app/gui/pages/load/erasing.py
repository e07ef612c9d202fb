"""Erasing a load for good: proposed with a reason, done by a second steward, told with proof."""

from __future__ import annotations

from pathlib import Path

from app.gui.forms import Button, Choice, Field, FileBox, Form, Question, Text, ask
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import show_row
from app.model.erasures import Erasure, Proposal
from app.services import erasing
from app.wording import moment_of, name, note, say
from app.wording.window import tell

USUAL = "retention-over"
"""Why most loads are erased."""


def ask_erase(page: Page, load: str) -> None:
    """What comes next for a load: to be proposed, to be done, or to be told of."""
    ws = page.desk.workspace

    def known() -> dict[str, Erasure]:
        return {one.load: one for one in erasing.listed(ws)}

    page.read(known, lambda found: _next(page, load, found.get(load)), key="erase")


def _next(page: Page, load: str, begun: Erasure | None) -> None:
    if begun is None:
        _ask_propose(page, load)
    elif begun.erased_at is None or begun.pages is None:
        _ask_confirm(page, begun)
    else:
        _show(page, begun)


def _ask_propose(page: Page, load: str) -> None:
    ws = page.desk.workspace
    known = ws.catalogue.governance.withdrawals
    reason = Choice([(code, name("withdrawal", code)) for code in known], USUAL)
    form = Form(Field(tell("load.withdraw-why"), reason))
    form.add(Text(tell("erase.what"), "quiet"))
    ask_form(
        page,
        tell("erase.propose-title", load=load),
        form,
        lambda _progress: erasing.propose(ws, load, reason.value()),
        lambda made: _proposed(page, made),
        go=tell("erase.propose"),
    )


def _proposed(page: Page, made: Proposal) -> None:
    if made.second:
        page.confirm(tell("erase.waits", load=made.falls.load))
    else:
        _ask_confirm(page, made.erasure, made)


def _ask_confirm(page: Page, begun: Erasure, made: Proposal | None = None) -> None:
    """The last question; what falls is told where it was just reckoned."""
    ws, load = page.desk.workspace, begun.load
    said = [tell("erase.by", by=begun.proposed_by, at=moment_of(begun.proposed_at))]
    if made is not None:
        falls = made.falls
        said += [
            tell("load.falls-runs", n=len(falls.runs)),
            tell("load.falls-decisions", n=falls.decisions),
            tell("load.falls-packages", n=len(falls.packages)),
            *(note(one) for one in falls.notices if one.code != "backups-still-hold"),
        ]
    said.append(tell("erase.what"))
    ask(
        page,
        Question(
            tell("erase.confirm-title", load=load),
            "\n".join(said),
            tell("erase.undo"),
            tell("erase.confirm"),
            danger=True,
        ),
        lambda: page.write(
            tell("erase.erasing", load=load),
            lambda progress: erasing.erase(ws, load, progress),
            lambda done: _done(page, done),
        ),
    )


def _done(page: Page, done: Erasure) -> None:
    page.refresh()
    page.confirm(tell("erase.proved" if done.proved else "erase.left", load=done.load))
    _show(page, done)


def _show(page: Page, done: Erasure) -> None:
    """What the search came to, and the record as a file."""
    rows = [
        (tell("erase.reason"), name("withdrawal", done.reason)),
        (tell("erase.proposed"), f"{moment_of(done.proposed_at)}, {done.proposed_by}"),
        (tell("erase.erased"), f"{moment_of(done.erased_at or '')}, {done.erased_by}"),
        (tell("erase.pages"), say(done.pages)),
        (tell("erase.pieces"), say(done.pieces)),
        (tell("erase.found"), say(done.found)),
        (tell("erase.shared"), say(done.shared)),
        (tell("erase.backups"), say(done.backups)),
    ]
    dialog = show_row(page, tell("erase.record-of", load=done.load), rows)

    def to_file() -> None:
        dialog.accept()
        _ask_record(page, done.load)

    write = Button(tell("erase.write"), to_file)
    layout = dialog.layout()
    if layout is not None:
        layout.addWidget(write)


def _ask_record(page: Page, load: str) -> None:
    ws, place = page.desk.workspace, FileBox("save", name=str(Path.home() / f"{load} erased.html"))
    rule = needed(place.value, tell("settings.need-file"))
    ask_form(
        page,
        tell("erase.write"),
        Form(Field(tell("erase.write-to"), place, rule=rule)),
        lambda _progress: erasing.record(ws, load, Path(place.value()), name),
        lambda _made: page.confirm(tell("erase.written")),
    )
