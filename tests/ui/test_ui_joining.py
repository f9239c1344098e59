"""From an empty profile to another device of an account, through the real widgets."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.fakes.patience import until
from tests.fakes.stage import Stages
from tests.ui.device_pages import (
    TOKEN,
    WRONG_CODE,
    asking_about_host,
    entered_wrong,
    entering,
    scanning,
    sealing,
    showing_digits,
)
from whisp_desktop.session.commands import ChoosePassphrase
from whisp_desktop.session.device_commands import EnterCode, ScanToken, StopEnrolling
from whisp_desktop.session.events import Enrolling, EnrollStep

HOST = "a-rather-long-name.whisp.example.org"


async def test_digits_are_shown_until_the_other_device_has_them(stages: Stages) -> None:
    stage = await showing_digits(stages)
    assert stage.node.asked(ScanToken) == [ScanToken(TOKEN)]
    assert stage.says("Step 3 of 3")
    digits = stage.get("join.sixDigits")
    assert digits.accessibleDescription() == "4 1 8, 6 0 2"
    stage.node.tell(Enrolling(EnrollStep.FINISHING))
    await until(lambda: not digits.accessibleDescription())
    stage.node.profile = "open"
    stage.node.tell(Enrolling(EnrollStep.DONE))
    await stage.shown("people.list")
    assert stage.find("join.sixDigits") is None


async def test_an_unknown_server_is_asked_about_by_its_name(stages: Stages) -> None:
    stage = await asking_about_host(stages)
    assert stage.get("sheet.cancel").hasFocus()
    assert stage.says(f"Your other device is at {HOST}. Whoever runs it sees your network address.")
    stage.key(Qt.Key.Key_Escape)
    await stage.gone("join.connect")
    assert stage.node.asked(ScanToken) == [ScanToken(TOKEN)]
    stage.type("scan.text", TOKEN)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("join.connect")
    stage.click("join.connect")
    await until(lambda: stage.node.asked(ScanToken)[-1] == ScanToken(TOKEN, HOST))


async def test_a_code_goes_with_its_server_and_has_one_attempt(stages: Stages) -> None:
    stage = await entering(stages)
    stage.click("join.next")
    assert stage.node.asked(EnterCode) == []
    stage.get("join.digits", QLineEdit).setText("4821 · 7390 · 5516")
    stage.click("join.next")
    assert stage.says("Name the server of your other device first.")
    stage.type("join.server", "whisp.example.org")
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.node.asked(EnterCode))
    assert stage.node.asked(EnterCode) == [EnterCode("whisp.example.org", "482173905516")]
    assert stage.get("join.digits", QLineEdit).text() == ""


async def test_a_wrong_code_is_said_to_be_burnt(stages: Stages) -> None:
    stage = await entered_wrong(stages)
    assert stage.says(WRONG_CODE)
    assert not stage.get("join.digits", QLineEdit).text()
    stage.click("join.back")
    await stage.shown("scan.paste")
    assert not stage.says(WRONG_CODE)


async def test_where_there_is_no_keychain_the_passphrase_comes_first(stages: Stages) -> None:
    stage = await sealing(stages)
    stage.node.answers.pop(ScanToken)
    stage.type("join.passphrase", "correct horse")
    stage.type("join.passphraseAgain", "correct hors")
    stage.click("join.next")
    assert stage.says("The two are not the same. Type it again.")
    stage.type("join.passphraseAgain", "correct horse")
    stage.key(Qt.Key.Key_Return)
    await until(lambda: len(stage.node.asked(ScanToken)) == 2)
    assert [type(one) for one in stage.node.commands[-2:]] == [ChoosePassphrase, ScanToken]


async def test_a_stop_leads_back_to_where_it_began(stages: Stages) -> None:
    stage = await showing_digits(stages)
    stage.click("join.back")
    await until(lambda: stage.node.asked(StopEnrolling))
    say = "Stopped. This code does not work any more."
    stage.node.tell(Enrolling(EnrollStep.STOPPED, code="stopped", say=say))
    await stage.shown("scan.paste")
    assert stage.find("join.trouble") is None


async def test_the_way_back_leads_to_the_first_page(stages: Stages) -> None:
    stage = await scanning(stages)
    stage.click("join.back")
    await stage.shown("firstRun.otherDevice")
    stage.click("firstRun.next")
    await stage.shown("firstRun.username")
