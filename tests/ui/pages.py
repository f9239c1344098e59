"""Every page of the window, brought up over a fake core."""

import time
from dataclasses import replace

from PySide6.QtCore import Qt

from tests.fakes.fake_node import BOB_KEY, CAROL_KEY, NUMBER, FakeNode, contact, found
from tests.fakes.patience import until
from tests.fakes.stage import Page, Stage, Stages
from tests.ui.device_pages import DEVICE_PAGES
from tests.ui.key_pages import KEY_PAGES
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import CardFound, ChangedKey, OwnCard, Safety
from whisp_desktop.session.commands import (
    CreateAccount,
    GetCard,
    GetChangedKey,
    GetSafety,
    GetStatus,
    LookUp,
    ReadCard,
    Rename,
    RequestId,
    TakeChangedKey,
)
from whisp_desktop.session.events import How, Notice, Requested, ServerChanged, Solving

LONGEST_NAME = "wwwwwwwwwwwwwwwwwwwwwwww"


async def welcome(stages: Stages) -> Stage:
    stage = stages(FakeNode("new"))
    await stage.shown("firstRun.next")
    return stage


async def username(stages: Stages) -> Stage:
    stage = await welcome(stages)
    stage.click("firstRun.next")
    await stage.shown("firstRun.username")
    stage.type("firstRun.server", "whisp.example.org")
    stage.type("firstRun.username", LONGEST_NAME)
    await until(lambda: stage.node.commands)
    return stage


async def working(stages: Stages) -> Stage:
    stage = await username(stages)
    stage.node.held.add(CreateAccount)
    stage.click("firstRun.next")
    await until(lambda: stage.node.asked(CreateAccount))
    stage.node.tell(Solving(0.42))
    await stage.shown("firstRun.work")
    return stage


async def keys(stages: Stages) -> Stage:
    stage = await username(stages)
    stage.click("firstRun.next")
    await stage.shown("firstRun.keychain")
    return stage


async def passphrase(stages: Stages) -> Stage:
    node = FakeNode("new")
    node.needs_passphrase = True
    stage = await username(lambda _: stages(node))
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")
    stage.click("firstRun.next")
    return stage


async def protection(stages: Stages) -> Stage:
    stage = await keys(stages)
    stage.click("firstRun.next")
    await until(lambda: stage.find("firstRun.keychain") is None)
    return stage


async def home(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (contact(LONGEST_NAME, BOB_KEY),)
    stage = stages(node)
    await stage.shown("find.field")
    node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 100))
    node.tell(Notice("clock", "The clock of this computer is wrong."))
    await stage.shown("notice.close")
    return stage


async def person(stages: Stages) -> Stage:
    node = FakeNode()
    node.people[LONGEST_NAME] = found(LONGEST_NAME)
    stage = stages(node)
    await stage.shown("find.field")
    stage.type("find.field", LONGEST_NAME)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.ask")
    return stage


