"""The window's composition root: the window first, then the loop, then the core."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from whisp_desktop.log import set_up_logs
from whisp_desktop.ui import theme
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.window_place import WindowPlace

if TYPE_CHECKING:
    from whisp_desktop.ui.core_thread import Core, Listener, MakeCore

_FIRST_PAINT_MS = 2000
"""A window that is not painted by then (it starts minimised) must not keep the core waiting."""


def run_window(profile: Path, server: str | None, link: str) -> int:
    """Show the window and live until it is closed; return the exit status.

    profile -- folder of keys and contacts; server -- URL or host that the first run begins with;
    link -- an invite link to show, in the window that runs already if there is one; or empty
    """
    set_up_logs(verbose=False)
    if link and _is_shown_elsewhere(profile, link):
        return 0
    application, window = show_window(profile)
    from whisp_desktop.ui.life import live  # noqa: PLC0415  # after the first paint: it is heavy

    ended = live(application, window, core_maker(profile, server), profile, link)
    if not ended:
        # A thread that waits for a keychain or a relay would keep the process for ever.
        sys.stdout.flush()
        os._exit(0)
    return 0


def _is_shown_elsewhere(profile: Path, link: str) -> bool:
    _application()
    from whisp_desktop.ui.links import hand_over  # noqa: PLC0415  # no other start needs it here

    return hand_over(profile, link)


def show_window(profile: Path) -> tuple[QApplication, MainWindow]:
    """Make the application and paint its window for the first time, without anything else."""
    application = _application()
    place = WindowPlace(profile)
    theme.install(application, theme.Appearance(place.look))
    window = MainWindow(place)
    window.show()
    until_painted = QEventLoop()
    window.painted.connect(until_painted.quit)
    QTimer.singleShot(_FIRST_PAINT_MS, until_painted.quit)
    until_painted.exec()
    return application, window


def core_maker(profile: Path, server: str | None) -> "MakeCore":
    """Return what builds the core, in its own thread, where the imports cost the window nothing."""

    def make_core(listener: "Listener") -> "Core":
        from whisp_desktop.session.node import Node  # noqa: PLC0415  # aiortc, aiohttp
        from whisp_desktop.vault.profile import Profile  # noqa: PLC0415  # keyring

        return Node(Profile(profile), server, listener)

    return make_core


def _application() -> QApplication:
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Whisp")
    application.setApplicationDisplayName("Whisp")
    application.setDesktopFileName("whisp")
    application.setQuitOnLastWindowClosed(False)
    return application
