"""The page of requests: a list with its clocks, and below tabs what is held on the one chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.gui.forms import Button, Notice, Roomy, Text, flow, tab_bar
from app.gui.frame import Desk, Page
from app.gui.pages.requests import asking
from app.gui.pages.requests.found import Found
from app.gui.pages.requests.held import Held
from app.gui.pages.requests.telling import PackTold
from app.gui.tables import Table
from app.model.requests import RequestSummary, SubjectPack, SubjectView
from app.model.searching import SearchAnswer
from app.services import requests
from app.wording import day_of, name, note, number
from app.wording.window import tell

COLUMNS = ("request", "asked", "case", "received", "waits", "due", "left", "records")
LEAST = 22
"""Lines of text that the buttons, the tabs and a few requests need."""


class Requests(Page):
    """Who asked, until when it is answered, whose records are theirs, and what they are told."""

    name: ClassVar[str] = "requests"
    topics: ClassVar[frozenset[str]] = frozenset({"request", "load", "package"})
    right: ClassVar[str] = "request.open"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listed: tuple[RequestSummary, ...] = ()
        self._wanted = self._about = ""
        heads = {one: tell(f"requests.head-{one}") for one in COLUMNS}
        title = tell("page.requests")
        self.table = Table(desk.jobs, "requests", title, heads, ("left", "records"), "waits")
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self.table.opened.connect(lambda _key: self._with(self._show_held))
        self.found = Found(self, self._again)
        self.held = Held(desk.jobs)
        self.search = Button(tell("requests.search"), lambda: self._with(self._ask_search))
        self.show_held = Button(tell("requests.show"), lambda: self._with(self._show_held))
        self.pack = Button(tell("requests.pack"), lambda: self._with(self._ask_pack))
        self.identity = Button(tell("requests.identity"), lambda: self._with(self._ask_identity))
        self.acknowledge = Button(
            tell("requests.acknowledge"), lambda: self._with(self._ask_acknowledge)
        )
        self.extend = Button(tell("requests.extend"), lambda: self._with(self._ask_extend))
        self.close_it = Button(tell("requests.close"), lambda: self._with(self._ask_close))
        for act, button in (
            ("request.pack", self.pack),
            ("request.identity", self.identity),
            ("request.acknowledge", self.acknowledge),
            ("request.extend", self.extend),
            ("request.close", self.close_it),
        ):
            self.permit(act, button)
        self._lay_out()
        self.say(tell("requests.looking"))
        self.offer(tell("requests.open"))

    def _lay_out(self) -> None:
        room = Roomy(LEAST)
        self.body.addWidget(room, 1)
        box = room.body
        self.of = Text("", "quiet")
        self.unlaid = Notice("", "warn", tell("load.note"))
        listing = QWidget()
        inside = QVBoxLayout(listing)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.table, 1)
        inside.addWidget(flow(self.search, self.show_held, self.pack, self.close_it, gap=12))
        inside.addWidget(flow(self.identity, self.acknowledge, self.extend, gap=12))
        self._below = QStackedWidget()
        parts: dict[str, QWidget] = {"list": listing, "found": self.found, **self.held.parts}
        for part in parts.values():
            self._below.addWidget(part)
        words = {key: tell(f"requests.tab-{key}") for key in parts}
        bar, self.tabs = tab_bar(words, self._show_tab)
        box.addWidget(bar)
        box.addWidget(self.of)
        box.addWidget(self.unlaid)
        box.addWidget(self._below, 1)
        self._forget()

    def look(self) -> None:
        """Read the requests and their clocks."""
        ws = self.desk.workspace
        self.read(lambda: requests.listed(ws), self._show, key="requests")

    def open(self, id: str | None) -> None:
        """Put the cursor on one request."""
        self._wanted = id or self._wanted
        self._show_tab("list")
        self._select()

    def act(self) -> None:
        """Put a new request on record."""
        asking.ask_open(self, self._opened)

    def _opened(self, made: RequestSummary) -> None:
        self._wanted = made.kept.request
        self.confirm(tell("requests.opened", request=made.kept.request))
        self.refresh()

    def _show(self, found: tuple[RequestSummary, ...]) -> None:
        chosen = self._chosen()
        self._wanted = self._wanted or (chosen.kept.request if chosen else "")
        self._listed = found
        waiting = sum(1 for one in found if one.kept.outcome is None)
        self.say(tell("requests.title", n=waiting), tell("requests.under"))
        rows = [_cells(one) for one in found]
        values = [_values(one) for one in found]
        self.table.show_rows(COLUMNS, rows, values, empty=tell("requests.empty"))
        self._select()

    def _select(self) -> None:
        names = [one.kept.request for one in self._listed]
        if names:
            at = names.index(self._wanted) if self._wanted in names else len(names) - 1
            self.table.grid.selectRow(at)
        self._choose()

    def _chosen(self) -> RequestSummary | None:
        key = self.table.current_key()
        return None if key is None or key >= len(self._listed) else self._listed[key]

    def _choose(self) -> None:
        one = self._chosen()
        live = one is not None and one.kept.outcome is None
        self.show_held.setEnabled(one is not None and one.records > 0)
        for button in (self.search, self.identity, self.close_it):
            button.setEnabled(live)
        self.pack.setEnabled(live and one is not None and one.records > 0)
        self.acknowledge.setEnabled(live and one is not None and not one.kept.acknowledged_on)
        self.extend.setEnabled(live and one is not None and not one.kept.extended_why)
        if one is not None and one.kept.request != self._about:
            self._about = self._wanted = one.kept.request
            self._forget()

    def _forget(self) -> None:
        """What other tabs tell is of another request: it is put away."""
        self.unlaid.say("")
        for tab in self.tabs:
            self.tabs[tab].setVisible(tab == "list")
        self._show_tab("list")

    def _show_tab(self, tab: str) -> None:
        self.tabs[tab].setChecked(True)
        self.tabs[tab].show()
        self._below.setCurrentIndex(list(self.tabs).index(tab))
        one = self._chosen()
        told = tab != "list" and one is not None
        self.of.setVisible(told)
        if told and one is not None:
            self.of.say(tell("requests.of", request=one.kept.request, case=one.kept.case))

    def _with(self, act: Callable[[RequestSummary], object]) -> None:
        one = self._chosen()
        if one is not None:
            act(one)

    def _ask_search(self, one: RequestSummary) -> None:
        asking.ask_search(self, one.kept.request, lambda found: self._searched(one, found))

    def _searched(self, one: RequestSummary, found: SearchAnswer) -> None:
        self.found.show_found(one.kept.request, found)
        self._show_tab("found")

    def _again(self, _one: RequestSummary) -> None:
        self.refresh()

    def _show_held(self, one: RequestSummary) -> None:
        ws, request = self.desk.workspace, one.kept.request
        self.read(lambda: requests.held(ws, request), self._told_held, key="held")

    def _told_held(self, view: SubjectView) -> None:
        self.held.show_view(view)
        self.unlaid.say("\n".join(map(note, asking.not_laid(view))))
        for tab in self.held.parts:
            self.tabs[tab].show()
        self._show_tab("held")

    def _ask_pack(self, one: RequestSummary) -> None:
        ws, request = self.desk.workspace, one.kept.request
        self.read(
            lambda: requests.held(ws, request),
            lambda view: asking.ask_pack(self, view, self._packed),
            key="pack",
        )

    def _packed(self, made: SubjectPack) -> None:
        PackTold(self, made).open()
        self.refresh()

    def _ask_identity(self, one: RequestSummary) -> None:
        asking.ask_day(self, one, "identity", self._changed)

    def _ask_acknowledge(self, one: RequestSummary) -> None:
        asking.ask_day(self, one, "acknowledge", self._changed)

    def _ask_extend(self, one: RequestSummary) -> None:
        asking.ask_extend(self, one, self._changed)

    def _changed(self, one: RequestSummary) -> None:
        when = tell("requests.due-by", day=day_of(one.due)) if one.due else tell("requests.no-day")
        self.confirm(tell("requests.changed", request=one.kept.request, when=when))
        self.refresh()

    def _ask_close(self, one: RequestSummary) -> None:
        asking.ask_close(self, one, self._closed)

    def _closed(self, ended: asking.Ended) -> None:
        view, told_too = ended
        said = tell("requests.closed", request=view.summary.kept.request)
        self.confirm(" ".join((said, *map(note, asking.to_tell(told_too)))))
        self.refresh()


def _cells(one: RequestSummary) -> tuple[str, ...]:
    kept = one.kept
    ended = kept.outcome is not None
    return (
        kept.request,
        one.title,
        kept.case,
        day_of(kept.received_on),
        name("outcome", kept.outcome) if kept.outcome else name("owed", one.owed.value),
        "" if one.due is None else day_of(one.due),
        "" if one.days_left is None or ended else number(one.days_left),
        number(one.records),
    )


def _values(one: RequestSummary) -> tuple[object, ...]:
    """What each column sorts by."""
    kept = one.kept
    left = 1 << 30 if one.days_left is None else one.days_left
    waits = kept.outcome or one.owed.value
    return (
        int(kept.request[1:]),
        one.title,
        kept.case,
        kept.received_on,
        waits,
        one.due or "9",
        left,
        one.records,
    )
