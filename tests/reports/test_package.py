"""The documents of a package: complete, escaped, marked, without personal data where promised."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from string import Template

import pytest
from lxml import html

from app.base.places import resource
from app.catalogue.packages import read_package_policy, read_report_templates
from app.model.packaging import (
    ControlTotal,
    DataColumn,
    DataFile,
    PackageContent,
    PackageIdentity,
    PackageRecipient,
    PackedFile,
    Quality,
    Seals,
    SourceDate,
)
from app.model.profiles import (
    BandShare,
    ColumnProfile,
    GroupRate,
    LoadProfile,
    Reach,
    SourceProfile,
)
from app.model.sharing import Agreement
from app.reports.fill import long_date, percent
from app.reports.package import package_documents

TEMPLATES = read_report_templates(resource("reports"))
POLICY = read_package_policy(resource("policy", "packages.toml"))
FILE = DataFile(
    name="deaths.csv",
    title="Confirmed deaths",
    columns=(
        DataColumn("ref", "reference", source="council tax", why="to find the account"),
        DataColumn("sex", allowed=("M", "F")),
        DataColumn("balance", type="number"),
    ),
    rows=(),
    key="ref",
    amounts=("balance",),
)
PACKED = PackedFile("deaths.csv", 1234, 1500, "ab" * 32, (ControlTotal("rows", "", "1500"),), FILE)
SEALS = Seals("muniment1:x", "RWQkey", "f" * 64, ("e" * 64,), "tagmanifest-sha256.txt")
IDENTITY = PackageIdentity(
    package="EX-2026-0007",
    title="Deaths & <pass> holders",
    sender="Exampleshire Council",
    recipients=(PackageRecipient("Northtown", "k"), PackageRecipient("Southtown", "l")),
    agreement="ISA-12",
    gateway="section 19AA",
    purpose="stop mail",
    classification="OFFICIAL-SENSITIVE",
    created="2026-08-22T10:11:12Z",
    destroy_by="2027-08-01",
    tool="T 1",
    contact="data@example.example",
)
AGREEMENT = Agreement(
    ref="ISA-12",
    name="Deaths agreement",
    purpose="stop mail",
    purposes=("stop-mail",),
    powers=("SRSA 2007 s.19AA",),
    controllers=("Exampleshire", "Northtown"),
    disclosed_information="names",
    retention_period="one year",
    retention_days=365,
    start_date="2026-01-01",
    end_date=None,
    review_date="2026-12-31",
    contact="dpo@example.example",
)
CONTENT = PackageContent(
    IDENTITY,
    (FILE,),
    Quality(
        sources=(SourceDate("council tax", "2026-08-01"),),
        bands=(BandShare("certain", 1400, 0.9333), BandShare("possible", 4, 0.0027)),
        thresholds={"certain": "0.99"},
        counts={"pairs reviewed": 1500, "cannot tell": 3},
        reach=(
            Reach(
                "R1",
                "L2",
                10,
                (
                    GroupRate("sex", "male", 800, 720, 0.9),
                    GroupRate("area", "ZE", None, None, None),
                ),
            ),
        ),
        profiles=(
            SourceProfile(
                "Council tax (L1)",
                LoadProfile(
                    1500,
                    (ColumnProfile("Ref", 1500, 1.0, 1499), ColumnProfile("DOB", 45, 0.03, 44)),
                ),
            ),
            SourceProfile("Few (L3)", LoadProfile(4, (ColumnProfile("Odd", 1, 0.25, 1),))),
        ),
    ),
    AGREEMENT,
    "2026-09-05",
)
PAGES = tuple(TEMPLATES.titles)


def documents(content: PackageContent = CONTENT, file: PackedFile = PACKED) -> dict[str, bytes]:
    made = package_documents(TEMPLATES, POLICY)(content, (file,), SEALS)
    return {document.name: document.content for document in made}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return documents()


def text_of(page: bytes) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_the_set_is_complete(made) -> None:
    assert set(made) == {
        "README.txt", "datapackage.json", "dictionary.csv", "control-totals.csv",
        "agreement.html", "quality.html", "receipt.html", "destruction.html",
        "withdrawal.html", "summary.html",
    }  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_marked_titled_and_self_contained(made, name) -> None:
    page = html.document_fromstring(made[name])
    marks = [p.text_content() for p in page.xpath("//p[@class='marking']")]
    assert marks == ["OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"]
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//h1")) == 1
    assert not page.xpath("//script | //link | //img | //iframe | //@src | //@href")
    assert "$" not in text_of(made[name])
    assert all(th.get("scope") in {"row", "col"} for th in page.xpath("//th"))
    assert "EX-2026-0007" in text_of(made[name])


@pytest.mark.parametrize("name", PAGES)
def test_nothing_written_in_becomes_markup(name) -> None:
    evil = "<script>alert(1)</script>&amp;\"'"
    identity = replace(
        IDENTITY,
        **{
            fact: evil
            for fact in (
                "title",
                "sender",
                "agreement",
                "gateway",
                "purpose",
                "classification",
                "contact",
            )
        },
        recipients=(PackageRecipient(evil),),
    )
    quality = Quality(
        (SourceDate(evil, evil),), (BandShare(evil, 50, 1.0),), {evil: evil}, {evil: 50},
        (Reach("R1", evil, 10, (GroupRate(evil, evil, 50, 5, 0.1),)),),
        (SourceProfile(evil, LoadProfile(50, (ColumnProfile(evil, 5, 0.1, 5),))),),
    )  # fmt: skip
    agreement = replace(AGREEMENT, name=evil, powers=(evil,), contact=evil, end_date=evil)
    file = replace(FILE, title=evil, key=evil)
    packed = replace(PACKED, name=evil, described=file)
    page = documents(PackageContent(identity, (file,), quality, agreement, evil), packed)[name]
    assert b"<script" not in page
    assert not html.document_fromstring(page).xpath("//script")


def test_pages_say_what_they_are_for(made) -> None:
    agreement = text_of(made["agreement.html"])
    assert "SRSA 2007 s.19AA" in agreement
    assert "by 1 August 2027" in agreement
    assert "31 December 2026" in agreement
    assert "Not stated." in agreement
    quality = text_of(made["quality.html"])
    for said in ("1 August 2026", "93.3 %", "1,400", "0.99", "Council tax (L1)", "1,499", "72"):
        assert said in quality
    assert "DOB, of Council tax (L1), is filled in only 3.0 % of the rows." in quality
    assert "Few (L3)Oddnot shownnot shown" in quality
    assert "Odd, of Few" not in quality
    receipt = text_of(made["receipt.html"])
    assert "ab" * 32 in receipt
    assert "by 5 September 2026" in receipt
    assert "ref in deaths.csv" in text_of(made["withdrawal.html"])


def test_small_numbers_of_people_are_not_told(made) -> None:
    page = html.document_fromstring(made["quality.html"])
    cells = [cell.text_content() for cell in page.xpath("//td")]
    assert cells.count("fewer than 10") == 2
    assert cells.count("not shown") == 1 + 3 + 2
    few = documents(file=replace(PACKED, rows=4))
    assert "fewer than 10" in text_of(few["summary.html"])


def test_a_package_without_matching_or_agreement_says_so() -> None:
    bare = documents(PackageContent(IDENTITY, (FILE,)))
    assert "No matching was done." in text_of(bare["quality.html"])
    assert "None known." in text_of(bare["quality.html"])
    assert "Not stated." in text_of(bare["agreement.html"])
    assert "by the day you agreed" in text_of(bare["receipt.html"])


def test_the_descriptor_describes_each_file(made) -> None:
    said = json.loads(made["datapackage.json"])
    assert said["profile"] == "tabular-data-package"
    assert said["name"] == "ex-2026-0007"
    (resource_,) = said["resources"]
    assert (resource_["path"], resource_["bytes"]) == ("deaths.csv", 1234)
    assert resource_["hash"] == "sha256:" + "ab" * 32
    fields = resource_["schema"]["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [
        ("ref", "string"),
        ("sex", "string"),
        ("balance", "number"),
    ]
    assert fields[1]["constraints"] == {"enum": ["M", "F"]}


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_dictionary_tells_of_every_column_and_of_the_guard(made) -> None:
    found = rows(made["dictionary.csv"])
    assert [row[1] for row in found[1:]] == ["ref", "sex", "balance"]
    assert found[1][2:7] == ["reference", "string", "", "council tax", "to find the account"]
    assert all("apostrophe" in row[8] for row in found[1:])


def test_dictionary_cells_are_guarded_too() -> None:
    evil = replace(FILE, columns=(DataColumn("=cmd()", "@x"),))
    found = rows(documents(file=replace(PACKED, described=evil))["dictionary.csv"])
    assert found[1][1:3] == ["'=cmd()", "'@x"]


def test_totals_are_listed(made) -> None:
    assert rows(made["control-totals.csv"])[1] == ["deaths.csv", "rows", "", "1500"]


def test_the_readme_names_every_document_and_how_to_check(made) -> None:
    readme = made["README.txt"].decode("utf-8")
    assert readme.startswith("OFFICIAL-SENSITIVE\r\n")
    assert "$" not in readme
    for name in set(made) - {"README.txt"}:
        assert name in readme
    assert "minisign -V -m tagmanifest-sha256.txt -x signature.minisig -P RWQkey" in readme
    assert "1,500 rows" in readme
    assert "manifest-sha256.txt and tagmanifest-sha256.txt" in readme


def test_line_breaks_in_facts_do_not_forge_the_readme() -> None:
    identity = replace(IDENTITY, purpose="stop mail\r\nDestroy by: never")
    readme = documents(replace(CONTENT, identity=identity))["README.txt"].decode()
    assert "\r\nDestroy by: never" not in readme


def test_every_template_is_used_and_every_gap_can_be_filled() -> None:
    of_packages = {"frame.html", "style.css", "facts.html", "README.txt", *TEMPLATES.titles}
    named = of_packages | {"subject.html", "subject-record.html", "erasure.html"}
    named |= {"TAKEN-OUT.txt"}
    assert set(TEMPLATES.files) == named
    assert all(Template(text).is_valid() for text in TEMPLATES.files.values())


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-08-22", "22 August 2026"),
        ("2026-08-02T10:00:00Z", "2 August 2026"),
        ("soon", "soon"),
        ("2026-13-01", "2026-13-01"),
        ("", ""),
    ],
)
def test_dates_are_said_in_words(iso, said) -> None:
    assert long_date(iso) == said


def test_shares_are_said_to_a_tenth() -> None:
    assert percent(0.12345) == "12.3 %"
