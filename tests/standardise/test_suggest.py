from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.model.kinds import ColumnUse, FixedColumn, Mapping
from app.model.loads import Rows, Shape
from app.model.meanings import Meaning
from app.standardise.suggest import guess_kinds

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
COUNCIL_TAX = (
    "account_ref,account_cd,lead_liab_name,lead_liab_title,lead_liab_forename,lead_liab_surname,"
    "property_ref,addr1,addr2,addr3,addr4,postcode,uprn,occupation_date,vacation_date,live_ind,"
    "band,discount_type,paymeth_code,balance"
)
REGISTER = (
    "Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,"
    "Elector Surname,Elector Forename,PostCode,Address1,Address2,Address3,Address4,Address5,"
    "Address6"
)
BADGES = (
    "Reference number,Badge number,Title,Surname,Forename,Middle name,Address line 1,"
    "Address line 2,Address line 3,Address line 4,Postcode,Date of birth,"
    "National insurance number,Date issued,Expiry date"
)
TENANCIES = (
    "Tenancy ref,Tenant status,Title,Surname,Forename(s),Date of birth,NI number,Address line 1,"
    "Address line 2,Town,Postcode,UPRN,Tenancy start,Telephone"
)
DEATHS = (
    "entryId,status,amends,forenames,surname,aliasForenames,aliasSurname,maidenSurname,sex,"
    "dateOfBirth,dateOfDeath,dateRegistered,placeOfBirth,line1,line2,line3,line4,postcode"
)


@pytest.fixture
def guess(rules, kinds):
    def best(columns, rows=(), remembered=None, **shape):
        names = tuple(columns.split(",") if isinstance(columns, str) else columns)
        shaped = Shape(shape.pop("format", "csv"), names, **shape)
        sample = Rows(tuple(range(len(rows))), tuple(tuple(row) for row in rows))
        return guess_kinds(shaped, sample, kinds, rules, remembered)

    return best


def meanings(found):
    return {
        s.use.column: f"{s.use.means}@2" if s.use.party == 2 else str(s.use.means)
        for s in found[0].suggestions
        if s.use.means is not None
    }


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (COUNCIL_TAX, "council-tax"),
        (REGISTER, "electoral-register"),
        (BADGES, "blue-badges"),
        (BADGES.replace("Badge", "Pass"), "concessionary-passes"),
        (TENANCIES, "housing-tenancies"),
        (DEATHS, "deaths"),
        ("id,title,first name,surname,dob,address1,postcode", "people"),
        ("surname,forename,dob,date of death,address", "deaths"),
    ],
)
def test_files_that_councils_get_are_known_by_their_headers(guess, columns, kind) -> None:
    rows = [["x"] * len(columns.split(","))] * 4
    found = guess(columns, rows if kind == "deaths" else ())
    assert found[0].kind == kind
    assert not found[0].missing_required


def test_the_plain_layout_of_a_death_file_with_dates(guess) -> None:
    rows = [("Smith", "John", "01/02/1930", "03/04/2020", "1 High St")] * 4
    found = guess("surname,forename,dob,date of death,address", rows)
    assert found[0].kind == "deaths"
    blank = [(*row[:3], "", row[4]) for row in rows]
    assert guess("surname,forename,dob,date of death,address", blank)[0].kind == "people"


def test_declared_shapes_are_certain(guess, kinds) -> None:
    layout = kinds["pensions-payroll"].layouts[0].columns
    names = tuple(column.name for column in layout)
    found = guess(names, format="fixed", fixed=layout)
    assert (found[0].kind, found[0].fit) == ("pensions-payroll", 1.0)
    assert isinstance(layout[0], FixedColumn)
    assert guess(DEATHS, format="xml", record="death")[0].fit == 1.0


def test_council_tax_columns(guess) -> None:
    found = meanings(guess(COUNCIL_TAX))
    assert found["account_ref"] == "reference"
    assert found["lead_liab_name"] == "full_name"
    assert found["lead_liab_forename"] == "given_names"
    assert {"account_cd", "live_ind", "band", "discount_type", "property_ref"}.isdisjoint(found)


