"""The pages of the settings and of one's devices, brought up over a fake core."""

import re
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.fakes.fake_node import BOB_KEY, FakeNode, contact
from tests.fakes.patience import until
from tests.fakes.stage import Page, Stage, Stages
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import DeviceEntry, RecoverySheet, ShownCode, ShownToken
from whisp_desktop.session.beginning import UnknownServerError
from whisp_desktop.session.device_commands import (
    EnterCode,
    GetDevices,
    MakeCode,
    MakeRecoverySheet,
    Recover,
    ScanToken,
    ShowToken,
)
from whisp_desktop.session.events import AccountEnded, ContactsOffered, Enrolling, EnrollStep

THIS, HOME, OLD = "07" * 16, "08" * 16, "09" * 16
TOKEN = "W1:" + "6BFOXN*TS0BI$ZD" * 20
SHEET_QR = "W1R:" + "6BFOXN*TS0BI$ZD" * 6
CHARACTERS = " ".join(["A1B2"] * 26)
WRONG_PASSPHRASE = "That passphrase did not work."
REVOKED = "This device was revoked by another one of yours. Its keys have been erased."
WRONG_CODE = "That code was wrong, and it is burnt. Make a new one on the other device."
WRONG_DIGITS = (
    "Stopped. Nothing was handed over. Somebody else may have scanned the code: make a new one,"
    " out of sight."
)


def device(device_id: str, name: str = "", **more: Any) -> DeviceEntry:
    """A line of the device list."""
    day = int(time.time())
    facts = {"may_revoke": True, "holds_account_key": False, "this": False, **more}
    return DeviceEntry(
        device_id, name, added=day, issued=day, expires=day + 91 * 24 * 3600, **facts
    )


def with_devices() -> FakeNode:
    """A core with three devices, and what it takes to add a fourth."""
    node = FakeNode()
    node.answers[GetDevices] = (
        device(THIS, this=True, holds_account_key=True),
        device(HOME, "Desktop at home"),
        device(OLD, "Old laptop", revoked="lost"),
    )
    node.answers[ShowToken] = ShownToken(TOKEN, 120)
    node.answers[MakeCode] = ShownCode("4821 7390 5516", 300)
    return node


async def open_settings(stage: Stage) -> None:
    await stage.shown("own.settings")
    stage.click("own.settings")
    await stage.shown("settings.list")


