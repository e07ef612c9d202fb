"""Check that a package that came from Muniment is whole: nothing changed, missing or added.

    python check_package.py FOLDER

FOLDER is where the package was opened. Nothing needs to be installed, nothing is sent anywhere and
nothing is written: every file is compared with the lists of SHA-256 digests that came with it. That
the lists themselves are the sender's is proved by their signature, which the minisign program
checks as README.txt in the package says. Ends with 0 where all is well, else with 1.
"""

import hashlib
import sys
from pathlib import Path

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE = "signature.minisig"


def digest(file):
    """The SHA-256 of a file, read in pieces."""
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while True:
            piece = stream.read(1 << 20)
            if not piece:
                return found.hexdigest()
            found.update(piece)


def listed(file):
    """Name and digest of every line of a list; None for a line that is none of these."""
    for line in file.read_text(encoding="utf-8").splitlines():
        told, _, name = line.partition("  ")
        safe = name and not name.startswith(("/", "\\")) and ".." not in Path(name).parts
        good = len(told) == 64 and all(letter in "0123456789abcdef" for letter in told)
        yield (name, told) if safe and good else None


def check(folder):
    """What is wrong, a line each."""
    lists = [folder / name for name in (MANIFEST, TAGS) if (folder / name).is_file()]
    if not lists:
        yield f"{folder} holds no {MANIFEST}: this is not where a package was opened"
        return
    seen = {SIGNATURE, lists[-1].name}
    for file in lists:
        for entry in listed(file):
            if entry is None:
                yield f"{file.name} has a line that is no digest and name"
                continue
            name, told = entry
            seen.add(name)
            place = folder / name
            if not place.is_file():
                yield f"{name} is missing"
            elif digest(place) != told:
                yield f"{name} has been changed"
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        if place.is_file() and name not in seen:
            yield f"{name} is in no list: somebody added it"


def main(arguments):
    """Check one folder and say what was found."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    inner = [place for place in folder.iterdir() if place.is_dir()] if folder.is_dir() else []
    if not (folder / MANIFEST).is_file() and len(inner) == 1:
        folder = inner[0]
    try:
        wrong = list(check(folder))
    except (OSError, UnicodeDecodeError) as error:
        wrong = [str(error)]
    for line in wrong:
        print("NOT AS SENT:", line)
    if not wrong:
        print("All files are as they were listed. Check the signature too: README.txt says how.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
