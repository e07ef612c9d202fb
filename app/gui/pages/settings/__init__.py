"""Settings: looks and locking of this computer; stewards, backup and health of the vault."""

from app.gui.pages.settings.page import Settings

__all__ = ["Settings"]
