"""How a load is held, accessed and used, and the register of all that is held as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.gui.forms import Field, FileBox, Form
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import show_row
from app.model.holdings import Holding
from app.services import holdings
from app.wording import day_of, moment_of, number, size
from app.wording.window import tell


def show_held(page: Page, load: str, held: Sequence[Holding]) -> None:
    """One holding in a window of its own; a load that is held no more has none."""
    for one in held:
        if one.load == load:
            title = tell("held.title", load=load, what=one.title)
            show_row(page, title, [(tell(f"held.{part}"), said) for part, said in _told(page, one)])


def _told(page: Page, one: Holding) -> list[tuple[str, str]]:
    known = page.desk.workspace.catalogue.governance.purposes

    def purposes(ids: Sequence[str]) -> str:
        return "\n".join(known[id].title if id in known else id for id in ids)

    nobody = tell("held.nobody")
    return [
        ("file", f"{one.file}, {size(one.size)}"),
        ("owners", ", ".join(one.owners) or one.supplier or nobody),
        ("contact", one.contact or nobody),
        ("route", one.route),
        ("clause", one.clause),
        ("source", one.source),
        ("agreement", one.agreement or nobody),
        ("purposes", purposes(one.purposes)),
        ("as-at", day_of(one.as_at) if one.as_at else tell("held.unsaid")),
        ("age", tell("held.days", n=one.age)),
        ("loaded", tell("held.loaded-by", at=moment_of(one.loaded_at), by=one.loaded_by)),
        ("records", number(one.records)),
        ("rejected", tell("held.rejected-of", n=one.rows_rejected, of=one.rows_read)),
        ("destroy", day_of(one.destroy_by) if one.destroy_by else tell("held.no-term")),
        ("runs", ", ".join(one.runs) or nobody),
        ("used-for", purposes(one.used_for) or nobody),
        ("told", ", ".join(one.told) or nobody),
    ]


def ask_register(page: Page) -> None:
    """The register of all that is held, into a file that is new."""
    ws = page.desk.workspace
    day = page.desk.clock().strftime("%Y-%m-%d")
    name = f"{ws.vault.folder.name} {day} holdings.json"
    place = FileBox("save", name=str(ws.vault.folder.parent / name))
    rule = needed(place.value, tell("settings.need-file"))
    ask_form(
        page,
        tell("load.register"),
        Form(Field(tell("held.to"), place, hint=tell("held.to-hint"), rule=rule)),
        lambda _progress: holdings.export(ws, Path(place.value())),
        lambda number_of: page.confirm(
            tell("held.written", n=number_of, file=Path(place.value()).name)
        ),
    )
