"""What is held on a person, laid out: columns, comparisons, recipients, looks."""

from __future__ import annotations

from app.gui.jobs import Jobs
from app.gui.tables import Table
from app.model.requests import HeldRecord, SubjectView
from app.wording import day_of, moment_of, name, percent
from app.wording.window import tell

Row = tuple[str, ...]
HEADS = {
    "held": ("load", "line", "column", "says", "given", "came-by", "until"),
    "compared": ("pair", "load", "line", "band", "likely", "decided", "with"),
    "gone": ("package", "recipient", "sealed", "columns", "until", "receipt", "destroyed"),
    "looks": ("when", "act", "steward"),
}
TELLING = {"held": "says", "compared": "with", "gone": "columns", "looks": "act"}


class Held:
    """Four tables by the names of their tabs (`parts`), filled from one view."""

    def __init__(self, jobs: Jobs) -> None:
        self.parts = {
            part: Table(
                jobs,
                f"requests-{part}",
                tell(f"requests.tab-{part}"),
                {one: tell(f"requests.head-{one}") for one in heads},
                ("line", "likely"),
                TELLING[part],
            )
            for part, heads in HEADS.items()
        }

    def show_view(self, view: SubjectView) -> None:
        """Show everything held, compared, given and looked at."""
        rows: dict[str, list[Row]] = {
            "held": [row for one in view.records for row in _held(one)],
            "compared": [
                (
                    one.pair,
                    one.load,
                    str(one.row),
                    name("band", one.band.value),
                    percent(one.probability),
                    name("verdict", one.verdict.value) if one.verdict else "",
                    f"{one.other.load}, {one.other.row}" if one.other else tell("requests.other"),
                )
                for one in view.compared
            ],
            "gone": [
                (
                    one.package,
                    one.recipient,
                    moment_of(one.sealed_at),
                    ", ".join(one.columns),
                    _day(one.destroy_by),
                    _day(one.receipt_on),
                    _day(one.destroyed_on),
                )
                for one in view.gone_out
            ],
            "looks": [
                (moment_of(one.at), name("action", one.action), one.steward) for one in view.looks
            ],
        }
        for part, table in self.parts.items():
            empty = tell(f"requests.none-{part}")
            table.show_rows(HEADS[part], rows[part], rows[part], empty=empty)


def _held(one: HeldRecord) -> list[Row]:
    """A row a column, those withheld marked so, and one for a load that is gone."""
    came = one.agreement or one.route
    rest = (came, _day(one.destroy_by))
    at = (one.load, str(one.row))
    rows: list[Row] = [(*at, name, says, "", *rest) for name, says in one.columns]
    kept_in = tell("requests.withheld-mark")
    rows += [(*at, name, says, kept_in, *rest) for name, says in one.withheld]
    if one.gone:
        rows.append((*at, "", tell("requests.gone"), "", *rest))
    return rows


def _day(iso: str | None) -> str:
    return day_of(iso) if iso else ""
