"""Packages opened by programs we did not write: age, 7-Zip, minisign, sha256sum, bagit."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import bagit
import pytest

from app.base.errors import Refused
from app.reports.package import package_documents
from app.sealing import envelope
from app.sealing.keys import write_key_file
from app.sealing.signature import minisign_key

BAG = "EX-2026-0007"
BAGIT_WARNS = pytest.mark.filterwarnings("ignore:'count' is passed:DeprecationWarning")


def needs(*programs: str):
    absent = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}")


@pytest.fixture
def unpacked(order, templates, recipient, tmp_path):
    """A full package, decrypted by the age program and unpacked by 7-Zip."""
    full = replace(order, documents=package_documents(templates, order.policy))
    envelope.seal(full, tmp_path / "p.age")
    write_key_file(recipient, tmp_path / "office.key")
    run(tmp_path, "age", "-d", "-i", "office.key", "-o", "p.zip", "p.age")
    run(tmp_path, "7z", "x", "p.zip")
    return tmp_path / BAG


def run(folder, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@BAGIT_WARNS
@needs("age", "7z")
def test_age_and_seven_zip_open_a_package(unpacked, canary) -> None:
    text = (unpacked / "data" / "deaths.csv").read_text(encoding="utf-8-sig")
    assert canary in text
    bag = bagit.Bag(str(unpacked))
    bag.validate()
    assert bag.info["Destroy-By"] == "2027-08-22"


@needs("age", "7z", "sha256sum")
def test_sha256sum_checks_the_lists(unpacked) -> None:
    for listing in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert "FAILED" not in run(unpacked, "sha256sum", "--strict", "-c", listing)


@needs("age", "7z", "minisign")
def test_the_command_in_the_readme_verifies_the_signature(unpacked, sender) -> None:
    readme = (unpacked / "data" / "README.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in readme.splitlines())
    command = next(line for line in lines if line.startswith("minisign -V"))
    assert minisign_key(sender.public.signing or b"") in command
    said = run(unpacked, *command.split())
    statement = json.loads(said.partition("Trusted comment: ")[2])
    assert statement["package"] == BAG
    assert statement["gateway"].endswith("section 19AA")
    assert statement["purpose"] == "stop mail to people who have died"
    assert len(statement["recipients"]) == 1


@needs("age")
def test_we_open_what_age_has_sealed_again(unpacked, recipient, sender, policy, tmp_path) -> None:
    """The recipient's office may move a package to its other key only by becoming its sender."""
    run(tmp_path, "age", "-r", recipient.public.age, "-o", "again.age", "p.zip")
    answer = envelope.verify(tmp_path / "again.age", recipient, sender.public, policy.limits)
    assert answer.signature
    assert answer.manifest


@needs("age")
def test_only_the_plain_form_of_age_is_taken(unpacked, recipient, sender, policy, tmp_path) -> None:
    """Armour can be rewrapped without a trace: one package, one sequence of bytes."""
    run(tmp_path, "age", "-a", "-r", recipient.public.age, "-o", "armoured.age", "p.zip")
    with pytest.raises(Refused, match="package-not-a-package"):
        envelope.verify(tmp_path / "armoured.age", recipient, sender.public, policy.limits)
