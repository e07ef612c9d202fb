"""What reaches the terminal: tables, errors and JSON, with nothing in them that could act."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TextIO

from app import wording
from app.base.errors import Refused
from app.cli.outcome import Exit, Json, Told
from app.model.notes import Note

PIECE = 65_536
"""Letters of an answer written at once; between them it can be stopped."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """Text from outside with every control and direction character but a new line shown as `?`.

    A name in a file must not be able to move the cursor or recolour the terminal.
    """
    if text.isprintable():
        return text
    return "".join("?" if c != "\n" and unicodedata.category(c) in _HIDDEN else c for c in text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns in line; those that hold only numbers stand to the right."""
    cells = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(title), *(len(row[at]) for row in cells)) for at, title in enumerate(header)]
    to_the_right = [all(_numeric(row[at]) for row in cells) for at in range(len(header))]
    lines = [list(header), ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, to_the_right, strict=True)
        ).rstrip()
        for line in lines
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values, one pair a line."""
    told = [(name, plain(value).replace("\n", " ")) for name, value in pairs]
    width = max((len(name) for name, _ in told), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}".rstrip() for name, value in told)


def paragraphs(*parts: str) -> str:
    """Parts with an empty line between them, empty parts left out."""
    return "\n\n".join(part for part in parts if part)


def notes_text(notes: Sequence[Note]) -> str:
    """Remarks as sentences, one a line."""
    return "\n".join(plain(wording.note(note)) for note in notes)


def notes_json(notes: Sequence[Note]) -> list[Json]:
    """Remarks as code and sentence, and the first rows they are about where those are known."""
    return [
        {"code": note.code, "message": wording.note(note), **_first_rows(note)} for note in notes
    ]


class Output:
    """Standard output for the answer, standard error for everything else.

    As JSON it is one object, whatever happens: an error met while a long answer is told becomes
    its last entry, one met afterwards is told in words on standard error.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._begun = False
        self._closing: str | None = None

    def answer(self, told: Told, go_on: Callable[[], object] = lambda: None) -> None:
        """The verb's answer; `go_on` is asked before each piece and raises where it is to end."""
        if told.aside:
            _write(sys.stderr, told.aside)
        if self._as_json:
            for piece, closing in _pieces(told.json):
                go_on()
                self._begun = True
                sys.stdout.write(piece)
                self._closing = closing
            _write(sys.stdout, "")
        elif told.text:
            for start in range(0, len(told.text), PIECE):
                go_on()
                sys.stdout.write(told.text[start : start + PIECE])
            _write(sys.stdout, "")

    def refusal(self, error: Refused) -> None:
        """What was refused, where, and what to do about it."""
        said = wording.refusal(error)
        where = error.where
        place: Json = (
            None
            if where is None
            else {"file": where.file, "row": where.row, "column": where.column}
        )
        self.error(error.code, said.what, said.do, place, wording.place(where))

    def cancelled(self, stored: Sequence[str] = (), left: Sequence[str] = ()) -> int:
        """Say that the steward stopped it, and what stands all the same; the exit code.

        `stored` are acts that were done before, `left` is what could not be taken away any more.
        """
        code, what = "cancelled", wording.name("end", "cancelled")
        remedy = wording.name("end", "again")
        if stored:
            code, remedy = "cancelled-late", wording.name("end", "again-late")
            what = wording.note(Note("cancelled-late", {"acts": "; ".join(stored)}))
        if left:
            code = "cancelled-late"
            what = what if stored else wording.name("end", "stopped")
            remedy = wording.note(Note("cancelled-left", {"ids": ", ".join(left)}))
        self.error(code, what, remedy)
        return Exit.CANCELLED

    def untold(self) -> int:
        """Say that the steward stopped the telling of what is done; the exit code."""
        what, remedy = wording.name("end", "untold"), wording.name("end", "untold-remedy")
        self.error("cancelled-telling", what, remedy)
        return Exit.CANCELLED

    def error(
        self, code: str, what: str, remedy: str, place: Json = None, place_text: str = ""
    ) -> None:
        """An error as an object, or as sentences for people."""
        entry = {"error": {"code": code, "message": what, "where": place, "remedy": remedy}}
        if self._as_json and not self._begun:
            _write(sys.stdout, json.dumps(entry))
            return
        if self._as_json and self._closing is not None:
            _write(sys.stdout, f"{self._closing}, {json.dumps(entry)[1:]}")
            self._closing = None
            return
        lines = [what, *([f"({place_text})"] if place_text else []), remedy]
        _write(sys.stderr, "\n".join(plain(line) for line in lines))


def _pieces(told: Mapping[str, Json | Iterator[Json]]) -> Iterator[tuple[str, str | None]]:
    """An object as JSON; its iterators piece by piece, as lists.

    Each piece comes with what must follow it before one more entry and the object's end can; the
    last, after which nothing can follow, with None.
    """
    before = "{"
    for key, value in told.items():
        if isinstance(value, Iterator):
            yield f"{before}{json.dumps(key)}: [", "]"
            mark = ""
            for one in value:
                yield mark + json.dumps(one, allow_nan=False), "]"
                mark = ", "
            yield "]", ""
        else:
            yield f"{before}{json.dumps(key)}: {json.dumps(value, allow_nan=False)}", ""
        before = ", "
    yield "}" if told else "{}", None


def _write(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def _first_rows(note: Note) -> dict[str, Json]:
    named = note.facts.get("first_rows")
    return {"first_rows": [int(row) for row in str(named).split(", ")]} if named else {}


def _numeric(cell: str) -> bool:
    return cell == "" or cell.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
