"""What is done about people from the list and from a conversation: menus, sheets, questions."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from tests.fakes.fake_node import BOB_KEY, CAROL_KEY, DAVE_KEY, NUMBER, FakeNode, contact, found
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import Safety
from whisp_desktop.session.commands import (
    BlockContact,
    GetSafety,
    LookUp,
    Remove,
    Rename,
    Unblock,
    Verify,
    VerifyCard,
)
from whisp_desktop.session.events import Closed, ContactsChanged, Opened, SessionEnd
from whisp_desktop.ui.views.chip import Chip
from whisp_desktop.ui.views.conversation_page import ConversationPage
from whisp_desktop.ui.views.people_list import PeopleList
from whisp_desktop.ui.views.scan_view import ScanView
from whisp_desktop.ui.views.sheet import Sheet

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

BOB = contact("Bob", BOB_KEY, verified=False)
MALLORY = replace(contact("Mallory", CAROL_KEY), blocked=True)
BLOCKED = "Bob, not verified, blocked"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    node = FakeNode()
    node.contacts = (BOB, contact("Dave", DAVE_KEY, "away"), MALLORY)
    node.answers[GetSafety] = Safety(NUMBER, "", verified=False)
    stage = Stage(node, tmp_path)
    await stage.shown("find.field")
    await until(lambda: len(stage.rows()) == 5)
    yield stage
    await stage.end()


def now_known(stage: Stage, *contacts: object) -> None:
    stage.node.contacts = contacts  # type: ignore[assignment]
    stage.node.tell(ContactsChanged())


async def talk_with_bob(stage: Stage) -> ConversationPage:
    since = int(time.time())
    stage.node.tell(Opened("Bob", BOB_KEY, "direct", False, post_quantum=True, since=since))
    await until(lambda: "Talking now" in [row.title for row in stage.rows()])
    stage.click_row("Bob")
    page = stage.home.pane.talk()
    assert page is not None
    return page


def open_menu(stage: Stage) -> QMenu | None:
    menus = [one for one in stage.window.findChildren(QMenu) if one.isVisible()]
    return menus[0] if menus else None


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


ALL = ["Safety number…", "Rename…", "Remove…", "Block…"]

# The menu


async def test_blocked_people_have_a_place_of_their_own(stage: Stage) -> None:
    assert [(row.title, row.line) for row in stage.rows()[3:]] == [
        ("Blocked", ""),
        ("Mallory", "Blocked"),
    ]
    assert stage.rows()[4].spoken == "Mallory, verified, blocked"


async def test_the_keyboard_opens_the_menu_of_a_row(stage: Stage) -> None:
    people = stage.get("people.list", PeopleList)
    people.setFocus()
    QTest.keyClick(people, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: open_menu(stage))
    menu = open_menu(stage)
    assert menu is not None
    assert words(menu) == ALL
    menu.close()


async def test_the_menu_key_opens_it_too(stage: Stage) -> None:
    people = stage.get("people.list", PeopleList)
    people.setFocus()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(people.viewport(), QContextMenuEvent(reason, QPoint(), QPoint()))
    menu = open_menu(stage)
    assert menu is not None
    assert words(menu) == ALL
    menu.close()


async def test_the_end_of_a_row_opens_the_menu_and_the_rest_the_page(stage: Stage) -> None:
    view = stage.get("people.list", PeopleList)
    row = view.visualRect(view.model().index(1, 0))
    end = QPoint(row.right() - 20, row.center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    menu = open_menu(stage)
    assert menu is not None
    menu.close()
    assert stage.node.asked(LookUp) == []
    stage.node.people["Bob"] = found("Bob")
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    await stage.shown("find.ask")
    assert open_menu(stage) is None


async def test_a_section_has_no_menu(stage: Stage) -> None:
    view = stage.get("people.list", PeopleList)
    at = view.visualRect(view.model().index(0, 0)).center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, at))
    assert open_menu(stage) is None


async def test_a_conversation_has_the_same_rows_in_its_menu(stage: Stage) -> None:
    page = await talk_with_bob(stage)
    menu = page.header.menu()
    assert words(menu) == ["How long messages last…", "Leave", *ALL]
    by_name = {action.objectName(): action for action in menu.actions()}
    for name in ("person.rename", "person.remove"):
        assert not by_name[name].isEnabled()
        assert by_name[name].toolTip() == "Leave the conversation, or answer the request, first."
    assert by_name["person.block"].isEnabled()
    menu.close()


# Another name


async def test_a_contact_gets_another_name(stage: Stage) -> None:
    stage.act("Bob", "person.rename")
    assert stage.get("person.name", QLineEdit).text() == "Bob"
    assert stage.get("person.name").hasFocus()
    assert stage.says("Only you see this name. The username stays bob.")
    stage.type("person.name", "Robert")
    stage.key(Qt.Key.Key_Return)
    await stage.gone("person.name")
    assert stage.node.asked(Rename) == [Rename("Bob", "Robert")]
    now_known(stage, replace(BOB, petname="Robert"))
    await until(lambda: [row.title for row in stage.rows()] == ["Contacts", "Robert"])


async def test_a_name_that_is_refused_stays_in_the_field(stage: Stage) -> None:
    say = "Another contact has that name. Choose a different one."
    stage.node.answers[Rename] = RefusedError("name_in_use", say)
    stage.act("Bob", "person.rename")
    stage.type("person.name", "Dave")
    stage.click("person.rename")
    await until(lambda: stage.says(say))
    assert stage.get("person.name", QLineEdit).text() == "Dave"
    stage.key(Qt.Key.Key_Escape)
    await stage.gone("person.name")


async def test_the_page_of_somebody_renamed_goes(stage: Stage) -> None:
    stage.node.people["Bob"] = found("Bob")
    stage.click_row("Bob")
    await stage.shown("find.ask")
    stage.act("Bob", "person.rename")
    stage.type("person.name", "Robert")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("empty.find")


async def test_a_renamed_contact_is_found_under_the_username(stage: Stage) -> None:
    now_known(stage, replace(BOB, petname="Robert"))
    await until(lambda: len(stage.rows()) == 2)
    stage.node.people["Robert"] = found("Robert")
    stage.type("find.field", "bob")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.ask")
    assert stage.node.asked(LookUp) == [LookUp("Robert")]


# Questions


@pytest.mark.parametrize("action", ["person.remove", "person.block"])
async def test_what_cannot_be_taken_back_asks_first(stage: Stage, action: str) -> None:
    stage.get("find.field").setFocus()
    stage.act("Bob", action)
    assert stage.get("sheet.cancel").hasFocus()
    assert any("Anybody who types your name still sees you online." in one for one in stage.words())
    stage.key(Qt.Key.Key_Return)
    await stage.gone("sheet.cancel")
    assert stage.get("find.field").hasFocus()
    assert stage.node.asked(Remove) == stage.node.asked(BlockContact) == []


async def test_a_contact_is_removed(stage: Stage) -> None:
    stage.act("Bob", "person.remove")
    stage.click("person.removeYes")
    await stage.gone("person.removeYes")
    assert stage.node.asked(Remove) == [Remove("Bob")]


async def test_why_somebody_is_not_removed_is_said(stage: Stage) -> None:
    say = "Leave the conversation with Bob, or answer their request, first."
    stage.node.answers[Remove] = RefusedError("busy", say)
    stage.act("Bob", "person.remove")
    stage.click("person.removeYes")
    await until(lambda: stage.says(say))
    assert stage.find("person.removeYes") is not None


async def test_somebody_is_blocked_in_the_middle_of_a_conversation(stage: Stage) -> None:
    page = await talk_with_bob(stage)

    def block(_: BlockContact) -> None:
        stage.node.tell(Closed("Bob", SessionEnd.LEFT, by_me=True))

    stage.node.answers[BlockContact] = block
    menu = page.header.menu()
    next(one for one in menu.actions() if one.text() == "Block…").trigger()
    menu.close()
    stage.click("person.blockYes")
    await stage.shown("empty.find")
    assert stage.node.asked(BlockContact) == [BlockContact("Bob")]
    now_known(stage, replace(BOB, blocked=True))
    await until(lambda: [row.spoken for row in stage.rows() if row.spoken] == [BLOCKED])


async def test_somebody_is_unblocked_from_their_row(stage: Stage) -> None:
    stage.click_row("Mallory")
    menu = open_menu(stage)
    assert menu is not None
    assert words(menu) == ["Safety number…", "Rename…", "Remove…", "Unblock"]
    menu.actions()[-1].trigger()
    menu.close()
    await until(lambda: stage.node.asked(Unblock) == [Unblock("Mallory")])
    assert stage.node.asked(LookUp) == []


async def test_why_somebody_is_not_unblocked_is_said(stage: Stage) -> None:
    say = "You have no contact of the name Mallory."
    stage.node.answers[Unblock] = RefusedError("no_such_contact", say)
    stage.act("Mallory", "person.done")
    await until(lambda: stage.says(say))


# The safety number


async def test_the_number_is_compared_and_the_chip_follows(stage: Stage) -> None:
    page = await talk_with_bob(stage)
    assert page.header.trust.words == "Not verified"
    stage.key(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    await stage.shown("safety.match")
    assert stage.says("Is this really Bob?")
    assert stage.get("safety.digits").accessibleDescription().startswith("3 0 5 1 8, 7 7 4 2 0, ")
    assert stage.get("sheet.close").hasFocus()
    match = stage.get("safety.match", QPushButton)
    assert not match.isEnabled()
    assert not match.isDefault()
    assert match.toolTip() == "Compare all the digits first."
    stage.click("safety.match")
    assert stage.node.asked(Verify) == []
    await until(match.isEnabled)
    stage.click("safety.match")
    await stage.gone("safety.match")
    assert stage.node.asked(Verify) == [Verify("Bob", NUMBER)]
    now_known(stage, replace(BOB, verified=True))
    await until(lambda: page.header.trust.words == "Verified")
    assert [row.verified for row in stage.rows() if row.title == "Bob"] == [True]


async def test_a_contact_is_compared_where_they_are_found(stage: Stage) -> None:
    stage.node.people["Bob"] = found("Bob")
    stage.click_row("Bob")
    await stage.shown("find.compare")
    stage.click("find.compare")
    await stage.shown("safety.match")
    assert stage.node.asked(GetSafety) == [GetSafety("Bob")]
    match = stage.get("safety.match", QPushButton)
    await until(match.isEnabled)
    stage.click("safety.match")
    await stage.gone("safety.match")
    now_known(stage, replace(BOB, verified=True))
    await until(lambda: "Verified" in [one.words for one in stage.window.findChildren(Chip)])
    assert stage.find("find.ask") is not None


async def test_a_stranger_cannot_be_compared_yet_and_that_is_said(stage: Stage) -> None:
    stage.node.people["erin"] = found("erin")
    stage.type("find.field", "erin")
    stage.key(Qt.Key.Key_Return)
    compare = await stage.shown("find.compare")
    assert not compare.isEnabled()
    assert compare.toolTip() == "Comes in a later version."


async def test_a_sheet_goes_with_the_core_whose_people_it_is_about(stage: Stage) -> None:
    stage.act("Bob", "person.safety-number")
    await stage.shown("safety.match")
    stage.node.die(OSError("no more memory"))
    await stage.shown("trouble.again")
    await stage.gone("safety.match")


async def test_numbers_that_differ_are_no_small_thing(stage: Stage) -> None:
    stage.act("Bob", "person.safety-number")
    await stage.shown("safety.differ")
    stage.click("safety.differ")
    warning = "Somebody else may answer under this name. Ask Bob in another way, not here."
    assert stage.says(warning)
    assert stage.find("safety.match") is None
    assert stage.get("safety.close").hasFocus()
    stage.click("safety.block")
    assert stage.says("Block Bob?")
    assert stage.node.asked(Verify) == []


async def test_who_is_verified_already_is_said_to_be(stage: Stage) -> None:
    stage.node.answers[GetSafety] = Safety(NUMBER, "", verified=True)
    stage.act("Bob", "person.safety-number")
    await stage.shown("safety.close")
    assert stage.find("safety.match") is None
    stage.click("safety.close")
    await stage.gone("safety.close")


async def test_only_the_camera_verifies_by_code(stage: Stage) -> None:
    stage.act("Bob", "person.safety-number")
    await until((await stage.shown("safety.scan")).isEnabled)
    stage.click("safety.scan")
    await stage.shown("scan.says")
    scan = stage.window.findChildren(ScanView)[0]
    scan.given.emit("W1:ABC")
    assert stage.node.asked(VerifyCard) == []
    assert "Only the camera counts here" in stage.get("safety.warning").property("text")
    scan.found.emit("W1:ABC")
    await until(lambda: stage.node.asked(VerifyCard) == [VerifyCard("Bob", "W1:ABC")])


async def test_what_lies_under_a_sheet_takes_no_keys(stage: Stage) -> None:
    await talk_with_bob(stage)
    stage.act("Bob", "person.block")
    for key in (Qt.Key.Key_K, Qt.Key.Key_W, Qt.Key.Key_I):
        stage.key(key, Qt.KeyboardModifier.ControlModifier)
    assert stage.get("sheet.cancel").hasFocus()
    assert stage.find("conversation.stay") is None
    stage.key(Qt.Key.Key_Escape)
    await stage.gone("sheet.cancel")
    stage.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert stage.get("find.field").hasFocus()


async def test_a_sheet_stays_when_the_window_gets_another_size(stage: Stage) -> None:
    stage.act("Bob", "person.remove")
    stage.window.resize(360, 520)
    await until(lambda: stage.window.width() == 360)
    cancel = stage.get("sheet.cancel")
    assert stage.window.rect().contains(cancel.mapTo(stage.window, cancel.rect().center()))
    for name in ("person.removeYes", "sheet.close", "sheet.cancel"):
        stage.key(Qt.Key.Key_Tab)
        assert stage.get(name).hasFocus()


@pytest.mark.parametrize("size", [QSize(1120, 720), QSize(360, 520)], ids=["wide", "narrow"])
async def test_a_sheet_that_fits_has_no_scroll_bar(stage: Stage, size: QSize) -> None:
    stage.window.resize(size)
    stage.act("Bob", "person.block")
    await stage.shown("person.blockYes")
    sheet = next(one for one in stage.window.findChildren(Sheet) if one.isVisible())
    bar = sheet.contents.verticalScrollBar()
    await until(lambda: bar.maximum() == 0 and not bar.isVisible(), within_s=5)
