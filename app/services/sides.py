"""One load ready to be matched: the codes of the records that stand, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.matching.sides import Ints
from app.model.loads import LoadSummary
from app.services.standing import stands
from app.services.workspace import Workspace
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


@dataclass(frozen=True)
class Side:
    """`codes` hold only standing records, `ordinals` their places in the load."""

    load: LoadSummary
    subject: str
    codes: pa.Table
    ordinals: np.ndarray
    set_aside: int

    def places(self, ordinals: Ints) -> Ints:
        """Where records of the load lie among those that stand, -1 for one that does not."""
        at = np.full(self.load.records, -1, dtype=np.int64)
        at[self.ordinals] = np.arange(len(self.ordinals))
        found: Ints = at[ordinals]
        return found


def subject_of(workspace: Workspace, load: LoadSummary) -> str:
    """What a record of the load is about: a person, or a registration."""
    return workspace.catalogue.kinds[load.kind].subject


def side_of(workspace: Workspace, reader: Reader, load: LoadSummary) -> Side:
    """A load with its records that stand, without registrations withdrawn or amended since."""
    codes = shelf.read_codes(reader, load.load)
    subject = subject_of(workspace, load)
    ordinals = np.arange(codes.num_rows)
    if subject != "person":
        keep = stands(workspace, reader, load, codes.column("row").to_pylist())
        ordinals = np.flatnonzero(keep)
        codes = codes.take(pa.array(ordinals))
    return Side(load, subject, codes, ordinals, load.records - len(ordinals))
