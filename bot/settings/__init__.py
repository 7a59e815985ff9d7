"""What the operator may set, checked and typed, before anything starts.

Nothing here reads the process's environment by itself: the caller hands it in.
"""

from bot.settings.errors import SettingsError
from bot.settings.model import DatabaseSettings, Settings, load, load_database_settings, secret_files
from bot.settings.values import Address

__all__ = ["Address", "DatabaseSettings", "Settings", "SettingsError", "load", "load_database_settings", "secret_files"]
