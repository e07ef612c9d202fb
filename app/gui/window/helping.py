"""The help panel: this page's help beside the page."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout

from app.base.places import resource
from app.gui.forms import Button, row
from app.wording.window import tell

WIDTH = 340


def help_text(page: str) -> str:
    """The help of a page in Markdown, from resources/help."""
    return resource("help", f"{page}.md").read_text(encoding="utf-8")


class HelpPanel(QFrame):
    """Opened and shut by F1."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("helpPanel")
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(WIDTH * 2)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(tell("window.help"))
        self.text.setTabChangesFocus(True)
        self.shut = Button(tell("form.close"), self.hide)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 12)
        box.addWidget(self.text, 1)
        box.addWidget(row(1, self.shut))
        self.hide()

    def show_page(self, page: str) -> None:
        """Show the help of a page."""
        self.text.setMarkdown(help_text(page))
