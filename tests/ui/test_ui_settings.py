"""The settings: what opens them, their sections, and the way back."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget

from tests.fakes.fake_node import FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from tests.ui.device_pages import look
from whisp_desktop.ui import theme


@pytest.fixture
async def stage(stages: Callable[[FakeNode], Stage]) -> Stage:
    return await look(stages)


async def test_the_look_is_chosen_in_the_settings(stage: Stage) -> None:
    stage.click("look.dark")
    assert theme.current().appearance is theme.Appearance.DARK
    stage.click("look.system")
    assert theme.current().appearance is theme.Appearance.SYSTEM


@pytest.mark.parametrize("how", ["arrow", "Esc"])
async def test_the_way_back_leads_to_the_list(stage: Stage, how: str) -> None:
    if how == "arrow":
        stage.click("settings.back")
    else:
        stage.key(Qt.Key.Key_Escape)
    await stage.shown("people.list")
    await stage.gone("settings.list")


async def test_a_key_opens_the_settings(stage: Stage) -> None:
    stage.click("settings.back")
    await stage.shown("people.list")
    stage.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    await stage.shown("settings.list")


async def test_a_narrow_window_shows_the_list_and_then_the_page(stage: Stage) -> None:
    stage.window.resize(QSize(400, 640))
    await stage.gone("look.dark")
    sections = stage.get("settings.list", QListWidget)
    assert sections.hasFocus()
    stage.key(Qt.Key.Key_Return)
    await stage.shown("look.dark")
    await stage.gone("settings.list")
    stage.click("page.back")
    await stage.shown("settings.list")
    stage.key(Qt.Key.Key_Escape)
    await stage.shown("people.list")


async def test_the_settings_go_when_the_core_dies(stage: Stage) -> None:
    stage.node.die(OSError("no more memory"))
    await stage.shown("trouble.again")
    await until(lambda: stage.find("settings.list") is None)
    assert stage.scenes.home is None
