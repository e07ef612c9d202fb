"""No column leaves that its agreement does not disclose."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.agreements import read_agreement
from app.catalogue.governance import read_governance, read_sharing_policy
from app.catalogue.package_spec import read_spec
from app.governance.disclosure import discloses, require_disclosed
from app.model.meanings import Meaning
from app.model.sharing import PackageColumn, PackageFile, PackageSpec

POLICY = read_sharing_policy(resource("policy/sharing.toml"))
PURPOSES = tuple(read_governance(resource("governance")).purposes)
EXAMPLE = read_agreement(resource("examples/agreement.json"), PURPOSES, 365)
SILENT = replace(EXAMPLE, data_items=())


def spec(*takes: str) -> PackageSpec:
    columns = tuple(PackageColumn("account", take, "to test") for take in takes)
    return PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", "R1", None, columns),))


@pytest.mark.parametrize("meaning", list(Meaning))
def test_a_listed_item_leaves_and_no_other(meaning: Meaning) -> None:
    held = replace(EXAMPLE, data_items=("reference", "nino"))
    assert discloses(POLICY, held, meaning) == (meaning in ("reference", "nino"))


@pytest.mark.parametrize(
    "meaning",
    ["nino", "nhs_number", "sort_code", "account_number", "amount", "birth_date", "birth_year"],
)
def test_without_a_list_the_guarded_stay(meaning: str) -> None:
    require_disclosed(POLICY, SILENT, spec("left.reference", "right.death_date"))
    with pytest.raises(Refused, match="agreement-items-unlisted") as refusal:
        require_disclosed(POLICY, SILENT, spec("left.reference", f"right.{meaning}"))
    assert refusal.value.facts["item"] == meaning


def test_the_refusal_names_the_item_the_column_and_the_clause() -> None:
    with pytest.raises(Refused, match="agreement-item-not-disclosed") as refusal:
        require_disclosed(POLICY, EXAMPLE, spec("left.reference", "right.birth_date"))
    assert refusal.value.facts["item"] == "birth_date"
    assert refusal.value.facts["clause"] == EXAMPLE.disclosed_information
    assert refusal.value.where is not None
    assert refusal.value.where.column == "account"


def test_the_house_guards_what_it_calls_identifiers_and_only_meanings() -> None:
    assert set(POLICY.identifiers) <= set(POLICY.guarded) <= set(Meaning)


def test_the_example_agreement_discloses_the_example_package() -> None:
    path: Path = resource("examples/stop-mail.toml")
    require_disclosed(POLICY, EXAMPLE, read_spec(path, PURPOSES))