async def looking(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    stage.node.held.add(LookUp)
    await stage.shown("find.field")
    stage.type("find.field", LONGEST_NAME)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.work")
    stage.node.tell(Solving(0.42))
    return stage


async def nobody(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("find.field")
    stage.type("find.field", "nobody")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.again")
    return stage


async def request_page(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("find.field")
    ends = time.monotonic() + 100
    asked = Requested(RequestId("1"), LONGEST_NAME, CAROL_KEY, NUMBER, How.NAME, ends)
    stage.node.tell(asked)
    await until(lambda: len(stage.home.people.rows) == 2)
    stage.home.pane.show_request(asked.request)
    await stage.shown("request.accept")
    return stage


async def unlock(stages: Stages) -> Stage:
    stage = stages(FakeNode("locked"))
    await stage.shown("unlock.open")
    return stage


async def trouble(stages: Stages) -> Stage:
    node = FakeNode()
    node.refuse = RefusedError("keychain_locked", "The keychain is locked. Unlock it first.")
    stage = stages(node)
    await stage.shown("trouble.again")
    return stage


async def lost(stages: Stages) -> Stage:
    node = FakeNode()
    node.answers[GetStatus] = RefusedError(
        "entry_lost",
        "The keychain (SecretService) has lost your keys. Put back a copy of the keychain. Or set"
        " this profile aside, and come back with your recovery sheet or another device.",
    )
    stage = stages(node)
    await stage.shown("trouble.aside")
    return stage


async def setting_aside(stages: Stages) -> Stage:
    stage = await lost(stages)
    stage.click("trouble.aside")
    await stage.shown("aside.yes")
    return stage


async def _with_contact(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (contact(LONGEST_NAME, BOB_KEY, verified=False),)
    node.answers[GetSafety] = Safety(NUMBER, "", verified=False)
    stage = stages(node)
    await stage.shown("find.field")
    await until(lambda: stage.home.people.rows)
    return stage


async def comparing(stages: Stages) -> Stage:
    stage = await _with_contact(stages)
    stage.home.persons.open_safety(LONGEST_NAME)
    match = await stage.shown("safety.match")
    await until(match.isEnabled)
    return stage


async def differing(stages: Stages) -> Stage:
    stage = await comparing(stages)
    stage.click("safety.differ")
    await stage.shown("safety.block")
    return stage


async def renaming(stages: Stages) -> Stage:
    stage = await _with_contact(stages)
    say = "That name cannot be shown. Use letters and spaces, 64 bytes at most."
    stage.node.answers[Rename] = RefusedError("bad_petname", say)
    stage.act(LONGEST_NAME, "person.rename")
    stage.click("person.rename")
    await until(lambda: stage.says(say))
    return stage


async def blocking(stages: Stages) -> Stage:
    stage = await _with_contact(stages)
    stage.act(LONGEST_NAME, "person.block")
    await stage.shown("person.blockYes")
    return stage


async def key_changed(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (replace(contact(LONGEST_NAME, BOB_KEY), key_changed=True),)
    node.answers[GetChangedKey] = ChangedKey(LONGEST_NAME, True, NUMBER, NUMBER[::-1])
    say = "That is the key of your contact Eve. Remove one of the two first."
    node.answers[TakeChangedKey] = RefusedError("key_in_use", say)
    node.answers[GetSafety] = Safety(NUMBER, "", verified=True)
    stage = stages(node)
    await stage.shown("find.field")
    await until(lambda: stage.home.people.rows)
    stage.home.pane.show_person(LONGEST_NAME)
    await until((await stage.shown("keyChanged.take")).isEnabled)
    stage.click("keyChanged.take")
    await until(lambda: stage.says(say))
    return stage


async def differing_from_a_new_key(stages: Stages) -> Stage:
    stage = await key_changed(stages)
    stage.home.pane.compare_asked.emit(LONGEST_NAME)
    match = await stage.shown("safety.match")
    await until(match.isEnabled)
    stage.click("safety.differ")
    await stage.shown("safety.keep")
    return stage


async def card(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    stage.node.answers[GetCard] = OwnCard("W1:" + "A" * 250, "whisp:1#" + "a" * 300)
    await stage.shown("find.field")
    stage.home.left.own.card_asked.emit()
    await until((await stage.shown("card.copy")).isEnabled)
    stage.click("card.copy")
    return stage


async def link(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    hosts = ("whisp.example.org", "a.example")
    stage.node.answers[ReadCard] = CardFound(
        LONGEST_NAME, hosts, BOB_KEY, NUMBER, (True, False), namesake=LONGEST_NAME
    )
    await stage.shown("find.field")
    stage.home.pane.show_card("whisp:1#")
    await stage.shown("add.add")
    return stage


async def no_link(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    say = "This card is damaged or was changed. Ask for it once more."
    stage.node.answers[ReadCard] = RefusedError("bad_card", say)
    await stage.shown("find.field")
    stage.home.pane.show_card("whisp:1#")
    await until(lambda: stage.says(say))
    return stage


PAGES: tuple[Page, ...] = (
    welcome,
    username,
    working,
    keys,
    passphrase,
    protection,
    home,
    person,
    looking,
    nobody,
    request_page,
    comparing,
    differing,
    renaming,
    blocking,
    key_changed,
    differing_from_a_new_key,
    card,
    link,
    no_link,
    unlock,
    trouble,
    lost,
    setting_aside,
    *DEVICE_PAGES,
    *KEY_PAGES,
)
