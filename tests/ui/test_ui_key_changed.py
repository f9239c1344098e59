"""A contact whose key changed: the row, the page in the place of a conversation, the ways out."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.fakes.fake_node import BOB_KEY, CAROL_KEY, DAVE_KEY, NUMBER, FakeNode, contact, found
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.session.answers import ChangedKey, Safety
from whisp_desktop.session.commands import (
    GetChangedKey,
    GetSafety,
    KeepKnownKey,
    LookUp,
    TakeChangedKey,
    Verify,
)
from whisp_desktop.session.events import ContactsChanged, KeyChanged, Opened
from whisp_desktop.ui import theme
from whisp_desktop.ui.views.safety_digits import MARK_PX, SafetyDigits

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

BOB = contact("Bob", BOB_KEY)
CHANGED = replace(BOB, key_changed=True)
NUMBER_NOW = NUMBER[:30] + "144776023578919053064268193570"
SENTENCE = "You cannot write until you have looked at the new key."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    node = FakeNode()
    node.contacts = (CHANGED, contact("Dave", DAVE_KEY, "away"))
    node.answers[GetChangedKey] = ChangedKey("Bob", True, NUMBER, NUMBER_NOW)
    node.answers[GetSafety] = Safety(NUMBER, "", verified=True)
    node.people["Bob"] = found("Bob", CAROL_KEY)
    stage = Stage(node, tmp_path)
    await stage.shown("find.field")
    await until(lambda: len(stage.rows()) == 3)
    yield stage
    await stage.end()


async def opened(stage: Stage) -> None:
    stage.click_row("Bob")
    button = await stage.shown("keyChanged.compare")
    await until(button.isEnabled)


def now_known(stage: Stage, *contacts: object) -> None:
    stage.node.contacts = contacts  # type: ignore[assignment]
    stage.node.tell(ContactsChanged())


async def test_the_row_and_the_page_say_it(stage: Stage) -> None:
    row = stage.rows()[1]
    assert (row.line, row.key_changed) == ("Online, key changed", True)
    await opened(stage)
    assert stage.says("Bob’s key is not the one you verified")
    assert stage.says(SENTENCE)
    assert stage.node.asked(LookUp) == []
    assert stage.get("keyChanged.now").accessibleDescription().startswith("3 0 5 1 8")


async def test_the_groups_that_differ_are_marked(stage: Stage) -> None:
    await opened(stage)
    digits = stage.get("keyChanged.now", SafetyDigits)
    tint = theme.current().color("danger_tint")

    def marked(widget: SafetyDigits) -> int:
        picture: QImage = widget.grab().toImage()
        return sum(
            picture.pixelColor(x, y).name() == tint.name()
            for x in range(picture.width())
            for y in range(0, picture.height(), 3)
        )

    await until(lambda: marked(digits) > 6 * MARK_PX)
    assert marked(stage.get("keyChanged.known", SafetyDigits)) == 0


async def test_talking_without_verifying_takes_the_key_and_looks_the_person_up(
    stage: Stage,
) -> None:
    await opened(stage)
    stage.click("keyChanged.take")
    await until(lambda: stage.node.asked(TakeChangedKey) == [TakeChangedKey("Bob")])
    now_known(stage, replace(contact("Bob", CAROL_KEY), verified=False))
    await stage.shown("find.ask")
    assert stage.find("keyChanged.take") is None


@pytest.mark.usefixtures("no_pauses")
async def test_comparing_verifies_the_new_number(stage: Stage) -> None:
    await opened(stage)
    stage.click("keyChanged.compare")
    match = await stage.shown("safety.match")
    await until(match.isEnabled)
    stage.click("safety.match")
    await until(lambda: stage.node.asked(Verify) == [Verify("Bob", NUMBER_NOW)])


@pytest.mark.usefixtures("no_pauses")
async def test_what_differs_can_be_refused_for_good(stage: Stage) -> None:
    await opened(stage)
    stage.click("keyChanged.compare")
    await stage.shown("safety.match")
    assert stage.find("safety.keep") is None
    stage.click("safety.differ")
    await stage.shown("safety.keep")
    stage.click("safety.keep")
    await until(lambda: stage.node.asked(KeepKnownKey) == [KeepKnownKey("Bob")])
    now_known(stage, BOB)
    await stage.gone("keyChanged.compare")


async def test_blocking_asks_first(stage: Stage) -> None:
    await opened(stage)
    stage.click("keyChanged.block")
    await stage.shown("person.blockYes")


async def test_an_open_conversation_makes_room_until_the_key_was_looked_at(stage: Stage) -> None:
    now_known(stage, BOB)
    since = int(time.time())
    stage.node.tell(Opened("Bob", BOB_KEY, "direct", True, post_quantum=True, since=since))
    await until(lambda: "Talking now" in [row.title for row in stage.rows()])
    stage.click_row("Bob")
    await stage.shown("composer.text")
    now_known(stage, CHANGED)
    stage.node.tell(KeyChanged("Bob"))
    await stage.shown("keyChanged.compare")
    assert stage.find("composer.text") is None
    assert "Talking, key changed" in [row.line for row in stage.rows()]
    now_known(stage, BOB)
    await stage.shown("composer.text")
