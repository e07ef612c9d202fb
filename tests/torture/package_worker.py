"""A process that seals or opens packages in children of its own, to be killed on the way."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from app.base import durable
from app.base.clock import system_clock
from app.base.durable import names
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.policy import KdfCost
from app.model.sharing import Opening, PackageColumn, PackageFile, PackageSpec
from app.services import intake, packages, partners, received, sharing, vaults
from app.services.workspace import Workspace

PASSPHRASE = "three random words"
ROWS = 10_000
CANARY = "Quaxmirefold"
BAG = "P1"


def say(line: str) -> None:
    """A line in one piece: parent and child speak through the same pipe."""
    os.write(1, f"{line}\n".encode())


def catalogue() -> Catalogue:
    """The declared data with a key derivation that costs nothing."""
    declared = Catalogue(RESOURCES)
    declared.__dict__["vault_policy"] = replace(declared.vault_policy, kdf=KdfCost(64, 1, 1))
    return declared


def opened(home: Path) -> Workspace:
    """The vault of this home, open for Ann."""
    return vaults.unlock(catalogue(), home / "vault", "Ann", PASSPHRASE, system_clock)


def prepare(home: Path) -> None:
    """A vault with one load of marked people, and P1 drafted of it."""
    vaults.create(catalogue(), home / "vault", "Ann", PASSPHRASE, system_clock)
    made = packages.new_keys(catalogue(), home / "post-room.key")
    people = home / "people.csv"
    lines = [f"R{n},{CANARY}{n},Ann,{n * 7919 % 99991}" for n in range(ROWS)]
    people.write_text("\n".join(["Reference,Surname,Forename,Town", *lines]), encoding="utf-8")
    with opened(home) as workspace:
        intake.load_file(workspace, people)
        takes = ("reference", "surname", "given_names", "town")
        agreed = json.loads((RESOURCES / "examples" / "agreement.json").read_text("utf-8"))
        agreement = home / "agreement.json"
        agreement.write_text(json.dumps({**agreed, "data_items": list(takes)}), "utf-8")
        sharing.import_agreement(workspace, agreement)
        agreement.unlink()
        partners.add(workspace, "Post Room", made.public_key, vouched=True)
        columns = tuple(PackageColumn(take, take, "to test") for take in takes)
        file = PackageFile("people.csv", None, "L1", columns)
        spec = PackageSpec("stop-mail", "OFFICIAL-SENSITIVE", (file,))
        sharing.draft(workspace, "EXAMPLE/1", "Post Room", spec)
    people.unlink()


def seal(home: Path) -> None:
    """Seal P1."""
    with opened(home) as workspace:
        say("open")
        sharing.seal(workspace, BAG, home / "out.age")


def unpack(home: Path) -> None:
    """Open the sealed P1 with the recipient's key."""
    declared = catalogue()
    assert declared.passphrase_words, "read before the clock starts"
    say("open")
    packages.open_package(declared, home / "out.age", home / "post-room.key", home / "in")


def receive(home: Path) -> None:
    """Open the sealed P1 on record: as a steward of the vault, with the recipient's key."""
    with opened(home) as workspace:
        opening = Opening(home / "out.age", home / "in", "test", key=home / "post-room.key")
        say("open")
        received.open_package(workspace, opening)


def die_after_links(number: int) -> None:
    """Kill this process by its own hand once so many files have got their names.

    With 0 it dies when the first would get its name: all was read and proved by then.
    """
    true_link, done = names.link, [0]

    def die_at(number_now: int) -> None:
        if number_now == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def link(handle: int, folder: int, name: str) -> None:
        die_at(done[0])
        true_link(handle, folder, name)
        done[0] += 1
        die_at(done[0])

    durable.files.link = link


ACTS = {"seal": seal, "unpack": unpack, "receive": receive}


def act(home: Path, what: str, *how: str) -> None:
    """Do one act; `named` writes files that have names, `links=N` ends it at the N-th name."""
    for word in how:
        if word == "named":
            names.UNNAMED = 0
        if word.startswith("links="):
            die_after_links(int(word.removeprefix("links=")))
    ACTS[what](home)


def main() -> None:
    """For each line of standard input one child that does what it says: `HOME ACT HOW...`.

    Says `pid N`, what the child says, and `ended STATUS`. Starting afresh each time would take
    a hundred times as long.
    """
    child = 0
    for line in sys.stdin:
        if child:  # only now: until here its number is nobody else's, whoever kills it
            os.waitpid(child, 0)
        home, *words = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                act(Path(home), *words)
                status = 0
            finally:
                os._exit(status)
        say(f"pid {child}")
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        say(f"ended {ended.si_status if ended else None}")


if __name__ == "__main__":
    main()
