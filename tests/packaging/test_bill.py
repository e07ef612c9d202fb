"""The bill of materials: well formed, true to the locks, to the libraries and to itself."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "bootstrap.py"
FORMS = {
    "serialNumber": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "purl": r"pkg:(pypi|generic)/[a-z0-9.-]+@[0-9][A-Za-z0-9.+-]*",
    "content": r"[0-9a-f]{64}",
}


@pytest.fixture
def bill(monkeypatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("bill")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the bill reads, to be changed at will."""
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def locked(name: str) -> dict[tuple[str, str], set[str]]:
    """Name and version of each pin with its hashes, read without the code under test."""
    found: dict[tuple[str, str], set[str]] = {}
    at = ("", "")
    for line in (ROOT / "packaging/locks" / f"{name}.txt").read_text("utf-8").splitlines():
        if "==" in line.split(" ;")[0]:
            package, version = line.split()[0].split("==")
            at = (package, version)
            found[at] = set()
        found[at] |= {word[14:] for word in line.split() if word.startswith("--hash=sha256:")}
    return found


def libraries(told: dict) -> list[dict]:
    return [part for part in told["components"] if part["purl"].startswith("pkg:pypi/")]


def test_the_command_writes_the_same_bytes_twice(tmp_path) -> None:
    for name in ("one", "two"):
        command = [sys.executable, str(SCRIPT), "sbom", "--out", str(tmp_path / name)]
        subprocess.run(command, check=True, cwd=tmp_path)
    one = (tmp_path / "one").read_bytes()
    assert one == (tmp_path / "two").read_bytes()
    assert str(ROOT).encode() not in one
    assert json.loads(one)["bomFormat"] == "CycloneDX"


def test_every_locked_library_is_there_and_none_more(bill) -> None:
    run = locked("run")
    assert len(run) > 20
    starter = {k: v for k, v in locked("build").items() if k[0] == "pyinstaller"}
    told = {
        (part["name"], part["version"]): {h["content"] for h in part["hashes"]}
        for part in libraries(bill.bill(ROOT))
    }
    assert told == run | starter
    assert all(told.values())


def test_what_is_said_of_each_part_is_whole(bill) -> None:
    told = bill.bill(ROOT)
    assert (told["specVersion"], told["version"]) == ("1.6", 1)
    assert re.fullmatch(FORMS["serialNumber"], told["serialNumber"])
    itself = told["metadata"]["component"]
    nested = [part for outer in told["components"] for part in outer.get("components", ())]
    every = [itself, *told["components"], *nested]
    for part in every:
        assert part["type"] in {"application", "library", "platform"}
        assert re.fullmatch(FORMS["purl"], part["purl"]), part["purl"]
        assert part["purl"].endswith(f"@{part['version']}")
        (licence,) = part["licenses"]
        assert licence.keys() in ({"license"}, {"expression"})
        for digest in part.get("hashes", ()):
            assert digest["alg"] == "SHA-256"
            assert re.fullmatch(FORMS["content"], digest["content"])
    refs = [part["bom-ref"] for part in every]
    assert len(refs) == len(set(refs))
    (direct,) = told["dependencies"]
    assert direct["ref"] == itself["bom-ref"]
    assert set(direct["dependsOn"]) < set(refs)
    assert len(direct["dependsOn"]) >= 17
    assert [p["name"] for p in libraries(told) if p["scope"] == "excluded"] == ["setuptools"]


def test_two_versions_of_one_library_say_where_each_is_installed(bill) -> None:
    two = [part for part in libraries(bill.bill(ROOT)) if part["name"] == "numpy"]
    assert len(two) == 2
    said = {part["properties"][0]["value"] for part in two}
    assert said == {"python_full_version < '3.12'", "python_full_version >= '3.12'"}


