"""Match plans: the shipped ones are whole, and a wrong one is refused by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.plans import read_plan, read_plans
from app.model.plan import KEYS, LEVELS

CONDITIONAL = {
    "initial", "alias", "former", "half", "partly-known", "used-as-forename",
    "same-uprn", "same-address", "same-street", "same-postcode-house-unknown", "differs-communal",
}  # fmt: skip


def shipped() -> str:
    return resource("plans", "deaths.toml").read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = shipped()
    assert old in text
    path = tmp_path / "deaths.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_four_plans_are_there(plans) -> None:
    assert set(plans) == {"deaths", "births", "marriages", "people"}
    assert {(p.left, p.right) for p in plans.values()} == {
        ("person", "death"),
        ("person", "birth"),
        ("person", "marriage"),
        ("person", "person"),
    }


def test_m_of_exclusive_levels_sums_to_about_one(plans) -> None:
    for plan in plans.values():
        for comparison in plan.comparisons:
            if comparison.field in ("middle", "place"):
                continue
            total = sum(x.m for x in comparison.levels if x.code not in CONDITIONAL)
            assert total == pytest.approx(1.0, abs=0.06), (plan.id, comparison.field)


def test_every_rule_joins_on_known_keys(plans) -> None:
    for plan in plans.values():
        for rule in plan.rules:
            assert len(rule.left) == len(rule.right)
            assert {*rule.left, *rule.right} <= KEYS


def test_the_digest_is_of_the_values_not_of_the_file(tmp_path: Path, plans) -> None:
    same = changed(tmp_path, "[prior]", "# a remark\n[prior]")
    assert read_plan(same).digest == plans["deaths"].digest
    other = changed(tmp_path, "m = 0.9553", "m = 0.9552")
    assert read_plan(other).digest != plans["deaths"].digest


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("one_to_one = true", "one_to_one = true\ncolour = 1", "colour", "unknown"),
        ("keep = 0.01", "keep = 1.0", "keep", "value"),
        ("certain = 0.99", "certain = 0.5", "bands.probable", "value"),
        ("m = 0.9553", "m = 0", "comparisons[1].levels[1].m", "value"),
        (
            'level = "exact", m = 0.9553',
            'level = "exakt", m = 0.9',
            "comparisons[1].levels",
            "value",
        ),
        ('keys = ["uprn"]', 'keys = ["colour"]', "rules[14].keys", "value"),
        (
            'keys = ["uprn"]',
            'keys = ["uprn"]\nright = ["uprn", "nino"]',
            "rules[14].right",
            "value",
        ),
        ('rule = "elsewhere"', 'rule = "wizard"', "adjustments[9].rule", "value"),
        ('cap = "possible"', 'cap = "certain"', "adjustments[6].cap", "value"),
        ('name = "UPRN"', 'name = "surname and birth date"', "rules", "value"),
        ("pair_ceiling = 60_000_000\n", "", "pair_ceiling", "missing"),
    ],
)
def test_a_wrong_plan_is_refused_by_key(tmp_path: Path, old, new, key, problem) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(Refused) as refusal:
        read_plans(path.parent)
    assert refusal.value.code == "declaration-invalid"
    assert (refusal.value.facts["key"], refusal.value.facts["problem"]) == (key, problem)


def test_more_rules_than_a_plan_may_have_are_refused(tmp_path: Path) -> None:
    more = "".join(
        f'[[rules]]\nname = "more {n}"\nkeys = ["uprn"]\ncap = 1.0\nhub = 9\n\n' for n in range(60)
    )
    path = changed(
        tmp_path,
        '[[adjustments]]\nrule = "household-surname"',
        more + '[[adjustments]]\nrule = "household-surname"',
    )
    with pytest.raises(Refused) as refusal:
        read_plans(path.parent)
    assert (refusal.value.facts["key"], refusal.value.facts["problem"]) == ("rules", "value")


def test_levels_of_every_field_end_where_nothing_agrees() -> None:
    for field, levels in LEVELS.items():
        assert "differs" in levels, field
