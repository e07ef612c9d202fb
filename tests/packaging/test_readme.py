"""The README keeps its promises: its links lead somewhere and its two commands are the two."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert "resources/help/images/review.png" in links
    for link in links:
        assert (ROOT / link).is_file(), link


def test_the_first_screen_has_exactly_the_two_commands() -> None:
    first = README.split("\n## ")[0]
    (block,) = re.findall(r"```\n(.*?)```", first, re.DOTALL)
    assert block.splitlines() == [
        "python3 packaging/bootstrap.py demo",
        "python3 packaging/bootstrap.py test",
    ]


def test_the_pipeline_calls_the_test_command_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "exec python3 packaging/bootstrap.py test"
    assert [line.split()[0] for line in lines] == ["set", "cd", "exec"]


def test_every_verb_the_readme_names_exists() -> None:
    from app.cli.main import VERBS

    known = {verb.words for verb in VERBS} | {(verb.words[0],) for verb in VERBS}
    for named in re.findall(r"`muniment ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", README):
        words = tuple(word for word in named if word)
        assert words in known or words[:1] in known, named
