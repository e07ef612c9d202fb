"""What would break on Windows, held by reading: POSIX modules at the top, text without encoding."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"}
TEXT_CALLS = {"read_text": 0, "write_text": 1}


def test_no_posix_module_is_imported_at_the_top(sources) -> None:
    found = [
        f"{source.name}:{node.lineno} {name}"
        for source in sources
        for node in _at_the_top(source.tree)
        for name in _imported(node)
        if name.split(".")[0] in POSIX
    ]
    assert not found


def test_text_is_read_and_written_with_its_encoding_named(sources) -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _without_encoding(node)
        if source.room != "gui" or not _opens_a_dialog(node)
    ]
    assert not found


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("path.read_text()", True),
        ("path.read_text(encoding='utf-8')", False),
        ("path.open()", True),
        ("path.open('w', newline='')", True),
        ("path.open('rb')", False),
        ("open(path)", True),
        ("open(path, 'r', encoding='utf-8')", False),
        ("io.TextIOWrapper(stream)", True),
        ("window.open(vault)", False),
    ],
)
def test_a_missing_encoding_is_known_when_it_is_seen(line: str, wrong: bool) -> None:
    assert _without_encoding(ast.parse(line).body[0].value) is wrong


def _at_the_top(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run on import; a guarded import in a function or `if` is the right way."""
    yield from tree.body


def _imported(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def _without_encoding(call: ast.Call) -> bool:
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    method = call.func.attr if isinstance(call.func, ast.Attribute) else None
    if method in TEXT_CALLS:
        return len(call.args) <= TEXT_CALLS[method]
    if method == "TextIOWrapper":
        return len(call.args) < 2
    if method == "open":
        return _opens_text(call.args[:1], call) and not _other_open(call)
    if getattr(call.func, "id", None) == "open":
        return _opens_text(call.args[1:2], call)
    return False


def _opens_text(mode: list[ast.expr], call: ast.Call) -> bool:
    given = [k.value for k in call.keywords if k.arg == "mode"] or mode
    return not given or (_is_mode(given[0]) and "b" not in ast.unparse(given[0]))


def _opens_a_dialog(call: ast.Call) -> bool:
    """`dialog.open()` takes nothing; the window opens no files itself."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "open" and not call.args


def _other_open(call: ast.Call) -> bool:
    """`open` of archives, pages and windows takes something that is no mode."""
    assert isinstance(call.func, ast.Attribute)
    owner = getattr(call.func.value, "id", getattr(call.func.value, "attr", ""))
    if owner in ("os", "vaults", "webbrowser"):
        return True
    return bool(call.args) and not _is_mode(call.args[0])


def _is_mode(argument: ast.expr) -> bool:
    return (
        isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and set(argument.value) <= set("rwaxbt+")
    )
