"""A load taken away with all that rests on it, inside the transaction that does so."""

from __future__ import annotations

from app.base.errors import Refused
from app.model.loads import Withdrawal
from app.model.notes import Note
from app.services.workspace import Change, Workspace
from app.stores import backup, decisions, persons, runs, sharing
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


def require_reason(workspace: Workspace, reason: str) -> None:
    """Refuse `reason-unknown` where no load is taken back for it."""
    known = workspace.catalogue.governance.withdrawals
    if reason not in known:
        raise Refused("reason-unknown", reason=reason, known=", ".join(known))


def take_back(workspace: Workspace, change: Change, load: str, reason: str) -> Withdrawal:
    """Runs, pairs, drafts and persons that stand on a load go with it; what went is in the trail.

    Raises Refused: load-unknown, load-withdrawn.
    """
    answer = dependants(change.writer, workspace, load)
    for run in answer.runs:
        runs.withdraw(change.writer, run)
    for package in answer.packages:
        if sharing.package(change.writer, package).state in ("draft", "approved"):
            sharing.discard(change.writer, package)
    shelf.withdraw(change.writer, load, reason, workspace.now(), workspace.steward.name)
    persons.forget_load(change.writer, load)
    change.facts |= {
        "load": load,
        "reason": reason,
        "runs": ", ".join(answer.runs),
        "decisions": answer.decisions,
        "packages": ", ".join(answer.packages),
    }
    change.topics |= {"match", "pair", "package"}
    return answer


def dependants(reader: Reader, workspace: Workspace, load: str) -> Withdrawal:
    """What rests on a load, reckoned in the transaction that takes it away."""
    shelf.require(reader, load)
    fallen = runs.of_load(reader, load)
    packages = sharing.of_load(reader, load)
    told = [sharing.package(reader, package) for package in packages]
    notices = [
        Note("tell-recipient", {"package": one.package, "recipient": one.recipient})
        for one in told
        if one.state == "sealed"
    ]
    if held := backup.kept(workspace.vault.folder):
        notices.append(Note("backups-still-hold", {"backups": held}))
    return Withdrawal(load, fallen, decisions.of_runs(reader, fallen), packages, tuple(notices))
