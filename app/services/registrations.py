"""What confirmed matches with registrations open for each service to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.base.errors import Refused
from app.model.actions import Action, ActionRule
from app.model.runs import Verdict
from app.services.memory import Recall
from app.services.workspace import Workspace
from app.stores import decisions, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


def actions(workspace: Workspace, service: str | None = None) -> tuple[Action, ...]:
    """Actions that confirmed death matches open, by service; a person still decides each.

    A match is not a finding: only pairs a steward judged the same person are here, and only
    actions that the run's purpose covers. Where several runs found the same two records, what was
    said last holds, and the latest run tells it. Raises Refused service-unknown.
    """
    rules = workspace.catalogue.actions
    services = {rule.service for rule in rules}
    if service is not None and service not in services:
        raise Refused("service-unknown", service=service, known=", ".join(sorted(services)))
    found: list[list[Action]] = []
    told: set[tuple[str, str, str]] = set()
    with workspace.read() as reader:
        recall = Recall(workspace, reader)
        for run in reversed(runs.summaries(reader)):
            if run.state != "complete" or run.plan != "deaths":
                continue
            fitting = _fitting(rules, shelf.get(reader, run.left).kind, run.purpose, service)
            here = []
            for pair, records in _confirmed(reader, recall, run.run):
                new = [rule for rule in fitting if (records, rule.service, rule.id) not in told]
                told |= {(records, rule.service, rule.id) for rule in new}
                here += [_action(pair, rule) for rule in new]
            found.append(here)
    listed = tuple(action for here in reversed(found) for action in here)
    workspace.note("look.actions", {"service": service, "actions": len(listed)})
    return listed


def _fitting(
    rules: Iterable[ActionRule], kind: str, purpose: str | None, service: str | None
) -> list[ActionRule]:
    """What may be done for the service on a death of somebody that a kind of extract holds."""
    return [
        rule
        for rule in rules
        if (kind in rule.kinds or not rule.kinds)
        and (service is None or rule.service == service)
        and purpose in rule.purposes
    ]


def _confirmed(reader: Reader, recall: Recall, run: str) -> Iterator[tuple[str, str]]:
    """Pairs of a run that stand confirmed, each with one name for its two records in any run."""
    for judgement in decisions.judgements(reader, run):
        if judgement.verdict is Verdict.SAME:
            family = recall.family(judgement)
            if family[-1].verdict is Verdict.SAME:
                yield judgement.pair, min(one.pair for one in family)


def _action(pair: str, rule: ActionRule) -> Action:
    return Action(
        pair=pair,
        service=rule.service,
        action=rule.id,
        title=rule.title,
        status="to-decide",
        evidence=rule.evidence,
        follow_ups=rule.follow_ups,
    )
