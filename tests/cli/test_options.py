"""The grammar: global options anywhere, dates and numbers checked, usage errors told."""

from __future__ import annotations

import shlex

import pytest

from app.cli import (
    erase_verbs,
    evaluate_verbs,
    holding_verbs,
    match_verbs,
    model_verbs,
    notice_verbs,
    person_verbs,
    registration_verbs,
    request_verbs,
    sample_verbs,
    threshold_verbs,
    trail_verbs,
    vault_verbs,
)
from app.cli.main import parser
from app.cli.options import Parser, UsageError
from app.services.catalogue import catalogue


@pytest.mark.parametrize(
    "arguments",
    [
        ["--vault", "v", "--json", "trail", "verify"],
        ["trail", "--vault", "v", "verify", "--json"],
        ["trail", "verify", "--vault", "v", "--json"],
        ["--json", "trail", "verify", "--vault=v"],
    ],
)
def test_global_options_stand_before_within_and_after_the_verb(arguments: list[str]) -> None:
    options = parser().parse_args(arguments)
    assert str(options.vault) == "v"
    assert options.json is True
    assert options.verb.words == ("trail", "verify")


def test_an_option_given_before_the_verb_is_not_lost_after_it() -> None:
    options = parser().parse_args(["--steward", "Ann", "load", "x.csv", "--kind", "deaths"])
    assert options.steward == "Ann"
    assert options.kind == "deaths"


@pytest.mark.parametrize(
    "arguments",
    [
        ["load"],
        ["load", "x.csv", "--as-at", "22/08/2026"],
        ["pairs", "R1", "--limit", "0"],
        ["pairs", "R1", "--band", "sure"],
        ["decide", "P1", "maybe", "--reason", "x"],
        ["decide", "P1", "same"],
        ["evaluate", "--left", "a", "--truth", "t", "--threshold", "1.5"],
        ["model", "export", "--plan", "deaths", "--run", "R1", "--to", "d"],
        ["package"],
        ["nonsense"],
        ["load", "x.csv", "--vaul", "v"],
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as told:
        parser().parse_args(arguments)
    assert told.value.usage.startswith("usage: muniment")
    assert "\n" not in told.value.usage


PROMISED = """
demo --into d --people 200 --seed 1 --no-window
sample --people 200 --deaths 9 --seed 1 --out d
new v --steward Ann --recovery-file r
keys new --out f
steward add Bob --role approver
recipient add Other --public-key f
agreement import f.json
backup --to f
restore f --to v
kinds
load f --kind k --mapping m.toml --sheet s --agreement a --route r --as-at 2026-08-22
load f --encoding cp850 --delimiter tab --save-mapping m.toml
preview f --kind k --mapping m.toml --sheet s --encoding cp850 --delimiter ; --save-mapping m.toml
match --left L1 --right L2 --plan deaths --purpose p
match --left L1
withdraw L1 --reason c
withdraw L1 --dry-run
pairs R1 --band certain --limit 3
decide P1 same --reason c
evaluate --left l --right r --truth t --mapping-left m --mapping-right m --train --threshold 0.9
evaluate --left l --truth t --id-column id
package draft --agreement a --to r --contents s.toml
package approve P1
package seal P1 --out f --format zip
package verify f --sender k --key f
package open f --key f --into d
trail verify
trail list
registrations actions --service council-tax
model export --plan deaths --to d
check
"""


@pytest.mark.parametrize("line", PROMISED.strip().splitlines())
def test_every_promised_verb_and_option_is_understood(line: str) -> None:
    words = line.split()
    verb = parser().parse_args([*words, "--json", "--vault", "v", "--passphrase-fd", "3"]).verb
    assert tuple(words[: len(verb.words)]) == verb.words


def test_every_verb_says_what_it_does_in_a_sentence() -> None:
    from app.cli.main import VERBS

    for verb in VERBS:
        assert verb.help[0].isupper(), verb.words
        assert verb.help.endswith("."), verb.words
        for example in verb.examples:
            assert example.startswith("muniment "), example


OWN = (
    evaluate_verbs,
    match_verbs,
    model_verbs,
    holding_verbs,
    person_verbs,
    request_verbs,
    erase_verbs,
    notice_verbs,
    registration_verbs,
    sample_verbs,
    threshold_verbs,
    trail_verbs,
    vault_verbs,
)


@pytest.mark.parametrize("verb", [v for room in OWN for v in room.VERBS], ids=lambda v: v.words[-1])
def test_a_verb_says_what_each_argument_is_and_how_it_is_used(verb) -> None:
    assert verb.examples
    holder = Parser(prog="muniment")
    verb.arguments(holder)
    silent = [argument.dest for argument in holder._actions if not argument.help]
    assert not silent
    for example in verb.examples:
        words = shlex.split(example)[1:]
        assert parser().parse_args(words).verb is verb, example


def test_the_reason_of_an_example_is_one_there_is() -> None:
    known = catalogue().governance.reasons
    for verb in match_verbs.VERBS:
        for example in verb.examples:
            words = shlex.split(example)
            if "--reason" in words:
                assert words[words.index("--reason") + 1] in known
