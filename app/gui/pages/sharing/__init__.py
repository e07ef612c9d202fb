"""Sharing: agreements, recipients, packages out and packages in."""

from app.gui.pages.sharing.page import Sharing

__all__ = ["Sharing"]
