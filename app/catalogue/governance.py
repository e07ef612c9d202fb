"""Routes, purposes, review reasons and the rights of persons from resources/governance."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.governance import Governance, Purpose, Reason, Route, SharingPolicy
from app.model.kinds import SUBJECTS
from app.model.requests import Right


def read_governance(folder: Path) -> Governance:
    """All families; a route that permits an undeclared purpose is refused.

    So is one that needs an agreement and permits without it what it does not permit with it.
    """
    default_purpose, purposes = _purposes(read_table(folder / "purposes.toml"))
    table = read_table(folder / "routes.toml")
    defaults = table.table("default")
    default_routes = {subject: defaults.text(subject) for subject in defaults}
    routes = {}
    for row in table.tables("route"):
        route = _route(row, tuple(purposes))
        routes[route.id] = route
    table.finish()
    reasons = read_table(folder / "reasons.toml")
    found = {}
    for row in reasons.tables("reason"):
        reason = Reason(row.text("id"), row.texts("verdicts"), row.optional_text("usual"))
        row.finish()
        found[reason.id] = reason
    withdrawals = reasons.texts("withdrawals")
    reasons.finish()
    statuses = _statuses(read_table(folder / "statuses.toml"))
    return Governance(
        routes,
        purposes,
        found,
        default_routes,
        default_purpose,
        withdrawals,
        statuses,
        _rights(read_table(folder / "rights.toml")),
    )


def _rights(table: Table) -> dict[str, Right]:
    rights = {}
    for row in table.tables("right"):
        outcomes = row.texts("outcomes")
        right = Right(
            id=row.text("id"),
            title=row.text("title"),
            outcomes=outcomes,
            clause=row.text("clause"),
            source=row.text("source"),
            as_at=row.text("as_at"),
            months=row.integer("months", 0) or None,
            extend_months=row.integer("extend_months", 0) or None,
            acknowledge_days=row.integer("acknowledge_days", 0) or None,
            hold_back_after=row.texts("hold_back_after", ()),
            tell_after=row.texts("tell_after", ()),
        )
        for name in ("hold_back_after", "tell_after"):
            if not set(getattr(right, name)) <= set(outcomes):
                row.refuse(name, "value", ", ".join(outcomes))
        row.finish()
        rights[right.id] = right
    table.finish()
    return rights


def _statuses(table: Table) -> dict[str, str]:
    table.text("source")
    kinds = ("new", "amended", "withdrawn")
    statuses = {word.casefold(): kind for kind in kinds for word in table.texts(kind)}
    table.finish()
    return statuses


def _purposes(table: Table) -> tuple[str, dict[str, Purpose]]:
    purposes = {}
    for row in table.tables("purpose"):
        purpose = Purpose(
            id=row.text("id"),
            title=row.text("title"),
            people=row.flag("people", True),
            subjects=row.texts("subjects", SUBJECTS),
            because=row.optional_text("because") or "",
        )
        _require_subjects(row, purpose.subjects)
        if set(purpose.subjects) != set(SUBJECTS) and not purpose.because:
            row.refuse("because", "missing")
        row.finish()
        purposes[purpose.id] = purpose
    default = table.choice("default", tuple(purposes))
    table.finish()
    return default, purposes


def _route(row: Table, purposes: tuple[str, ...]) -> Route:
    permits, needs = row.texts("permits"), row.flag("needs_agreement")
    route = Route(
        id=row.text("id"),
        title=row.text("title"),
        subjects=row.texts("subjects"),
        permits=permits,
        clause=row.text("clause"),
        source=row.text("source"),
        as_at=row.text("as_at"),
        needs_agreement=needs,
        without_agreement=row.texts("without_agreement") if needs else permits,
        passed_on=row.flag("passed_on", True),
    )
    _require_subjects(row, route.subjects)
    if not set(permits) <= set(purposes):
        row.refuse("permits", "value", ", ".join(purposes))
    if not set(route.without_agreement) <= set(permits):
        row.refuse("without_agreement", "value", ", ".join(permits))
    row.finish()
    return route


def _require_subjects(row: Table, subjects: tuple[str, ...]) -> None:
    if not set(subjects) <= set(SUBJECTS):
        row.refuse("subjects", "value", ", ".join(SUBJECTS))


def read_sharing_policy(path: Path) -> SharingPolicy:
    """Defaults for what leaves the vault."""
    table = read_table(path)
    policy = SharingPolicy(
        four_eyes=table.flag("four_eyes"),
        retention_days=table.integer("retention_days"),
        remind_days=table.integer("remind_days"),
        small_group=table.integer("small_group"),
        preview_rows=table.integer("preview_rows"),
        identifiers=table.texts("identifiers"),
        guarded=table.texts("guarded"),
    )
    table.text("source")
    table.finish()
    return policy
