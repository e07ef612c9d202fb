"""One run of one verb: its options, and the vault, catalogue, clock and progress it may ask for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from app import wording
from app.base.clock import Clock, system_clock
from app.base.errors import Refused
from app.cli.passphrases import Passphrases, others_may_read
from app.cli.stored import told
from app.cli.terminal import TerminalProgress
from app.model.notes import Note

if TYPE_CHECKING:
    from app.services.catalogue import Catalogue
    from app.services.workspace import Workspace


T = TypeVar("T")


class Front(Protocol):
    """The window, as far as a verb may ask for it."""

    def open(self, vault: Path | None, steward: str | None) -> int:
        """Show the window until it is closed; the exit code."""

    def draw(self, workspace: Workspace) -> tuple[int, int, int]:
        """One page without a screen: width, height, colours."""


class Session:
    """What a verb's call is made with. Nothing is opened or asked for before it is needed."""

    def __init__(self, options: argparse.Namespace, front: Front) -> None:
        self.options = options
        self.front = front
        self.opened_with = ""
        self.stored: tuple[str, ...] = ()
        self.left: tuple[str, ...] = ()
        self.clock: Clock = system_clock
        self.progress = TerminalProgress()
        self.passphrases = Passphrases(
            getattr(options, "passphrase_file", None),
            getattr(options, "passphrase_fd", None),
            self._exposed,
        )
        self._lasting = ExitStack()

    def say(self, text: str) -> None:
        """A line to the person while work goes on; the answer has standard output to itself."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def secret(self, file: Path | None) -> Path | None:
        """A file that holds a secret; it is said when others may read it."""
        if file is not None and others_may_read(file):
            self._exposed(file.name)
        return file

    def _exposed(self, name: str) -> None:
        self.say(wording.note(Note("secret-file-open", {"file": name})))

    def catalogue(self) -> Catalogue:
        """The declared data that ships with the program."""
        from app.services.catalogue import catalogue

        return catalogue()

    def named_vault(self) -> Path | None:
        """The whole path of the vault named by --vault or MUNIMENT_VAULT, or None."""
        named: Path | None = getattr(self.options, "vault", None)
        if named is None and os.environ.get("MUNIMENT_VAULT"):
            named = Path(os.environ["MUNIMENT_VAULT"])
        return None if named is None else named.absolute()

    def named_steward(self) -> str | None:
        """Who was named with --steward, or None."""
        named: str | None = getattr(self.options, "steward", None)
        return named

    def means_a_vault(self) -> bool:
        """Whether this run is about a vault, where a verb can do without one.

        A vault that the environment names is meant only when the run also says who is at work.
        """
        given = vars(self.options)
        said = {"steward", "passphrase_file", "passphrase_fd"} & given.keys()
        return "vault" in given or (self.named_vault() is not None and bool(said))

    def vault(self) -> Path:
        """The vault named by --vault or MUNIMENT_VAULT. Raises Refused("vault-not-named")."""
        named = self.named_vault()
        if named is None:
            raise Refused("vault-not-named")
        return named

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The named vault, unlocked for the named steward, closed afterwards."""
        from app.services import vaults

        folder = self.vault()
        steward = self._steward(folder)
        self.opened_with = self.passphrases.next(f"Passphrase of {steward}")
        workspace = vaults.unlock(
            self.catalogue(), folder, steward, self.opened_with, self.clock, sitting=False
        )
        try:
            yield workspace
        finally:
            try:
                self._remember(workspace)
            finally:
                workspace.close()

    def examined(self, look: Callable[[Workspace], T], damaged: T) -> T:
        """What a check finds: `damaged` where the vault cannot be opened for damage."""
        try:
            with self.workspace() as workspace:
                return look(workspace)
        except Refused as refusal:
            if refusal.code != "vault-damaged":
                raise
            self.say(wording.refusal(refusal).what)
            return damaged

    def _remember(self, workspace: Workspace) -> None:
        """What this run has stored, and what it left, as the trail has it: the truth for whoever
        stops it after that."""
        from app.services import trail, vaults

        with suppress(Refused):
            self.stored = tuple(map(told, trail.done_since_unlocking(workspace)))
            self.left = tuple(one.id for one in vaults.unfinished(workspace))

    def lasting_workspace(self) -> Workspace:
        """The same, but open until the answer is told: parts of it may be read meanwhile."""
        return self._lasting.enter_context(self.workspace())

    def settles(self, workspace: Workspace, topic: str) -> None:
        """Let a write of this family settle the run: what stands is never told as cancelled."""

        def settle(topics: frozenset[str]) -> None:
            if topic in topics:
                self.progress.settle()

        workspace.subscribe(settle)

    def close(self) -> None:
        """Close what was to last until the end."""
        self._lasting.close()

    def _steward(self, folder: Path) -> str:
        from app.services import staff

        named = self.named_steward()
        known: list[str] = [steward.name for steward in staff.stewards_of(folder)]
        if named is not None:
            return named
        if len(known) == 1:
            return known[0]
        if known and sys.stdin is not None and sys.stdin.isatty():
            sys.stderr.write(f"Steward ({', '.join(known)}): ")
            sys.stderr.flush()
            return sys.stdin.readline().strip()
        raise Refused("steward-not-named", count=len(known), stewards=", ".join(known))
