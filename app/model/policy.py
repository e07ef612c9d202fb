"""The house's own policy as values: how a vault guards itself, and which role may do what."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.vaults import Role

LOOK = "look."
"""Actions beginning so record a look; they are open to every role and write nothing else."""


@dataclass(frozen=True)
class KdfCost:
    """Argon2id's price: memory in KiB, passes over it, and parallel lanes."""

    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True)
class VaultPolicy:
    """How vaults are made and kept. Waits are seconds, `least_free_mb` and `shelf_mb` MB (10^6).

    `kdf_limit` and `slot_limit` bound what a header on disk may ask for; `space_factor` is the
    free space asked for before a big write, as a multiple of its size; `match_memory_mb` is what
    a matching may use unless the steward says otherwise; `review_sample` is how many pairs of each
    band are drawn first to tell how right a run is.
    """

    kdf: KdfCost
    kdf_limit: KdfCost
    slot_limit: int
    passphrase_minimum: int
    passphrase_score: int
    free_attempts: int
    first_wait: int
    longest_wait: int
    space_factor: float
    least_free_mb: int
    backups_kept: int
    shelf_mb: int
    match_memory_mb: int
    review_sample: int
    match_memory_choices: tuple[int, ...]
    synchronised: tuple[str, ...]
    roaming: tuple[str, ...]
    network_filesystems: tuple[str, ...]


@dataclass(frozen=True)
class RolePolicy:
    """Which roles may perform which action."""

    actions: dict[str, frozenset[Role]]

    def allows(self, role: Role, action: str) -> bool:
        """Whether a role may do this; an action nobody declared is a bug (KeyError)."""
        return action.startswith(LOOK) or role in self.actions[action]

    def holders(self, action: str) -> tuple[Role, ...]:
        """The roles that may do this, in the order of `Role`."""
        return tuple(role for role in Role if self.allows(role, action))
