"""The action catalogue from resources/actions."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import read_table
from app.model.actions import ActionRule


def read_actions(path: Path) -> tuple[ActionRule, ...]:
    """Every declared action, in file order."""
    table = read_table(path)
    table.text("as_at")
    rules = []
    for row in table.tables("action"):
        rules.append(
            ActionRule(
                id=row.text("id"),
                service=row.text("service"),
                kinds=row.texts("kinds"),
                purposes=row.texts("purposes"),
                title=row.text("title"),
                evidence=row.text("evidence"),
                tell=row.texts("tell"),
                follow_ups=row.texts("follow_ups"),
                source=row.text("source"),
            )
        )
        row.finish()
    table.finish()
    return tuple(rules)