def test_register_and_death_columns(guess) -> None:
    register = meanings(guess(REGISTER))
    assert register["Elector Number"] == "reference"
    assert "Elector Number Prefix" not in register
    deaths = meanings(guess(DEATHS, format="xml", record="death"))
    assert deaths["maidenSurname"] == "birth_surname"
    assert deaths["amends"] == "amends"
    assert deaths["line4"] == "address"


@pytest.mark.parametrize(
    ("header", "means"),
    [
        ("D.O.B.", "birth_date"),
        ("Date of Birth", "birth_date"),
        ("DOB (dd/mm/yyyy)", "birth_date"),
        ("Forename(s)", "given_names"),
        ("First Name", "given_names"),
        ("Last Name", "surname"),
        ("Family name", "surname"),
        ("NI Number", "nino"),
        ("NHS No", "nhs_number"),
        ("Post Code", "postcode"),
        ("Addr1", "address"),
        ("Applicant's First Name", "given_names"),
        ("customer_email_address", "email"),
        ("tenantMobileNumber", "phone"),
        ("Gender", "sex"),
        ("QualifyAddress2", "address"),
        ("Partner Surname", "surname@2"),
        ("Joint Applicant DOB", "birth_date@2"),
    ],
)
def test_headers_that_people_write(guess, header, means) -> None:
    columns = ("zz", header)
    assert meanings(guess(columns)).get(header) == means


@pytest.mark.parametrize(
    "header",
    ["Correspondence Address 1", "Next of kin surname", "Landlord postcode", "cluster", "state",
     "Date last paid", "Previous address line 1"],
)  # fmt: skip
def test_other_columns_are_left_alone(guess, header) -> None:
    assert header not in meanings(guess(("Surname", header), [("Smith", "a"), ("Lee", "b")]))


def test_columns_without_telling_names_go_by_their_content(guess) -> None:
    rows = [
        ("1", "John", "Hargreaves", "01/02/1950", "LS1 1AA", "CE123457C", "a@b.co.uk", "M"),
        ("2", "Mary", "Oduya", "11/12/1980", "M1 1AE", "CE123458C", "c@d.org", "F"),
        ("3", "Peter", "Zhang", "21/12/1990", "SW1A 1AA", "CE123459C", "e@f.com", "M"),
    ]
    found = guess("a,b,c,d,e,f,g,h", rows)
    assert meanings(found) == {
        "a": "reference", "b": "given_names", "c": "surname", "d": "birth_date",
        "e": "postcode", "f": "nino", "g": "email", "h": "sex",
    }  # fmt: skip
    assert found[0].suggestions[5].reason.code == "mapped-by-content"
    assert found[0].suggestions[5].samples == ("CE123457C", "CE123458C", "CE123459C")


def test_status_codes_are_not_taken_for_sex(guess) -> None:
    rows = [(str(n), "Smith", "F" if n % 2 else "O") for n in range(6)]
    assert "status" not in meanings(guess("id,surname,status", rows))


def test_dates_that_are_no_birth_dates_are_left_alone(guess) -> None:
    rows = [("Smith", f"0{n}/02/2024") for n in range(1, 9)]
    assert "when" not in meanings(guess("surname,when", rows))
    old = [("Smith", f"01/02/19{n}0") for n in range(1, 9)]
    assert "date started" not in [
        c for c, m in meanings(guess("surname,date started", old)).items() if m == "birth_date"
    ]
    assert meanings(guess("surname,when", old))["when"] == "birth_date"


def test_a_name_column_is_full_or_given_as_its_neighbours_say(guess) -> None:
    assert meanings(guess("name,address,postcode"))["name"] == "full_name"
    assert meanings(guess("name,surname,postcode"))["name"] == "given_names"


