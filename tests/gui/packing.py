"""What the tests of sharing in the window begin with: an agreement, a page, a draft."""

import json

from app.model.runs import Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import partners, review, sharing


def agreement(folder):
    """An agreement file in the register's shape."""
    path = folder / "agreement.json"
    path.write_text(
        json.dumps(
            {
                "ref": "EX/1",
                "name": "Deaths for services",
                "purpose": "No letter to somebody who has died.",
                "purposes": ["stop-mail", "service-update"],
                "powers": ["Registration Service Act 1953 section 19AA"],
                "controllers": ["Exampleshire Council"],
                "disclosed_information": "Reference and date of death",
                "retention_period": "Six months",
                "retention_days": 183,
                "start_date": "2026-01-01",
                "contact": "records@example.invalid",
            }
        )
    )
    return path


def opened(hand, desk, folder):
    """The page of sharing, with an agreement and five people confirmed to have died."""
    ws = desk._workspace
    sharing.import_agreement(ws, agreement(folder))
    for pair in review.queue(ws, "R1").pairs[:5]:
        review.decide(ws, pair, Verdict.SAME, "same-person-confirmed", "")
    desk.bench.show_page("sharing")
    hand.settle(desk)
    return desk.bench.at


def to_columns(hand, desk, page, recipient="Post Room"):
    """Up to the step that asks which columns leave, with one chosen."""
    page.act()
    hand.settle(desk)
    drafting = page.drafting
    drafting.source.set_value("R1")
    drafting.recipient.set_value(recipient)
    drafting.purpose.set_value("stop-mail")
    hand.click(desk, drafting.steps.go)
    drafting.leaving.choose("left.reference", "to find the account")
    return drafting


def drafted(hand, desk, page):
    """Up to the step that shows exactly what leaves."""
    drafting = to_columns(hand, desk, page)
    drafting.leaving.choose("right.death_date", "to end the account")
    hand.click(desk, drafting.steps.go)
    return drafting


def sealed_to_ourselves(desk, folder, form="age"):
    """A package whose recipient is this office, as a partner's package would be."""
    ws = desk._workspace
    partners.add(ws, "Ourselves", sharing.office_public_key(ws), vouched=True)
    columns = (PackageColumn("account", "left.reference", "to test"),)
    file = PackageFile("stop.csv", "R1", None, columns)
    spec = PackageSpec("stop-mail", "OFFICIAL-SENSITIVE", (file,))
    drafted = sharing.draft(ws, "EX/1", "Ourselves", spec)
    return sharing.seal(ws, drafted.package, folder / f"own.{form}", form)
