"""A form in a window above the page: filled in, sent to the worker, and open until it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.base.errors import Refused
from app.base.progress import Progress
from app.gui.forms import Button, Dialog, Form, row
from app.gui.frame.page import Page
from app.gui.jobs import Job, deliver_to, refusal_text
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

    A refusal is said in the form, with everything typed still there. While the work runs, Cancel
    asks it to stop, and the form stays until it has ended one way or the other. Where the
    dialog is made `asks_once`, a lock stops the work, and tells the answer if it came to one.
    """
    send = Button(go or title, part="primary")
    stay = Button(tell("form.cancel"))
    dialog = Dialog(page, title, form, row(1, stay, send))

    def let_go() -> None:
        dialog.held, dialog.once = None, False
        send.setEnabled(True)
        stay.setEnabled(True)
        stay.say(tell("form.cancel"))

    def refused(error: Refused) -> None:
        let_go()
        form.refuse(*refusal_text(error))

    def finished(answer: T) -> None:
        let_go()
        dialog.accept()
        done(answer)

    def ended(job: Job) -> None:
        let_go()
        if job.counters.cancelled:
            dialog.reject()

    def stop(job: Job) -> None:
        stay.setEnabled(False)
        stay.say(tell("form.stopping"))
        page.desk.jobs.stop(job)

    def start() -> None:
        if dialog.held is not None or not form.check():
            return
        send.setEnabled(False)
        job = page.desk.jobs.write(
            title, work, deliver_to(dialog, finished), deliver_to(dialog, refused)
        )
        tell_end = deliver_to(dialog, ended)
        job.cancelled = lambda: tell_end(job)
        job.once = dialog.once = dialog.asks_once
        dialog.held = lambda: stop(job)

    send.clicked.connect(start)
    stay.clicked.connect(dialog.reject)
    send.setDefault(True)
    dialog.open()
    return dialog
