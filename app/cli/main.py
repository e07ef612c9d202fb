"""The command line's entry: parse, call one service, tell the answer, end with its exit code."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app import wording
from app.base.errors import Cancelled, Refused, Where
from app.cli import (
    answer_verbs,
    erase_verbs,
    evaluate_verbs,
    holding_verbs,
    load_verbs,
    match_verbs,
    model_verbs,
    notice_verbs,
    package_verbs,
    partner_verbs,
    person_verbs,
    preview_verbs,
    registration_verbs,
    request_verbs,
    sample_verbs,
    self_check,
    staff_verbs,
    threshold_verbs,
    trail_verbs,
    vault_verbs,
)
from app.cli.display import display_answers
from app.cli.options import Parser, UsageError, Verb, build_parser, checked
from app.cli.outcome import Exit
from app.cli.output import Output
from app.cli.session import Front, Session
from app.cli.terminal import Untold

VERBS: tuple[Verb, ...] = (
    *sample_verbs.VERBS,
    *vault_verbs.VERBS,
    *staff_verbs.VERBS,
    *preview_verbs.VERBS,
    *load_verbs.VERBS,
    *erase_verbs.VERBS,
    *match_verbs.VERBS,
    *threshold_verbs.VERBS,
    *holding_verbs.VERBS,
    *person_verbs.VERBS,
    *request_verbs.VERBS,
    *evaluate_verbs.VERBS,
    *registration_verbs.VERBS,
    *model_verbs.VERBS,
    *partner_verbs.VERBS,
    *package_verbs.VERBS,
    *answer_verbs.VERBS,
    *notice_verbs.VERBS,
    *trail_verbs.VERBS,
    *self_check.VERBS,
)
GROUPS = {
    **staff_verbs.GROUPS,
    **erase_verbs.GROUPS,
    **holding_verbs.GROUPS,
    **person_verbs.GROUPS,
    **request_verbs.GROUPS,
    **registration_verbs.GROUPS,
    **model_verbs.GROUPS,
    **partner_verbs.GROUPS,
    **package_verbs.GROUPS,
    **trail_verbs.GROUPS,
}


def run(arguments: Sequence[str], front: Front, *, leaving: bool = False) -> int:
    """Run one command line and return its exit code. Nothing is raised to the caller.

    `leaving` is for a process that ends with it: once all is told, Ctrl-C is heard no more.
    """
    if leaving:
        _tell_whole()
    _speak_utf8()
    output = Output(as_json="--json" in arguments)
    try:
        options = checked(parser().parse_args(list(arguments)))
    except UsageError as error:
        return _misunderstood(output, error)
    except SystemExit as done:  # --help and --version have spoken
        return Exit.DONE if not done.code else Exit.USAGE
    try:
        return _call(options, output, front, leaving)
    except BrokenPipeError:
        # Whoever read our output has heard enough; keep the interpreter's last flush quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def parser() -> Parser:
    """The grammar of every verb."""
    return build_parser(VERBS, GROUPS, _version())


def _call(options: argparse.Namespace, output: Output, front: Front, leaving: bool) -> int:
    session = Session(options, front)
    try:
        if getattr(options, "verb", None) is None:
            if not (os.environ.get("QT_QPA_PLATFORM") or display_answers()):
                raise Refused("no-display")
            if getattr(options, "json", False):
                raise UsageError(wording.name("end", "json-alone"))
            return front.open(session.named_vault(), session.named_steward())
        with session.progress.cancelled_by_interrupt():
            told = options.verb.run(session)
            session.progress.settle()
            session.progress.clear()
            output.answer(told, session.progress.go_on_telling)
            if leaving and told.then is None:
                session.progress.leave()
        if told.then is not None:
            told.then()
        return Exit.DONE if told.sound else Exit.REFUSED
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        with suppress(Exception, KeyboardInterrupt):
            session.close()  # what stands is known once the vault is closed
        return _failed(output, error, session)
    finally:
        session.close()


def _failed(output: Output, error: BaseException, session: Session) -> int:
    """Say why a verb did not end well; a bug is told without a single value."""
    match error:
        case UsageError():
            return _misunderstood(output, error)
        case Untold():
            return output.untold()
        case Cancelled() | KeyboardInterrupt():
            return output.cancelled(session.stored, session.left)
        case Refused():
            output.refusal(error)
        case OSError():
            output.refusal(_refused_by_system(error))
        case _:
            what = f"{wording.name('end', 'bug')} {type(error).__name__}, {_location(error)}"
            output.error("bug", what, wording.name("end", "bug-remedy"))
            return Exit.BUG
    return Exit.REFUSED


def _misunderstood(output: Output, error: UsageError) -> int:
    output.error("usage", str(error), error.usage or wording.name("end", "see-help"))
    return Exit.USAGE


def _refused_by_system(error: OSError) -> Refused:
    where = Where(file=Path(error.filename).name) if isinstance(error.filename, str) else None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refused("disk-full", where=where)
    return Refused("system-refused", where=where, problem=error.strerror or type(error).__name__)


def _location(error: BaseException) -> str:
    """Where in our own code it went wrong: file, line and function; never a value."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if f"{os.sep}app{os.sep}" in frame.filename]
    if not inside:
        return "outside the program"
    frame = inside[-1]
    path = Path(frame.filename)
    below = path.parts[max(i for i, part in enumerate(path.parts) if part == "app") :]
    return f"{'/'.join(below)} line {frame.lineno}, {frame.name}"


def _tell_whole() -> None:
    """An unbuffered output loses what a signal interrupts: it is told through a buffer."""
    stream = getattr(sys.stdout, "buffer", None)
    if isinstance(stream, io.FileIO):
        whole = io.BufferedWriter(stream)
        sys.stdout = io.TextIOWrapper(whole, encoding="utf-8", line_buffering=True)


def _speak_utf8() -> None:
    """Answers in UTF-8 on every system, and no crash over a character a terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("muniment")
    except PackageNotFoundError:
        return "unknown"
