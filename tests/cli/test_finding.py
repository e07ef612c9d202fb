"""`persons find`: whom to look for never stands on the command line."""

from __future__ import annotations

import io

import pytest

from app.base.errors import Refused
from app.cli.person_verbs import known_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_of_standard_input_say_whom() -> None:
    lines = io.StringIO("surname = Ó Brádaigh\n\nborn=1952-02-29\n")
    assert known_of(lines) == {"surname": "Ó Brádaigh", "born": "1952-02-29"}
    assert known_of(None) == {}


def test_at_a_terminal_each_part_is_asked_for(capsys) -> None:
    asked = known_of(Terminal("Tapscott\n\n1944-03-04\n\n"))
    assert asked == {"surname": "Tapscott", "forename": "", "born": "1944-03-04", "postcode": ""}
    told = capsys.readouterr()
    assert told.out == ""
    assert "Date of birth: " in told.err


def test_a_part_that_is_not_known_is_refused_without_its_value() -> None:
    with pytest.raises(Refused) as refused:
        known_of(io.StringIO("surnam=Tapscott\n"))
    assert refused.value.code == "search-field-unknown"
    assert "Tapscott" not in str(refused.value.facts)
