"""A load erased for good: proposed by one, done by another, and proved by searching every page."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.model.erasures import Erasure, Proposal
from app.reports.erasure import Say, erasure_page
from app.services import office
from app.services.placing import named
from app.services.takeback import dependants, require_reason, take_back
from app.services.workspace import Workspace
from app.stores import backup, erasures, probes
from app.stores import loads as shelf
from app.stores.erasures import Search
from app.stores.probes import Probes
from app.stores.sqlcipher import Reader

ACT = "load.erase"


def listed(workspace: Workspace) -> tuple[Erasure, ...]:
    """Every erasure, proposed or done, in the order of proposing."""
    with workspace.read() as reader:
        return erasures.listing(reader)


def propose(workspace: Workspace, load: str, reason: str) -> Proposal:
    """Put on record that a load is to be erased; nothing is taken away yet.

    Raises Refused: right-missing, reason-unknown, load-unknown, load-withdrawn.
    """
    require_reason(workspace, reason)
    with workspace.write("load.erase-propose") as change:
        falls = dependants(change.writer, workspace, load)
        by = workspace.steward.name
        erasures.propose(change.writer, load, reason, workspace.now(), by)
        change.facts |= {"load": load, "reason": reason}
        erasure = erasures.get(change.writer, load)
    return Proposal(erasure, falls, _needs_second(workspace))


def drop(workspace: Workspace, load: str) -> None:
    """Take a proposal back. Raises Refused: right-missing, erasure-unknown, erasure-done."""
    with workspace.write("load.erase-drop") as change:
        _open(change.writer, load)
        erasures.drop(change.writer, load)
        change.facts["load"] = load


def erase(workspace: Workspace, load: str, progress: Progress = SILENT) -> Erasure:
    """Take a proposed load away with all that rests on it, and prove that nothing of it is left.

    The vault's own backups hold it too: one is made anew and proved, and the older ones go. Where
    a page still holds a piece the database is written anew and searched again; what is met even
    then is in the answer. Of one that was cut short once its rows were gone, no piece is known any
    more: done again, it renews the backup and says that nothing was searched for.
    Raises Refused: right-missing, erasure-unknown, erasure-done, erasure-needs-second,
    load-withdrawn, and as a backup does.
    """
    workspace.require_right(ACT)
    with workspace.read() as reader:
        begun = erasures.get(reader, load)
        cut_short = begun.erased_at is not None and begun.pages is None
    if cut_short:
        return _prove(workspace, load, Probes(()), progress)
    with workspace.read() as reader:
        proposal = _open(reader, load)
        if _needs_second(workspace) and proposal.proposed_by == workspace.steward.name:
            raise Refused("erasure-needs-second", load=load, proposed=proposal.proposed_by)
        shelf.require(reader, load)
        progress.stage("erase-pieces")
        pieces = probes.of_load(reader, load)
    with workspace.write(ACT) as change:
        take_back(workspace, change, load, _open(change.writer, load).reason)
        erasures.done(change.writer, load, workspace.now(), workspace.steward.name)
        change.topics |= {"load"}
    workspace.shelf.drop(load)
    workspace.vault.checkpoint()
    return _prove(workspace, load, pieces, progress)


def record(workspace: Workspace, load: str, to: Path, say: Say) -> Erasure:
    """Write the record of an erasure as a page without personal data; `say` words its reason.

    Raises Refused: right-missing, file-exists, erasure-unknown, erasure-not-done.
    """
    workspace.require_right("load.erase-record")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    with workspace.read() as reader:
        found = erasures.get(reader, load)
        if found.erased_at is None:
            raise Refused("erasure-not-done", load=load)
        about, sender = shelf.get(reader, load), office.name(workspace, reader)
    worded = replace(found, reason=say("withdrawal", found.reason))
    page = erasure_page(workspace.catalogue.report_templates, worded, about, sender)
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(page)
        with named(workspace, "load.erase-record", to, part.place) as change:
            change.facts |= {"load": load, "file": to.name}
    return found


def _needs_second(workspace: Workspace) -> bool:
    """Whether another steward has the right to erase, who must then be the one to do it."""
    roles = workspace.catalogue.roles
    held = [one.role for one in workspace.vault.header.stewards if one.role is not None]
    return sum(roles.allows(role, ACT) for role in held) > 1


def _open(reader: Reader, load: str) -> Erasure:
    found = erasures.get(reader, load)
    if found.erased_at is not None:
        raise Refused("erasure-done", load=load)
    return found


def _prove(workspace: Workspace, load: str, pieces: Probes, progress: Progress) -> Erasure:
    """Search every page for what was erased, once there is a backup without it."""
    vault = workspace.vault
    with workspace.read() as reader:
        also = probes.shared(reader, pieces, load)
    wanted = pieces.without(also)
    with contextlib.ExitStack() as undoing:
        newest, sha256 = backup.rotate(vault, workspace.now(), progress)
        undoing.callback(newest.unlink, missing_ok=True)
        search = erasures.search(vault, newest, wanted, progress)
        if search.met:
            vault.compact()
            newest.unlink()
            newest, sha256 = backup.rotate(vault, workspace.now(), progress)
            search = erasures.search(vault, newest, wanted, progress)
        answer = _on_record(workspace, load, search, (len(wanted), len(also)), (newest, sha256))
        undoing.pop_all()
    for file in backup.others(vault, newest):
        file.unlink(missing_ok=True)
    return answer


def _on_record(
    workspace: Workspace,
    load: str,
    search: Search,
    pieces: tuple[int, int],
    newest: tuple[Path, str],
) -> Erasure:
    """Keep what the search came to; `pieces` are searched for and shared, `newest` the backup."""
    wanted, also = pieces
    file, sha256 = newest
    old = backup.others(workspace.vault, file)
    with workspace.write("load.erase-proved") as change:
        figures = (search.pages, wanted, also, len(search.met), len(old))
        erasures.proved(change.writer, load, figures)
        change.facts |= {
            "load": load,
            "pages": search.pages,
            "pieces": wanted,
            "found": len(search.met),
            "backups": len(old),
            "sha256": sha256,
        }
        change.topics |= {"load"}
        return erasures.get(change.writer, load)
