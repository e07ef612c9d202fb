"""Agreements, recipients, packages and who received which row; settings, mappings, keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.base.errors import Refused
from app.model.kinds import Mapping
from app.model.sharing import Agreement, PackageColumn, PackageFile, PackageSpec, Recipient
from app.stores import office, recipients, settings, sharing, suppliers, trail

AT = "2026-08-22T09:00:00Z"
AGREEMENT = Agreement(
    ref="ISA-1",
    name="Deaths to services",
    purpose="Stop mail",
    purposes=("stop-mail",),
    powers=("s19AA",),
    controllers=("Exampleshire",),
    disclosed_information="names",
    retention_period="a year",
    retention_days=365,
    start_date="2026-01-01",
    end_date=None,
    review_date=None,
    contact="dpo",
)
HOUSING = Recipient("Housing", "age1abc", "one two three")


def spec(load: str | None, run: str | None) -> PackageSpec:
    column = PackageColumn("Reference", "left.reference", "to find the tenancy")
    return PackageSpec("stop-mail", "OFFICIAL-SENSITIVE", (PackageFile("p", run, load, (column,)),))


def draft(writer, load: str | None = None, run: str | None = None) -> str:
    facts = sharing.DraftFacts(spec(load, run), "ISA-1", "Housing", 3, 1, "Ann", AT)
    return sharing.draft(writer, facts)


@pytest.fixture
def writer(vault):
    with vault.write() as handle:
        trail.append(handle, AT, "Ann", "x", {})
        yield handle


def test_agreements_and_recipients(writer) -> None:
    sharing.put_agreement(writer, AGREEMENT, AT, "Ann")
    newer = replace(AGREEMENT, retention_days=30)
    sharing.put_agreement(writer, newer, AT, "Ann")
    assert sharing.agreements(writer) == (newer,)
    assert sharing.agreement(writer, "ISA-1") == newer
    recipients.put(writer, HOUSING, AT, "Ann")
    recipients.put(writer, HOUSING, AT, "Ann")
    with pytest.raises(Refused, match="recipient-exists"):
        recipients.put(writer, replace(HOUSING, public_key="age1xyz"), AT, "Ann")
    assert recipients.listing(writer) == (HOUSING,)
    assert recipients.get(writer, "Housing") == HOUSING
    for ask in (sharing.agreement, recipients.get, sharing.package, sharing.spec):
        with pytest.raises(Refused, match="unknown"):
            ask(writer, "nobody")


def test_a_package_from_draft_to_seal(writer) -> None:
    package = draft(writer, load="L1")
    assert package == "P1"
    assert sharing.spec(writer, package) == spec("L1", None)
    sharing.approve(writer, package, "Bob", AT)
    with pytest.raises(Refused, match="package-state"):
        sharing.approve(writer, package, "Bob", AT)
    facts = sharing.SealFacts("Ann", AT, "out.age", "f" * 64, "2027-08-22")
    sharing.seal(writer, package, facts, [("L1", 4), ("L1", 4), ("L2", 1)])
    summary = sharing.package(writer, package)
    assert (summary.state, summary.approved_by, summary.file) == ("sealed", "Bob", "out.age")
    assert sharing.receivers(writer, "L1", 4) == ("P1",)
    assert sharing.receivers(writer, "L1", 5) == ()
    with pytest.raises(Refused, match="package-state"):
        sharing.discard(writer, package)
    assert sharing.packages(writer) == (summary,)


def test_packages_that_stand_on_a_load(vault, fill) -> None:
    load = fill.load([["SMITH"]])
    run = fill.run(load, None, [fill.pair(1, 2.0)])
    with vault.write() as writer:
        trail.append(writer, AT, "Ann", "x", {})
        by_load, by_run, other = (
            draft(writer, load=load),
            draft(writer, run=run),
            draft(writer, "L9"),
        )
        dropped = draft(writer, load=load)
        sharing.discard(writer, dropped)
        sent = draft(writer, "L9")
        facts = sharing.SealFacts("Ann", AT, "out.age", "f" * 64, "2027-08-22")
        sharing.seal(writer, sent, facts, [(load, 0)])
    with vault.read() as reader:
        assert sharing.of_load(reader, load) == (by_load, by_run, sent)
        assert other not in sharing.of_load(reader, load)


def test_settings_mappings_and_office_keys(writer) -> None:
    settings.put(writer, "four-eyes", True)
    assert settings.get(writer, "four-eyes") is True
    settings.put(writer, "four-eyes", None)
    assert settings.get(writer, "four-eyes", "default") == "default"
    office.put(writer, "signing", b"\x00\x01")
    office.put(writer, "signing", b"\x02")
    assert office.get(writer, "signing") == b"\x02"
    assert office.get(writer, "sealing") is None
    mine, theirs = Mapping("people", ()), Mapping("deaths", ())
    suppliers.remember(writer, ("A", "b "), mine, "2026-01-01", "Ann", "Academy")
    suppliers.remember(writer, ("A", "b "), theirs, "2026-02-01", "Ann")
    assert suppliers.recall(writer, ("a", "B"), "Academy") == mine
    assert suppliers.recall(writer, ("a", "B")) == theirs
    assert suppliers.recall(writer, ("a", "B"), "Civica") == theirs
    assert suppliers.recall(writer, ("b", "a")) is None
