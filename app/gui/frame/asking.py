"""A form in a window above the page: filled in, sent to the worker, and open until it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.base.errors import Refused
from app.base.progress import Progress
from app.gui.forms import Button, Dialog, Form, row
from app.gui.frame.page import Page
from app.gui.jobs import deliver_to, refusal_text
from app.wording.window import tell

T = TypeVar("T")


def ask_form(
    page: Page,
    title: str,
    form: Form,
    work: Callable[[Progress], T],
    done: Callable[[T], object],
    go: str = "",
) -> Dialog:
    """Open the form; its answers are taken by `work` once it is in order.

    A refusal is said in the form, with everything typed still there.
    """
    send = Button(go or title, part="primary")
    stay = Button(tell("form.cancel"))
    dialog = Dialog(page, title, form, row(1, stay, send))

    def refused(error: Refused) -> None:
        send.setEnabled(True)
        form.refuse(*refusal_text(error))

    def finished(answer: T) -> None:
        dialog.accept()
        done(answer)

    def start() -> None:
        if form.check():
            send.setEnabled(False)
            page.desk.jobs.write(
                title, work, deliver_to(dialog, finished), deliver_to(dialog, refused)
            )

    send.clicked.connect(start)
    stay.clicked.connect(dialog.reject)
    send.setDefault(True)
    dialog.open()
    return dialog
