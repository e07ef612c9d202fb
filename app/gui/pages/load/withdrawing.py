"""Taking a load back: the reason, what falls with it, and the last question."""

from __future__ import annotations

from app.gui.forms import Choice, Field, Form, Question, Text, ask
from app.gui.frame import Page, ask_form
from app.model.loads import Withdrawal
from app.services import intake
from app.wording import name, note
from app.wording.window import tell


def ask_withdraw(page: Page, load: str) -> None:
    """Ask why, show what depends on the load, and take it back once that is confirmed."""
    ws = page.desk.workspace
    known = ws.catalogue.governance.withdrawals
    reason = Choice([(code, name("withdrawal", code)) for code in known])
    form = Form(Field(tell("load.withdraw-why"), reason))
    form.add(Text(tell("load.withdraw-first"), "quiet"))
    ask_form(
        page,
        tell("load.withdraw-title", load=load),
        form,
        lambda _progress: intake.withdraw(ws, load, reason.value(), dry_run=True),
        lambda would: _confirm(page, would, reason.value()),
        go=tell("load.withdraw-see"),
    )


def _confirm(page: Page, would: Withdrawal, reason: str) -> None:
    ws = page.desk.workspace
    parts = [
        tell("load.falls-runs", n=len(would.runs)),
        tell("load.falls-decisions", n=would.decisions),
        tell("load.falls-packages", n=len(would.packages)),
        *(note(one) for one in would.notices),
    ]
    ask(
        page,
        Question(
            tell("load.withdraw-title", load=would.load),
            "\n".join(parts),
            tell("load.withdraw-undo"),
            tell("load.withdraw"),
            danger=True,
        ),
        lambda: page.write(
            tell("load.withdrawing", load=would.load),
            lambda _progress: intake.withdraw(ws, would.load, reason),
            lambda done: page.confirm(_withdrawn(done)),
        ),
    )


def _withdrawn(done: Withdrawal) -> str:
    """That it is done, and who must be told now: the question that said so is gone."""
    return " ".join((tell("load.withdrawn", load=done.load), *map(note, done.notices)))
