"""A recovery sheet through the window: made, shown, painted for a printer, and typed again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit

from tests.fakes.patience import until
from tests.fakes.stage import Stages
from tests.ui.codes import code_in
from tests.ui.device_pages import (
    CHARACTERS,
    SHEET_QR,
    WRONG_PASSPHRASE,
    recovering,
    scanning,
    sealing_sheet,
    sheet_made,
)
from tests.ui.pages import keys, passphrase
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import RecoverySheet
from whisp_desktop.session.commands import ChoosePassphrase
from whisp_desktop.session.device_commands import MakeRecoverySheet, Recover
from whisp_desktop.ui.views.recovery_print import print_sheet


@pytest.mark.usefixtures("no_pauses")
async def test_it_is_offered_once_the_account_is_made(stages: Stages) -> None:
    stage = await passphrase(stages)
    assert not stage.get("firstRun.recovery").isEnabled()
    stage = await keys(stages)
    stage.click("firstRun.recovery")
    await stage.shown("recovery.make")
    stage.key(Qt.Key.Key_Escape)
    await stage.gone("recovery.make")
    assert stage.says("Where your keys live")


async def test_it_is_shown_until_the_sheet_closes(stages: Stages) -> None:
    stage = await sheet_made(stages)
    picture, characters = stage.get("recovery.picture"), stage.get("recovery.characters", QLabel)
    assert code_in(picture.grab().toImage()) == SHEET_QR
    assert characters.text() == CHARACTERS
    assert stage.node.asked(MakeRecoverySheet)[0].passphrase.closed
    stage.click("recovery.close")
    assert code_in(picture.grab().toImage()) == ""
    assert characters.text() == ""


async def test_two_different_passphrases_make_nothing(stages: Stages) -> None:
    stage = await sealing_sheet(stages)
    assert stage.get("recovery.passphrase").hasFocus()
    stage.type("recovery.passphrase", "correct horse")
    stage.type("recovery.passphraseAgain", "battery staple")
    stage.click("recovery.make")
    assert stage.says("The two are not the same. Type it again.")
    assert stage.node.asked(MakeRecoverySheet) == []


async def test_a_refusal_is_said(stages: Stages) -> None:
    stage = await sealing_sheet(stages)
    say = "This device does not hold the account key."
    stage.node.answers[MakeRecoverySheet] = RefusedError("no_account_key", say)
    for name in ("recovery.passphrase", "recovery.passphraseAgain"):
        stage.type(name, "correct horse")
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.says(say))


def test_the_printed_code_can_be_read() -> None:
    page = QImage(1240, 1754, QImage.Format.Format_RGB32)  # A4 with 150 dots an inch
    page.setDotsPerMeterX(5906)
    page.setDotsPerMeterY(5906)
    page.fill(Qt.GlobalColor.white)
    print_sheet(page, RecoverySheet(SHEET_QR, CHARACTERS))
    assert code_in(page) == SHEET_QR


async def test_a_wrong_passphrase_can_be_typed_again(stages: Stages) -> None:
    stage = await recovering(stages)
    assert stage.says(WRONG_PASSPHRASE)
    assert stage.get("join.sheet", QLineEdit).text() == CHARACTERS
    stage.node.answers[Recover] = lambda _: setattr(stage.node, "profile", "open")
    stage.type("join.sheetPassphrase", "battery staple")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("people.list")
    tries = stage.node.asked(Recover)
    assert [(one.text, one.server) for one in tries] == [(CHARACTERS, "whisp.example.org")] * 2
    assert all(one.passphrase.closed for one in tries)


async def test_the_vaults_passphrase_comes_between(stages: Stages) -> None:
    stage = await scanning(stages)
    passphrases: list[bytes] = []

    def recover(command: Recover) -> None:
        passphrases.append(bytes(command.passphrase.data))
        if len(passphrases) == 1:
            raise RefusedError("passphrase_needed", "Choose a passphrase first.")
        stage.node.profile = "open"

    stage.node.answers[Recover] = recover
    stage.click("join.recovery")
    await stage.shown("join.sheet")
    stage.type("join.sheet", CHARACTERS)
    stage.type("join.sheetPassphrase", "of the sheet")
    stage.type("join.sheetServer", "whisp.example.org")
    stage.click("join.next")
    await stage.shown("join.passphrase")
    for name in ("join.passphrase", "join.passphraseAgain"):
        stage.type(name, "of the vault")
    stage.click("join.next")
    await stage.shown("people.list")
    assert passphrases == [b"of the sheet"] * 2
    assert len(stage.node.asked(ChoosePassphrase)) == 1
