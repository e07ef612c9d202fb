"""What the linters cannot see: prose, writes and prints in their rooms, services in both fronts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITING_ROOMS = {"files", "stores", "sealing", "exampleshire"}
WRITING_FLOOR = "app/base/durable/"
"""What those rooms stand on; nobody else may take it up."""
WRITING_METHODS = {
    "write_text", "write_bytes", "touch", "mkdir", "rename", "symlink_to", "hardlink_to",
}  # fmt: skip
OS_WRITES = {"open", "mkdir", "makedirs", "rename", "replace", "mkfifo"}
SHUTIL_WRITES = {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "make_archive"}
SHARED_SERVICES = {"workspace", "reading", "catalogue", "drafting"}
MAY_KNOW_NAME_GROUPS = {
    "app/catalogue/fairness.py", "app/catalogue/house.py", "app/model/profiles.py",
    "app/reports/summary.py", "app/services/reach.py",
}  # fmt: skip
WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,.'’]+[A-Za-z]{2,}){2,}")
HOSTS = re.compile(
    r"https?://[a-z.]*(?:py[p]i\.org|python[h]osted\.org|npm[j]s\.org|deb\.debian)", re.IGNORECASE
)
MACHINE = re.compile(
    r"(?:^|[^a-zA-Z0-9_./-])/(?:work|farm)/(?:main|shared|steering|in|\.library)"
    r"|/tmp/(?:scou[t]|brie[f])\b|/roo[t]/|/hom[e]/[a-z]"
)
LEFT_FOR_LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E)\b|#.*\bXX[X]\b|raise NotImplemented[E]rror")


def test_services_carry_no_prose(sources) -> None:
    """A sentence in a service would bypass wording; only codes may stand there.

    The demonstration is passed over: it names the people and places of its made-up council.
    """
    found = []
    for source in (s for s in sources if s.room == "services" and s.path.stem != "demo"):
        passed_over = {id(node) for node in _docstrings(source.tree)} | _for_programmers(source)
        for node in ast.walk(source.tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in passed_over
                and WORDS.search(node.value)
                and not _is_sql(node.value)
            ):
                found.append(f"{source.name}:{node.lineno} {node.value[:60]}")
    assert not found


def test_groups_of_surnames_are_counted_and_used_for_nothing_else(sources) -> None:
    """They test the program for fairness: nothing that matches, decides or keeps may know them."""
    found = {s.name for s in sources if re.search(r"\bname_groups\b|\bNameGroup\b", s.text)}
    assert found == MAY_KNOW_NAME_GROUPS


def test_files_are_written_in_their_rooms_only(sources) -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources
        if source.room not in WRITING_ROOMS and not source.name.startswith(WRITING_FLOOR)
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Call) and _writes(node)) or _lets_write(node)
    ]
    assert not found


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("path.write_text('x')", True),
        ("path.open('wb')", True),
        ("open(path, mode='a')", True),
        ("os.open(path, os.O_WRONLY)", True),
        ("path.open('rb')", False),
        ("path.open()", False),
        ("open(path)", False),
        ("text.replace('a', 'b')", False),
    ],
)
def test_a_write_is_known_when_it_is_seen(line: str, writes: bool) -> None:
    call = ast.parse(line).body[0].value
    assert _writes(call) is writes


def test_only_the_command_line_speaks_to_the_terminal(sources) -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources
        if source.room != "cli"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("stdout", "stderr")
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    ]
    assert not found


def test_every_service_is_reached_from_window_or_command_line(sources) -> None:
    spoken = {
        source.name: {name for node in ast.walk(source.tree) for name in _named(node)}
        for source in sources
        if source.room in ("cli", "gui", "services")
    }
    unreached = [
        f"{source.path.stem}.{function.name}"
        for source in sources
        if source.room == "services" and source.path.stem not in SHARED_SERVICES
        for function in source.tree.body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and not any(function.name in names for file, names in spoken.items() if file != source.name)
    ]
    assert not unreached


def test_the_repository_names_no_machine_and_no_registry(tracked) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in _texts(tracked)
        for number, line in enumerate(text.splitlines(), start=1)
        if HOSTS.search(line) or MACHINE.search(line)
    ]
    assert not found


def test_nothing_is_left_for_later(tracked) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in _texts(tracked)
        if path.suffix in (".py", ".toml", ".sql", ".md")
        for number, line in enumerate(text.splitlines(), start=1)
        if LEFT_FOR_LATER.search(line)
    ]
    assert not found


def test_the_top_level_holds_only_what_belongs_there(tracked) -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked}
    allowed = {
        "app", "resources", "packaging", "tests", ".ci", ".gitignore", ".gitattributes",
        "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE",
    }  # fmt: skip
    assert top <= allowed


def test_test_files_of_a_folder_have_names_of_their_own(tracked) -> None:
    """Windows and macOS do not tell `Case.py` from `case.py`."""
    folded = [str(path).lower() for path in tracked]
    assert len(folded) == len(set(folded))


def _texts(paths):
    for path in paths:
        if path.stat().st_size > 2_000_000:
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def _docstrings(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _for_programmers(source) -> set[int]:
    """Messages of errors that are our own mistakes: no steward ever reads them."""
    return {
        id(part)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and getattr(node.exc.func, "id", "") in ("ValueError", "RuntimeError", "TypeError")
        for part in ast.walk(node)
    }


def _is_sql(text: str) -> bool:
    return bool(re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|PRAGMA)\b", text))


def _named(node: ast.AST):
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)


def _lets_write(node: ast.AST) -> bool:
    modules = []
    if isinstance(node, ast.ImportFrom):
        modules = [node.module or "", *(f"{node.module}.{n.name}" for n in node.names)]
    elif isinstance(node, ast.Import):
        modules = [n.name for n in node.names]
    return any(f"{module}.".startswith("app.base.durable.") for module in modules)


def _writes(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else None
    owner = getattr(call.func.value, "id", None) if isinstance(call.func, ast.Attribute) else None
    if owner == "shutil":
        return name in SHUTIL_WRITES
    if owner == "os":
        return name in OS_WRITES and "devnull" not in ast.dump(call)
    if name in WRITING_METHODS:
        return True
    if name == "open" or getattr(call.func, "id", None) == "open":
        position = 0 if name == "open" else 1
        modes = [k.value for k in call.keywords if k.arg == "mode"] or call.args[position:][:1]
        return any(
            isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes
        )
    return False
