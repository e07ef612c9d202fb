"""A file seen before it is loaded: what it is, what its columns mean and why, its first rows."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import Clock, system_clock
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.model.loads import FilePreview, LoadWishes
from app.services import reading
from app.services.reading import (
    mapping_of,
    understand,
    write_mapping,
)
from app.services.workspace import Workspace


def preview(
    catalogue: Catalogue,
    path: Path,
    wishes: LoadWishes | None = None,
    workspace: Workspace | None = None,
    progress: Progress = SILENT,
    clock: Clock = system_clock,
) -> FilePreview:
    """What loading a file would make of it; nothing is kept.

    With a workspace, what its vault remembers of such files counts. A mapping that is not
    complete is no refusal here: the answer says what is missing, and it can be saved and edited.
    """
    wishes = wishes or LoadWishes()
    vault = workspace.read if workspace is not None else None
    found = understand(catalogue, path, wishes, vault, progress)
    if wishes.save_mapping is not None:
        write_mapping(found.mapping or mapping_of(found), wishes.save_mapping)
    if found.mapping is None or found.missing:
        return FilePreview(found, None)
    return FilePreview(
        found, reading.preview(catalogue, found.offer, found.mapping, clock().date())
    )
