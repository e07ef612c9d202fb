"""Hardening of this process: no core dumps, and no network, refused by an audit hook."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from app.base.errors import Refused

NETWORK_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
        "socket.sendto",
    }
)


def refuse_network() -> None:
    """Refuse every connect, bind and name look-up for the rest of this process."""
    if getattr(sys, "_muniment_offline", False):
        return
    sys.addaudithook(_refuse)
    sys._muniment_offline = True  # type: ignore[attr-defined]


def forbid_core_dumps() -> None:
    """Set the core size limit to zero and mark the process undumpable where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            import ctypes

            pr_set_dumpable = 4
            ctypes.CDLL(None).prctl(pr_set_dumpable, 0, 0, 0, 0)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in NETWORK_EVENTS:
        raise Refused("network-refused", event=event)
