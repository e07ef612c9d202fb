"""Requests: what persons ask about data on them, and what is answered."""

from app.gui.pages.requests.page import Requests

__all__ = ["Requests"]
