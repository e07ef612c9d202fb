"""The bill of materials: what ships, from the locks and the declared licences, as CycloneDX 1.6.

    python3 packaging/bootstrap.py sbom [--out FILE]    without --out to standard output

Same locks and same Python, same bytes: it holds no time and nothing of the machine. The frozen
build adds the files that came from the system (`system_files`). Standard library alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "muniment.cdx.json"
PIN = re.compile(r"^([a-z0-9_.-]+)==(\S+?)(?: ; (.+?))?(?: \\)?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
LIBRARY_FILE = re.compile(r"\.(dll|pyd|dylib|so(\.\d+)*)$", re.IGNORECASE)

Entry = dict[str, object]


@dataclass(frozen=True)
class Pin:
    """One locked version: its name, where it is installed (a marker, or ""), its files' hashes."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def main(arguments: list[str]) -> int:
    """Write the bill; 0 when it is written, 1 when a locked library has no declared licence."""
    parser = argparse.ArgumentParser(prog="bootstrap.py sbom", description=__doc__)
    parser.add_argument("--out", type=Path)
    out: Path | None = parser.parse_args(arguments).out
    try:
        text = as_text(bill(ROOT))
    except KeyError as missing:
        print(f"{missing.args[0]}", file=sys.stderr)
        return 1
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
    return 0


def bill(root: Path, system: Iterable[Entry] = ()) -> Entry:
    """The bill of the checkout at `root`; KeyError names a library without a licence."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = tomllib.loads(
        (root / "packaging" / "licences" / "parts.toml").read_text(encoding="utf-8")
    )
    locks = root / "packaging" / "locks"
    shipped = pins(locks / "run.txt")
    shipped += [pin for pin in pins(locks / "build.txt") if pin.name in declared["from-build"]]
    libraries = [library(pin, declared) for pin in shipped]
    itself = f"pkg:generic/muniment@{project['version']}"
    direct = {re.split(r"[<>=!~ \[]", text)[0].lower() for text in project["dependencies"]}
    told: Entry = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": licences(project["license"]),
                "purl": itself,
            },
        },
        "components": [*libraries, python(), *system],
        "dependencies": [
            {"ref": itself, "dependsOn": sorted(p.ref for p in shipped if p.name in direct)}
        ],
        # Every library is named; what else lies compiled inside one is known where it tells it.
        "compositions": [
            {"aggregate": "complete", "assemblies": [itself]},
            {"aggregate": "unknown", "assemblies": [pin.ref for pin in shipped]},
        ],
    }
    digest = hashlib.sha256(as_text(told).encode()).hexdigest()
    return {**told, "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}"}


def as_text(told: Entry) -> str:
    """The same bytes for the same bill."""
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def pins(lock: Path) -> list[Pin]:
    """Every version a lock names, in its order; ValueError where a block cannot be read."""
    found = []
    for block in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        named = PIN.match(block.split("\n", 1)[0])
        if named is None:
            raise ValueError(f"{lock.name}: {block.splitlines()[0]}")
        found.append(Pin(named[1], named[2], named[3] or "", tuple(HASH.findall(block))))
    return found


def library(pin: Pin, declared: dict[str, dict[str, str]]) -> Entry:
    """One library with its hashes, its licence, and what lies compiled inside it."""
    if pin.name not in declared["licence"]:
        raise KeyError(f"{pin.name} is locked and has no licence in packaging/licences/parts.toml")
    entry: Entry = {
        "type": "library",
        "bom-ref": pin.ref,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.ref,
        "scope": "excluded" if pin.name in declared["not-shipped"] else "required",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in pin.hashes],
        "licenses": licences(declared["licence"][pin.name]),
    }
    if pin.marker:
        entry["properties"] = [{"name": "muniment:installed-where", "value": pin.marker}]
    within = [part for part in declared["inside"] if part["of"] == pin.name]
    if within:
        entry["components"] = [
            {
                "type": "library",
                "bom-ref": f"{pin.ref}#{part['name']}",
                "name": part["name"],
                "version": part["version"],
                "purl": f"pkg:generic/{part['name'].lower()}@{part['version']}",
                "licenses": licences(part["licence"]),
            }
            for part in within
        ]
    return entry


def python() -> Entry:
    """The Python that runs this, which is the one a build ships."""
    version = ".".join(str(number) for number in sys.version_info[:3])
    ref = f"pkg:generic/python@{version}"
    return {
        "type": "platform",
        "bom-ref": ref,
        "name": "Python",
        "version": version,
        "purl": ref,
        "scope": "required",
        "licenses": licences("PSF-2.0"),
    }


def licences(expression: str) -> list[Entry]:
    """An SPDX expression in the shape the format wants: one licence by its id, else the whole."""
    if re.fullmatch(r"[A-Za-z0-9.-]+", expression) and not expression.startswith("LicenseRef"):
        return [{"license": {"id": expression}}]
    return [{"expression": expression}]


def system_files(folder: Path, parts: Iterable[metadata.Distribution]) -> list[Entry]:
    """Compiled files of a frozen folder that no library brought: Python's own and the system's."""
    brought = {Path(str(file)).name for part in parts for file in part.files or ()}
    entries: list[Entry] = []
    for path in sorted(folder.rglob("*")):
        if not LIBRARY_FILE.search(path.name) or path.name in brought or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entries.append(
            {
                "type": "file",
                "bom-ref": f"file:{name}",
                "name": name,
                "scope": "required",
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        )
    return entries


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
