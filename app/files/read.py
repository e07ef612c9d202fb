"""Reads a file of known shape into batches of rows, everything as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.base.progress import SILENT, Progress
from app.files.access import refuse_unreadable
from app.files.delimited import read_delimited
from app.files.fixed import read_fixed
from app.files.workbook import read_workbook
from app.files.xml import read_xml
from app.model.loads import Rejection, Rows, Shape
from app.model.reading import ReadLimits

_READERS = {
    "csv": read_delimited,
    "workbook": read_workbook,
    "xml": read_xml,
    "fixed": read_fixed,
}


def read(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress = SILENT,
) -> Iterator[Rows]:
    """Batches of 8,192 rows. What cannot be a row goes to `reject` and reading goes on.

    Row numbers are physical lines (CSV, fixed width; where the record starts), sheet rows, or
    record ordinals (XML). Rows delivered and rejected are the rows of the file; report headers,
    closing lines and blank lines are neither. Stage `read` counts bytes.

    Raises Refused (file-not-found, file-unreadable, file-changed, xml-damaged, workbook-...).
    """
    refuse_unreadable(path)
    return _READERS[shape.format](path, shape, reject, limits, progress)
