"""The window's life after its first paint: its loop, the core behind the bridge, and the end."""

import asyncio
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from whisp_desktop.log import get_log
from whisp_desktop.ui import theme
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.core_thread import MakeCore
from whisp_desktop.ui.garbage import Garbage
from whisp_desktop.ui.interrupts import Interrupts
from whisp_desktop.ui.links import Links
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.scenes import Scenes
from whisp_desktop.ui.views.mark import app_icon

log = get_log("ui")


def live(
    application: QApplication,
    window: MainWindow,
    make_core: MakeCore,
    profile: Path,
    link: str = "",
) -> bool:
    """Run until the window is closed; False if the core had not ended in time.

    Whoever starts Whisp again with this profile and an invite link has it shown here, as `link` is.
    """
    loop = qasync.QEventLoop(application)
    loop.set_exception_handler(_report)
    asyncio.set_event_loop(loop)
    application.setWindowIcon(app_icon())
    garbage = Garbage()
    interrupts = Interrupts(window.close)
    try:
        with loop:
            return bool(loop.run_until_complete(_live(window, make_core, profile, link)))
    finally:
        interrupts.close()
        garbage.close()


async def _live(window: MainWindow, make_core: MakeCore, profile: Path, link: str) -> bool:
    closing = asyncio.Event()
    window.closing.connect(closing.set)
    bridge = Bridge(make_core)
    scenes = Scenes(window, bridge)
    links = Links(profile)
    links.opened.connect(scenes.open_link)
    links.begin(link)
    scenes.account.begin()
    await closing.wait()
    links.close()
    home = scenes.home
    columns = home.columns if home is not None else window.place.columns
    window.place.keep(window.saveGeometry(), columns, theme.current().appearance)
    return await bridge.close()


def _report(_loop: asyncio.AbstractEventLoop, _context: dict[str, object]) -> None:
    """Say that something went wrong, without what it was about."""
    log.error("an errand of the window failed")
