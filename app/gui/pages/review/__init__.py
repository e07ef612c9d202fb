"""Review: a reading desk where pairs are decided by keyboard."""

from app.gui.pages.review.page import Review

__all__ = ["Review"]
