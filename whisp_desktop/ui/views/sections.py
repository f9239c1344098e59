"""The sections of the settings, in their order: one line each, once it does something."""

from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.views.devices_page import DevicesPage
from whisp_desktop.ui.views.keys_page import KeysPage
from whisp_desktop.ui.views.look_page import LookPage
from whisp_desktop.ui.views.settings import Settings


def all_settings(bridge: Bridge) -> Settings:
    """Return the settings with every section that there is."""
    settings = Settings()
    settings.add("look", LookPage())
    settings.add("computer", DevicesPage(bridge))
    settings.add("key", KeysPage(bridge))
    return settings
