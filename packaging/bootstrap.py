"""From a fresh checkout to a running program: makes .venv, installs the locks, hands over.

    python3 packaging/bootstrap.py demo [options]    the sample council, from file to sealed package
    python3 packaging/bootstrap.py test [options]    lint, contracts, types and tests
    python3 packaging/bootstrap.py test --release    the same with the slow proofs
    python3 packaging/bootstrap.py run [arguments]   muniment itself; without arguments the window
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "locks"
STAMP = VENV / "muniment-stamp.json"
OLDEST, NEWEST = (3, 11), (3, 13)
# Each set of libraries holds the one before it, so a fuller .venv serves the smaller needs too.
SETS = ("run", "test", "build", "scale")
# Package that brings a shared library Qt needs, as Debian and Ubuntu name them.
OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
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
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return with_another_python(arguments)
    verb = arguments[0] if arguments else ""
    rest = arguments[1:]
    if verb not in ("demo", "test", "run", "setup"):
        print((__doc__ or "").strip())
        return 0 if verb in ("", "-h", "--help", "help") else 2
    needed = "run"
    if verb == "test":
        needed = "scale" if "--release" in rest else "test"
    try:
        prepare(needed)
        if verb == "setup":
            say("Ready.")
            return 0
        if verb == "test":
            system_libraries_for("test")
            return hand_over([str(ROOT / "packaging" / "checks.py"), *rest])
        shows_window = verb == "demo" or not rest
        if shows_window and not system_libraries_for(verb) and verb == "demo":
            rest = [*rest, "--no-window"]
        return hand_over(["-P", "-m", "app", *([verb] if verb == "demo" else []), *rest])
    except SetupError as stop:
        say(str(stop))
        return 1


def with_another_python(arguments: list[str]) -> int:
    """Run this script with a Python that fits, where the machine has one."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return subprocess.call([found, str(Path(__file__).resolve()), *arguments])
    say(
        "Muniment needs Python 3.11, 3.12 or 3.13, and this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}. Install one of those and start it with "
        "that one, for example: python3.13 packaging/bootstrap.py demo"
    )
    return 1


def prepare(needed: str) -> None:
    """Make .venv hold the set of libraries `needed`, doing only what is not done yet."""
    stamps = read_stamps()
    fuller = SETS[SETS.index(needed) :]
    if any(stamps.get(name) == fingerprint(name) for name in fuller if name in stamps):
        return
    begun = time.monotonic()
    needed = max((needed, *stamps), key=SETS.index)
    if not sound():
        make_venv()
    # A set that is being changed is not to be trusted until it is whole.
    STAMP.unlink(missing_ok=True)
    say("Installing the libraries (the first time this takes a few minutes) ...")
    pip("--require-hashes", "--no-deps", "-r", str(LOCKS / f"{needed}.txt"))
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(json.dumps({needed: fingerprint(needed)}), encoding="utf-8")
    say(f"Set up in {time.monotonic() - begun:.0f} s.")


def fingerprint(name: str) -> str:
    """What a set depends on: its lock, the project's declaration, this Python and this place."""
    digest = hashlib.sha256()
    for part in (LOCKS / f"{name}.txt", ROOT / "pyproject.toml"):
        digest.update(part.read_bytes())
    digest.update(f"{sys.version_info[:2]} {sys.platform} {ROOT}".encode())
    return digest.hexdigest()


def read_stamps() -> dict[str, str]:
    """The sets that were installed whole, with their fingerprints; none when in doubt."""
    try:
        stamps = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stamps, dict) or not venv_python().exists():
        return {}
    return {name: stamp for name, stamp in stamps.items() if name in SETS}


def venv_python() -> Path:
    """The interpreter inside .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def sound() -> bool:
    """Whether .venv is a whole environment of this Python, in this place, with pip."""
    question = "import pip, sys; print(sys.version_info[:2], sys.prefix)"
    try:
        asked = subprocess.run(
            [str(venv_python()), "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    here = f"{sys.version_info[:2]} {VENV}"
    return asked.returncode == 0 and asked.stdout.strip() == here


def make_venv() -> None:
    """Make .venv anew; on Debian and Ubuntu install the package that makes it possible."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python3.{sys.version_info[1]}-venv"
        say(f"Python's venv is not installed here; installing {package} ...")
        if not apt_install([package]):
            raise SetupError(f"Run this first, then start again: {apt_line([package])}")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    say("Making .venv ...")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(f"{last_lines(made.stdout + made.stderr)}\nPython could not make .venv.")


def pip(*arguments: str) -> None:
    """Run pip's install inside .venv, silent unless it fails."""
    command = [str(venv_python()), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", *arguments]
    environment = {**os.environ, "PIP_USER": "0"}  # a setting some machines have breaks .venv
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    if done.returncode != 0:
        raise SetupError(
            f"{last_lines(done.stdout + done.stderr)}\n"
            "The libraries could not be installed. Is there a way to the package index? "
            "Start again when there is: what is done stays done."
        )


def system_libraries_for(verb: str) -> bool:
    """Install the system libraries Qt finds missing. False when they are missing for good."""
    if not sys.platform.startswith("linux"):
        return True
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    on_screen = display and verb != "test"
    packages = missing_packages(on_screen=on_screen)
    if not packages:
        return True
    say(f"Installing system libraries that windows need: {' '.join(packages)} ...")
    if apt_install(packages) and not missing_packages(on_screen=on_screen):
        return True
    say(f"Windows need system libraries that are missing here. Run: {apt_line(packages)}")
    if verb == "test":
        raise SetupError("Then start again.")
    return False


def missing_packages(*, on_screen: bool) -> list[str]:
    """Packages of the shared libraries that Qt's own libraries ask for and do not find."""
    known = {**OFFSCREEN, **ON_SCREEN} if on_screen else OFFSCREEN
    if not any(library_absent(name) for name in known):
        return []
    qt = VENV / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "PySide6" / "Qt"
    plugin = qt / "plugins" / "platforms" / ("libqxcb.so" if on_screen else "libqoffscreen.so")
    asked = [qt / "lib" / "libQt6Widgets.so.6", qt / "lib" / "libQt6Svg.so.6", plugin]
    wanted = set()
    for library in asked:
        for line in linked(library):
            name = line.split("=>")[0].strip()
            if "not found" in line and name in known:
                wanted.add(known[name])
    return sorted(wanted)


def library_absent(name: str) -> bool:
    """Whether the loader finds no such library (a cheap look before `ldd` is asked)."""
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return True
    return False


def linked(library: Path) -> list[str]:
    """What the loader says of a library's needs; nothing where it cannot be asked."""
    try:
        told = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=False)
    except OSError:
        return []
    return told.stdout.splitlines()


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages where that may be done without asking anybody."""
    if shutil.which("apt-get") is None:
        return False
    prefix = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or quietly(["sudo", "-n", "true"]) != 0:
            return False
        prefix = ["sudo", "-n", *prefix]
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    if quietly(install) == 0:
        return True
    quietly([*prefix, "apt-get", "update"])
    return quietly(install) == 0


def apt_line(packages: list[str]) -> str:
    """The line a person can run instead."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


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
    if os.name != "nt":
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
        say("Stopped. Start again to go on where this left off.")
        sys.exit(4)
