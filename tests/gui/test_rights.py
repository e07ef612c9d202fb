"""What a role may not do is switched off on every page, and says for whom it is."""

import pytest

from app.gui.forms import Button
from app.model.vaults import Role
from app.services import staff, vaults
from app.services.catalogue import catalogue

BARRED = {
    "load.accept": ("load", lambda page: page.primary),
    "load.withdraw": ("load", lambda page: page.listing.withdraw),
    "load.erase": ("load", lambda page: page.listing.erase),
    "load.export-rejected": ("load", lambda page: page.rejected.export),
    "match.run": ("matching", lambda page: page.primary),
    "person.gather": ("matching", lambda page: page.persons.go),
    "pair.decide": ("review", lambda page: page.deciding.verdicts["same"]),
    "pair.undo": ("review", lambda page: page.deciding.undo),
    "package.draft": ("sharing", lambda page: page.primary),
    "package.approve": ("sharing", lambda page: page.outgoing.approve),
    "package.seal": ("sharing", lambda page: page.outgoing.seal),
    "package.withdraw": ("sharing", lambda page: page.outgoing.withdraw),
    "package.discard": ("sharing", lambda page: page.outgoing.drop),
    "request.open": ("requests", lambda page: page.primary),
    "request.identity": ("requests", lambda page: page.identity),
    "request.acknowledge": ("requests", lambda page: page.acknowledge),
    "request.extend": ("requests", lambda page: page.extend),
    "request.lay": ("requests", lambda page: page.found.lay),
    "request.take-off": ("requests", lambda page: page.found.take_off),
    "request.pack": ("requests", lambda page: page.pack),
    "request.close": ("requests", lambda page: page.close_it),
    "agreement.export": ("sharing", lambda page: page.agreements.write_out),
    "agreement.import": ("sharing", lambda page: page.agreements.bring),
    "recipient.add": ("sharing", lambda page: page.recipients.add),
    "recipient.confirm": ("sharing", lambda page: page.recipients.compare),
    "recipient.rename": ("sharing", lambda page: page.recipients.rename),
    "recipient.remove": ("sharing", lambda page: page.recipients.remove),
    "office.keys": ("sharing", lambda page: page.recipients.show_own),
    "package.answered": ("sharing", lambda page: page.outgoing.signed),
    "package.answer": ("sharing", lambda page: page.received.receipt),
    "package.open": ("sharing", lambda page: page.received.write_out),
    "steward.add": ("settings", lambda page: page.people.add),
    "steward.role": ("settings", lambda page: page.people.role),
    "steward.revoke": ("settings", lambda page: page.people.revoke),
    "vault.recovery": ("settings", lambda page: page.keys.recovery),
    "vault.take-out": ("settings", lambda page: page.keeping.take_out),
    "vault.rotate": ("settings", lambda page: page.keys.rotate),
}
"""The button of each act."""

WITHOUT_A_BUTTON = {
    "load.erase-propose",
    "load.erase-drop",
    "load.erase-proved",
    "mapping.remember",
    "model.export",
    "review.bookmark",
    "package.read-back",
    "package.not-opened",
    "settings.change",
    "vault.create",
    "unfinished.discard",
}
"""Acts that follow from another, or that only the command line or a card of Home has."""


def test_every_act_an_auditor_lacks_is_looked_for():
    roles = catalogue().roles
    lacking = {act for act in roles.actions if not roles.allows(Role.AUDITOR, act)}
    assert lacking == BARRED.keys() | WITHOUT_A_BUTTON


@pytest.mark.parametrize("act", BARRED)
def test_an_auditor_finds_it_switched_off_and_learns_for_whom_it_is(hand, window, town, act):
    window = hand.open(window, town.vault, hand.auditor(town.vault))
    name, button_of = BARRED[act]
    window.bench.show_page(name)
    hand.settle(window)
    page = window.bench.at
    button = button_of(page)
    button.setEnabled(True)  # as the page does when something fitting is chosen
    assert not button.isEnabled()
    assert "your role, auditor" in button.toolTip()
    assert "administrator" in button.accessibleDescription()
    assert page.limits.isVisible()
    assert "auditor" in page.limits.text()


def test_who_may_do_it_finds_it_switched_on(hand, desk):
    for act, (name, button_of) in BARRED.items():
        desk.bench.show_page(name)
        hand.settle(desk)
        button = button_of(desk.bench.at)
        button.setEnabled(True)
        assert button.isEnabled(), act
        assert not desk.bench.at.limits.isVisible()


def test_a_file_dropped_by_who_may_not_load_is_not_taken(hand, window, town):
    window = hand.open(window, town.vault, hand.auditor(town.vault))
    window.take_files([town.files / "council_tax.csv"])
    hand.settle(window)
    page = window.bench.at
    assert page.listing.isVisible()
    assert not page.taking.isVisible()
    assert page.problem.isVisible()
    assert "auditor" in page.problem.accessibleDescription()


def test_what_was_left_unfinished_is_not_an_auditors_to_discard(hand, window, town):
    auditor = hand.auditor(town.vault)
    window = hand.open(window, town.vault, auditor)
    window._workspace._begin("load.accept", "L")
    window.bench.at.refresh()
    hand.settle(window)
    found = window.bench.at.findChildren(Button)
    for words in ("Discard what is left", "Do it again"):
        (button,) = [b for b in found if b.accessibleName() == words]
        assert not button.isEnabled()


def test_a_steward_learns_that_an_administrator_adds_stewards(hand, window, town):
    with vaults.unlock(catalogue(), town.vault, hand.ann, hand.passphrase, window._clock) as ws:
        staff.add_steward(ws, "Sam", Role.STEWARD, hand.passphrase)
    window = hand.open(window, town.vault, "Sam")
    window.bench.show_page("settings")
    hand.settle(window)
    add = window.bench.at.people.add
    assert not add.isEnabled()
    assert add.toolTip() == "Not for your role, steward. These may do it: administrator."
