"""Where the program's own data lies: one rule for checkout, frozen build and moved folder."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """Path of a file or folder under resources/."""
    return RESOURCES.joinpath(*parts)
