"""The verb that shows a file before it is loaded, and the options of reading that `load` shares."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from app import wording
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Told
from app.cli.output import notes_text, paragraphs
from app.cli.session import Session
from app.cli.understanding import file_text, mapping_text, missing_text, preview_json, rows_text
from app.model.loads import LoadWishes
from app.wording.window import tell

_MARKS = {name: mark for mark, name in wording.DELIMITERS.items()} | {"\\t": "\t", "space": " "}


def reading_arguments(parser: argparse.ArgumentParser) -> None:
    """What a file is and how it is read, where the program's own finding is not wanted."""
    parser.add_argument("file", metavar="FILE", type=existing_or_new)
    parser.add_argument("--kind", metavar="K", help="what the file is (see `muniment kinds`)")
    parser.add_argument(
        "--mapping",
        metavar="FILE.toml",
        type=existing_or_new,
        help="what each column means and, of a fixed-width file, where it stands",
    )
    parser.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    parser.add_argument(
        "--encoding", metavar="NAME", help="how the text is encoded: utf-8, cp1252, cp850 ..."
    )
    parser.add_argument(
        "--delimiter",
        metavar="MARK",
        type=_mark,
        help="what parts the columns: a character, or its name: comma, tab, pipe ...",
    )
    parser.add_argument(
        "--save-mapping",
        metavar="FILE.toml",
        type=existing_or_new,
        help="write the mapping used to a new file, for --mapping and for editing",
    )


def reading_wishes(options: argparse.Namespace) -> LoadWishes:
    """The answers to `reading_arguments`."""
    return LoadWishes(
        kind=options.kind,
        mapping_file=options.mapping,
        sheet=options.sheet,
        encoding=options.encoding,
        delimiter=options.delimiter,
        save_mapping=options.save_mapping,
    )


def _preview(session: Session) -> Told:
    from app.services import preview

    o = session.options
    wishes = reading_wishes(o)
    with session.workspace() if session.means_a_vault() else nullcontext() as workspace:
        shown = preview.preview(
            session.catalogue(), o.file, wishes, workspace, session.progress, session.clock
        )
    found, first = shown.found, shown.preview
    noticed = first.noticed if first is not None else ()
    among = tell("load.noticed", n=len(first.before.numbers)) if first is not None else ""
    return Told(
        preview_json(shown),
        paragraphs(
            file_text(found),
            mapping_text(found, samples=True),
            missing_text(found),
            rows_text(shown),
            among if noticed else "",
            notes_text(noticed),
        ),
    )


def _mark(text: str) -> str:
    return _MARKS.get(text.lower(), text)


VERBS = (
    Verb(
        ("preview",),
        "Show what a file is and what loading would make of it, and why. Nothing is kept.\n"
        "It needs no vault; where one is named, what it remembers of such files counts too.",
        _preview,
        reading_arguments,
        (
            "muniment preview council_tax.csv",
            "muniment preview payroll.txt --save-mapping payroll.toml",
        ),
    ),
)
