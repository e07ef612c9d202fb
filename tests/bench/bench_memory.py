"""What a memory ceiling costs: the same matching under less and less memory, each in a process.

    python tests/bench/bench_memory.py --folder COUNCIL --ceilings 600 900 1500

COUNCIL is a folder that bench_splink.py made. Prints one JSON object a ceiling: wall and CPU
seconds, by how many MB the process grew while it matched, and a digest of the answer, which must
be the same under every ceiling.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from app.base.errors import Refused
from app.base.memory import peak_mb
from app.matching.engine import Limits, match
from app.services.catalogue import catalogue

PARTS = ("left", "right", "levels", "weights", "adjustments", "weight", "probability", "band")


def one(folder: Path, ceiling: int) -> dict[str, object]:
    """One matching in this process."""
    left, right = (pq.read_table(folder / f"{side}-codes.parquet") for side in ("left", "right"))
    book = pickle.loads((folder / "book.pickle").read_bytes())
    plan = catalogue().plans["deaths"]
    before, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    try:
        found = match(left, right, book, plan, limits=Limits(ceiling))
    except Refused as refusal:
        return {"ceiling": ceiling, "refused": refusal.code, **refusal.facts}
    digest = hashlib.sha256()
    for part in PARTS:
        digest.update(getattr(found, part).tobytes())
    return {
        "ceiling": ceiling,
        "wall": round(time.perf_counter() - wall, 2),
        "cpu": round(time.process_time() - cpu, 2),
        "grew_mb": round(peak_mb() - before),
        "answer": digest.hexdigest()[:16],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ceilings", type=int, nargs="+", default=[600, 900, 1500])
    parser.add_argument("--one", action="store_true")
    options = parser.parse_args()
    for ceiling in options.ceilings:
        if options.one:
            print(json.dumps(one(options.folder, ceiling)))
            continue
        command = [sys.executable, __file__, "--folder", str(options.folder), "--one"]
        done = subprocess.run(
            [*command, "--ceilings", str(ceiling)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        print(done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
