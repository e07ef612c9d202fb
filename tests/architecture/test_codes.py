"""Every code that can reach a person has its sentence, and every sentence its facts."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.base.places import resource
from app.wording.book import Entry, book, read_entries

PLACE_FACTS = frozenset({"file", "row", "column"})
POSITION = {"Refused": 0, "Note": 0, "Rejection": 2, "stage": 0}
FAMILY = {"Refused": "refused", "Note": "note", "Rejection": "rejection", "stage": "stage"}


@dataclass(frozen=True)
class Use:
    """One place where a code is spoken; `facts` None where they cannot be read from the text."""

    family: str
    code: str
    facts: frozenset[str] | None
    at: str


@pytest.fixture(scope="module")
def uses(sources) -> tuple[Use, ...]:
    return tuple(use for source in sources for use in _uses(source.tree, source.name))


def test_the_reading_of_sources_finds_what_it_looks_for() -> None:
    tree = ast.parse(
        "def f(code):\n"
        "    raise Refused(code, where=w, rows=3)\n"
        "f('a-b')\n"
        "x = Refused('c-d' if y else 'e-f', **more)\n"
        "n = Note('g-h', {'count': 1})\n"
        "progress.stage('reading')\n"
    )
    found = {(use.family, use.code, use.facts) for use in _uses(tree, "example")}
    assert found == {
        ("refused", "a-b", frozenset({"rows"})),
        ("refused", "c-d", None),
        ("refused", "e-f", None),
        ("note", "g-h", frozenset({"count"})),
        ("stage", "reading", frozenset()),
    }


def test_every_code_has_a_sentence(uses) -> None:
    missing = {
        f"{use.family}.{use.code}": use.at for use in uses if (use.family, use.code) not in book()
    }
    assert not missing


def test_every_sentence_speaks_only_of_facts_that_are_given(uses) -> None:
    wrong = {}
    for use in uses:
        entry = book().get((use.family, use.code))
        if entry is None or use.facts is None:
            continue
        unknown = entry.facts() - use.facts - PLACE_FACTS
        if unknown:
            wrong[f"{use.family}.{use.code} at {use.at}"] = sorted(unknown)
    assert not wrong


def test_no_code_has_two_sentences() -> None:
    counted = Counter(at for path in _books() for at in read_entries(path))
    assert not {at: n for at, n in counted.items() if n > 1}


def test_sentences_are_plain() -> None:
    """Sentence case, a full stop, and none of the words that blame or puzzle."""
    wrong = []
    for (family, code), entry in book().items():
        for text in entry.sentences.values():
            words = text.lower()
            if "invalid" in words or "illegal" in words or "please" in words:
                wrong.append(f"{family}.{code}: {text}")
            if family == "refused" and not text.rstrip().endswith((".", ":", "?", "}")):
                wrong.append(f"{family}.{code} does not end: {text}")
            if family == "refused" and not (text[0].isupper() or text[0] == "{"):
                wrong.append(f"{family}.{code} does not begin: {text}")
    assert not wrong


def test_facts_are_named_in_braces_that_close() -> None:
    for entry in book().values():
        assert isinstance(entry, Entry)
        assert all(name.isidentifier() for name in entry.facts()), entry


def test_every_act_in_the_trail_has_its_name(sources) -> None:
    acts = {
        call.args[0].value: f"{source.name}:{call.lineno}"
        for source in sources
        if source.room == "services"
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "") in ("write", "chunks", "note")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(acts) > 10
    assert not {act: at for act, at in acts.items() if ("action", act) not in book()}


def test_every_word_of_the_evidence_has_its_name() -> None:
    """Fields and levels come from the match plans, which are data."""
    unnamed = set()
    for path in sorted(resource("plans").glob("*.toml")):
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
        for comparison in plan["comparisons"]:
            unnamed |= {("field", comparison["field"])} - book().keys()
            unnamed |= {("level", level["level"]) for level in comparison["levels"]} - book().keys()
    assert not unnamed


def test_every_reason_for_a_decision_has_its_name() -> None:
    declared = tomllib.loads(resource("governance", "reasons.toml").read_text(encoding="utf-8"))
    codes = {("reason", reason["id"]) for reason in declared["reason"]}
    codes |= {("withdrawal", code) for code in declared["withdrawals"]}
    assert not codes - book().keys()


def _books():
    return sorted(resource("wording").glob("*.toml"))


def _uses(tree: ast.Module, name: str) -> Iterator[Use]:
    for scope in _scopes(tree):
        for call in _calls(scope):
            kind = _kind(call)
            if kind is None:
                continue
            expression = _argument(call, POSITION[kind])
            for code in _literals(expression, scope, tree):
                yield Use(FAMILY[kind], code, _facts(call, kind), f"{name}:{call.lineno}")


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Calls of a scope, not those of functions inside it."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            waiting.extend(node.decorator_list)
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _kind(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name) and call.func.id in ("Refused", "Note", "Rejection"):
        return call.func.id
    if isinstance(call.func, ast.Attribute) and call.func.attr == "stage":
        owner = call.func.value
        named = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        return "stage" if named.endswith(("progress", "counters")) else None
    return None


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    return call.args[position] if len(call.args) > position else None


def _literals(expression: ast.AST | None, scope: ast.AST, tree: ast.Module) -> set[str]:
    """Strings an expression can be: itself, either branch, what a name was set or called with."""
    if isinstance(expression, ast.Constant):
        return {expression.value} if isinstance(expression.value, str) else set()
    if isinstance(expression, ast.IfExp):
        branches = (expression.body, expression.orelse)
        return set().union(*(_literals(branch, scope, tree) for branch in branches))
    if isinstance(expression, ast.Name):
        known = _set_here(expression.id, scope, tree) | _passed(expression.id, scope, tree)
        return known or _set_at_top(expression.id, tree)
    return set()


def _set_here(name: str, scope: ast.AST, tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Name):
            continue
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            found |= _literals(node.value, scope, tree)
    return found


def _set_at_top(name: str, tree: ast.Module) -> set[str]:
    return {
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(getattr(target, "id", None) == name for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _passed(name: str, scope: ast.AST, tree: ast.Module) -> set[str]:
    if not isinstance(scope, ast.FunctionDef):
        return set()
    names = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args)]
    if name not in names:
        return set()
    position = names.index(name) - (1 if names and names[0] in ("self", "cls") else 0)
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = getattr(call.func, "id", getattr(call.func, "attr", None))
        if called != scope.name:
            continue
        given = [k.value for k in call.keywords if k.arg == name] or call.args[position:][:1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(value.value)
            elif isinstance(value, ast.IfExp):
                found |= _literals(value, tree, tree)
    return found


def _facts(call: ast.Call, kind: str) -> frozenset[str] | None:
    if kind == "stage":
        return frozenset()
    if kind == "Refused":
        if any(keyword.arg is None for keyword in call.keywords):
            return None
        return frozenset(k.arg for k in call.keywords if k.arg and k.arg != "where")
    position = 1 if kind == "Note" else 3
    given = [k.value for k in call.keywords if k.arg == "facts"] or call.args[position:][:1]
    if not given:
        return frozenset()
    table = given[0]
    if not isinstance(table, ast.Dict) or not all(isinstance(k, ast.Constant) for k in table.keys):
        return None
    return frozenset(str(k.value) for k in table.keys if isinstance(k, ast.Constant))
