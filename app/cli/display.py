"""Whether there is a display that a window could be shown on."""

from __future__ import annotations

import ctypes
import os
import platform


def display_answers() -> bool:
    """Qt ends the process where it finds no display, so it is asked for before Qt is."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if platform.system() in ("Windows", "Darwin"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and _x11_answers()


def _x11_answers() -> bool:
    """A name is no display yet: it may be left from a session that has ended, or be another's."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # nothing to ask with: let Qt say what it lacks
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    opened = x11.XOpenDisplay(None)
    if opened:
        x11.XCloseDisplay(opened)
    return bool(opened)
