"""Widgets without a screen: the offscreen platform, and the theme before the first widget."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.fakes.fake_node import FakeNode
from tests.fakes.stage import Stage
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels import first_run
from whisp_desktop.ui.views import safety_sheet


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests that await run on the window's own kind of loop."""
    return {"qasync": lambda: qasync.QEventLoop(QApplication.instance() or QApplication([]))}


@pytest.fixture(autouse=True)
def garbage_stays_here() -> Iterator[None]:
    """As in the window itself, widgets are never collected in the core's thread."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[theme.Theme]:
    """Every test starts in the light theme, from left to right, with motion."""
    qapp.setQuitOnLastWindowClosed(False)
    dress = theme.install(qapp)
    dress.set_appearance(theme.Appearance.LIGHT)
    dress.reduced_motion = False
    yield dress
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are checked at once, and *They match* is awake at once."""
    monkeypatch.setattr(first_run, "PAUSE_S", 0.0)
    monkeypatch.setattr(safety_sheet, "AWAKE_AFTER_MS", 0)


@pytest.fixture
async def stages(tmp_path: Path) -> AsyncIterator[Callable[[FakeNode], Stage]]:
    opened: list[Stage] = []

    def make(node: FakeNode) -> Stage:
        opened.append(Stage(node, tmp_path))
        return opened[-1]

    yield make
    for stage in opened:
        await stage.end()
