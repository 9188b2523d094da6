"""Settings: `LIMNER_…` variables over `limner.toml` over defaults, read once, by the composition root."""

from limner.config.reading import read_settings
from limner.config.settings import DEFAULT_LOG_LEVEL, MB, Settings
from limner.config.table import SETTINGS, Setting

__all__ = ["DEFAULT_LOG_LEVEL", "MB", "SETTINGS", "Setting", "Settings", "read_settings"]