def test_a_library_without_a_licence_is_refused(bill, checkout, monkeypatch, capsys) -> None:
    run = checkout / "packaging" / "locks" / "run.txt"
    run.write_text(f"aardvark==1.0 \\\n    --hash=sha256:{'a' * 64}\n" + run.read_text("utf-8"))
    monkeypatch.setattr(bill, "ROOT", checkout)
    assert bill.main([]) == 1
    assert "aardvark is locked and has no licence" in capsys.readouterr().err


def test_another_version_is_another_bill(bill, checkout) -> None:
    before = bill.bill(checkout)
    run = checkout / "packaging" / "locks" / "run.txt"
    run.write_text(run.read_text("utf-8").replace("lxml==6", "lxml==7"))
    after = bill.bill(checkout)
    assert after["serialNumber"] != before["serialNumber"]


def test_a_line_of_a_lock_that_cannot_be_read_is_not_passed_over(bill, checkout) -> None:
    run = checkout / "packaging" / "locks" / "run.txt"
    run.write_text(run.read_text("utf-8") + "lxml @ file:///somewhere\n")
    with pytest.raises(ValueError, match="lxml @"):
        bill.bill(checkout)


def test_the_declared_licences_are_those_the_libraries_name(bill) -> None:
    """Where a library names none, its text is what counts."""
    texts = {
        "duckdb": "Permission is hereby granted, free of charge",
        "pyrage": "The MIT License (MIT)",
        "sqlcipher3": "This software is provided 'as-is'",
        "pycryptodomex": "public domain",
    }
    checked = set()
    for part in libraries(bill.bill(ROOT)):
        name = part["name"]
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            assert name == "pyinstaller"  # of the build's lock, which the tests do without
            continue
        said = installed.metadata.get("License-Expression") or installed.metadata.get("License", "")
        (licence,) = part["licenses"]
        if name in texts:
            files = [f for f in installed.files or () if "licen" in f.name.lower()]
            assert any(texts[name] in f.read_text("utf-8") for f in files), name
        else:
            declared = licence.get("expression") or licence["license"]["id"]
            assert said == declared, name
        checked.add(name)
    assert len(checked) > 20


def test_what_lies_inside_a_library_is_what_it_tells_itself(bill) -> None:
    import lxml.etree
    import sqlcipher3
    from cryptography.hazmat.backends.openssl import backend
    from PySide6.QtCore import qVersion

    vault = sqlcipher3.connect(":memory:")
    vault.execute("PRAGMA key='any'")
    vault.execute("CREATE TABLE one (a)")
    (cipher,) = vault.execute("PRAGMA cipher_version").fetchone()
    (provider,) = vault.execute("PRAGMA cipher_provider_version").fetchone()
    vault.close()
    inside = {
        (outer["name"], part["name"]): part["version"]
        for outer in bill.bill(ROOT)["components"]
        for part in outer.get("components", ())
    }
    assert inside == {
        ("cryptography", "OpenSSL"): backend.openssl_version_text().split()[1],
        ("lxml", "libxml2"): ".".join(map(str, lxml.etree.LIBXML_VERSION)),
        ("lxml", "libxslt"): ".".join(map(str, lxml.etree.LIBXSLT_VERSION)),
        ("pyside6-essentials", "Qt"): qVersion(),
        ("sqlcipher3", "OpenSSL"): provider.split()[1],
        ("sqlcipher3", "SQLCipher"): cipher.split()[0],
        ("sqlcipher3", "SQLite"): sqlcipher3.sqlite_version,
    }


def test_files_that_came_from_the_system_are_named(bill, tmp_path) -> None:
    (tmp_path / "_internal").mkdir()
    for name in ("libxcb.so.1", "brought.so", "words.txt", "VCRUNTIME140.dll"):
        (tmp_path / "_internal" / name).write_bytes(b"\x7fELF")
    part = SimpleNamespace(files=[Path("package/brought.so")])
    found = bill.system_files(tmp_path, [part])
    assert [entry["name"] for entry in found] == [
        "_internal/VCRUNTIME140.dll",
        "_internal/libxcb.so.1",
    ]
    told = bill.bill(ROOT, found)
    assert told["components"][-2:] == found
