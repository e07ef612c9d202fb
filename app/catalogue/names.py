"""Rules for reading names, addresses, identifiers and dates, from resources/reference."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from app.base.errors import Refused, Where
from app.catalogue.strict import Table, read_table
from app.model.names import AddressRules, DateRules, HeaderRules, IdentifierRules, NameRules


def read_name_rules(folder: Path) -> NameRules:
    """All rules of the folder; raises Refused("declaration-invalid") naming file and key."""
    table = read_table(folder / "names.toml")
    _dated(table)
    titles, suffixes = table.table("titles"), table.table("suffixes")
    missing, executors = table.table("placeholders"), table.table("executors")
    joint, others = table.table("joint"), table.table("other_names")
    firms, surnames = table.table("organisations"), table.table("surnames")
    roots, forenames = read_roots(folder)
    exceptions = surnames.texts("mac_exceptions")
    rules = NameRules(
        cut_at=frozenset(table.integers("cut_at")),
        titles=frozenset(titles.texts("always")),
        titles_also_names=frozenset(titles.texts("also_names")),
        suffixes=frozenset(suffixes.texts("words")),
        placeholders=frozenset(missing.texts("names")),
        given_placeholders=frozenset(missing.texts("given")),
        executors_before=_longest_first(executors.texts("before")),
        executors_after=_longest_first(executors.texts("after")),
        joint_words=frozenset(joint.texts("words")),
        joint_marks=frozenset(joint.texts("marks")),
        most_people=joint.integer("most_people"),
        alias_markers=_longest_first(others.texts("alias")),
        birth_markers=_longest_first(others.texts("birth")),
        organisations=frozenset(firms.texts("words")),
        particles=frozenset(surnames.texts("particles")),
        patronymics=frozenset(surnames.texts("patronymics")),
        mac=frozenset(surnames.texts("mac")),
        o=frozenset(surnames.texts("o")),
        mac_exceptions=frozenset(word for word in exceptions if not word.endswith("*")),
        mac_exception_stems=tuple(word[:-1] for word in exceptions if word.endswith("*")),
        roots=roots,
        forenames=forenames,
        addresses=_addresses(read_table(folder / "addresses.toml")),
        identifiers=_identifiers(read_table(folder / "identifiers.toml")),
        dates=_dates(read_table(folder / "dates.toml")),
        headers=_headers(read_table(folder / "headers.toml")),
    )
    for part in (table, titles, suffixes, missing, executors, joint, others, firms, surnames):
        part.finish()
    return rules


def read_roots(folder: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Nickname to root, and every given name the tables know; folded to upper case.

    The British supplement decides first. A row of the general list counts only where its short
    form belongs to one root and is neither a full name there nor declared a name of its own:
    a form of several names (Kay, Gail) stays what it is, so that no chain glues names together.
    """
    table = read_table(folder / "nicknames.toml")
    _dated(table)
    own = {name.upper() for name in table.texts("own")}
    family = {name.upper() for name in table.texts("surnames")}
    table.finish()
    roots: dict[str, str] = {}
    for variant, root in _rows(folder / "nicknames_gb.csv", ("variant", "root")):
        if roots.setdefault(variant, root) != root:
            _refuse(folder / "nicknames_gb.csv", variant)
    for variant, root in roots.items():
        if root in roots:
            _refuse(folder / "nicknames_gb.csv", variant)
    general = _rows(folder / "nicknames.csv", ("name1", "name2"))
    full = {name for name, _ in general} | set(roots.values()) | own
    owners: dict[str, set[str]] = defaultdict(set)
    for name, variant in general:
        owners[variant].add(roots.get(name, name))
    forenames = frozenset((set(roots) | set(owners) | full) - family)
    for variant, names in owners.items():
        if len(names) == 1 and variant not in full and variant not in roots:
            roots[variant] = next(iter(names))
    return roots, forenames


def _rows(path: Path, keys: tuple[str, str]) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if not set(keys) <= set(reader.fieldnames or ()):
            _refuse(path, ", ".join(keys))
        return [(row[keys[0]].strip().upper(), row[keys[1]].strip().upper()) for row in reader]


def _addresses(table: Table) -> AddressRules:
    _dated(table)
    streets, postcodes = table.table("streets"), table.table("postcodes")
    forms = {short: word for word in streets for short in streets.texts(word)}
    rules = AddressRules(
        communal=table.texts("communal"),
        placeholders=frozenset(table.texts("placeholders")),
        care_of=_longest_first(table.texts("care_of")),
        flats=_longest_first(table.texts("flats")),
        streets=forms,
        postcode_placeholders=frozenset(postcodes.texts("placeholders")),
    )
    for part in (table, streets, postcodes):
        part.finish()
    return rules


def _identifiers(table: Table) -> IdentifierRules:
    _dated(table)
    parts = {
        key: table.table(key) for key in ("nino", "nhs_number", "uprn", "phone", "email", "sex")
    }
    sex: dict[str, int | None] = dict.fromkeys(parts["sex"].texts("unknown"))
    sex |= dict.fromkeys(parts["sex"].texts("male"), 1)
    sex |= dict.fromkeys(parts["sex"].texts("female"), 2)
    rules = IdentifierRules(
        nino_administrative=frozenset(parts["nino"].texts("administrative_prefixes")),
        nino_placeholders=frozenset(parts["nino"].texts("placeholders")),
        nino_placeholder_digits=frozenset(parts["nino"].texts("placeholder_digits")),
        nhs_placeholders=frozenset(parts["nhs_number"].texts("placeholders")),
        uprn_placeholders=frozenset(parts["uprn"].texts("placeholders")),
        phone_placeholders=frozenset(parts["phone"].texts("placeholders")),
        phone_ending=parts["phone"].integer("ending"),
        email_placeholders=frozenset(parts["email"].texts("placeholders")),
        email_local_parts=frozenset(parts["email"].texts("local_parts")),
        sex=sex,
    )
    for part in (table, *parts.values()):
        part.finish()
    return rules


def _dates(table: Table) -> DateRules:
    _dated(table)
    missing = table.texts("placeholders")
    try:
        dates = frozenset(date.fromisoformat(text) for text in missing)
    except ValueError:
        table.refuse("placeholders", "value", "YYYY-MM-DD")
    rules = DateRules(
        formats=table.texts("formats"),
        earliest_year=table.integer("earliest_year"),
        placeholders=dates,
        unknown_numbers=frozenset(table.integers("placeholder_numbers")),
    )
    table.finish()
    return rules


def _headers(table: Table) -> HeaderRules:
    _dated(table)
    rules = HeaderRules(
        noise=frozenset(table.texts("noise")),
        second_party=frozenset(table.texts("second_party")),
        somebody_else=frozenset(table.texts("somebody_else")),
        own_around=frozenset(table.texts("own_around")),
    )
    table.finish()
    return rules


def _dated(table: Table) -> None:
    """Every rule file names its source and date; both must stand there."""
    table.text("source")
    table.text("as_at")


def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _refuse(path: Path, value: str) -> None:
    raise Refused(
        "declaration-invalid",
        where=Where(file=path.name, column=value),
        key=value,
        problem="value",
        accepted="one root for each name, and no root that is a variant itself",
    )
