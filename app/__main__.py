"""Start: with no verb the window, otherwise the command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program and return its exit code."""
    from app.base.process import forbid_core_dumps, refuse_network

    forbid_core_dumps()
    refuse_network()
    from app.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
