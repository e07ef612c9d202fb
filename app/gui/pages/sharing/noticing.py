"""Telling the recipient of a package which rows to correct or delete."""

from __future__ import annotations

from pathlib import Path

from app.gui.forms import Choice, Field, FileBox, Form, LineBox, NoteBox, RadioChoice
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.pages.sharing.readback import ReadBack
from app.model.notices import NoticeAnswer, NoticeWishes
from app.model.requests import RequestSummary
from app.model.sharing import PackageSummary
from app.services import notices, requests
from app.wording.window import tell

MARK = "="


def ask_withdraw(page: Page, package: PackageSummary) -> None:
    """Whose rows, why, and where the sealed notice goes."""
    ws = page.desk.workspace
    page.read(lambda: requests.listed(ws), lambda found: _ask(page, package, found), key="withdraw")


def _ask(page: Page, package: PackageSummary, found: tuple[RequestSummary, ...]) -> None:
    ws = page.desk.workspace
    whose = Choice()
    known = [
        (one.kept.request, f"{one.kept.request} · {one.kept.case}") for one in found if one.records
    ][::-1]
    whose.offer([*known, ("", tell("notice.every"))])
    whose.set_value(known[0][0] if known else "")
    why, right, place = LineBox(), NoteBox(3), FileBox("save", name=f"{package.package} notice.age")
    form_of = RadioChoice([("age", tell("share.form-age")), ("zip", tell("share.form-zip"))], "age")
    form = Form(
        Field(tell("notice.whose"), whose),
        Field(tell("notice.why"), why, rule=needed(why.value, tell("notice.need-why"))),
        Field(
            tell("notice.right"),
            right,
            hint=tell("notice.right-hint"),
            rule=lambda: None if _pairs(right.value()) is not None else tell("notice.need-mark"),
        ),
        Field(tell("share.seal-to"), place, rule=needed(place.value, tell("load.need-file"))),
        Field(tell("share.form"), form_of),
    )

    def wishes() -> NoticeWishes:
        values = _pairs(right.value()) or () if whose.value() else ()
        return NoticeWishes(why.value(), whose.value() or None, values, form_of.value())

    dialog = ask_form(
        page,
        tell("notice.title", package=package.package, recipient=package.recipient),
        form,
        lambda progress: notices.withdraw(
            ws, package.package, wishes(), Path(place.value()), progress
        ),
        lambda made: _sealed(page, made),
        go=tell("notice.seal"),
    )
    dialog.asks_once = True


def _pairs(text: str) -> tuple[tuple[str, str], ...] | None:
    """Columns and their right values, a line each; None where a line has no mark between them."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not all(MARK in line for line in lines):
        return None
    parts = (line.partition(MARK) for line in lines)
    return tuple((column.strip(), value.strip()) for column, _, value in parts)


def _sealed(page: Page, made: NoticeAnswer) -> None:
    page.confirm(tell("notice.sealed", recipient=made.recipient, file=made.path.name))
    page.refresh()
    if made.passphrase is not None:
        ReadBack(page, made.notice.package, made.passphrase, made.path.name).open()
