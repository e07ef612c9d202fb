"""The trail through its service: what was done, and that nobody changed the account of it."""

from __future__ import annotations

from app.services import trail


def test_entries_and_their_chain(workspace) -> None:
    for n in range(5):
        workspace.note("look.pair", {"pair": f"R1-{n}"})
    with workspace.write("settings.change"):
        pass
    entries = trail.entries(workspace)
    assert [entry.seq for entry in entries] == list(range(1, 9))
    check = trail.verify(workspace)
    assert (check.entries, check.verified, check.head) == (8, True, entries[-1].hash)
    assert [e.facts["pair"] for e in trail.entries(workspace, 4, 2, "look.")] == ["R1-2", "R1-3"]
    assert trail.entries(workspace, action="settings.change")[0].seq == 8
    assert entries[0].at < entries[-1].at


def test_a_changed_entry_shows(workspace) -> None:
    workspace.note("look.person", {"case": "C-1"})
    workspace.vault._writer.execute("DROP TRIGGER trail_kept")
    workspace.vault._writer.execute('UPDATE trail SET facts = \'{"case":"C-2"}\' WHERE seq = 2')
    check = trail.verify(workspace)
    assert (check.verified, check.broken_at) == (False, 2)
