"""What recipients answer: taken in for packages sent, given for packages that came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.gui.forms import DateBoxes, Field, FileBox, Form, LineBox, RadioChoice
from app.gui.forms.form import needed, real_day
from app.gui.frame import Page, ask_form
from app.model.answers import Answer, Answered, AnswerFile
from app.model.sharing import PackageSummary
from app.services import answers
from app.wording import day_of, name
from app.wording.window import tell


def ask_signed(page: Page) -> None:
    """A signed answer, whichever package it is about."""
    place = FileBox("open")
    rule = needed(place.value, tell("load.need-file"))
    ws = page.desk.workspace
    ask_form(
        page,
        tell("answer.take-in"),
        Form(Field(tell("answer.file"), place, hint=tell("answer.file-hint"), rule=rule)),
        lambda _progress: answers.take_in(ws, Path(place.value())),
        lambda held: _say(page, held),
    )


def ask_paper(page: Page, package: PackageSummary) -> None:
    """What stands on a signed form: which it is, the day, and who signed."""
    what, on, by = _what(), DateBoxes(), LineBox()
    form = Form(
        Field(tell("answer.what"), what),
        Field(tell("answer.on"), on, rule=real_day(on, tell("answer.need-day"))),
        Field(tell("answer.by"), by, rule=needed(by.value, tell("answer.need-name"))),
    )
    ws = page.desk.workspace
    ask_form(
        page,
        tell("answer.paper-title", package=package.package, recipient=package.recipient),
        form,
        lambda _progress: answers.on_paper(
            ws, package.package, Answered(what.value()), date.fromisoformat(on.value()), by.value()
        ),
        lambda held: _say(page, held),
        go=tell("answer.keep"),
    )


def ask_receipt(page: Page, package: Path, given: Callable[[AnswerFile], object]) -> None:
    """Where the signed receipt of a package that came in is written to."""
    place = FileBox("save", name=str(package.with_suffix(".receipt.json")))
    rule = needed(place.value, tell("settings.need-file"))
    ws = page.desk.workspace
    ask_form(
        page,
        tell("answer.receipt"),
        Form(Field(tell("answer.to"), place, hint=tell("answer.to-hint"), rule=rule)),
        lambda progress: answers.receipt(ws, package, Path(place.value()), progress),
        given,
    )


def ask_destroyed(page: Page, sha256: str, given: Callable[[AnswerFile], object]) -> None:
    """Of which package, and on which day, all copies were destroyed."""
    digest, on = LineBox(), DateBoxes()
    digest.setText(sha256)
    place = FileBox("save", name=str(Path.home() / "destruction.json"))
    form = Form(
        Field(
            tell("answer.sha256"),
            digest,
            hint=tell("answer.sha256-hint"),
            rule=needed(digest.value, tell("answer.need-sha256")),
        ),
        Field(tell("answer.destroyed-on"), on, rule=real_day(on, tell("answer.need-day"))),
        Field(
            tell("answer.to"),
            place,
            hint=tell("answer.to-hint"),
            rule=needed(place.value, tell("settings.need-file")),
        ),
    )
    ws = page.desk.workspace
    ask_form(
        page,
        tell("answer.destroyed"),
        form,
        lambda _progress: answers.destroyed(
            ws,
            "".join(digest.value().split()),
            date.fromisoformat(on.value()),
            Path(place.value()),
        ),
        given,
    )


def in_cell(held: Answer | None) -> str:
    """An answer in a cell: its day, and whether it is signed; empty where none has come."""
    if held is None:
        return ""
    return tell("answer.signed" if held.signed else "answer.on-paper", on=day_of(held.said_on))


def _what() -> RadioChoice:
    kinds = [(what.value, name("reply", what.value)) for what in Answered]
    return RadioChoice(kinds, Answered.RECEIPT.value)


def _say(page: Page, held: Answer) -> None:
    what = name("reply", held.what.value)
    page.confirm(tell("answer.kept", what=what, package=held.package))
    page.refresh()
