"""The open vault with its steward: the only way to read it, and to write with a trail entry."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

from app.base.clock import Clock, iso
from app.base.errors import Fact, Refused
from app.model.policy import LOOK
from app.model.vaults import StewardInfo
from app.stores import decisions, places, trail, unfinished
from app.stores.sqlcipher import Reader, Writer
from app.stores.vault import Vault
from app.stores.views import Shelf

if TYPE_CHECKING:
    from app.catalogue.house import Catalogue

Listener = Callable[[frozenset[str]], None]
MB = 1_000_000
APART = frozenset({"load.withdraw", "load.erase"})
"""Acts that wait for a long write to end: they purge texts that it may be about to use."""


@dataclass
class Change:
    """One write under way: its handle, what the trail will say of it, and what it touches.

    `facts` are ids and counts, never values. `topics` name what listeners should look at again;
    the action's own family (`load` of `load.accept`) is always among them. `after_commit` is
    called, in order, once the write stands and before any listener hears of it.
    """

    writer: Writer
    facts: dict[str, Fact] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    after_commit: list[Callable[[], object]] = field(default_factory=list)


class Workspace:
    """An unlocked vault, the declared data, the time and the steward. Made by `vaults.unlock`."""

    def __init__(
        self, vault: Vault, catalogue: Catalogue, clock: Clock, steward: StewardInfo
    ) -> None:
        self.vault = vault
        self.catalogue = catalogue
        self.clock = clock
        self.steward = steward
        self.shelf = Shelf(catalogue.vault_policy.shelf_mb * MB)
        self._listeners: list[Listener] = []
        self._sitting = False
        self.newest_before = 0
        self._long = threading.Lock()

    def now(self) -> str:
        """The time in UTC as ISO 8601 to the second."""
        return iso(self.clock())

    @contextlib.contextmanager
    def read(self) -> Iterator[Reader]:
        """A reading handle on one still picture of the vault; any number at once."""
        with self.vault.read() as reader:
            yield reader

    @contextlib.contextmanager
    def write(self, action: str) -> Iterator[Change]:
        """One transaction, closed by its trail entry. Raises Refused `right-missing`.

        On any exception, a cancel too, nothing is written; `disk-full` and the like are Refused.
        """
        self.require_right(action)
        turn = self._long if action in APART else contextlib.nullcontext()
        with turn, self.vault.write() as writer:
            change = Change(writer)
            yield change
            trail.append(writer, self.now(), self.steward.name, action, change.facts)
        for settle in change.after_commit:
            settle()
        self._broadcast(action, change.topics)

    @contextlib.contextmanager
    def chunks(self, action: str, series: str, identity: str = "") -> Iterator[LongWrite]:
        """A write in many transactions under an id of a series ("L", "R") that nobody sees.

        `identity` is for work on what has its id already: a package being sealed.
        It ends with `finish`; leaving without it (an exception, a cancel) removes the chunks.
        A crash leaves them for `vaults.unfinished` and `vaults.discard`.
        """
        self.require_right(action)
        with self._long:
            identity = self._begin(action, series, identity)
            work = LongWrite(self, identity, action)
            try:
                yield work
            except BaseException:
                if not work.finished:
                    with contextlib.suppress(Refused):
                        self.remove_unfinished(identity)
                raise
            if not work.finished:
                self.remove_unfinished(identity)
                raise RuntimeError("a long write was left without finish")

    def enter(self, failed: int, failed_at: str, *, sitting: bool) -> None:
        """Record the unlocking and the wrong attempts since the one before.

        They could not be recorded while the vault was locked. A sitting is recorded from here to
        its locking; one command stands in the trail by what it does, and its unlocking only where
        wrong attempts went before. A trail too damaged to take the entry must not keep anybody
        from finding out: the vault opens all the same.
        """
        try:
            with self.read() as reader:
                self.newest_before = trail.newest(reader)
            if sitting or failed:
                with self.write("vault.unlock") as change:
                    change.facts["failed_attempts"] = failed
                    if failed_at:
                        change.facts["failed_at"] = failed_at
        except Refused as refusal:
            if refusal.code != "vault-damaged":
                raise
        self._sitting = sitting

    def note(self, action: str, facts: Mapping[str, Fact]) -> None:
        """Record a look (`look.pair`, `look.person`): open to every role, writes nothing else."""
        if not action.startswith(LOOK):
            raise ValueError("a note is a look")
        with self.vault.write() as writer:
            trail.append(writer, self.now(), self.steward.name, action, facts)
        self._broadcast(action, set())

    def remove_unfinished(self, identity: str) -> int:
        """Remove what a long write left, with its entry; the number of rows removed."""
        action = "unfinished.discard"
        with self.vault.write() as writer:
            removed = unfinished.discard(writer, identity)
            facts: dict[str, Fact] = {"id": identity, "rows": removed}
            trail.append(writer, self.now(), self.steward.name, action, facts)
        self._broadcast(action, set())
        return removed

    @functools.cached_property
    def digest_key(self) -> bytes:
        """What digests of deciding fields are keyed by, the same for the vault's whole life."""
        with self.read() as reader:
            return decisions.digest_key(reader, self.vault.key)

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """While no long write is under way, and none begins."""
        with self._long:
            yield

    def may(self, action: str) -> bool:
        """Whether the steward's role has the right to do this."""
        return self.catalogue.roles.allows(self.steward.role, action)

    def require_right(self, action: str) -> None:
        """Refuse `right-missing` (action, role) where the steward's role lacks the right."""
        if not self.may(action):
            raise Refused("right-missing", action=action, role=self.steward.role.value)

    def require_space(self, expected: int) -> None:
        """Refuse `disk-space-low` before a big write of about `expected` bytes."""
        places.require_space(self.vault.folder, expected, self.catalogue.vault_policy)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the topics of every committed write, on the thread that wrote.

        What it raises never undoes or interrupts that write: it goes to `threading.excepthook`,
        once every listener has heard. Returns how to stop it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def close(self) -> None:
        """Record the locking of a sitting, close the vault and let go of every table in memory.

        A locking that cannot be recorded, as on a full disk, is a locking all the same.
        """
        self._listeners.clear()
        try:
            if self._sitting:
                self._sitting = False
                with contextlib.suppress(Refused), self.write("vault.lock"):
                    pass
        finally:
            self.shelf.clear()
            self.vault.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, action: str, series: str, identity: str = "") -> str:
        with self.vault.write() as writer:
            identity = identity or unfinished.next_id(writer, series)
            unfinished.begin(writer, identity, action, self.now(), self.steward.name)
            facts: dict[str, Fact] = {"id": identity, "of": action}
            trail.append(writer, self.now(), self.steward.name, "unfinished.begin", facts)
        return identity

    def _broadcast(self, action: str, topics: set[str]) -> None:
        """Tell every listener; the write stands, so the writer never meets their mistakes."""
        touched = frozenset({action.partition(".")[0], "trail", *topics})
        mistakes: list[Exception] = []
        for listener in tuple(self._listeners):
            try:
                listener(touched)
            except Exception as error:
                mistakes.append(error)
        for made in mistakes:
            given = (type(made), made, made.__traceback__, threading.current_thread())
            threading.excepthook(threading.ExceptHookArgs(given))


class LongWrite:
    """A write in chunks under an id that nobody sees before `finish`."""

    def __init__(self, workspace: Workspace, identity: str, action: str) -> None:
        self.id = identity
        self.finished = False
        self._workspace = workspace
        self._action = action

    @contextlib.contextmanager
    def chunk(self) -> Iterator[Writer]:
        """One committed step: may only add rows of loads and runs, under this id."""
        with self._workspace.vault.write_chunk() as writer:
            yield writer

    @contextlib.contextmanager
    def finish(self) -> Iterator[Change]:
        """The last transaction: what makes the work visible, and its trail entry."""
        with self._workspace.write(self._action) as change:
            change.after_commit.append(self._end)
            yield change
            unfinished.end(change.writer, self.id)

    def _end(self) -> None:
        self.finished = True
