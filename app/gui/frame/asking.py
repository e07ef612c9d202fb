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
    asking = _Asking(page, dialog, form, send, stay)

    def finished(answer: T) -> None:
        asking.let_go()
        dialog.accept()
        done(answer)

    def start() -> None:
        if dialog.held is None and form.check():
            asking.follow(page.desk.jobs.write(title, work, deliver_to(dialog, finished), refused))

    refused = deliver_to(dialog, asking.refused)
    send.clicked.connect(start)
    stay.clicked.connect(dialog.reject)
    send.setDefault(True)
    dialog.open()
    return dialog


class _Asking:
    """A form while its work runs: held, asked to stop, let go again."""

    def __init__(self, page: Page, dialog: Dialog, form: Form, send: Button, stay: Button) -> None:
        self._page, self._dialog, self._form = page, dialog, form
        self._send, self._stay = send, stay

    def let_go(self) -> None:
        self._dialog.held, self._dialog.once = None, False
        self._send.setEnabled(True)
        self._stay.setEnabled(True)
        self._stay.say(tell("form.cancel"))

    def refused(self, error: Refused) -> None:
        self.let_go()
        self._form.refuse(*refusal_text(error))

    def follow(self, job: Job) -> None:
        self._send.setEnabled(False)
        tell_end = deliver_to(self._dialog, self._ended)
        job.cancelled = lambda: tell_end(job)
        job.once = self._dialog.once = self._dialog.asks_once
        self._dialog.held = lambda: self._stop(job)

    def _ended(self, job: Job) -> None:
        self.let_go()
        if job.counters.cancelled:
            self._dialog.reject()

    def _stop(self, job: Job) -> None:
        self._stay.setEnabled(False)
        self._stay.say(tell("form.stopping"))
        self._page.desk.jobs.stop(job)
