"""Bad input by the window: each is told where it was given, and nothing is lost or half-kept."""

from __future__ import annotations

import json
import shutil

import pytest

from app.base.clock import system_clock
from app.gui.pages.load.taking import CHECK, COLUMNS, FILE, READING
from app.services import intake, vaults
from app.services.catalogue import catalogue
from app.wording import refusal

OTHERWISE = {"unknown kind", "column missing", "long line"}
"""Told elsewhere than at the file: kinds are chosen from a list, columns and rows come later."""


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


def begin(hand, desk, page, path):
    page.take_files([path])
    hand.settle(desk)
    return page.taking


def kept(desk):
    """Loads, and rows of loads that nobody sees."""
    with desk._workspace.read() as reader:
        hidden = reader.first("SELECT count(*) FROM unfinished")[0]
    return len(intake.loads(desk._workspace)), hidden


def test_a_file_that_cannot_be_read_is_refused_where_it_was_given(
    hand, desk, page, tmp_path, refused_file
):
    name, (make, _options, _codes) = refused_file
    before = kept(desk)
    file = make(tmp_path)
    taking = begin(hand, desk, page, file)
    if name in OTHERWISE:
        assert taking.steps.at == READING
        return
    assert taking.steps.at == FILE
    assert taking.form.summary.isVisible()
    words = " ".join(hand.words(taking.form))
    assert "Muniment did not do this" not in words, "no sentence for this code"
    assert "out of the file system" not in words
    assert taking.file.value() == str(file)
    assert kept(desk) == before


def test_a_kind_whose_columns_are_missing_holds_the_step(hand, desk, page, tmp_path, bad_files):
    taking = begin(hand, desk, page, bad_files.column_missing(tmp_path))
    hand.click(desk, taking.steps.go)
    taking.columns.kind.set_value("deaths")
    hand.settle(desk)
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == COLUMNS
    assert "date of death" in taking.columns.missing.text.text()


def test_a_file_of_which_no_row_can_be_kept_is_refused_at_the_end(
    hand, desk, page, tmp_path, bad_files
):
    before = kept(desk)
    taking = begin(hand, desk, page, bad_files.long_line(tmp_path))
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    assert taking.steps.at == CHECK
    assert taking.checking.rejected.isVisible()
    hand.click(desk, taking.steps.go)
    assert "No row of this file could be loaded" in " ".join(hand.words(page.problem))
    assert kept(desk) == before


def test_a_damaged_file_is_loaded_with_every_row_accounted_for(
    hand, desk, page, tmp_path, damaged_file
):
    name, make = damaged_file
    taking = begin(hand, desk, page, make(tmp_path))
    assert taking.steps.at == READING
    hand.click(desk, taking.steps.go)
    taking.columns.kind.set_value("people")
    hand.settle(desk)
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()
    load = intake.loads(desk._workspace)[-1]
    assert load.rows_read == load.rows_loaded + load.rows_rejected >= 2
    if load.rows_rejected:
        page.show_rejected(load.load)
        hand.settle(desk)
        assert page.rejected.rows.model.rowCount() == load.rows_rejected
    if name != "formula cells":
        assert load.rows_rejected or load.warnings, "damage went by in silence"


def test_a_disk_that_fills_while_loading_keeps_nothing_and_can_go_on(hand, desk, page, town):
    before = kept(desk)
    taking = begin(hand, desk, page, town.files / "electoral_register.csv")
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    assert taking.steps.at == CHECK
    writer = desk._workspace.vault._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages + 2}").fetchall()
    hand.click(desk, taking.steps.go)
    assert page.problem.isVisible()
    assert refusal_words("disk-full") in " ".join(hand.words(page.problem))
    writer.execute("PRAGMA max_page_count = 1000000").fetchall()
    if kept(desk)[1]:  # even taking the chunks away needs room
        for left in vaults.unfinished(desk._workspace):
            vaults.discard(desk._workspace, left.id)
    assert kept(desk) == before
    hand.click(desk, taking.steps.go)
    assert page.done_part.isVisible()


def test_a_vault_of_a_newer_version_is_left_alone(hand, window, town):
    header = json.loads((town.vault / "vault.json").read_text(encoding="utf-8"))
    header["format"] = 99
    (town.vault / "vault.json").write_text(json.dumps(header), encoding="utf-8")
    screen = window.lock_screen
    screen.show_vault(town.vault)
    hand.settle(window)
    assert refusal_words("vault-newer") in " ".join(hand.words(screen))
    assert window.locked


def test_a_vault_open_elsewhere_is_told(hand, window, town):
    with vaults.unlock(catalogue(), town.vault, hand.ann, hand.passphrase, system_clock):
        screen = window.lock_screen
        screen.show_vault(town.vault, hand.ben)
        screen.unlock.passphrase.line.setText(hand.passphrase)
        screen.unlock.unlock.click()
        hand.settle(window)
        assert refusal_words("vault-in-use") in " ".join(hand.words(screen))
        assert window.locked


def test_a_vault_that_was_tampered_with_does_not_open(hand, window, town, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(town.vault, copy)
    file = copy / "vault.json"
    header = json.loads(file.read_text(encoding="utf-8"))
    header["stewards"][0]["role"] = "auditor"
    file.write_text(json.dumps(header), encoding="utf-8")
    screen = window.lock_screen
    screen.show_vault(copy, hand.ann)
    screen.unlock.passphrase.line.setText(hand.passphrase)
    screen.unlock.unlock.click()
    hand.settle(window)
    assert refusal_words("header-tampered") in " ".join(hand.words(screen))
    assert window.locked


def refusal_words(code: str) -> str:
    """How the sentence of a refusal begins, before any fact stands in it."""
    from app.base.errors import Refused

    return refusal(Refused(code)).what.split("…")[0].strip()
