"""The help panel: this page's help beside the page."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from app.base.places import resource
from app.gui.forms import Button, Dialog, row, show_once
from app.wording.window import tell

WIDTH = 340


def help_text(page: str) -> str:
    """The help of a page in Markdown, from resources/help."""
    return resource("help", f"{page}.md").read_text(encoding="utf-8")


def browser() -> QTextBrowser:
    """A text that is only read, and that Tab leaves."""
    text = QTextBrowser()
    text.setOpenLinks(False)
    text.setAccessibleName(tell("window.help"))
    text.setTabChangesFocus(True)
    return text


def show_help(parent: QWidget, page: str) -> Dialog:
    """Help in a window of its own, where there is no panel beside the page."""
    text = browser()
    text.setMarkdown(help_text(page))
    text.setMinimumSize(WIDTH * 3 // 2, WIDTH)
    return show_once(parent, tell("window.help"), text)


class HelpPanel(QFrame):
    """Opened and shut by F1."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("helpPanel")
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(WIDTH * 2)
        self.text = browser()
        self.shut = Button(tell("form.close"), self.hide)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 12)
        box.addWidget(self.text, 1)
        box.addWidget(row(1, self.shut))
        self.hide()

    def show_page(self, page: str) -> None:
        """Show the help of a page."""
        self.text.setMarkdown(help_text(page))
