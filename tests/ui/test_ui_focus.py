"""Tab stops: each control has one ring, with room around it; what shows its own focus has none."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.fakes.patience import until
from tests.ui.pages import PAGES, Page, Stages
from tests.ui.talk import Talk, picture, same, settle
from whisp_desktop.ui.views.focus_ring import FocusRing
from whisp_desktop.ui.views.popover import Popover

SIZES = (QSize(1120, 720), QSize(360, 1000))
SHOWS_ITS_OWN = (QLineEdit, QPlainTextEdit, QAbstractItemView)
RING_PX = 4


def stops(window: QWidget) -> list[QWidget]:
    """What Tab can reach."""
    popover = next((one for one in window.findChildren(Popover) if one.isVisible()), None)
    return [
        control
        for control in (popover or window).findChildren(QWidget)
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and control.focusProxy() is None
        and control.isVisible()
        and control.isEnabled()
    ]


def name(control: QWidget) -> str:
    return f"{type(control).__name__} {control.accessibleName() or control.objectName()}"


def faults(window: QWidget, control: QWidget, calm: QImage) -> list[str]:
    """What is wrong with the way in which the focused `control` shows it."""
    ring = window.findChild(FocusRing)
    if isinstance(control, SHOWS_ITS_OWN):
        return [f"{name(control)}: a second sign"] if ring.isVisible() else []
    if ring.widget() is not control or not ring.isVisible():
        return [f"{name(control)}: no ring"]
    found = []
    around = control.rect().adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX)
    corner = control.mapTo(window, around.topLeft())
    if (ring.mapTo(window, QPoint(0, 0)), ring.size()) != (corner, around.size()):
        found.append(f"{name(control)}: the ring is elsewhere")
    if ring.visibleRegion().boundingRect() != ring.rect():
        found.append(f"{name(control)}: the ring is cut: {ring.visibleRegion().boundingRect()}")
    if not same(calm, picture(control)):
        found.append(f"{name(control)}: a second sign")
    return found


async def walk(window: QWidget) -> list[str]:
    """Go round with Tab once, and look at each stop."""
    window.activateWindow()
    await until(window.isActiveWindow)
    await settle()
    expected = {control: picture(control) for control in stops(window)}
    found, reached = [], set()
    before = window.focusWidget()
    if before is not None and len(expected) == 1:
        before.clearFocus()
    for _ in range(2 * len(expected)):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        await settle()
        control = window.focusWidget()
        if control is None or control in reached:
            continue
        reached.add(control)
        if control in expected:
            found += faults(window, control, expected[control])
        else:
            found.append(f"{name(control)}: came after the walk had begun")
    return found + [f"{name(control)}: not reached" for control in set(stops(window)) - reached]


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("size", SIZES, ids=["wide", "narrow"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
async def test_every_stop_of_a_page_has_one_ring(page: Page, size: QSize, stages: Stages) -> None:
    stage = await page(stages)
    stage.window.resize(size)
    await settle()
    assert await walk(stage.window) == []


@pytest.mark.parametrize("opened", ["conversation", "timer menu", "question"])
async def test_every_stop_of_a_conversation_has_one_ring(opened: str) -> None:
    talk = Talk().open(3600)
    try:
        await talk.activate()
        if opened == "timer menu":
            talk.page.open_timer_menu()
        if opened == "question":
            talk.page.leave()
        assert await walk(talk.page) == []
    finally:
        talk.close()
