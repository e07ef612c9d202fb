"""What a sentence sends people to is there: verbs, their options, pages of the window."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import cache

import pytest

from app.base.places import resource
from app.cli.main import VERBS, parser
from app.wording.book import book

NAMED = re.compile(r"“muniment ((?:[^”])+)”")
OPTION = re.compile(r"--[a-z][a-z-]*")
PAGE = re.compile(r"\b(?:the|The|on|On) ([A-Z][a-z]+) pages?\b")
WORDS = {verb.words for verb in VERBS}
ALWAYS = frozenset({"--help", "--version", "--json"})
LISTS = re.compile(r"\blists? of\b")


def every_sentence() -> Iterator[tuple[str, str]]:
    """Every sentence of the book and of the help, with where it stands."""
    for (family, code), entry in book().items():
        for key, text in entry.sentences.items():
            yield f"{family}.{code}.{key}", text
    for path in sorted(resource("help").glob("*.md")):
        yield path.name, path.read_text(encoding="utf-8")


def verb_of(words: str) -> tuple[str, ...] | None:
    """The verb that a command line begins with."""
    given = tuple(words.split())
    return next((v for v in (given[:2], given[:1]) if v in WORDS), None)


@cache
def options() -> dict[tuple[str, ...], frozenset[str]]:
    """The options of every verb, the global ones among them."""
    grammar = parser()
    return {words: frozenset(_options(grammar, words)) for words in WORDS}


def wrong(text: str) -> list[str]:
    """What a text names that is not there."""
    known, found = options(), []
    for words in NAMED.findall(text):
        verb = verb_of(words)
        if verb is None:
            found.append(f"muniment {words}")
        else:
            found += [o for o in OPTION.findall(words) if o not in known[verb] | ALWAYS]
    anybodys = ALWAYS.union(*known.values())
    found += [o for o in OPTION.findall(NAMED.sub("", text)) if o not in anybodys]
    pages = {entry.sentences["text"] for (family, _), entry in book().items() if family == "page"}
    found += [page for page in PAGE.findall(text) if page not in pages]
    bare = {" ".join(words) for words in WORDS if len(words) == 2}
    found += [quoted for quoted in re.findall(r"“([a-z ]+)”", text) if quoted in bare]
    return found


def test_every_verb_option_and_page_that_is_named_exists() -> None:
    assert not {where: found for where, text in every_sentence() if (found := wrong(text))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Look with “muniment runs”.", []),
        ("Look with “muniment lists”.", ["muniment lists"]),
        ("Write “muniment package list --json”.", []),
        ("Write “muniment package list --limit 3”.", ["--limit"]),
        ("Give it with --steward.", []),
        ("Give it with --sender-name.", ["--sender-name"]),
        ("It is on the Sharing page.", []),
        ("It is on the Packages page.", ["Packages"]),
        ("Use “keys new”.", ["keys new"]),
    ],
)
def test_what_is_not_there_would_be_found(text: str, found: list[str]) -> None:
    assert wrong(text) == found


def test_a_list_that_a_remedy_points_at_can_be_had_on_both_fronts() -> None:
    """Where it says to look at a list, it says which verb lists and on which page, if one does."""
    silent = {
        code: entry.sentences["do"]
        for (family, code), entry in book().items()
        if family == "refused" and LISTS.search(entry.sentences["do"])
        if not NAMED.search(entry.sentences["do"])
    }
    assert not silent


def test_whatever_is_known_by_an_id_can_be_listed() -> None:
    """Runs, loads, packages, agreements, recipients and stewards each have their verb."""
    unknown = {code for family, code in book() if family == "refused" and code.endswith("-unknown")}
    lists = {"load", "run", "package", "agreement", "recipient", "steward"}
    for thing in lists:
        assert f"{thing}-unknown" in unknown
        said = book()["refused", f"{thing}-unknown"].sentences["do"]
        verbs = [verb_of(words) for words in NAMED.findall(said)]
        assert any(verb and verb[-1] in ("list", f"{thing}s") for verb in verbs), said


def _options(grammar: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[str]:
    found = grammar
    for action in found._actions:
        yield from action.option_strings
    for word in words:
        (under,) = (a for a in found._actions if isinstance(a, argparse._SubParsersAction))
        found = under.choices[word]
        for action in found._actions:
            yield from action.option_strings
