"""The workspace: rights, one trail entry to a write, long writes nobody sees before their end."""

from __future__ import annotations

import threading

import pytest

from app.base.errors import Cancelled, Refused
from app.model.vaults import Role, StewardInfo
from app.services import trail, vaults
from app.services.workspace import Workspace
from app.stores import settings


def actions(workspace: Workspace) -> list[str]:
    return [entry.action for entry in trail.entries(workspace)]


def reject(writer, load: str, n: int = 0) -> None:
    writer.run("INSERT INTO rejection VALUES (?, ?, 1, NULL, 'x', '{}', '[]')", (load, n))


def rows(workspace: Workspace) -> int:
    with workspace.read() as reader:
        return reader.first("SELECT count(*) FROM rejection")[0]


@pytest.fixture
def as_role(workspace):
    def change(role: Role) -> Workspace:
        workspace.steward = StewardInfo("Ann", role)
        return workspace

    return change


def test_a_write_and_its_entry_are_one(workspace) -> None:
    with workspace.write("settings.change") as change:
        settings.put(change.writer, "a", 1)
        change.facts.update(key="a", count=1)
    entry = trail.entries(workspace)[-1]
    assert (entry.action, entry.steward, entry.facts) == (
        "settings.change",
        "Ann",
        {"key": "a", "count": 1},
    )
    assert trail.verify(workspace).verified


@pytest.mark.parametrize("error", [Cancelled, ValueError, KeyboardInterrupt])
def test_a_write_that_fails_leaves_neither(workspace, error) -> None:
    before = actions(workspace)

    def fail() -> None:
        with workspace.write("settings.change") as change:
            settings.put(change.writer, "a", 1)
            raise error

    with pytest.raises(error):
        fail()
    assert actions(workspace) == before
    with workspace.read() as reader:
        assert settings.get(reader, "a") is None


def test_facts_that_are_values_stop_the_write(workspace) -> None:
    with pytest.raises(ValueError, match="fact"), workspace.write("settings.change") as change:
        change.facts["note"] = "x" * 2000
    assert actions(workspace) == ["vault.create", "vault.unlock"]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says(as_role, catalogue, role) -> None:
    workspace = as_role(role)
    for action, allowed in catalogue.roles.actions.items():
        if role in allowed:
            with workspace.write(action) as change:
                change.topics.add("test")
        else:
            with pytest.raises(Refused, match="right-missing"), workspace.write(action):
                pass


def test_an_auditor_changes_nothing_but_every_look_is_recorded(as_role) -> None:
    workspace = as_role(Role.AUDITOR)
    for action in ("load.accept", "match.run"):
        with pytest.raises(Refused, match="right-missing"), workspace.chunks(action, "L"):
            pass
    for action in ("pair.decide", "package.seal", "settings.change", "steward.add"):
        with pytest.raises(Refused, match="right-missing") as refusal, workspace.write(action):
            pass
        assert refusal.value.facts == {"action": action, "role": "auditor"}
    workspace.note("look.pair", {"pair": "R1-1"})
    assert actions(workspace) == ["vault.create", "vault.unlock", "look.pair"]


def test_a_note_is_a_look_and_nothing_else(workspace) -> None:
    with pytest.raises(ValueError, match="look"):
        workspace.note("pair.decide", {})


def test_an_action_nobody_declared_is_a_mistake(workspace) -> None:
    with pytest.raises(KeyError), workspace.write("load.borrow"):
        pass


def test_listeners_hear_of_commits_and_only_of_these(workspace) -> None:
    heard: list[frozenset[str]] = []
    stop = workspace.subscribe(heard.append)
    with workspace.write("load.withdraw") as change:
        change.topics.add("run")
        assert not heard
    with pytest.raises(Cancelled), workspace.write("settings.change"):
        raise Cancelled
    workspace.note("look.pair", {})
    stop()
    stop()
    with workspace.write("settings.change"):
        pass
    assert heard == [frozenset({"load", "trail", "run"}), frozenset({"look", "trail"})]


