"""Packages that came in as a ZIP: their passphrase is typed in the window and kept nowhere."""

import pytest
from packing import opened, sealed_to_ourselves


@pytest.fixture
def page(hand, desk, tmp_path):
    page = opened(hand, desk, tmp_path)
    page.show_tab("received")
    return page


def test_a_zip_opens_with_the_words_the_sender_told(hand, desk, page, tmp_path):
    made, received = sealed_to_ourselves(desk, tmp_path, "zip"), page.received
    received.file.set_value(str(made.file))
    received.phrase.line.setText("words that nobody told")
    hand.click(desk, received.prove)
    assert "read the words out again" in " ".join(hand.words(received.form))
    assert received.phrase.line.property("wrong") == "true"
    received.phrase.line.setText(made.passphrase.upper())
    hand.click(desk, received.prove)
    assert hand.words(received.card).count("✓ holds") == 2
    assert not received.form.summary.isVisible()
    received.into.set_value(str(tmp_path / "opened"))
    received.purpose.set_value("service-update")
    hand.click(desk, received.write_out)
    assert list((tmp_path / "opened").rglob("*.csv"))
    assert received.phrase.value() == ""


def test_a_zip_without_its_words_is_not_written_out_and_the_box_says_so(hand, desk, page, tmp_path):
    received = page.received
    received.file.set_value(str(sealed_to_ourselves(desk, tmp_path, "zip").file))
    received.into.set_value(str(tmp_path / "opened"))
    received.purpose.set_value("service-update")
    hand.click(desk, received.write_out)
    assert received.phrase.line.property("wrong") == "true"
    assert not (tmp_path / "opened").exists()
