"""What a page is handed to work with: the open vault, the workers, the look, the way elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.base.clock import Clock
from app.gui.frame.preferences import Preferences
from app.gui.jobs import Jobs
from app.gui.theme import Theme

if TYPE_CHECKING:
    from app.services.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """One open vault and everything a page may use. Pages hand each other ids only."""

    workspace: Workspace
    jobs: Jobs
    theme: Theme
    preferences: Preferences
    clock: Clock
    go: Callable[[str, str | None], None]
