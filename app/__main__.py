"""Start: with no verb the window, otherwise the command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.workspace import Workspace


class Front:
    """The window as it is handed to the command line, which must not know it."""

    def open(self, vault: Path | None, steward: str | None) -> int:
        """Show the window until it is closed; the exit code."""
        from app.gui.main import open_window

        return open_window(vault, steward)

    def draw(self, workspace: Workspace) -> tuple[int, int, int]:
        """One page without a screen: width, height, colours."""
        from app.gui.proof import draw

        return draw(workspace)


def main() -> int:
    """Run the program and return its exit code."""
    from app.base.process import forbid_core_dumps, refuse_network

    try:
        forbid_core_dumps()
        refuse_network()
        from app.cli.main import run

        return run(sys.argv[1:], Front(), leaving=True)
    except KeyboardInterrupt:  # before a verb is under way, or after it has answered
        from app.cli.output import Output

        return Output(as_json="--json" in sys.argv).cancelled()


if __name__ == "__main__":
    sys.exit(main())
