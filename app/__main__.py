"""Start: with no verb the window, otherwise the command."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the program and return its exit code."""
    from app.base.process import forbid_core_dumps, refuse_network

    forbid_core_dumps()
    refuse_network()
    from app.cli.main import run

    return run(sys.argv[1:], _open_window)


def _open_window(vault: Path | None, steward: str | None) -> int:
    """The window is handed to the command line, which must not know it."""
    from app.gui.main import open_window

    return open_window(vault, steward)


if __name__ == "__main__":
    sys.exit(main())
