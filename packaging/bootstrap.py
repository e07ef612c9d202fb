"""From a fresh checkout to a running program: makes .venv, installs the locks, hands over.

    python3 packaging/bootstrap.py demo [options]    the sample council, from file to sealed package
    python3 packaging/bootstrap.py test [options]    lint, contracts, types and tests
    python3 packaging/bootstrap.py test --release    the same with the slow proofs
    python3 packaging/bootstrap.py run [arguments]   muniment itself; without arguments the window
    python3 packaging/bootstrap.py sbom [--out FILE] the bill of materials of what ships
    python3 packaging/bootstrap.py setup             only prepare

It needs Python 3.11 to 3.13 and nothing else: this file uses the standard library alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "locks"
STAMP = VENV / "muniment-stamp.json"
OLDEST, NEWEST = (3, 11), (3, 13)
PYTHON = sys.version_info[:2]
WINDOWS, LINUX = os.name == "nt", sys.platform.startswith("linux")
# Each set of libraries holds the one before it, so a fuller .venv serves the smaller needs too.
SETS = ("run", "test", "build", "scale")
# What would lead this .venv to the libraries of another place, or pip away from this .venv.
LEADS_ASTRAY = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
# What the processes started here keep open, so that the lock outlives a start that was killed.
HELD: list[int] = []
# Every shared library Qt asks the system for, and the package that brings it on Debian and Ubuntu.
OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
}
ON_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
}


class SetupError(Exception):
    """Setting up cannot go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Prepare what the verb needs, then hand over to it."""
    for name in LEADS_ASTRAY:
        os.environ.pop(name, None)
    if not OLDEST <= PYTHON <= NEWEST:
        return with_another_python(arguments)
    verb = arguments[0] if arguments else ""
    rest = arguments[1:]
    if verb not in ("demo", "test", "run", "setup"):
        return without_libraries(verb, rest)
    needed = "run"
    if verb == "test":
        needed = "scale" if "--release" in rest else "test"
    try:
        drawable = system_packages(libraries_for(verb, rest), may_do_without=verb == "demo")
        prepare(needed)
        if verb == "setup":
            say("Ready.")
            return 0
        if verb == "test":
            return hand_over([str(ROOT / "packaging" / "checks.py"), *rest])
        if not drawable:
            rest = [*rest, "--no-window"]
        return hand_over(["-P", "-m", "app", *([verb] if verb == "demo" else []), *rest])
    except (SetupError, OSError) as stop:
        say(str(stop))
        return 1


def without_libraries(verb: str, rest: list[str]) -> int:
    """What this Python does alone: the bill of materials, made of the locks, and help."""
    if verb == "sbom":
        return subprocess.call([sys.executable, str(ROOT / "packaging" / "bill.py"), *rest])
    print((__doc__ or "").strip())
    return 0 if verb in ("", "-h", "--help", "help") else 2


def with_another_python(arguments: list[str]) -> int:
    """Run this script with a Python that fits, where the machine has one."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        python = ["py", f"-3.{minor}"] if WINDOWS else [f"python3.{minor}"]
        # A name that is found may still lead nowhere, or to another version.
        asked = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
        if shutil.which(python[0]) and quietly([*python, "-c", asked]) == 0:
            return subprocess.call([*python, str(Path(__file__).resolve()), *arguments])
    say(
        "Muniment needs Python 3.11, 3.12 or 3.13, and this is "
        f"{PYTHON[0]}.{PYTHON[1]}. Install one of those and start it with "
        f"that one, for example: {'py -3.13' if WINDOWS else 'python3.13'} "
        "packaging/bootstrap.py demo"
    )
    return 1


def prepare(needed: str) -> None:
    """Make .venv hold the set of libraries `needed`, doing only what is not done yet."""
    if whole(needed):
        return
    for place in (ROOT, VENV):
        if place.exists() and not os.access(place, os.W_OK):
            raise SetupError(
                f"{place} cannot be written here, and the libraries belong there. "
                "Clone the repository into a folder of your own and start again."
            )
    with alone():
        if whole(needed):
            return
        begun = time.monotonic()
        stamps = read_stamps()
        # A set that is being changed is not to be trusted until it is whole.
        STAMP.unlink(missing_ok=True)
        if stamps:
            needed = max((needed, *stamps), key=SETS.index)
        else:
            make_venv()
        say("Installing the libraries (the first time this takes a few minutes) ...")
        pip("--require-hashes", "--no-deps", "-r", str(LOCKS / f"{needed}.txt"))
        pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
        stamp = {"made": made_for(), needed: fingerprint(needed)}
        STAMP.write_text(json.dumps(stamp), encoding="utf-8")
        say(f"Set up in {time.monotonic() - begun:.0f} s.")


