"""The vault's own policy and the table of rights from resources/policy."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.policy import KdfCost, RolePolicy, VaultPolicy
from app.model.vaults import Role


def read_vault_policy(path: Path) -> VaultPolicy:
    """`vault.toml`: refused where a key is missing, unknown or out of reason."""
    table = read_table(path)
    table.integer("version")
    table.text("from")
    kdf, limit = table.table("kdf"), table.table("kdf_limit")
    passphrase, attempts = table.table("passphrase"), table.table("attempts")
    space, backups = table.table("space"), table.table("backups")
    views, places = table.table("views"), table.table("places")
    matching, review = table.table("matching"), table.table("review")
    kdf.text("source")
    passphrase.text("source")
    policy = VaultPolicy(
        kdf=_cost(kdf),
        kdf_limit=_cost(limit),
        slot_limit=_positive(limit, "slots"),
        passphrase_minimum=_positive(passphrase, "minimum_length"),
        passphrase_score=_positive(passphrase, "least_score"),
        free_attempts=_positive(attempts, "free"),
        first_wait=_positive(attempts, "first_wait_seconds"),
        longest_wait=_positive(attempts, "longest_wait_seconds"),
        space_factor=space.number("factor"),
        least_free_mb=_positive(space, "least_free_mb"),
        backups_kept=_positive(backups, "kept"),
        shelf_mb=_positive(views, "shelf_mb"),
        match_memory_mb=_positive(matching, "memory_mb"),
        review_sample=_positive(review, "sample"),
        match_memory_choices=matching.integers("memory_choices_mb"),
        synchronised=places.texts("synchronised"),
        roaming=places.texts("roaming"),
        network_filesystems=places.texts("network_filesystems"),
    )
    parts = (kdf, limit, passphrase, attempts, space, backups, views, matching, review, places)
    for part in (*parts, table):
        part.finish()
    return policy


def read_roles(path: Path) -> RolePolicy:
    """`roles.toml`: every action with the roles that may perform it."""
    table = read_table(path)
    table.integer("version")
    table.text("from")
    declared = table.table("actions")
    accepted = tuple(role.value for role in Role)
    actions = {}
    for action in declared:
        roles = declared.texts(action)
        if not roles or any(role not in accepted for role in roles):
            declared.refuse(action, "value", ", ".join(accepted))
        actions[action] = frozenset(Role(role) for role in roles)
    declared.finish()
    table.finish()
    return RolePolicy(actions)


def _cost(table: Table) -> KdfCost:
    return KdfCost(
        memory_kib=_positive(table, "memory_kib"),
        passes=_positive(table, "passes"),
        lanes=_positive(table, "lanes"),
    )


def _positive(table: Table, key: str) -> int:
    value = table.integer(key)
    if value < 1:
        table.refuse(key, "value", "1 or more")
    return value