async def look(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await open_settings(stage)
    return stage


async def devices(stages: Stages) -> Stage:
    stage = stages(with_devices())
    await open_settings(stage)
    stage.key(Qt.Key.Key_Down)
    stage.key(Qt.Key.Key_Return)
    await stage.shown(f"device.revoke.{HOME[:8]}")
    return stage


async def renaming_device(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click(f"device.rename.{HOME[:8]}")
    await stage.shown("person.name")
    return stage


async def revoking(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click(f"device.revoke.{HOME[:8]}")
    await stage.shown("revoke.yes")
    return stage


async def revoking_key_holder(stages: Stages) -> Stage:
    node = with_devices()
    node.answers[GetDevices] = (
        device(THIS, this=True),
        device(HOME, "Desktop at home", holds_account_key=True),
    )
    return await revoking(lambda _: stages(node))


async def adding_near(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click("devices.showCode")
    await stage.shown("adding.picture")
    await until(lambda: re.search("[0-9]", stage.get("adding.left", QLabel).text()))
    return stage


async def adding_far(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click("devices.makeCode")
    code = await stage.shown("adding.code")
    await until(code.accessibleDescription)
    return stage


async def confirming(stages: Stages) -> Stage:
    stage = await adding_near(stages)
    stage.node.tell(Enrolling(EnrollStep.AGREEING), Enrolling(EnrollStep.CONFIRM))
    await stage.shown("adding.digits")
    stage.type("adding.digits", "4186")
    return stage


async def not_added(stages: Stages) -> Stage:
    stage = await confirming(stages)
    stage.node.tell(Enrolling(EnrollStep.STOPPED, code="wrong_digits", say=WRONG_DIGITS))
    await stage.shown("adding.again")
    return stage


async def added(stages: Stages) -> Stage:
    stage = await confirming(stages)
    stage.node.tell(Enrolling(EnrollStep.FINISHING), Enrolling(EnrollStep.DONE))
    await stage.shown("adding.close")
    return stage


async def scanning(stages: Stages) -> Stage:
    stage = stages(FakeNode("new"))
    await stage.shown("firstRun.otherDevice")
    stage.click("firstRun.otherDevice")
    await stage.shown("scan.paste")
    stage.click("scan.paste")
    return stage


async def asking_about_host(stages: Stages) -> Stage:
    stage = await scanning(stages)
    stage.node.answers[ScanToken] = scan_at("a-rather-long-name.whisp.example.org")
    stage.type("scan.text", TOKEN)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("join.connect")
    return stage


def scan_at(host: str) -> Callable[[ScanToken], None]:
    """Take a token of this host once somebody has agreed to it."""

    def scan(command: ScanToken) -> None:
        if command.server != host:
            raise UnknownServerError(host)

    return scan


async def entering(stages: Stages) -> Stage:
    stage = await scanning(stages)
    stage.click("join.code")
    await stage.shown("join.digits")
    stage.type("join.digits", "482173")
    return stage


async def entered_wrong(stages: Stages) -> Stage:
    stage = await entering(stages)
    stage.type("join.digits", "482173905516")
    stage.type("join.server", "whisp.example.org")
    stage.click("join.next")
    await until(lambda: stage.node.asked(EnterCode))
    stage.node.tell(Enrolling(EnrollStep.STOPPED, by_code=True, code="wrong_code", say=WRONG_CODE))
    await until(lambda: stage.find("join.trouble"))
    return stage


async def sealing(stages: Stages) -> Stage:
    stage = await scanning(stages)
    stage.node.answers[ScanToken] = RefusedError("passphrase_needed", "Choose a passphrase first.")
    stage.type("scan.text", TOKEN)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("join.passphrase")
    return stage


async def showing_digits(stages: Stages) -> Stage:
    stage = await scanning(stages)
    stage.type("scan.text", TOKEN)
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.node.asked(ScanToken))
    stage.node.tell(Enrolling(EnrollStep.AGREEING), Enrolling(EnrollStep.CONFIRM, "418602"))
    await stage.shown("join.sixDigits")
    return stage


async def recovering(stages: Stages) -> Stage:
    stage = await scanning(stages)
    stage.node.answers[Recover] = RefusedError("wrong_passphrase", WRONG_PASSPHRASE)
    stage.click("join.recovery")
    await stage.shown("join.sheet")
    stage.type("join.sheet", CHARACTERS)
    stage.type("join.sheetPassphrase", "correct horse")
    stage.type("join.sheetServer", "whisp.example.org")
    stage.click("join.next")
    await until(lambda: stage.find("join.trouble"))
    return stage


async def helping(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click("devices.help")
    await stage.shown("help.close")
    return stage


async def sealing_sheet(stages: Stages) -> Stage:
    stage = await devices(stages)
    stage.click("devices.recovery")
    await stage.shown("recovery.make")
    return stage


async def sheet_made(stages: Stages) -> Stage:
    stage = await sealing_sheet(stages)
    stage.node.answers[MakeRecoverySheet] = RecoverySheet(SHEET_QR, CHARACTERS)
    for name in ("recovery.passphrase", "recovery.passphraseAgain"):
        stage.type(name, "correct horse")
    stage.click("recovery.make")
    await stage.shown("recovery.print")
    return stage


async def offered(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("people.list")
    stage.node.tell(ContactsOffered(HOME, "Desktop at home"))
    await stage.shown("offer.share")
    return stage


async def revoked(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (contact("Bob", BOB_KEY),)
    stage = stages(node)
    await stage.shown("people.list")
    await until(lambda: len(stage.rows()) > 1)
    node.profile, node.contacts = "new", ()
    node.tell(AccountEnded("device_revoked", REVOKED))
    await stage.shown("trouble.again")
    return stage


DEVICE_PAGES: tuple[Page, ...] = (
    look,
    devices,
    renaming_device,
    revoking,
    revoking_key_holder,
    adding_near,
    adding_far,
    confirming,
    not_added,
    added,
    scanning,
    asking_about_host,
    entering,
    entered_wrong,
    sealing,
    showing_digits,
    recovering,
    helping,
    sealing_sheet,
    sheet_made,
    offered,
    revoked,
)
