"""How much memory this process has held at most."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_mb() -> float:
    """Peak resident memory of this process in MB (0 where the system does not tell).

    On Linux the figure of the process's own address space: `ru_maxrss` starts from what the parent
    held when it started this one.
    """
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
