"""The lock screen: the way into a vault, and what is seen while it is shut."""

from app.gui.lock.screen import LockScreen

__all__ = ["LockScreen"]
