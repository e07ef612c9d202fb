"""Where a file came from: what was answered stays, and what is imported meanwhile is offered."""

import json

import pytest
from packing import agreement

from app.gui.pages.load.taking import CHECK, COLUMNS, SOURCE
from app.services import sharing


@pytest.fixture
def asked(hand, desk, town, tmp_path):
    """The step that asks where a file of deaths came from."""
    file = tmp_path / "deaths again.xml"
    file.write_bytes((town.files / "deaths_s19aa.xml").read_bytes() + b"\n")
    desk.bench.show_page("load")
    hand.settle(desk)
    desk.bench.at.take_files([file])
    hand.settle(desk)
    taking = desk.bench.at.taking
    for _ in range(2):
        hand.click(desk, taking.steps.go)
    assert taking.steps.at == SOURCE
    return taking


def test_back_and_on_again_keeps_every_answer(hand, desk, asked):
    source = asked.source
    source.route.set_value("registrars-return")
    source.agreement.set_value(source.agreement.itemData(1))
    source.as_at.set_value("2026-09-01")
    source.supplier.setText("The county")
    before = source.agreement.value()
    hand.click(desk, asked.steps.back)
    assert asked.steps.at == COLUMNS
    hand.click(desk, asked.steps.go)
    assert source.route_id() == "registrars-return"
    assert (source.agreement.value(), source.as_at.value()) == (before, "2026-09-01")
    for _ in range(3):
        hand.click(desk, asked.steps.back)
    for _ in range(4):
        hand.click(desk, asked.steps.go)
    assert asked.steps.at == CHECK
    said = hand.words(asked.checking.facts)
    assert source.route_title() in said
    assert before in said


@pytest.mark.parametrize("name", ["deaths again.xml", "another.xml"])
def test_a_file_taken_anew_begins_with_its_own_answers(hand, desk, asked, tmp_path, name):
    usual = asked.source.route_id()
    asked.source.route.set_value("registrars-return")
    asked.source.as_at.set_value("2026-09-01")
    page = desk.bench.at
    hand.click(desk, asked.steps.leave)
    hand.answer(desk, "Leave without saving")
    if name == "another.xml":
        (tmp_path / name).write_bytes((tmp_path / "deaths again.xml").read_bytes())
    page.take_files([tmp_path / name])
    hand.settle(desk)
    for _ in range(2):
        hand.click(desk, asked.steps.go)
    assert asked.steps.at == SOURCE
    assert asked.source.route_id() == usual
    assert asked.source.as_at.value() != "2026-09-01"


def test_an_agreement_imported_meanwhile_is_offered_and_the_route_stays(
    hand, desk, asked, tmp_path
):
    source = asked.source
    source.route.set_value("registrars-return")
    known = source.agreement.count()
    desk.bench.show_page("sharing")
    hand.settle(desk)
    file = agreement(tmp_path)
    ref = json.loads(file.read_text())["ref"]
    desk.jobs.write("x", lambda _p: sharing.import_agreement(desk._workspace, file))
    hand.settle(desk)
    desk.bench.show_page("load")
    hand.settle(desk)
    assert asked.steps.at == SOURCE
    assert source.agreement.count() == known + 1
    assert source.agreement.findData(ref) >= 0
    assert source.route_id() == "registrars-return"
