"""The sections of the settings, in their order: one line each, once it does something."""

from whisp_desktop.ui.views.look_page import LookPage
from whisp_desktop.ui.views.settings import Settings


def all_settings() -> Settings:
    """Return the settings with every section that there is."""
    settings = Settings()
    settings.add("look", LookPage())
    return settings
