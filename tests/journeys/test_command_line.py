"""The main job by the command line: from two files to a sealed package, and back again."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from types import SimpleNamespace

import pytest

ROOT_AGREEMENT = "EXAMPLE/1"
SPEC = """
purpose = "stop-mail"
classification = "OFFICIAL-SENSITIVE"
[[file]]
name = "stop-mail.csv"
run = "{run}"
[[file.column]]
name = "account"
take = "left.reference"
why = "finds the account"
[[file.column]]
name = "surname"
take = "left.surname"
why = "a second look before the account is closed"
[[file.column]]
name = "date_of_death"
take = "right.death_date"
why = "nothing sent before this date was wrong"
"""


@pytest.fixture(scope="module")
def way(tmp_path_factory, canary, muniment_in):
    """The whole way, gone once; every answer is kept for the tests to look at."""
    m = muniment_in(tmp_path_factory.mktemp("home"))
    outside = tmp_path_factory.mktemp("outside")
    people = canary.write_people(outside / "people.csv")
    deaths = canary.write_deaths(outside / "deaths.xml")
    w = SimpleNamespace(m=m, people=people, deaths=deaths, outside=outside)
    w.new = m.do("new", m.vault)
    m.do("agreement", "import", agreement_file())
    w.left = m.do("load", people, "--kind", "people")
    w.right = m.do("load", deaths, "--agreement", ROOT_AGREEMENT, "--route", "s19aa")
    w.match = m.do(
        "match", "--left", w.left["load"], "--right", w.right["load"], "--purpose", "stop-mail"
    )
    w.pairs = m.do("pairs", w.match["run"])["pairs"]
    w.decisions = [
        m.do("decide", pair["pair"], "same", "--reason", "same-person-confirmed")
        for pair in w.pairs
        if pair["band"] in ("certain", "probable")
    ]
    w.keys = m.do("keys", "new", "--out", outside / "post-room.key", steward=None)
    public = m.desk / "post-room.public"
    public.write_text(w.keys["public_key"], encoding="utf-8")
    w.recipient = m.do("recipient", "add", "Post Room", "--public-key", public)
    m.do("steward", "add", "Bob", "--role", "approver", typed="seven lamps over the harbour\n")
    spec = m.desk / "spec.toml"
    spec.write_text(SPEC.format(run=w.match["run"]), encoding="utf-8")
    w.draft = m.do(
        "package", "draft", "--agreement", ROOT_AGREEMENT, "--to", "Post Room", "--contents", spec
    )
    package = w.draft["package"]
    w.approved = m.do("package", "approve", package, steward="Bob")
    w.sealed = m.do("package", "seal", package, "--out", m.desk / "post.age", steward="Bob")
    m.do("decide", w.pairs[0]["pair"], "unsure", "--reason", "cannot-tell")
    w.would_undo = m.do("undo", w.match["run"], "--dry-run")
    w.undone = m.do("undo", w.match["run"])
    w.office = m.do("keys", "show")
    sender = w.office["public_key"]
    key = w.keys["file"]
    w.outer = m.do("package", "verify", w.sealed["file"], steward=None)
    w.verified = m.do(
        "package", "verify", w.sealed["file"], "--sender", sender, "--key", key, steward=None
    )
    w.opened = m.do(
        "package", "open", w.sealed["file"], "--key", key, "--into", outside / "in", steward=None
    )
    w.trail = m.do("trail", "verify")
    w.entries = m.do("trail", "list")["entries"]
    w.health = m.do("check")
    w.backup = m.do("backup", "--to", m.desk / "copy.backup")
    w.restored = m.do("restore", m.desk / "copy.backup", "--to", m.home / "again", steward=None)
    w.trail_again = m.do("--vault", m.home / "again", "trail", "verify")
    return w


def agreement_file():
    from app.base.places import resource

    return resource("examples", "agreement.json")


def test_a_vault_is_made(way) -> None:
    assert way.new == {"vault": str(way.m.vault), "steward": "Ann"}


def test_files_are_loaded_whole(way) -> None:
    for load, file, kind in ((way.left, way.people, "people"), (way.right, way.deaths, "deaths")):
        assert set(load) == {
            "load", "kind", "sha256", "rows_read", "rows_loaded", "rows_rejected",
            "rejections", "warnings",
        }  # fmt: skip
        assert load["kind"] == kind
        assert load["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert (load["rows_read"], load["rows_loaded"], load["rows_rejected"]) == (3, 3, 0)


def test_the_match_finds_the_marked_people(way) -> None:
    assert set(way.match) == {"run", "plan", "candidate_pairs", "bands", "seconds"}
    assert way.match["plan"] == "deaths"
    assert set(way.match["bands"]) == {"certain", "probable", "possible", "unlikely"}
    assert set(way.match["seconds"]) == {"read", "standardise", "block", "score", "write"}
    assert way.match["bands"]["certain"] + way.match["bands"]["probable"] == 3


def test_evidence_adds_up_to_the_weight(way) -> None:
    assert way.pairs
    for pair in way.pairs:
        assert set(pair) == {
            "pair", "left", "right", "weight", "probability", "band", "evidence", "decision",
        }  # fmt: skip
        total = sum(row["weight"] for row in pair["evidence"])
        assert total == pytest.approx(pair["weight"], abs=0.01)
        assert {"field", "left", "right", "level", "weight"} == set(pair["evidence"][0])
        assert "prior" in {row["field"] for row in pair["evidence"]}


def test_decisions_name_who_and_when(way) -> None:
    assert len(way.decisions) == 3
    for decision in way.decisions:
        assert decision["decision"] == "same"
        assert decision["by"] == "Ann"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", decision["at"])
    decided = way.m.do("pairs", way.match["run"], "--limit", "1")["pairs"]
    assert [pair["decision"] for pair in decided] == ["same"]


def test_an_undo_names_its_pair_before_it_is_done_and_after(way) -> None:
    assert way.would_undo == way.undone
    assert way.undone["pair"] == way.pairs[0]["pair"]
    taken, stands = way.undone["taken_back"], way.undone["stands"]
    assert (taken["decision"], taken["reason"], taken["by"]) == ("unsure", "cannot-tell", "Ann")
    assert stands["decision"] == "same"
    assert way.undone["sent_in"] == [way.draft["package"]]
    assert way.m.refused("undo", way.match["run"], steward="Bob")["code"] == "nothing-to-undo"


def test_everything_that_has_an_id_is_listed(way) -> None:
    """What a remedy sends people to look up."""
    (run,) = way.m.do("runs")["runs"]
    assert (run["run"], run["bands"]) == (way.match["run"], way.match["bands"])
    assert (run["state"], run["decided"], run["run_by"]) == ("complete", 3, "Ann")
    loads = way.m.do("loads")["loads"]
    assert [load["load"] for load in loads] == [way.left["load"], way.right["load"]]
    package = way.m.do("package", "list")["packages"][0]
    assert (package["package"], package["state"]) == (way.draft["package"], "sealed")
    assert package["sha256"] == way.sealed["sha256"]
    (agreement,) = way.m.do("agreement", "list")["agreements"]
    assert agreement["agreement"] == ROOT_AGREEMENT
    recipients = way.m.do("recipient", "list")["recipients"]
    words = {r["recipient"]: r["fingerprint_words"] for r in recipients}
    assert words["Post Room"] == way.recipient["fingerprint_words"]
    stewards = way.m.do("steward", "list", steward=None)["stewards"]
    assert stewards[:2] == [
        {"steward": "Ann", "role": "administrator"},
        {"steward": "Bob", "role": "approver"},
    ]


def test_whom_a_run_reaches_is_told_by_group(way) -> None:
    found = way.m.do("reach", way.match["run"])
    assert (found["run"], found["load"]) == (way.match["run"], way.right["load"])
    assert {rate["by"] for rate in found["rates"]} == {"sex", "age", "area", "name"}
    told = {"by", "group", "records", "matched", "rate", "low", "high", "apart"}
    assert all(set(rate) == told for rate in found["rates"])
    assert all(rate["records"] is None for rate in found["rates"]), "three people are too few"


def test_the_cost_of_a_match_is_told_without_matching(way) -> None:
    sides = ("--left", way.left["load"], "--right", way.right["load"])
    runs = way.m.do("runs")["runs"]
    cost = way.m.do("match", *sides, "--purpose", "stop-mail", "--dry-run", "--memory", "200")
    assert cost["plan"] == "deaths"
    assert cost["most"] == 9
    assert cost["pairs"] >= way.match["candidate_pairs"]
    assert {"rule", "pairs", "values_left_out", "pairs_left_out", "hubs"} == set(cost["rules"][0])
    assert way.m.do("runs")["runs"] == runs


def test_persons_are_gathered_listed_and_shown(way) -> None:
    purpose = ("--purpose", "stop-mail")
    made = way.m.do("persons", "gather", *purpose)
    assert (made["persons"], made["records"], made["refused"]) == (3, 6, [])
    listed = way.m.do("persons", "list", *purpose, "--limit", "1")
    (one,) = listed["listed"]
    assert one["loads"] == [way.left["load"], way.right["load"]]
    shown = way.m.do("persons", "show", one["person"], *purpose)
    assert [record["load"] for record in shown["records"]] == one["loads"]
    assert [link["decision"] for link in shown["links"]] == ["same"]


def test_an_agreement_shown_can_be_taken_in_again(way, tmp_path) -> None:
    shown = way.m.do("agreement", "show", ROOT_AGREEMENT)
    (tmp_path / "entry.json").write_text(json.dumps(shown["entry"]), encoding="utf-8")
    taken = way.m.do("agreement", "import", tmp_path / "entry.json")
    assert taken == {"agreement": ROOT_AGREEMENT}
    assert way.m.do("agreement", "show", ROOT_AGREEMENT) == shown
    assert way.m.refused("agreement", "show", "ISA-99")["code"] == "agreement-unknown"


def test_a_draft_can_be_dropped(way) -> None:
    draft = ("--agreement", ROOT_AGREEMENT, "--to", "Post Room")
    spec = way.m.desk / "spec.toml"
    package = way.m.do("package", "draft", *draft, "--contents", spec)["package"]
    assert way.m.do("package", "discard", package) == {"discarded": package}
    states = {p["package"]: p["state"] for p in way.m.do("package", "list")["packages"]}
    assert states[package] == "discarded"
    error = way.m.refused("package", "discard", way.draft["package"])
    assert error["code"] == "package-state"


def test_a_new_stewards_passphrase_has_its_own_file(way, tmp_path) -> None:
    words = ("steward", "add", "Cat", "--role", "auditor")
    error = way.m.refused(*words)
    assert error["code"] == "new-passphrase-not-given"
    assert "--new-passphrase-file" in error["remedy"]
    (tmp_path / "cat").write_text("nine lives on a warm roof\n", encoding="utf-8")
    way.m.do(*words, "--new-passphrase-file", tmp_path / "cat")
    file = way.m.passphrase_file("nine lives on a warm roof")
    opened = way.m.do("--steward", "Cat", "--passphrase-file", file, "runs", steward=None)
    assert opened["runs"]


def test_what_is_sealed_to_this_office_opens_with_the_vault(way, tmp_path) -> None:
    m, own = way.m, tmp_path / "own.pub"
    own.write_text(way.office["public_key"], encoding="utf-8")
    m.do("recipient", "add", "Ourselves", "--public-key", own)
    draft = ("--agreement", ROOT_AGREEMENT, "--to", "Ourselves")
    spec = m.desk / "spec.toml"
    package = m.do("package", "draft", *draft, "--contents", spec)["package"]
    sealed = m.do("package", "seal", package, "--out", m.desk / "own.age")["file"]
    assert set(m.do("package", "verify", sealed, steward=None)) == {"envelope", "sha256"}
    proof = m.do("package", "verify", sealed)
    assert (proof["signature"], proof["manifest"]) == (True, True)
    words = ("package", "open", sealed, "--into", tmp_path / "into")
    done = m.run(*words, steward="Ann")
    assert done.code == 2
    assert "--purpose" in done.error["message"]
    opened = m.do(*words, "--purpose", "test")
    assert any(name.endswith("stop-mail.csv") for name in opened["files"])
    entry = m.do("trail", "list")["entries"][-1]
    assert (entry["action"], entry["steward"]) == ("package.open", "Ann")
    assert entry["facts"]["purpose"] == "test"


def test_a_key_file_does_not_go_past_the_vault(way, tmp_path) -> None:
    m, key, sealed = way.m, way.keys["file"], way.sealed["file"]
    before = m.do("trail", "list")["entries"]
    proof = m.do("package", "verify", sealed, "--sender", way.office["public_key"], "--key", key)
    assert proof["signature"]
    m.do("package", "open", sealed, "--key", key, "--into", tmp_path / "into")
    after = m.do("trail", "list")["entries"][len(before) :]
    assert [entry["action"] for entry in after] == ["look.received", "package.open"]


def test_without_a_key_and_without_a_vault_nothing_is_opened(way, tmp_path) -> None:
    environment = {**way.m.environment(), "MUNIMENT_VAULT": ""}
    words = ("package", "open", way.sealed["file"], "--into", tmp_path / "into")
    done = subprocess.run(
        way.m.command(*words),
        cwd=way.m.desk,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--key" in json.loads(done.stdout)["error"]["message"]


def test_the_package_is_drafted_approved_and_sealed(way) -> None:
    assert (way.draft["rows"], way.draft["fields"]) == (3, 3)
    assert way.approved == {"package": way.draft["package"], "approved_by": "Bob"}
    assert set(way.sealed) == {
        "package", "file", "sha256", "rows", "fields", "recipients", "destroy_by",
    }  # fmt: skip
    sealed = way.m.desk / "post.age"
    assert way.sealed["sha256"] == hashlib.sha256(sealed.read_bytes()).hexdigest()
    assert way.sealed["recipients"] == ["Post Room"]


def test_the_package_proves_itself_to_its_recipient(way) -> None:
    assert set(way.outer) == {"envelope", "sha256"}
    assert way.verified["signature"] is True
    assert way.verified["manifest"] is True
    assert way.verified["agreement"] == ROOT_AGREEMENT
    assert [file["rows"] for file in way.verified["files"]] == [3]


def test_the_opened_package_holds_what_was_promised_and_no_more(way, canary) -> None:
    into = way.outside / "in"
    (data,) = into.rglob("stop-mail.csv")
    lines = data.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].replace('"', "") == "account,surname,date_of_death"
    assert len(lines) == 4
    assert canary.PEOPLE[0].surname.lower() in data.read_text(encoding="utf-8-sig").lower()
    assert canary.PEOPLE[0].forename not in data.read_text(encoding="utf-8-sig")


def test_an_office_without_muniment_gets_a_zip_and_a_passphrase(way) -> None:
    m, out = way.m, way.m.desk / "post.zip"
    draft = ("--agreement", ROOT_AGREEMENT, "--to", "Post Room")
    package = m.do("package", "draft", *draft, "--contents", m.desk / "spec.toml")["package"]
    m.do("package", "approve", package, steward="Bob")
    done = m.run("package", "seal", package, "--out", out, "--format", "zip", steward="Bob")
    assert done.code == 0, done
    passphrase = next(line.strip() for line in done.err.splitlines() if line.startswith("    "))
    assert len(passphrase.split()) == 6  # a word of the list may have a hyphen
    assert passphrase not in done.out
    key = way.outside / "told-by-telephone"
    key.write_text(passphrase + "\n", encoding="utf-8")
    sender = ("--sender", way.office["public_key"])
    proof = m.do("package", "verify", out, *sender, "--key", key, steward=None)
    assert (proof["signature"], proof["manifest"]) == (True, True)


def test_a_changed_package_is_found_out(way, tmp_path) -> None:
    sealed = bytearray((way.m.desk / "post.age").read_bytes())
    sealed[len(sealed) // 2] ^= 1
    changed = tmp_path / "changed.age"
    changed.write_bytes(sealed)
    sender = ("--sender", way.office["public_key"])
    error = way.m.refused(
        "package", "verify", changed, *sender, "--key", way.keys["file"], steward=None
    )
    assert error["code"].startswith("package-")
    into = tmp_path / "into"
    way.m.refused(
        "package", "open", changed, "--key", way.keys["file"], "--into", into, steward=None
    )
    assert not into.exists() or not list(into.rglob("*.csv"))


def test_the_wrong_sender_is_found_out(way, tmp_path) -> None:
    other = way.m.do("keys", "new", "--out", tmp_path / "other.key", steward=None)
    words = ("package", "verify", way.sealed["file"], "--sender", other["public_key"])
    done = way.m.run(*words, "--key", way.keys["file"])
    assert done.code == 3
    assert done.answer["signature"] is False


def test_a_sealed_package_is_not_sealed_or_approved_again(way) -> None:
    package, again = way.draft["package"], way.m.desk / "again.age"
    assert way.m.refused("package", "approve", package)["code"] == "package-state"
    assert way.m.refused("package", "seal", package, "--out", again)["code"] == "package-state"
    assert way.m.refused("package", "approve", "P999")["code"] == "package-unknown"
    assert not again.exists()


def test_the_trail_holds_and_tells_everything_that_was_done(way) -> None:
    assert way.trail["verified"] is True
    assert way.trail["entries"] == len(way.entries) or way.trail["entries"] + 1 == len(way.entries)
    assert [entry["seq"] for entry in way.entries] == list(range(1, len(way.entries) + 1))
    actions = {entry["action"] for entry in way.entries}
    families = {action.split(".")[0] for action in actions}
    assert {"vault", "load", "match", "pair", "package", "steward"} <= families | {"pair"}


def test_the_trail_holds_no_personal_data(way, canary) -> None:
    assert not canary.found_in(str(way.entries).encode())


def test_the_vault_is_sound_and_comes_back_from_its_backup(way) -> None:
    assert way.health == {
        "integrity": True, "cipher": True, "schema": True, "trail": True, "unfinished": [],
    }  # fmt: skip
    assert way.backup["verified"] is True
    assert way.restored["verified"] is True
    assert way.trail_again["verified"] is True


def test_no_marked_word_is_on_disk_in_clear(way, canary) -> None:
    """Vault, backup, sealed package, temporary folder, home: none holds a byte of them."""
    assert canary.found_on_disk(way.outside), "the search is blind"
    assert canary.found_on_disk(way.m.home) == {}


def test_a_load_is_withdrawn_after_showing_what_depends_on_it(way) -> None:
    vault = ("--vault", way.m.home / "again")
    shown = way.m.do(*vault, "withdraw", way.left["load"], "--dry-run", "--reason", "wrong-file")
    assert shown["runs"] == [way.match["run"]]
    assert shown["decisions"] == 3
    assert shown["packages"] == [way.draft["package"]]
    assert way.m.do(*vault, "pairs", way.match["run"])["pairs"]
    done = way.m.do(*vault, "withdraw", way.left["load"], "--reason", "wrong-file")
    assert done == shown
    way.m.refused(*vault, "pairs", way.match["run"])
    assert way.m.do(*vault, "trail", "verify")["verified"] is True
