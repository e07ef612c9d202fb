"""What the window remembers on this computer: looks, idle time, where vaults lie. No names."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.gui.theme import CHOICES, SCALES

RECENT = 8
IDLE_MINUTES = (1, 2, 5, 10, 15, 30)


def called(vault: Path) -> str:
    """What a vault is called: its folder, with the one above where that only says “vault”."""
    plain = vault.name.casefold() == "vault" and vault.parent.name
    return f"{vault.parent.name} / {vault.name}" if plain else vault.name


class Preferences:
    """Read and written at once; a value that makes no sense is the default."""

    def __init__(self) -> None:
        self._kept = QSettings()

    @property
    def theme(self) -> str:
        """One of theme.CHOICES."""
        value = str(self._kept.value("look/theme", "system"))
        return value if value in CHOICES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._kept.setValue("look/theme", value)

    @property
    def scale(self) -> int:
        """Text size in percent, one of theme.SCALES."""
        return self._number("look/scale", 100, SCALES)

    @scale.setter
    def scale(self, value: int) -> None:
        self._kept.setValue("look/scale", value)

    @property
    def idle_minutes(self) -> int:
        """Minutes without key or mouse until the window locks."""
        return self._number("lock/idle", 10, IDLE_MINUTES)

    @idle_minutes.setter
    def idle_minutes(self, value: int) -> None:
        self._kept.setValue("lock/idle", value)

    @property
    def memory_mb(self) -> int | None:
        """Memory that a matching may use on this computer, None for what the policy says."""
        try:
            value = int(str(self._kept.value("match/memory", 0)))
        except ValueError:
            return None
        return value if value > 0 else None

    @memory_mb.setter
    def memory_mb(self, value: int | None) -> None:
        self._kept.setValue("match/memory", value or 0)

    @property
    def blind(self) -> bool:
        """Whether review hides the score until the steward has decided."""
        return str(self._kept.value("review/blind", "true")).lower() == "true"

    @blind.setter
    def blind(self, value: bool) -> None:
        self._kept.setValue("review/blind", "true" if value else "false")

    @property
    def vaults(self) -> tuple[Path, ...]:
        """Folders of vaults opened here, latest first."""
        kept = self._kept.value("vaults/recent", [])
        paths = kept if isinstance(kept, list) else [kept]
        return tuple(Path(str(path)) for path in paths if path)[:RECENT]

    def remember_vault(self, folder: Path) -> None:
        """Put a vault first in the list."""
        whole = folder.absolute()  # the next window may be started from elsewhere
        rest = [path for path in self.vaults if path not in (folder, whole)]
        self._kept.setValue("vaults/recent", [str(path) for path in (whole, *rest)][:RECENT])

    def forget_vault(self, folder: Path) -> None:
        """Take a vault off the list; the vault itself stays."""
        self._kept.setValue("vaults/recent", [str(p) for p in self.vaults if p != folder])

    @property
    def geometry(self) -> QByteArray:
        """Where the window stood."""
        value = self._kept.value("window/geometry", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._kept.setValue("window/geometry", value)

    def _number(self, key: str, default: int, accepted: tuple[int, ...]) -> int:
        try:
            value = int(str(self._kept.value(key, default)))
        except ValueError:
            return default
        return value if value in accepted else default
