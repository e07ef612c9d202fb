"""Writes delimited and fixed-width text files, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import Target, opened
from app.model.writing import TextForm

_BATCH = 20_000


def write_delimited(
    target: Target,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    form: TextForm,
    progress: Progress = SILENT,
) -> int:
    """Write a delimited file (RFC 4180 quoting where needed) and return the rows written.

    Raises Refused: disk-full, cannot-write, text-not-in-encoding; Cancelled.
    """
    with opened(target) as stream, _text(stream, form) as text:
        writer = csv.writer(text, delimiter=form.delimiter, lineterminator=form.newline)
        _line_up(text, form.preamble, form.newline)
        writer.writerow(header)
        count = 0
        for batch in _batches(rows):
            with _refusing_letters(form, count):
                writer.writerows(batch)
            count += len(batch)
            progress.step(len(batch))
        _finish(text, form, count)
    return count


def write_fixed(
    target: Target,
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    form: TextForm,
    progress: Progress = SILENT,
) -> int:
    """Write a fixed-width file without a header: cells cut and padded with spaces at the right.

    Raises Refused: disk-full, cannot-write, text-not-in-encoding; Cancelled.
    """
    pattern = "".join(f"{{:<{width}.{width}}}" for width in widths) + form.newline
    with opened(target) as stream, _text(stream, form) as text:
        _line_up(text, form.preamble, form.newline)
        count = 0
        for batch in _batches(rows):
            with _refusing_letters(form, count):
                text.write("".join(pattern.format(*row) for row in batch))
            count += len(batch)
            progress.step(len(batch))
        _finish(text, form, count)
    return count


class _text:  # noqa: N801 - reads as a verb in a with statement
    """A text layer over a stream that leaves the stream open."""

    def __init__(self, stream: BinaryIO, form: TextForm) -> None:
        if form.bom:
            stream.write("\ufeff".encode(form.encoding))
        self._text = io.TextIOWrapper(stream, encoding=form.encoding, newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self._text

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            self._text.flush()
            self._text.detach()


class _refusing_letters:  # noqa: N801 - reads as a verb in a with statement
    """Turns a letter that the encoding lacks into a refusal that names the batch of rows."""

    def __init__(self, form: TextForm, rows_before: int) -> None:
        self._form = form
        self._rows_before = rows_before

    def __enter__(self) -> None:
        return None

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is not None and issubclass(failed, UnicodeEncodeError):
            raise Refused(
                "text-not-in-encoding",
                where=Where(row=self._rows_before + 1),
                encoding=self._form.encoding,
            ) from None


def _line_up(text: io.TextIOWrapper, lines: Iterable[str], newline: str) -> None:
    for line in lines:
        text.write(line + newline)


def _finish(text: io.TextIOWrapper, form: TextForm, count: int) -> None:
    if form.footer is not None:
        text.write(form.footer.format(rows=count) + form.newline)
    with _refusing_letters(form, count):
        text.flush()


def _batches(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    batch: list[Sequence[str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
