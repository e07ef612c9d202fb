"""The program as a script drives it: one process a verb, in a home of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
PASSPHRASES = {
    "Ann": "correct horse battery staple",
    "Bob": "seven lamps over the harbour",
}


@dataclass(frozen=True)
class Done:
    """How one run ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        return self.answer["error"]


class Muniment:
    """The command line in a home directory; everything it may write lies below that."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.vault = home / "vault"
        for name in ("tmp", "desk"):
            (home / name).mkdir()

    @property
    def desk(self) -> Path:
        """The working folder."""
        return self.home / "desk"

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "TMP": str(self.home / "tmp"),
            "TEMP": str(self.home / "tmp"),
            "MUNIMENT_VAULT": str(self.vault),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def passphrase_file(self, *words: str) -> Path:
        file = self.desk / "passphrase"
        file.write_text("\n".join(words) + "\n", encoding="utf-8")
        return file

    def command(self, *words: object, steward: str | None = None) -> list[str]:
        """The full command of a verb; a steward's passphrase comes from a file."""
        command = [sys.executable, "-P", "-m", "app", *map(str, words), "--json"]
        if steward is not None:
            file = self.passphrase_file(PASSPHRASES[steward])
            command += ["--steward", steward, "--passphrase-file", str(file)]
        return command

    def run(self, *words: object, steward: str | None = None, typed: str = "") -> Done:
        """Run a verb to its end, whatever that is."""
        done = subprocess.run(
            self.command(*words, steward=steward),
            cwd=self.desk,
            env=self.environment(),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def do(self, *words: object, steward: str | None = "Ann", typed: str = "") -> Any:
        """Run a verb that must succeed; its answer."""
        done = self.run(*words, steward=steward, typed=typed)
        assert done.code == 0, (words, done)
        return done.answer

    def refused(self, *words: object, steward: str | None = "Ann") -> dict[str, Any]:
        """Run a verb that must be refused; the error, which is told in full."""
        done = self.run(*words, steward=steward)
        assert done.code == 3, (words, done)
        error = done.error
        assert set(error) == {"code", "message", "where", "remedy"}
        assert "Muniment did not do this" not in error["message"], "no sentence for this code"
        assert error["message"]
        assert error["remedy"]
        return error


@pytest.fixture(scope="session")
def canary() -> ModuleType:
    path = TESTS / "security" / "canary.py"
    spec = importlib.util.spec_from_file_location("journey_canary", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def muniment(tmp_path: Path) -> Muniment:
    return Muniment(tmp_path)


@pytest.fixture(scope="session")
def muniment_in():
    """Makes the program in a named home, for journeys that many tests look at."""
    return Muniment
