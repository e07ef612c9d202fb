"""Muniment: a strongroom for council data, encrypted and offline."""
