"""The whole catalogue: each family of declared data, read when first asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from app.catalogue.actions import read_actions
from app.catalogue.exampleshire import read_exampleshire
from app.catalogue.fairness import read_name_groups
from app.catalogue.governance import read_governance, read_sharing_policy
from app.catalogue.kinds import read_kinds
from app.catalogue.names import read_name_rules
from app.catalogue.packages import (
    read_package_policy,
    read_passphrase_words,
    read_report_templates,
)
from app.catalogue.plans import read_plans
from app.catalogue.reading import read_limits
from app.catalogue.vaults import read_roles, read_vault_policy
from app.model.actions import ActionRule
from app.model.exampleshire import ExampleshireProfile
from app.model.governance import Governance, SharingPolicy
from app.model.kinds import Kind
from app.model.names import NameRules
from app.model.packaging import PackagePolicy, ReportTemplates
from app.model.plan import MatchPlan
from app.model.policy import RolePolicy, VaultPolicy
from app.model.profiles import NameGroup
from app.model.reading import ReadLimits


class Catalogue:
    """Declared data under one folder; a file that is wrong is refused when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Dataset kinds by id."""
        return read_kinds(self.folder / "kinds")

    @cached_property
    def plans(self) -> dict[str, MatchPlan]:
        """Match plans by id."""
        return read_plans(self.folder / "plans")

    @cached_property
    def names(self) -> NameRules:
        """Titles, placeholders, nicknames and the other rules of names."""
        return read_name_rules(self.folder / "reference")

    @cached_property
    def name_groups(self) -> tuple[NameGroup, ...]:
        """Groups of surnames by which a match is tested for fairness."""
        return read_name_groups(self.folder / "reference" / "name_groups.toml")

    @cached_property
    def governance(self) -> Governance:
        """Routes, purposes and review reasons."""
        return read_governance(self.folder / "governance")

    @cached_property
    def reading(self) -> ReadLimits:
        """Bounds on files that are read."""
        return read_limits(self.folder / "policy" / "reading.toml")

    @cached_property
    def actions(self) -> tuple[ActionRule, ...]:
        """What may be done on a death, by service."""
        return read_actions(self.folder / "actions" / "deaths.toml")

    @cached_property
    def vault_policy(self) -> VaultPolicy:
        """How vaults are made and kept."""
        return read_vault_policy(self.folder / "policy" / "vault.toml")

    @cached_property
    def roles(self) -> RolePolicy:
        """Which roles may perform which action."""
        return read_roles(self.folder / "policy" / "roles.toml")

    @cached_property
    def sharing(self) -> SharingPolicy:
        """Defaults for what leaves the vault."""
        return read_sharing_policy(self.folder / "policy" / "sharing.toml")

    @cached_property
    def exampleshire(self) -> ExampleshireProfile:
        """The sample council."""
        return read_exampleshire(self.folder / "exampleshire")

    @cached_property
    def package_policy(self) -> PackagePolicy:
        """Bounds on packages."""
        return read_package_policy(self.folder / "policy" / "packages.toml")

    @cached_property
    def passphrase_words(self) -> tuple[str, ...]:
        """The word list of passphrases and fingerprints."""
        return read_passphrase_words(self.folder / "reference" / "passphrase_words.txt")

    @cached_property
    def report_templates(self) -> ReportTemplates:
        """Templates of documents."""
        return read_report_templates(self.folder / "reports")