@contextmanager
def alone() -> Iterator[None]:
    """Wait while another start sets up this checkout (two at once would spoil both)."""
    if WINDOWS:
        yield
        return
    import fcntl

    checkout = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(checkout, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up this checkout; waiting for it ...")
            fcntl.flock(checkout, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        HELD.append(checkout)
        yield
    finally:
        HELD.clear()
        os.close(checkout)


def whole(needed: str) -> bool:
    """Whether .venv holds the set, or a fuller one, as it is declared now."""
    stamps = read_stamps()
    fuller = SETS[SETS.index(needed) :]
    return any(stamps[name] == fingerprint(name) for name in fuller if name in stamps)


def fingerprint(name: str) -> str:
    """What a set depends on: its lock, the project's declaration and where .venv was made."""
    digest = hashlib.sha256(made_for().encode())
    for part in (LOCKS / f"{name}.txt", ROOT / "pyproject.toml"):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def made_for() -> str:
    """What .venv cannot survive a change of: this Python and this place."""
    return ascii((PYTHON, sys.platform, str(VENV)))


def read_stamps() -> dict[str, str]:
    """The sets that were installed whole, with their fingerprints; none when in doubt.

    In doubt is a .venv that was left half made, or whose commands lead to where it was before.
    """
    try:
        stamps = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stamps, dict) or not venv_python().exists():
        return {}
    if stamps.get("made") != made_for():
        return {}
    return {name: stamp for name, stamp in stamps.items() if name in SETS}


def venv_python() -> Path:
    """The interpreter inside .venv."""
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def make_venv() -> None:
    """Make .venv anew."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    say("Making .venv ...")
    made = listened([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(f"{last_lines(made.stdout + made.stderr)}\nPython could not make {VENV}.")


def pip(*arguments: str) -> None:
    """Run pip's install inside .venv, silent unless it fails."""
    command = [str(venv_python()), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", *arguments]
    done = listened(command, PIP_USER="0")  # a setting some machines have breaks .venv
    if done.returncode != 0:
        raise SetupError(
            f"{last_lines(done.stdout + done.stderr)}\n"
            "The libraries could not be installed. Is there a way to the package index? "
            "Start again when there is."
        )


def listened(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, **environment},
        pass_fds=tuple(HELD),
    )


def libraries_for(verb: str, rest: list[str]) -> dict[str, str]:
    """The system's libraries that this start draws with, each with its package; often none."""
    if not LINUX:
        return {}
    if verb == "test":
        return OFFSCREEN
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    window = (verb == "demo" and "--no-window" not in rest) or (verb == "run" and not rest)
    return {**OFFSCREEN, **ON_SCREEN} if window and display else {}


def system_packages(libraries: dict[str, str], *, may_do_without: bool) -> bool:
    """Install what the system lacks for this start, all at once. False: go on without windows."""
    packages = missing_packages(libraries)
    if not packages:
        return True
    say(f"Installing system packages: {' '.join(packages)} ...")
    told = apt_install(packages)
    importlib.invalidate_caches()
    packages = missing_packages(libraries)
    if not packages:
        return True
    say(f"{told}\n{advice(packages)}")
    if may_do_without and not missing_packages({}):
        say("Going on without a window.")
        return False
    raise SetupError("Then start again.")


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Packages this start needs and the system has not: Python's venv, libraries to draw with."""
    packages = {package for library, package in libraries.items() if absent(library)}
    if not read_stamps() and not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        packages.add(f"python3.{PYTHON[1]}-venv")
    return sorted(packages)


def absent(library: str) -> bool:
    """Whether the loader finds no such library."""
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return True
    return False


def apt_install(packages: list[str]) -> str:
    """Install Debian packages where that may be done without asking anybody; why not, if not."""
    if shutil.which("apt-get") is None:
        return "There is no apt-get here."
    prefix = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or quietly(["sudo", "-n", "true"]) != 0:
            return "Only an administrator may do that here."
        prefix = ["sudo", "-n", *prefix]
    # A fresh machine is often busy with its first updates: wait for them.
    install = [*prefix, "-o", "DPkg::Lock::Timeout=300", "install", "-y"]
    install += ["--no-install-recommends", *packages]
    if listened(install).returncode == 0:
        return ""
    listened([*prefix, "update"])
    done = listened(install)
    return last_lines(done.stdout + done.stderr, 5) if done.returncode else ""


def advice(packages: list[str]) -> str:
    """What a person can do instead: on Debian and Ubuntu one line to run."""
    if shutil.which("apt-get") is None:
        return f"This machine lacks what Debian calls {', '.join(packages)}. Install that."
    return f"This machine lacks packages. Run this line:\n\n    {apt_line(packages)}\n"


def apt_line(packages: list[str]) -> str:
    """The line that installs packages, for whoever is asking."""
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() == 0:
        return f"apt-get update && {install}"
    if shutil.which("sudo"):
        return f"sudo apt-get update && sudo {install}"
    return f"su - -c 'apt-get update && {install}'"


def quietly(command: list[str]) -> int:
    """Run a command without a word and give its exit code."""
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def hand_over(arguments: list[str]) -> int:
    """Become the program in .venv (on Windows: run it and wait)."""
    command = [str(venv_python()), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execv(command[0], command)
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 4


def last_lines(text: str, number: int = 15) -> str:
    """The end of a long output."""
    return "\n".join(text.strip().splitlines()[-number:])


def say(text: str) -> None:
    """One line to the person, on standard error: standard output belongs to the program."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped. Start again when you like; it makes good what was left half made.")
        sys.exit(4)
