"""Load: take files in step by step, and look after the loads there are."""

from app.gui.pages.load.page import Load

__all__ = ["Load"]
