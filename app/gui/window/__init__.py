"""The window: frame, rail, keys, lock and what is shown when something breaks."""

from app.gui.window.window import Window

__all__ = ["Window"]
