"""What confirmed matches with registrations open for each service to do."""

from __future__ import annotations

from app.base.errors import Refused
from app.model.actions import Action
from app.model.runs import Verdict
from app.services.workspace import Workspace
from app.stores import decisions, runs
from app.stores import loads as shelf


def actions(workspace: Workspace, service: str | None = None) -> tuple[Action, ...]:
    """Actions that confirmed death matches open, by service; a person still decides each.

    A match is not a finding: only pairs a steward judged the same person are here, and only
    actions that the run's purpose covers. Raises Refused service-unknown.
    """
    rules = workspace.catalogue.actions
    services = {rule.service for rule in rules}
    if service is not None and service not in services:
        raise Refused("service-unknown", service=service, known=", ".join(sorted(services)))
    found = []
    with workspace.read() as reader:
        for run in runs.summaries(reader):
            if run.state != "complete" or run.plan != "deaths":
                continue
            kind = shelf.get(reader, run.left).kind
            fitting = [
                rule
                for rule in rules
                if (kind in rule.kinds or not rule.kinds)
                and (service is None or rule.service == service)
                and run.purpose in rule.purposes
            ]
            for pair, decision in decisions.standing(reader, run.run).items():
                if decision.verdict is Verdict.SAME:
                    found += [
                        Action(
                            pair=pair,
                            service=rule.service,
                            action=rule.id,
                            title=rule.title,
                            status="to-decide",
                            evidence=rule.evidence,
                            follow_ups=rule.follow_ups,
                        )
                        for rule in fitting
                    ]
    workspace.note("look.actions", {"service": service, "actions": len(found)})
    return tuple(found)
