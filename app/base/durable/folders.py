"""A folder of files, written whole: every file appears, or none does."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.durable.files import link_or_copy, synced
from app.base.durable.left import lock
from app.base.durable.names import (
    FOLDER,
    PRIVATE,
    beside,
    create,
    rename_to_new_folder,
    sync_folder,
    unnamed,
)

MOST_UNNAMED = 200
"""Files of one folder held open without a name at once; systems allow about a thousand."""


class Tree:
    """A folder being written for a target: its files have no name, or lie in a folder beside,
    until `place` gives the target's name to all of them at once. `gone` says, after an error, that
    nothing of what was written lies anywhere any more.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.gone = False
        self._beside: Path | None = None
        self._before: os.stat_result | None = None
        self._lock: int | None = None
        self._held: dict[str, int] = {}

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """The stream of one file, by its path below the folder; synced to the disk on leaving.

        Raises FileExistsError for a name given twice, or another OSError.
        """
        handle = self._new()
        if handle is None:
            path = self._named() / name
            _make(path.parent, self._named())
            handle = create(path, PRIVATE)
        elif name in self._held:
            os.close(handle)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        else:
            self._held[name] = os.dup(handle)
        with synced(handle) as stream:
            yield stream

    def place(self) -> None:
        """Give the folder its name, which must not exist. Raises Taken, or another OSError.

        Names are given as fast as can be and synced afterwards: a process killed in between
        leaves the folder beside, never a part of it under its name.
        """
        folder = self._named()
        self._before = folder.stat()
        rename_to_new_folder(folder, self.target)
        self._let_go()
        for below, _, _ in os.walk(self.target):
            sync_folder(Path(below))
        sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove what was written, and take its name back where it had got one."""
        left = False
        if self._beside is not None:
            named = self._before is not None and not _there(self._beside)
            if named:
                self._take_name_back(self._beside)
            shutil.rmtree(self._beside, ignore_errors=True)
            left = _there(self._beside) or (named and _there(self.target))
        self._let_go()
        self.gone = not left

    def _take_name_back(self, beside: Path) -> None:
        """Rename the target to what it was, unless it is somebody else's."""
        with contextlib.suppress(OSError):
            if self._before and os.path.samestat(self._before, self.target.stat()):
                self.target.rename(beside)

    def _new(self) -> int | None:
        """A handle without a name, as long as few are held and the system can."""
        if self._beside is not None or len(self._held) >= MOST_UNNAMED:
            return None
        return unnamed(self.target.parent, PRIVATE)

    def _named(self) -> Path:
        """The folder beside, with every file written so far in it by name.

        All is made ready first, so that little time passes between the first name and the last.
        """
        if self._beside is None:
            folder = beside(self.target)
            folder.mkdir(mode=FOLDER)
            self._beside = folder
            self._lock = _lock_folder(folder)
        paths = {name: self._beside / name for name in self._held}
        with contextlib.ExitStack() as opened:
            within = {
                parent: opened.enter_context(_made(parent, self._beside))
                for parent in {path.parent for path in paths.values()}
            }
            for name, path in paths.items():
                link_or_copy(self._held[name], path, within[path.parent], PRIVATE)
        self._let_go_of_files()
        return self._beside

    def _let_go_of_files(self) -> None:
        for handle in self._held.values():
            os.close(handle)
        self._held.clear()

    def _let_go(self) -> None:
        self._let_go_of_files()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextlib.contextmanager
def tree_of(target: Path) -> Iterator[Tree]:
    """A Tree that is placed on leaving, or vanishes on any error.

    Parents are made, and removed again when nothing comes of it. Raises Taken when
    `target` exists, or another OSError.
    """
    made = [path for path in target.parents if not path.exists()]
    tree = Tree(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield tree
        tree.place()
    except BaseException:
        tree.discard()
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


def _there(path: Path) -> bool:
    """Whether something has this name, or may have: what cannot be looked at is not denied."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _make(folder: Path, below: Path) -> None:
    """Make a folder somewhere below another, with those between, each its owner's alone."""
    way = folder.relative_to(below)
    for part in (*reversed(way.parents[:-1]), way):
        (below / part).mkdir(mode=FOLDER, exist_ok=True)


@contextlib.contextmanager
def _made(folder: Path, below: Path) -> Iterator[int]:
    """A handle to a folder made so."""
    _make(folder, below)
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock_folder(folder: Path) -> int | None:
    if os.name != "posix":
        return None
    handle = os.open(folder, os.O_RDONLY)
    lock(handle)
    return handle
