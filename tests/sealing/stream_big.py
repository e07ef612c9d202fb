"""Seals and opens a package of the given size (MB) and tells the peaks of memory as JSON."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from app.base.memory import peak_mb
from app.base.places import resource as place
from app.catalogue.packages import read_package_policy
from app.model.packaging import (
    DataColumn,
    DataFile,
    PackageContent,
    PackageIdentity,
    PackageRecipient,
)
from app.sealing import envelope
from app.sealing.contents import SealOrder
from app.sealing.keys import new_office


def rows(megabytes: int):
    seeded = random.Random(1)
    cells = [seeded.randbytes(50).hex() for _ in range(1_000)]
    for number in range(megabytes * 1_000_000 // 1_000):
        yield (str(number), *(seeded.choice(cells) for _ in range(10)))


def main(folder: Path, megabytes: int) -> None:
    names = ("id", *(f"c{n}" for n in range(10)))
    file = DataFile("big.csv", "big", tuple(map(DataColumn, names)), rows(megabytes), key="id")
    office = new_office()
    identity = PackageIdentity(
        package="BIG",
        title="big",
        sender="a",
        recipients=(PackageRecipient("b", new_office().public_key),),
        agreement="x",
        gateway="x",
        purpose="x",
        classification="OFFICIAL",
        created="2026-08-22T00:00:00Z",
        destroy_by="2027-08-22",
        tool="t",
    )
    policy = read_package_policy(place("policy", "packages.toml"))
    order = SealOrder(PackageContent(identity, (file,)), lambda *_: [], office, policy)
    start = peak_mb()
    sealed = envelope.seal(order, folder / "big.age")
    after = peak_mb()
    envelope.open_into(sealed.path, office, folder / "in", policy.limits, office.public)
    print(
        json.dumps(
            {
                "bytes": sealed.files[0].bytes,
                "sealed_bytes": sealed.bytes,
                "sealing_mb": after - start,
                "opening_mb": peak_mb() - start,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
