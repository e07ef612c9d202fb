"""Matching: run a plan over two loads, and look at what it found."""

from app.gui.pages.matching.page import Matching

__all__ = ["Matching"]
