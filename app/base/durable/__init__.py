"""Files and folders that appear whole or not at all, even when the process is killed.

Where the system can (Linux, on most disks) a file has no name until it is whole: a process that
is killed leaves nothing. Elsewhere it is written beside its target under a random name of its
own, created exclusively and locked while it is worked on: nothing that this program did not
create in the same call is taken over, and only `sweep` removes what a killed process left so.
Errors of the system come out as OSError (`is_full` tells a full disk); each workshop makes its
own refusal of them.
"""

from app.base.durable.files import Part, part_of, write_whole
from app.base.durable.folders import Tree, tree_of
from app.base.durable.left import sweep
from app.base.durable.names import (
    PART,
    PRIVATE,
    SHARED,
    Taken,
    beside,
    create,
    is_full,
    sync_folder,
)

__all__ = [
    "PART",
    "PRIVATE",
    "SHARED",
    "Part",
    "Taken",
    "Tree",
    "beside",
    "create",
    "is_full",
    "part_of",
    "sweep",
    "sync_folder",
    "tree_of",
    "write_whole",
]
