"""Loads, or drafts and seals, a million rows in a process of its own; tells the peak of memory."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

from app.base.clock import system_clock
from app.base.memory import peak_mb
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.loads import LoadWishes
from app.model.policy import KdfCost
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import intake, packages, partners, sharing, vaults
from app.services.workspace import Workspace

PASSPHRASE = "three random words"
HEADER = (
    "Reference", "Surname", "Forename", "Date of birth", "Address", "Town", "Postcode", "Email",
)  # fmt: skip
TAKES = (
    "reference", "surname", "given_names", "birth_date", "address", "town", "postcode", "email",
)  # fmt: skip


def row(n: int) -> tuple[str, ...]:
    born = f"{n % 28 + 1:02}/{n % 12 + 1:02}/{1930 + n % 70}"
    post = f"EX{n % 20 + 1} {n % 9 + 1}AB"
    name, street = f"Name{n % 9973}", f"{n % 300} Mill Lane"
    return (f"R{n}", name, f"Ann {n % 97}", born, street, "Toft", post, f"p{n}@example.invalid")


def load(home: Path, workspace: Workspace, rows: int) -> None:
    with (home / "p.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(map(row, range(rows)))
    intake.load_file(workspace, home / "p.csv", LoadWishes(kind="people", route="own-records"))
    sharing.import_agreement(workspace, home / "agreement.json")
    made = packages.new_keys(workspace.catalogue, home / "their.key")
    partners.add(workspace, "Post room", made.public_key, vouched=True)


def seal(home: Path, workspace: Workspace) -> None:
    start = peak_mb()
    columns = tuple(PackageColumn(take, take, "to test") for take in TAKES)
    spec = PackageSpec("stop-mail", "OFFICIAL", (PackageFile("a.csv", None, "L1", columns),))
    drafted = sharing.draft(workspace, "ISA/7", "Post room", spec)
    sealed = sharing.seal(workspace, drafted.package, home / "out.age")
    print(json.dumps({"rows": sealed.rows, "mb": peak_mb() - start}))


def main(home: Path, rows: int, act: str) -> None:
    declared = Catalogue(RESOURCES)
    declared.__dict__["vault_policy"] = replace(declared.vault_policy, kdf=KdfCost(64, 1, 1))
    vault = home / "vault"
    if not vault.exists():
        vaults.create(declared, vault, "Ann", PASSPHRASE, system_clock)
    with vaults.unlock(declared, vault, "Ann", PASSPHRASE, system_clock) as workspace:
        if act == "load":
            load(home, workspace, rows)
        else:
            seal(home, workspace)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
