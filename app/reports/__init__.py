"""Printable pages and summaries."""
