"""Muniment: a strongroom for council data, encrypted and offline."""

__version__ = "0.1.0"
