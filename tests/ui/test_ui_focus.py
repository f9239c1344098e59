"""Tab stops: each control has one ring, with room around it; what shows its own focus has none."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.fakes.fake_node import BOB_KEY, contact
from tests.fakes.patience import until
from tests.fakes.stage import Page, Stages
from tests.ui.pages import PAGES, nobody, request_page, trouble
from tests.ui.talk import Talk, between_tasks, picture, same, settle
from whisp_desktop.session.events import ContactsChanged
from whisp_desktop.ui import theme
from whisp_desktop.ui.views.focus_ring import FocusRing
from whisp_desktop.ui.views.people_list import PeopleList
from whisp_desktop.ui.views.popover import Popover

SIZES = (QSize(1120, 720), QSize(360, 1000))
SHOWS_ITS_OWN = (QLineEdit, QPlainTextEdit, QAbstractItemView)
RING_PX = 4
MOST_BLENDED = 128
"""How far a point of the smoothed line may be from its colour."""


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
    if not is_whole(ring, window):
        found.append(f"{name(control)}: the ring is broken")
    if not same(calm, picture(control)):
        found.append(f"{name(control)}: a second sign")
    return found


def is_whole(ring: FocusRing, window: QWidget) -> bool:
    """Whether the line in the middle of the ring is drawn all around."""
    accent, image = theme.current().color("accent"), picture(window)
    radius = float(ring.widget().property("focusRadius")) + RING_PX - 1
    line = QPainterPath()
    line.addRoundedRect(QRectF(ring.geometry()).adjusted(1, 1, -1, -1), radius, radius)
    line.translate(QPointF(ring.parentWidget().mapTo(window, QPoint(0, 0))))
    points = (line.pointAtPercent(part / 100) for part in range(100))
    colors = (image.pixelColor(int(at.x()), int(at.y())) for at in points)
    return all(
        max(
            abs(color.red() - accent.red()),
            abs(color.green() - accent.green()),
            abs(color.blue() - accent.blue()),
        )
        < MOST_BLENDED
        for color in colors
    )


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
async def test_every_stop_of_a_page_has_one_ring(
    page: Page, size: QSize, stages: Stages, dressed: theme.Theme
) -> None:
    dressed.reduced_motion = True
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


@pytest.mark.parametrize("how", ["keys", "mouse"])
async def test_focus_that_the_program_moves_after_a_key_has_the_ring(
    how: str, stages: Stages
) -> None:
    stage = await request_page(stages)
    stage.home.pane.show_nobody()
    await until(stage.window.isActiveWindow)
    handle, people = stage.window.windowHandle(), stage.get("people.list", PeopleList)
    await between_tasks(partial(QTest.keyClick, handle, Qt.Key.Key_Tab))
    if how == "keys":
        people.setFocus()
        await between_tasks(partial(QTest.keyClick, handle, Qt.Key.Key_Return))
    else:
        row = people.visualRect(people.model().index(1, 0)).center()
        at = people.viewport().mapTo(stage.window, row)
        click = partial(QTest.mouseClick, handle, Qt.MouseButton.LeftButton, pos=at)
        await between_tasks(click)
    decline = await stage.shown("request.decline")
    await until(decline.hasFocus)
    ring = stage.window.findChild(FocusRing)
    assert (ring.isVisible() and ring.widget() is decline) == (how == "keys")


async def test_an_empty_list_is_no_stop(stages: Stages) -> None:
    stage = await nobody(stages)
    assert stage.get("people.list") not in stops(stage.window)
    node = stage.node
    node.contacts = (contact("Bob", BOB_KEY),)
    node.tell(ContactsChanged())
    await until(lambda: stage.get("people.list") in stops(stage.window))


async def test_tab_shows_where_the_focus_is_also_on_the_only_stop(stages: Stages) -> None:
    stage = await trouble(stages)
    await until(stage.window.isActiveWindow)
    again = stage.get("trouble.again")
    await until(again.hasFocus)
    ring = stage.window.findChild(FocusRing)
    assert not ring.isVisible()
    await between_tasks(partial(QTest.keyClick, stage.window.windowHandle(), Qt.Key.Key_Tab))
    assert ring.isVisible()
    assert ring.widget() is again