def test_a_long_write_is_seen_when_it_is_finished(workspace) -> None:
    with workspace.chunks("load.accept", "L") as work:
        assert work.id == "L1"
        for n in range(3):
            with work.chunk() as writer:
                reject(writer, work.id, n)
        assert [left.id for left in vaults.unfinished(workspace)] == ["L1"]
        with work.finish() as change:
            change.facts["load"] = work.id
    assert vaults.unfinished(workspace) == ()
    assert rows(workspace) == 3
    assert actions(workspace) == ["vault.create", "vault.unlock", "unfinished.begin", "load.accept"]


class Mistakes:
    """Listeners that fail, and what came of it in the place of last resort."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found: list[BaseException | None] = []
        monkeypatch.setattr(threading, "excepthook", lambda args: self.found.append(args.exc_value))

    def listener(self, _: frozenset[str]) -> None:
        assert not self.found
        raise LookupError("a listener's mistake")


@pytest.fixture
def mistakes(monkeypatch) -> Mistakes:
    return Mistakes(monkeypatch)


def test_a_listeners_mistake_is_told_but_not_to_the_writer(workspace, mistakes) -> None:
    heard: list[frozenset[str]] = []
    for listener in (mistakes.listener, mistakes.listener, heard.append):
        workspace.subscribe(listener)
    with workspace.write("settings.change") as change:
        settings.put(change.writer, "a", 1)
    assert heard == [frozenset({"settings", "trail"})]
    assert [str(error) for error in mistakes.found] == ["a listener's mistake"] * 2
    with workspace.read() as reader:
        assert settings.get(reader, "a") == 1


def test_a_listeners_mistake_takes_no_long_write_away(workspace, mistakes) -> None:
    workspace.subscribe(mistakes.listener)
    with workspace.chunks("load.accept", "L") as work:
        with work.chunk() as writer:
            reject(writer, work.id)
        with work.finish():
            pass
    assert rows(workspace) == 1
    assert actions(workspace)[-1] == "load.accept"
    assert len(mistakes.found) == 1


def test_a_long_write_stands_before_listeners_hear(workspace) -> None:
    """Even an interrupt between the two must not have its rows discarded."""

    def interrupt(topics: frozenset[str]) -> None:
        if "load" in topics:
            raise KeyboardInterrupt

    def write() -> None:
        with workspace.chunks("load.accept", "L") as work:
            with work.chunk() as writer:
                reject(writer, work.id)
            with work.finish():
                pass

    workspace.subscribe(interrupt)
    with pytest.raises(KeyboardInterrupt):
        write()
    assert rows(workspace) == 1
    assert actions(workspace)[-1] == "load.accept"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("error", [Cancelled, ValueError])
def test_a_long_write_that_fails_takes_its_chunks_away(workspace, error, late) -> None:
    def fail() -> None:
        with workspace.chunks("load.accept", "L") as work:
            with work.chunk() as writer:
                reject(writer, work.id)
            if late:
                with work.finish() as change:
                    reject(change.writer, work.id, 1)
                    raise error
            raise error

    with pytest.raises(error):
        fail()
    assert rows(workspace) == 0
    assert vaults.unfinished(workspace) == ()
    assert actions(workspace)[-1] == "unfinished.discard"
    assert trail.entries(workspace)[-1].facts == {"id": "L1", "rows": 1}
    with workspace.chunks("load.accept", "L") as work:
        assert work.id == "L2"
        with work.finish():
            pass


def test_a_long_write_must_end(workspace) -> None:
    with pytest.raises(RuntimeError, match="finish"), workspace.chunks("load.accept", "L"):
        pass
    assert vaults.unfinished(workspace) == ()


def test_short_writes_go_between_chunks(workspace) -> None:
    with workspace.chunks("match.run", "R") as work:
        with work.chunk() as writer:
            reject(writer, "L1")
        with workspace.write("settings.change") as change:
            settings.put(change.writer, "a", 1)
        with work.finish():
            pass
    assert actions(workspace)[-2:] == ["settings.change", "match.run"]


def test_room_is_asked_for_before_a_big_write(workspace) -> None:
    workspace.require_space(1000)
    with pytest.raises(Refused, match="disk-space-low"):
        workspace.require_space(1 << 60)


def test_a_closed_workspace_is_closed(workspace) -> None:
    workspace.close()
    with pytest.raises(Refused, match="vault-closed"), workspace.read():
        pass
    with pytest.raises(Refused, match="vault-closed"), workspace.write("settings.change"):
        pass
