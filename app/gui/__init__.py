"""The window."""

from __future__ import annotations

import sys


def _keep_none_alive() -> None:
    """Make None as good as immortal where Python itself does not.

    The wheels of PySide6 6.12 are built as if every Python counted no references to None, which
    is true from 3.12 on. On 3.11 each Qt call that returns nothing takes one reference away, and
    after some 6,000 calls the process ends with "deallocating None".
    """
    if sys.version_info < (3, 12):
        import ctypes

        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 60


_keep_none_alive()
