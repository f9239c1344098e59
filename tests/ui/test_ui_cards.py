"""One's own card, and what a card or a link says of somebody before anything is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu

from tests.fakes.fake_node import BOB_KEY, NUMBER, FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import CardFound, OwnCard
from whisp_desktop.session.commands import AddContact, GetCard, LookUp, ReadCard
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.scan_view import ScanView

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

LINK = "whisp:1#abc.def"
FOUND = CardFound("bob", ("whisp.example", "b.example"), BOB_KEY, NUMBER, (True, False))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(FakeNode(), tmp_path)
    stage.node.answers[GetCard] = OwnCard("W1:ABC", LINK)
    stage.node.answers[ReadCard] = FOUND
    await stage.shown("find.field")
    yield stage
    await stage.end()


async def test_the_own_row_offers_both(stage: Stage) -> None:
    stage.click("own.presence")
    menu = next(one for one in stage.window.findChildren(QMenu) if one.isVisible())
    actions = {action.objectName(): action for action in menu.actions()}
    menu.close()
    actions["own.add"].trigger()
    await stage.shown("add.text")
    actions["own.card"].trigger()
    await stage.shown("card.code")


async def test_the_own_card_is_a_code_and_a_link_to_copy(stage: Stage) -> None:
    stage.click("empty.card")
    copy = await stage.shown("card.copy")
    await until(copy.isEnabled)
    assert stage.get("card.code", CodePicture)._modules
    assert stage.get("card.link", QLineEdit).text() == LINK
    stage.click("card.copy")
    assert QGuiApplication.clipboard().text() == LINK


async def test_a_link_shows_what_it_says_and_does_nothing(stage: Stage) -> None:
    stage.home.pane.show_card(LINK)
    await stage.shown("add.add")
    for words in (
        "whisp.example",
        "This link names the key of this server.",
        "b.example",
        "No key of this server is named.",
    ):
        assert stage.says(words)
    assert stage.get("add.safety").accessibleDescription().startswith("3 0 5 1 8")
    assert "This may not be the" in stage.get("add.notice").property("text")
    assert stage.get("add.cancel").hasFocus()
    assert stage.node.asked(ReadCard) == [ReadCard(LINK)]
    assert stage.node.asked(AddContact) == []
    stage.click("add.cancel")
    await stage.shown("empty.find")
    assert stage.node.asked(AddContact) == []


async def test_a_click_adds_and_looks_nobody_up(stage: Stage) -> None:
    stage.home.pane.show_card(LINK)
    await stage.shown("add.add")
    stage.click("add.add")
    await stage.shown("empty.find")
    assert stage.node.asked(AddContact) == [AddContact(LINK, in_person=False)]
    assert stage.node.asked(LookUp) == []


async def test_pasted_text_is_read_and_never_counts_as_in_person(stage: Stage) -> None:
    stage.home.pane.show_card()
    await stage.shown("add.text")
    stage.type("add.text", "W1:ABC")
    stage.click("add.read")
    await stage.shown("add.add")
    stage.click("add.add")
    await until(lambda: stage.node.asked(AddContact))
    assert stage.node.asked(AddContact) == [AddContact("W1:ABC", in_person=False)]


async def test_a_code_from_the_camera_does(stage: Stage) -> None:
    stage.home.pane.show_card()
    await stage.shown("add.text")
    stage.click("add.scan")
    await stage.shown("scan.says")
    stage.window.findChildren(ScanView)[0].found.emit("W1:ABC")
    await stage.shown("add.add")
    stage.click("add.add")
    await until(lambda: stage.node.asked(AddContact))
    assert stage.node.asked(AddContact) == [AddContact("W1:ABC", in_person=True)]


async def test_what_is_no_card_is_said_and_the_words_stay(stage: Stage) -> None:
    say = "That is neither a contact card nor an invite link."
    stage.node.answers[ReadCard] = RefusedError("bad_card", say)
    stage.home.pane.show_card()
    await stage.shown("add.text")
    stage.type("add.text", "hello")
    stage.click("add.read")
    await until(lambda: stage.says(say))
    assert stage.get("add.text", QLineEdit).text() == "hello"
    assert stage.find("add.add") is None


async def test_who_is_known_is_not_added_again(stage: Stage) -> None:
    stage.node.answers[ReadCard] = replace(FOUND, known="Bob")
    stage.home.pane.show_card(LINK)
    await stage.shown("add.notice")
    assert stage.says("Bob is a contact of yours already.")
    assert stage.find("add.add") is None


async def test_a_namesake_is_a_warning(stage: Stage) -> None:
    say = "Your contact Bob has that username, and another key. Look at the new one first."
    stage.node.answers[ReadCard] = replace(FOUND, namesake="Bob")
    stage.node.answers[AddContact] = RefusedError("key_changed", say)
    stage.home.pane.show_card(LINK)
    await stage.shown("add.add")
    assert "has this username, and another key" in stage.get("add.notice").property("text")
    stage.click("add.add")
    await until(lambda: stage.says(say))
