"""The devices page and the sheets of adding one, over a fake core."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.fakes.patience import until
from tests.fakes.stage import Page, Stage, Stages
from tests.ui.codes import code_in
from tests.ui.device_pages import (
    HOME,
    OLD,
    REVOKED,
    THIS,
    TOKEN,
    WRONG_DIGITS,
    added,
    adding_far,
    adding_near,
    confirming,
    device,
    devices,
    not_added,
    offered,
    renaming_device,
    revoked,
    revoking,
    revoking_key_holder,
    with_devices,
)
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.device_commands import (
    ConfirmDigits,
    GetDevices,
    MakeCode,
    RenameDevice,
    Revoke,
    ShareContacts,
    ShowToken,
    StopEnrolling,
)
from whisp_desktop.session.events import (
    AccountEnded,
    ContactsOffered,
    DevicesChanged,
    Enrolling,
    EnrollStep,
)
from whisp_desktop.ui.views.home import Home

OFFER = (
    "{} is here for the first time. Share contacts and verified marks with it? Both devices have"
    " to say yes."
)


async def test_a_device_gets_another_name_here(stages: Stages) -> None:
    stage = await renaming_device(stages)
    stage.type("person.name", "Study")
    stage.node.answers[GetDevices] = (device(THIS, this=True), device(HOME, "Study"))
    stage.key(Qt.Key.Key_Return)
    await stage.gone("person.name")
    assert stage.node.asked(RenameDevice) == [RenameDevice(HOME, "Study")]
    stage.node.tell(DevicesChanged())
    await until(lambda: stage.says("Study"))
    assert stage.find(f"device.name.{OLD[:8]}") is None


@pytest.mark.parametrize(
    ("clicks", "reason"),
    [
        (["revoke.yes"], "lost"),
        (["revoke.stolen", "revoke.yes"], "stolen"),
        (["revoke.retire"], "retired"),
    ],
)
async def test_a_device_is_revoked_for_a_reason(
    stages: Stages, clicks: list[str], reason: str
) -> None:
    stage = await revoking(stages)
    assert stage.get("sheet.cancel").hasFocus()
    for name in clicks:
        stage.click(name)
    await stage.gone("revoke.yes")
    assert stage.node.asked(Revoke) == [Revoke(HOME, reason)]


async def test_what_revoking_the_account_key_means_is_said_before(stages: Stages) -> None:
    ends = (
        "This device holds your account key. Revoking it ends the account, and you start a new one."
        " Only retired, still in your hands? Choose Retire."
    )
    stage = await revoking_key_holder(stages)
    assert stage.says(ends)
    say = "The server does not answer. Try again."
    stage.node.answers[Revoke] = RefusedError("unreachable", say)
    stage.click("revoke.yes")
    await until(lambda: stage.says(say))


async def test_what_this_computer_may_not_do_is_not_offered(stages: Stages) -> None:
    node = with_devices()
    node.answers[GetDevices] = (device(THIS, this=True, may_revoke=False), device(HOME, "Study"))
    stage = await devices(lambda _: stages(node))
    for name in ("devices.showCode", "devices.makeCode", f"device.revoke.{HOME[:8]}"):
        assert not stage.get(name).isEnabled()
        assert stage.get(name).toolTip().endswith(".")
    assert stage.find(f"device.revoke.{THIS[:8]}") is None


async def test_the_code_can_be_scanned_and_goes_with_its_sheet(stages: Stages) -> None:
    stage = await adding_near(stages)
    picture = stage.get("adding.picture")
    assert code_in(picture.grab().toImage()) == TOKEN
    spoken = r"Code for the other device, 1[0-9]{2} seconds left"
    assert re.fullmatch(spoken, picture.accessibleName())
    stage.click("sheet.cancel")
    assert code_in(picture.grab().toImage()) == ""
    await until(lambda: stage.node.asked(StopEnrolling))


async def test_the_account_key_takes_another_code(stages: Stages) -> None:
    stage = await adding_near(stages)
    stage.click("adding.accountKey")
    await until(lambda: len(stage.node.asked(ShowToken)) == 2)
    given = [command.hand_over_account_key for command in stage.node.asked(ShowToken)]
    assert given == [False, True]
    assert stage.node.asked(StopEnrolling) == []


async def test_a_code_is_burnt_with_its_sheet(stages: Stages) -> None:
    stage = await adding_far(stages)
    assert stage.node.asked(MakeCode) == [MakeCode()]
    code = stage.get("adding.code")
    assert code.accessibleDescription() == "4 8 2 1, 7 3 9 0, 5 5 1 6"
    stage.key(Qt.Key.Key_Escape)
    assert code.accessibleDescription() == ""
    await until(lambda: stage.node.asked(StopEnrolling))


async def test_pasted_digits_have_one_try(stages: Stages) -> None:
    stage = await confirming(stages)
    boxes = stage.get("adding.digits", QLineEdit)
    assert not stage.get("adding.confirm").isEnabled()
    boxes.setText("418 602")
    texts: list[str] = []
    boxes.textChanged.connect(texts.append)
    stage.node.held.add(ConfirmDigits)
    for _ in range(2):
        stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.node.asked(ConfirmDigits))
    stage.node.tell(Enrolling(EnrollStep.DONE))
    await stage.shown("adding.close")
    assert stage.node.asked(ConfirmDigits) == [ConfirmDigits("418602")]
    assert texts == [""]
    stage.click("adding.close")
    assert stage.node.asked(StopEnrolling) == []


async def test_a_stop_is_explained_and_another_code_offered(stages: Stages) -> None:
    stage = await not_added(stages)
    assert stage.says(WRONG_DIGITS)
    stage.click("adding.again")
    await stage.shown("adding.picture")
    await until(lambda: len(stage.node.asked(ShowToken)) == 2)


async def test_digits_by_code_have_a_sentence_of_their_own(stages: Stages) -> None:
    stage = await adding_far(stages)
    stage.node.tell(Enrolling(EnrollStep.CONFIRM, by_code=True))
    await stage.shown("adding.digits")
    assert stage.says(
        "Whoever holds that device will speak as you. Type the digits only if you know the voice"
        " that reads them."
    )


@pytest.mark.parametrize("page", [adding_near, confirming, added], ids=lambda one: one.__name__)
async def test_the_sheets_go_with_the_core(stages: Stages, page: Page) -> None:
    stage: Stage = await page(stages)
    stage.node.die(OSError("no more memory"))
    await stage.shown("trouble.again")
    for name in ("adding.picture", "adding.digits", "adding.close"):
        await stage.gone(name)


async def test_contacts_are_shared_after_a_yes(stages: Stages) -> None:
    stage = await offered(stages)
    stage.node.tell(ContactsOffered(OLD, ""))
    await until(lambda: stage.says(OFFER.format("Desktop at home")))
    stage.click("offer.share")
    await until(lambda: stage.says(OFFER.format("Another device of yours")))
    stage.click("offer.refuse")
    await stage.gone("offer.share")
    answers = [ShareContacts(HOME, agreed=True), ShareContacts(OLD, agreed=False)]
    assert stage.node.asked(ShareContacts) == answers


async def test_a_revoked_device_shows_why_and_nothing_of_the_account(stages: Stages) -> None:
    stage = await revoked(stages)
    assert stage.says("This device was revoked")
    assert stage.says(REVOKED)
    await until(lambda: stage.window.findChildren(Home) == [])
    assert stage.scenes.account.account is None
    stage.click("trouble.again")
    await stage.shown("firstRun.otherDevice")
    stage.node.profile = "open"
    stage.scenes.account.open()
    await stage.shown("people.list")
    assert stage.rows() == []


async def test_the_account_ends_also_behind_the_settings(stages: Stages) -> None:
    stage = await adding_near(stages)
    stage.node.tell(AccountEnded("account_ended", "This device held your account key."))
    await stage.shown("trouble.again")
    assert stage.says("The account has ended")
    await stage.gone("adding.picture")
    stage.node.die(OSError("it is over"))
    await until(lambda: stage.says("This device held your account key."))
