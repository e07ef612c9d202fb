"""Offices, contents and a catalogue for packages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from app.base.places import resource
from app.catalogue.packages import (
    read_package_policy,
    read_passphrase_words,
    read_report_templates,
)
from app.model.packaging import (
    DataColumn,
    DataFile,
    Document,
    PackageContent,
    PackageIdentity,
    PackagePolicy,
    PackageRecipient,
    PackedFile,
    Quality,
    ReportTemplates,
    Seals,
    SourceDate,
)
from app.model.profiles import BandShare
from app.sealing.contents import SealOrder
from app.sealing.keys import OfficeKeys, new_office

CANARY = "Zebedee Quillfeather"


@pytest.fixture(scope="session")
def policy() -> PackagePolicy:
    return read_package_policy(resource("policy", "packages.toml"))


@pytest.fixture(scope="session")
def words() -> tuple[str, ...]:
    return read_passphrase_words(resource("reference", "passphrase_words.txt"))


@pytest.fixture(scope="session")
def templates() -> ReportTemplates:
    return read_report_templates(resource("reports"))


@pytest.fixture(scope="session")
def sender() -> OfficeKeys:
    return new_office()


@pytest.fixture(scope="session")
def recipient() -> OfficeKeys:
    return new_office()


@pytest.fixture(scope="session")
def stranger() -> OfficeKeys:
    return new_office()


def _deaths(rows: Iterable[Sequence[str]] | None = None) -> DataFile:
    return DataFile(
        name="deaths.csv",
        title="Confirmed deaths of pass holders",
        columns=(
            DataColumn("reference", "the council's reference", source="council tax", why="to act"),
            DataColumn("name", "full name", why="to check"),
            DataColumn("balance", "balance in pounds", "number"),
        ),
        rows=rows
        if rows is not None
        else [
            ("0001", CANARY, "12.50"),
            ("0002", "=cmd|' /C calc'!A0", "-3.05"),
            ("0003", 'O"Neil,\r\nSiân', ""),
        ],
        key="reference",
        amounts=("balance",),
    )


def _content(*recipients: PackageRecipient, files: tuple[DataFile, ...] = ()) -> PackageContent:
    return PackageContent(
        identity=PackageIdentity(
            package="EX-2026-0007",
            title="Deaths among pass holders",
            sender="Exampleshire Council",
            recipients=recipients,
            agreement="ISA-12",
            gateway="Statistics and Registration Service Act 2007, section 19AA",
            purpose="stop mail to people who have died",
            classification="OFFICIAL-SENSITIVE",
            created="2026-08-22T10:11:12Z",
            destroy_by="2027-08-22",
            tool="Muniment 0.1.0",
            contact="data@exampleshire.example",
        ),
        files=files or (_deaths(),),
        quality=Quality(
            sources=(SourceDate("council tax", "2026-08-01"),),
            bands=(BandShare("certain", 40, 0.8), BandShare("probable", 10, 0.2)),
            thresholds={"certain": "0.99"},
            counts={"records compared": 1200},
        ),
        receipt_by="2026-09-05",
    )


def _plain_documents(
    _content: PackageContent, _files: tuple[PackedFile, ...], _seals: Seals
) -> list[Document]:
    return [Document("README.txt", b"Read me.\r\n")]


@pytest.fixture(scope="session")
def canary() -> str:
    return CANARY


@pytest.fixture(scope="session")
def deaths() -> Callable[..., DataFile]:
    """Makes the data file `deaths.csv`, of its own rows or others."""
    return _deaths


@pytest.fixture(scope="session")
def content() -> Callable[..., PackageContent]:
    """Makes the contents of a package to some recipients."""
    return _content


@pytest.fixture
def order(sender: OfficeKeys, recipient: OfficeKeys, policy: PackagePolicy) -> SealOrder:
    to = PackageRecipient("Northtown", recipient.public_key)
    return SealOrder(_content(to), _plain_documents, sender, policy)


@pytest.fixture
def order_of(order: SealOrder) -> Callable[..., SealOrder]:
    def make(*files: DataFile) -> SealOrder:
        return replace(order, content=replace(order.content, files=files))

    return make