def test_a_header_that_its_content_denies_is_doubted(guess) -> None:
    rows = [("Smith", "yes"), ("Lee", "no"), ("Low", "yes")]
    found = guess("surname,dob", rows)[0].suggestions[1]
    assert found.use.means is Meaning.BIRTH_DATE
    assert found.reason.code == "mapped-by-header-doubtful"
    assert found.confidence < 0.5


def test_what_is_remembered_of_a_supplier_goes_first(guess) -> None:
    mapping = Mapping(
        "blue-badges", (ColumnUse("surname", Meaning.SURNAME), ColumnUse("x", Meaning.REFERENCE))
    )
    found = guess("surname,x", remembered=mapping)
    assert found[0].kind == "blue-badges"
    assert meanings(found) == {"surname": "surname", "x": "reference"}
    assert found[0].suggestions[1].reason.code == "mapped-as-remembered"


def test_a_file_of_no_people_misses_what_is_required(guess) -> None:
    found = guess("foo,bar", [("1", "x")] * 4)
    assert all(g.missing_required for g in found)
    assert "surname" in found[0].missing_required


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "febrl4/febrl4_a.csv",
            {
                "rec_id": "reference", "given_name": "given_names", "surname": "surname",
                "street_number": "house_number", "address_1": "address", "address_2": "address",
                "suburb": "town", "postcode": "postcode", "date_of_birth": "birth_date",
                "soc_sec_id": "other_id",
            },
        ),
        (
            "fake_1000/fake_1000.csv",
            {
                "unique_id": "reference", "first_name": "given_names", "surname": "surname",
                "dob": "birth_date", "city": "town", "email": "email",
            },
        ),
    ],
)  # fmt: skip
def test_published_sets_are_mapped_without_help(guess, file, expected) -> None:
    path = DATA / file
    if not path.exists():
        pytest.skip("the published sets are not beside this checkout")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for _, row in zip(range(51), csv.reader(stream), strict=False)]
    found = guess(rows[0], rows[1:])
    assert found[0].kind == "people"
    assert meanings(found) == expected


@pytest.mark.parametrize("number", [20, 300])
def test_a_few_known_columns_among_many_make_no_special_kind(guess, number) -> None:
    columns = ["Reference", "Surname", "Date of birth", *(f"Figure {n}" for n in range(number))]
    assert guess(columns)[0].kind == "people"


NESTED = {
    "names/forename": Meaning.GIVEN_NAMES,
    "names/forename[2]": Meaning.GIVEN_NAMES,
    "names/surname": Meaning.SURNAME,
    "alias/surname": Meaning.ALIAS_SURNAME,
    "informant/surname": None,
    "undertaker/address/postcode": None,
    "coroner/forenames": None,
    "registrar/name/surname": None,
    "witness/surname": None,
    "dateOfBirth": Meaning.BIRTH_DATE,
    "home/line1": Meaning.ADDRESS,
    "placeOfDeath/postcode": None,
    "home/postcode": Meaning.POSTCODE,
}


def test_names_within_a_record_go_by_the_end_of_their_path(guess) -> None:
    found = {s.use.column: s.use.means for s in guess(list(NESTED), format="xml")[0].suggestions}
    assert found == NESTED


def test_the_second_person_of_a_record_is_told_by_what_it_lies_in(guess) -> None:
    columns = ["person/surname", "partner/surname", "person/nhsNumber", "partner/postcode"]
    found = guess(columns, format="xml")[0].suggestions
    assert [(s.use.means, s.use.party) for s in found][:3] == [
        (Meaning.SURNAME, 1),
        (Meaning.SURNAME, 2),
        (Meaning.NHS_NUMBER, 1),
    ]
    assert found[3].use.means is None


def test_a_stroke_in_the_name_of_an_ordinary_column_is_no_path(guess) -> None:
    found = guess(["ref", "Company/Surname"], format="csv")[0].suggestions
    assert found[1].use.means is None
