"""The grammar of the command line: global options anywhere, verbs and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.cli.outcome import Told

if TYPE_CHECKING:
    from app.cli.session import Session

GLOBALS = ("vault", "steward", "passphrase_file", "passphrase_fd", "json")

ALSO = (
    "also, before or after the verb: --vault, --steward, --passphrase-file, --passphrase-fd,\n"
    "--json (muniment --help says what they are)"
)


class UsageError(Exception):
    """The command line was not understood; `usage` is the short form of what is."""

    def __init__(self, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.usage = usage


@dataclass(frozen=True)
class Verb:
    """One verb: its words, what it does, examples, its arguments and the call it makes."""

    words: tuple[str, ...]
    help: str
    run: Callable[[Session], Told]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None
    examples: tuple[str, ...] = ()
    hidden: bool = False


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise UsageError(message, " ".join(self.format_usage().split()))


def build_parser(verbs: Sequence[Verb], groups: dict[str, str], version: str) -> Parser:
    """The whole grammar. `groups` names the first words that have verbs under them."""
    parser = _parser(
        "muniment",
        "A strongroom for council data: load, match, review and share, encrypted and offline.\n"
        "Without a verb it opens the window.",
        ("muniment demo", "muniment --vault vault load deaths.xml --json"),
    )
    parser.add_argument("--version", action="version", version=f"muniment {version}")
    _add_globals(parser, shown=True)
    top = parser.add_subparsers(title="verbs", metavar="VERB", parser_class=Parser)
    under: dict[str, argparse._SubParsersAction[Parser]] = {}
    for verb in verbs:
        holder = top
        if len(verb.words) == 2:
            group = verb.words[0]
            if group not in under:
                under[group] = _add_group(top, group, groups[group])
            holder = under[group]
        _add_verb(holder, verb)
    return parser


def existing_or_new(text: str) -> Path:
    """A path argument; an empty one, as from a variable nobody set, is not this folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path names nothing")
    return Path(text).expanduser()


def iso_date(text: str) -> str:
    """A date argument, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-08-22") from None


def whole(least: int) -> Callable[[str], int]:
    """A whole-number argument of at least `least`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least {least}")
        return value

    return read


def share(text: str) -> float:
    """A share argument from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 1")
    return value


def _add_group(
    top: argparse._SubParsersAction[Parser], group: str, help_text: str
) -> argparse._SubParsersAction[Parser]:
    parser = top.add_parser(
        group,
        help=help_text,
        description=help_text,
        allow_abbrev=False,
    )
    _add_globals(parser, shown=False)
    return parser.add_subparsers(
        title="verbs", metavar="VERB", required=True, dest="second_word", parser_class=Parser
    )


def _add_verb(holder: argparse._SubParsersAction[Parser], verb: Verb) -> None:
    settings: dict[str, Any] = {
        "description": verb.help,
        "epilog": f"{_examples(verb.examples) or ''}\n\n{ALSO}".strip(),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
    if not verb.hidden:
        settings["help"] = verb.help
    parser = holder.add_parser(verb.words[-1], **settings)
    _add_globals(parser, shown=False)
    verb.arguments(parser)
    parser.set_defaults(verb=verb)


def _add_globals(parser: argparse.ArgumentParser, *, shown: bool) -> None:
    """The global options. Suppressed defaults let one given before the verb stand."""

    def add(option: str, help_text: str, **more: object) -> None:
        told = help_text if shown else argparse.SUPPRESS
        group.add_argument(option, default=argparse.SUPPRESS, help=told, **more)  # type: ignore[arg-type]

    group = parser.add_argument_group("before or after any verb" if shown else None)
    path = existing_or_new
    add("--vault", "the vault's folder (or set MUNIMENT_VAULT)", metavar="PATH", type=path)
    add("--steward", "who you are", metavar="NAME")
    add(
        "--passphrase-file",
        "read the passphrase from the first line of this file",
        metavar="FILE",
        type=path,
    )
    add(
        "--passphrase-fd",
        "read the passphrase from this open file descriptor",
        metavar="N",
        type=whole(0),
    )
    add("--json", "one JSON object on standard output, nothing else", action="store_true")


def checked(options: argparse.Namespace) -> argparse.Namespace:
    """The options, with one source of the passphrase at most. Raises UsageError."""
    if {"passphrase_file", "passphrase_fd"} <= vars(options).keys():
        raise UsageError("--passphrase-file and --passphrase-fd are alternatives: give one of them")
    return options


def _parser(program: str, description: str, examples: tuple[str, ...]) -> Parser:
    return Parser(
        prog=program,
        description=description,
        epilog=_examples(examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _examples(examples: tuple[str, ...]) -> str | None:
    if not examples:
        return None
    return "\n".join(("examples:", *(f"  {example}" for example in examples)))
