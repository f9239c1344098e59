"""What stands beside the design by value: places, sizes, and which row the pane is about."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from tests.fakes.fake_node import BOB_KEY, NUMBER, FakeNode, contact
from tests.fakes.patience import until
from tests.fakes.stage import Stage, Stages
from tests.ui.talk import Talk, picture, same, settle
from whisp_desktop.session import events
from whisp_desktop.session.events import Closed, Connecting, Opened, SessionEnd, Step
from whisp_desktop.ui import theme
from whisp_desktop.ui.views.chip import Chip
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.people_list import PeopleList
from whisp_desktop.ui.views.popover import Popover

CAPTURES = {
    "enforced": "Screenshots blocked",
    "best-effort": "Screenshots partly blocked",
    "absent": "Screenshots possible",
}


@pytest.fixture
async def bob_at_home(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (contact("Bob", BOB_KEY),)
    stage = stages(node)
    await stage.shown("find.field")
    await until(lambda: len(stage.rows()) == 2)
    return stage


def ground_of_row(stage: Stage, title: str) -> QColor:
    """What is painted between the edge of a row and its face."""
    people = stage.get("people.list", PeopleList)
    place = [row.title for row in stage.rows()].index(title)
    row = people.visualRect(people.model().index(place, 0))
    return picture(people).pixelColor(QPoint(12, row.center().y()))


@pytest.mark.parametrize("route", ["direct", "relayed"])
@pytest.mark.parametrize("capture", CAPTURES)
async def test_a_narrow_header_says_all_its_facts(capture: str, route: str) -> None:
    talk = Talk(360, 640)
    try:
        talk.page.set_one_column(one_column=True)
        talk.bridge.tell(
            Opened("Bob", BOB_KEY, route, False, True, 0),
            events.PeerShields("Bob", capture, "app-lock", 1),
        )
        await talk.activate()
        header = talk.page.header
        assert header.capture.words == CAPTURES[capture]
        assert header.height() == 64
        for chip in (header.trust, header.route, header.capture):
            assert chip.width() >= chip.sizeHint().width()
            assert header.rect().contains(chip.geometry().translated(chip.parent().pos()))
    finally:
        talk.close()


async def test_a_header_in_which_facts_stand_below_each_other_turns_back() -> None:
    talk = Talk(360, 640).open()
    try:
        header = talk.page.header
        talk.bridge.tell(events.PeerShields("Bob", "best-effort", "app-lock", 1))
        await talk.activate()
        assert header.capture.y() >= header.route.y() + header.route.height()
        talk.page.resize(816, 640)
        await settle()
        assert header.capture.y() == header.route.y()
        assert header.capture.x() == header.route.x() + header.route.width() + 14
    finally:
        talk.close()


async def test_the_row_of_whom_the_pane_is_about_is_marked(
    bob_at_home: Stage, dressed: theme.Theme
) -> None:
    stage, selected = bob_at_home, dressed.color("selected")
    assert ground_of_row(stage, "Bob") != selected
    stage.node.tell(Connecting("Bob", Step.AGREEING))
    await until(lambda: stage.rows()[1].line == "Online, connecting")
    stage.home.pane.show_talk("Bob")
    assert ground_of_row(stage, "Bob") == selected
    stage.node.tell(Opened("Bob", BOB_KEY, "direct", True, True, 0))
    await until(lambda: stage.rows()[0].title == "Talking now")
    assert ground_of_row(stage, "Bob") == selected
    stage.node.tell(Closed("Bob", SessionEnd.LEFT, False))
    await until(lambda: stage.rows()[0].title == "Contacts")
    assert ground_of_row(stage, "Bob") == selected
    stage.home.pane.show_nobody()
    assert ground_of_row(stage, "Bob") != selected


async def test_whoever_is_verified_is_shown_so_on_the_way(bob_at_home: Stage) -> None:
    stage = bob_at_home
    stage.node.tell(
        events.Requested(events.RequestId("1"), "Bob", BOB_KEY, NUMBER, events.How.CONTACT, 1e9)
    )
    await stage.shown("request.accept")
    stage.click("request.accept")
    await until(lambda: stage.home.pane.talk() is not None)
    chips = [chip.words for chip in stage.window.findChildren(Chip) if chip.isVisible()]
    assert chips == ["Verified", "Asked"]


async def test_the_mark_of_a_stranger_stands_out_in_the_caution(stages: Stages) -> None:
    stage = stages(FakeNode())
    await stage.shown("find.field")
    stage.node.tell(
        events.Requested(events.RequestId("1"), "bob", BOB_KEY, NUMBER, events.How.NAME, 1e9)
    )
    await stage.shown("request.accept")
    caution = next(
        label for label in stage.window.findChildren(QLabel) if "Anybody can" in label.text()
    )
    assert isinstance(caution, Words)
    with_mark = picture(caution)
    caution.set_strong("")
    assert not same(with_mark, picture(caution))


def test_only_the_strong_part_of_words_is_heavier(qtbot: QtBot) -> None:
    words = Words("iiii mmmm")
    qtbot.addWidget(words)
    words.resize(200, 20)
    before = picture(words)
    words.set_strong("mmmm")
    after = picture(words)
    edge = words.fontMetrics().horizontalAdvance("iiii ")
    assert same(before.copy(0, 0, edge - 1, 20), after.copy(0, 0, edge - 1, 20))
    assert not same(before, after)


async def test_a_panel_that_fits_does_not_scroll() -> None:
    talk = Talk().open()
    try:
        await talk.activate()
        talk.page.open_timer_menu()
        await settle()
        panel = talk.page.findChild(Popover).panel
        assert panel.findChild(QScrollArea).verticalScrollBar().maximum() == 0
        assert panel.width() == 316
    finally:
        talk.close()


async def test_controls_have_the_sizes_of_the_design() -> None:
    talk = Talk().open()
    try:
        await talk.activate()
        page = talk.page
        assert page.header.height() == 64
        assert page.header.leave.height() == 36
        assert page.header.more.size().toTuple() == (40, 40)
        assert page.composer.timer.height() == 36
        assert page.composer.send.size().toTuple() == (40, 40)
        assert page.composer.words.cursorWidth() == 2
        face = page.header.face
        assert face.mapTo(page, QPoint(0, 1)) == QPoint(20, 12)
        assert page.header.name.mapTo(page, QPoint(0, 0)).x() == 72
    finally:
        talk.close()
