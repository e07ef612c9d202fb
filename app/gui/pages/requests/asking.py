"""What is asked on the page of requests: a new one, its days, whom to search, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.base.progress import Progress
from app.gui.forms import (
    Choice,
    DateBoxes,
    Field,
    FileBox,
    Form,
    LineBox,
    NoteBox,
    RadioChoice,
    Tick,
    column,
)
from app.gui.forms.form import needed, real_day
from app.gui.frame import Page, ask_form
from app.model.notes import Note
from app.model.requests import RequestSummary, SubjectPack, SubjectView
from app.model.searching import SearchAnswer, SearchRequest
from app.services import answering, finding, requests
from app.wording import field, name
from app.wording.window import tell

KNOWN = ("surname", "forename", "born", "postcode")
MOST_LETTERS = 40
MOST_TICKS = 12
"""Columns that are offered one by one; more are given on the command line."""
Ended = tuple[SubjectView, tuple[str, ...]]
"""A request that has ended, and the recipients to be told."""


def ask_open(page: Page, done: Callable[[RequestSummary], object]) -> None:
    """What is asked, under which reference, and since when."""
    ws = page.desk.workspace
    rights = ws.catalogue.governance.rights.values()
    right = RadioChoice([(one.id, one.title) for one in rights], next(iter(rights)).id)
    case, received, identity = LineBox(), DateBoxes(), DateBoxes()
    form = Form(
        Field(tell("requests.right"), right),
        Field(
            tell("requests.case"),
            case,
            hint=tell("requests.case-hint"),
            rule=needed(case.value, tell("requests.need-case")),
        ),
        Field(
            tell("requests.received"),
            received,
            rule=real_day(received, tell("requests.need-day")),
        ),
        Field(
            tell("requests.identity-on"),
            identity,
            hint=tell("requests.identity-hint"),
            rule=real_day(identity),
        ),
    )

    def begin(_progress: Progress) -> RequestSummary:
        clear = identity.value()
        return requests.begin(
            ws,
            right.value(),
            case.value(),
            date.fromisoformat(received.value()),
            date.fromisoformat(clear) if clear else None,
        )

    ask_form(page, tell("requests.open"), form, begin, done)


def ask_day(
    page: Page, one: RequestSummary, what: str, done: Callable[[RequestSummary], object]
) -> None:
    """The day on which it was clear who asks (`identity`), or on which it was acknowledged."""
    ws, request, on = page.desk.workspace, one.kept.request, DateBoxes()
    act = requests.identified if what == "identity" else requests.acknowledged
    rule = real_day(on, tell("requests.need-day"))
    ask_form(
        page,
        tell(f"requests.{what}"),
        Form(Field(tell(f"requests.{what}-on"), on, rule=rule)),
        lambda _progress: act(ws, request, date.fromisoformat(on.value())),
        done,
        go=tell("requests.keep"),
    )


def ask_extend(page: Page, one: RequestSummary, done: Callable[[RequestSummary], object]) -> None:
    """Why it takes longer, as the person is told."""
    ws, request, why = page.desk.workspace, one.kept.request, NoteBox()
    rule = needed(why.value, tell("requests.need-why"))
    ask_form(
        page,
        tell("requests.extend"),
        Form(Field(tell("requests.why-longer"), why, rule=rule)),
        lambda _progress: requests.extend(ws, request, why.value()),
        done,
        go=tell("requests.keep"),
    )


def ask_search(page: Page, request: str, done: Callable[[SearchAnswer], object]) -> None:
    """What is known of the person; it goes nowhere but into the search."""
    ws = page.desk.workspace
    known = {part: LineBox() for part in KNOWN}
    fields = [Field(tell(f"persons.{part}"), box) for part, box in known.items()]

    def find(progress: Progress) -> SearchAnswer:
        told = {part: box.value() for part, box in known.items()}
        return finding.find(ws, SearchRequest(request=request, **told), progress)

    ask_form(page, tell("requests.search"), Form(*fields), find, done)


def ask_pack(page: Page, view: SubjectView, done: Callable[[SubjectPack], object]) -> None:
    """Where the copy goes, and which withheld columns are given all the same."""
    ws, request = page.desk.workspace, view.summary.kept.request
    place = FileBox("save", name=str(Path.home() / f"{request} copy.zip"))
    rule = needed(place.value, tell("settings.need-file"))
    withheld = {(one.load, name): says for one in view.records for name, says in one.withheld}
    ticks = {
        at: Tick(tell("requests.give", load=at[0], column=at[1], says=says[:MOST_LETTERS]))
        for at, says in list(withheld.items())[:MOST_TICKS]
    }
    fields = [Field(tell("requests.pack-to"), place, hint=tell("requests.sealed"), rule=rule)]
    if ticks:
        hint = tell("requests.withheld", n=len(withheld))
        fields.append(Field(tell("requests.columns-withheld"), column(*ticks.values()), hint=hint))

    def pack(progress: Progress) -> SubjectPack:
        give = {at for at, tick in ticks.items() if tick.value()}
        return answering.pack(ws, request, Path(place.value()), _word, give, progress)

    dialog = ask_form(page, tell("requests.pack"), Form(*fields), pack, done)
    dialog.asks_once = True


def ask_close(page: Page, one: RequestSummary, done: Callable[[Ended], object]) -> None:
    """How it ended and why."""
    ws, request = page.desk.workspace, one.kept.request
    outcomes = ws.catalogue.governance.rights[one.kept.right].outcomes
    outcome, why = Choice(), NoteBox()
    outcome.offer([(code, name("outcome", code)) for code in outcomes])
    form = Form(
        Field(tell("requests.outcome"), outcome),
        Field(tell("requests.why-ended"), why, rule=needed(why.value, tell("requests.need-why"))),
    )
    ask_form(
        page,
        tell("requests.close"),
        form,
        lambda _progress: requests.close(ws, request, outcome.value(), why.value()),
        done,
    )


def to_tell(recipients: tuple[str, ...]) -> tuple[Note, ...]:
    """That recipients are to be told, where there are any."""
    return (Note("request-tell", {"names": ", ".join(recipients)}),) if recipients else ()


def not_laid(view: SubjectView) -> tuple[Note, ...]:
    """That records judged to be of the same person are not laid to the request."""
    return tuple(
        Note("request-unlaid", {"pair": pair, "load": at.load, "row": at.row})
        for pair, at in view.unlaid
    )


def _word(family: str, code: str) -> str:
    return field(code) if family == "field" else name(family, code)
