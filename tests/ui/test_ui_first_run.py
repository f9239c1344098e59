"""From an empty profile to an account, through the real widgets."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from tests.fakes.fake_node import CAROL_KEY, NUMBER, FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.chat.admission import How
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import CheckName, ChoosePassphrase, CreateAccount, RequestId
from whisp_desktop.session.events import Requested, ServerChanged, Solving
from whisp_desktop.ui.viewmodels import first_run
from whisp_desktop.ui.views.mark import BrandPanel

LATER = "Comes in a later version."


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_run, "PAUSE_S", 0.03)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(FakeNode("new"), tmp_path)
    await stage.shown("firstRun.next")
    yield stage
    await stage.end()


async def go_to_username(stage: Stage, name: str = "", server: str = "whisp.example.org") -> None:
    stage.click("firstRun.next")
    await stage.shown("firstRun.username")
    stage.type("firstRun.server", server)
    stage.type("firstRun.username", name)


async def test_it_says_what_whisp_is_and_nothing_is_sent_yet(stage: Stage) -> None:
    assert stage.says("Talk as if in the same room")
    assert stage.says("Step 1 of 4")
    stage.click("firstRun.next")
    await stage.shown("firstRun.username")
    assert stage.get("firstRun.server", QLineEdit).text() == ""
    assert stage.node.asked(CheckName) == []


async def test_the_keyboard_alone_is_enough(stage: Stage) -> None:
    assert stage.get("firstRun.next").hasFocus()
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.get("firstRun.username").hasFocus())
    QTest.keyClicks(stage.window.focusWidget(), "alice")
    stage.get("firstRun.server").setFocus()
    QTest.keyClicks(stage.window.focusWidget(), "whisp.example.org")
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.find("firstRun.keychain"))
    for step in ("Step 4 of 4", "alice"):
        assert stage.get("firstRun.next").hasFocus()
        stage.key(Qt.Key.Key_Return)
        await until(lambda step=step: stage.says(step))
    assert stage.get("empty.find").hasFocus()


async def test_a_free_name_is_told_while_it_is_typed(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    assert stage.node.asked(CheckName) == [CheckName("alice", "whisp.example.org")]


async def test_typing_costs_one_check_not_one_a_key(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_run, "PAUSE_S", 1.0)
    await go_to_username(stage, "alice_in_wonderland")
    await until(lambda: stage.says("“alice_in_wonderland” is free."))
    assert len(stage.node.asked(CheckName)) == 1


async def test_a_taken_name_is_told_and_cannot_go_on(stage: Stage) -> None:
    await go_to_username(stage, "bob")
    await until(lambda: stage.says("“bob” is taken. Try another one."))
    assert not stage.get("firstRun.next").isEnabled()
    assert stage.get("firstRun.username").property("wrong") == "true"


@pytest.mark.parametrize("name", ["ab", "Alice", "1alice", "al ice", "al-ice"])
async def test_a_bad_name_is_told_without_asking_the_server(stage: Stage, name: str) -> None:
    await go_to_username(stage, name)
    await until(
        lambda: stage.says("Use 3 to 24 letters a–z, digits or underscores, a letter first.")
    )
    assert not stage.get("firstRun.next").isEnabled()
    assert stage.node.asked(CheckName) == []


async def test_an_older_check_is_cancelled_when_the_name_changes(stage: Stage) -> None:
    stage.node.held.add(CheckName)
    await go_to_username(stage, "alice")
    await until(lambda: stage.node.asked(CheckName))
    stage.type("firstRun.username", "carol")
    await until(lambda: stage.node.cancelled)
    assert stage.node.cancelled == [CheckName("alice", "whisp.example.org")]
    stage.node.release(CheckName)
    await until(lambda: stage.says("“carol” is free."))


async def test_without_a_server_nobody_is_asked(stage: Stage) -> None:
    await go_to_username(stage, "alice", server="")
    assert stage.get("firstRun.username", QLineEdit).text() == "alice"
    assert not stage.get("firstRun.next").isEnabled()
    assert stage.node.asked(CheckName) == []


async def test_a_server_that_does_not_answer_is_told_under_its_field(stage: Stage) -> None:
    say = "The server does not answer. Look at its name, then try again."
    stage.node.answers[CheckName] = RefusedError("server_unreachable", say)
    await go_to_username(stage, "alice")
    await until(lambda: stage.says(say))
    assert stage.get("firstRun.server").property("wrong") == "true"
    assert stage.get("firstRun.server", QLineEdit).text() == "whisp.example.org"


async def test_the_account_is_made_and_the_keychain_named(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.click("firstRun.next")
    await until(lambda: stage.says("SecretService. It opens when you log in."))
    assert stage.node.asked(CreateAccount) == [CreateAccount("alice", "whisp.example.org")]
    assert stage.says("Your keys were made on this computer. Whoever has them is you.")
    assert stage.find("firstRun.back") is None
    assert stage.find("firstRun.passphrase") is None
    stage.click("firstRun.next")
    await until(lambda: stage.says("Before you start"))
    stage.click("firstRun.next")
    await stage.shown("find.field")
    assert stage.says("alice")


async def test_enter_in_the_field_goes_on(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.key(Qt.Key.Key_Return)
    await stage.shown("firstRun.keychain")


async def test_a_name_taken_in_the_last_moment_stays_in_the_field(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.node.taken.add("alice")
    stage.click("firstRun.next")
    await until(lambda: stage.says("“alice” is taken. Try another one."))
    assert stage.get("firstRun.username", QLineEdit).text() == "alice"


async def test_while_the_account_is_made_the_button_turns_and_ignores_clicks(
    stage: Stage,
) -> None:
    stage.node.held.add(CreateAccount)
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.click("firstRun.next")
    await until(lambda: stage.node.asked(CreateAccount))
    stage.click("firstRun.next")
    stage.get("firstRun.username").setFocus()
    stage.key(Qt.Key.Key_Return)
    stage.node.release(CreateAccount)
    await stage.shown("firstRun.keychain")
    assert len(stage.node.asked(CreateAccount)) == 1


async def test_going_back_keeps_what_was_typed(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    stage.click("firstRun.back")
    await until(lambda: stage.says("Step 1 of 4"))
    stage.click("firstRun.next")
    assert stage.get("firstRun.username", QLineEdit).text() == "alice"


async def test_without_a_keychain_a_passphrase_is_asked_twice(tmp_path: Path) -> None:
    node = FakeNode("new")
    node.needs_passphrase = True
    stage = Stage(node, tmp_path)
    await stage.shown("firstRun.next")
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")
    assert stage.says("None was found on this computer.")
    assert stage.get("firstRun.passphrase", QLineEdit).echoMode() is QLineEdit.EchoMode.Password
    stage.click("firstRun.next")
    await until(lambda: stage.says("Type a passphrase."))
    stage.type("firstRun.passphrase", "correct horse")
    stage.type("firstRun.passphraseAgain", "correct house")
    stage.click("firstRun.next")
    await until(lambda: stage.says("The two are not the same. Type it again."))
    assert node.asked(ChoosePassphrase) == []
    stage.type("firstRun.passphraseAgain", "correct horse")
    stage.click("firstRun.next")
    await stage.gone("firstRun.passphrase")
    assert node.passphrase == b"correct horse"
    assert node.asked(ChoosePassphrase)[0].passphrase.closed
    assert stage.says("A sealed file. Whisp asks for the passphrase at every start.")
    await stage.end()


async def test_a_passphrase_that_is_refused_can_be_typed_again(tmp_path: Path) -> None:
    node = FakeNode("new")
    node.needs_passphrase = True
    node.answers[ChoosePassphrase] = RefusedError("passphrase_short", "Use at least 8 characters.")
    stage = Stage(node, tmp_path)
    await stage.shown("firstRun.next")
    await go_to_username(stage, "alice")
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")
    for name in ("firstRun.passphrase", "firstRun.passphraseAgain"):
        stage.type(name, "short")
    stage.click("firstRun.next")
    await until(lambda: stage.says("Use at least 8 characters."))
    assert stage.find("firstRun.passphrase") is not None
    assert stage.get("firstRun.next").isEnabled()
    await stage.end()


async def to_passphrase(stage: Stage, name: str) -> None:
    stage.node.needs_passphrase = True
    await stage.shown("firstRun.next")
    await go_to_username(stage, name)
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")


def type_passphrase(stage: Stage, words: str) -> None:
    for name in ("firstRun.passphrase", "firstRun.passphraseAgain"):
        stage.type(name, words)


async def test_after_a_refused_name_another_passphrase_can_be_typed(stage: Stage) -> None:
    await to_passphrase(stage, "carol")
    stage.node.taken.add("carol")
    type_passphrase(stage, "correct horse")
    stage.click("firstRun.next")
    await until(lambda: stage.says("“carol” is taken. Try another one."))
    stage.type("firstRun.username", "alice")
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")
    assert stage.says("Leave both empty to keep the one that you typed.")
    type_passphrase(stage, "battery staple")
    stage.key(Qt.Key.Key_Return)
    await stage.gone("firstRun.passphrase")
    assert stage.node.passphrase == b"battery staple"
    assert all(one.passphrase.closed for one in stage.node.asked(ChoosePassphrase))
    assert stage.node.asked(CreateAccount)[-1] == CreateAccount("alice", "whisp.example.org")


async def test_after_a_refused_name_the_passphrase_need_not_be_typed_again(stage: Stage) -> None:
    await to_passphrase(stage, "alice")
    say = "The server does not answer. Look at its name, then try again."
    stage.node.answers[CreateAccount] = RefusedError("server_unreachable", say)
    type_passphrase(stage, "correct horse")
    stage.click("firstRun.next")
    await until(lambda: stage.says(say))
    del stage.node.answers[CreateAccount]
    stage.click("firstRun.next")
    await stage.gone("firstRun.passphrase")
    assert len(stage.node.asked(ChoosePassphrase)) == 1
    assert stage.node.passphrase == b"correct horse"


async def test_the_work_for_a_new_name_is_shown_and_can_be_cancelled(stage: Stage) -> None:
    stage.node.held.add(CreateAccount)
    await go_to_username(stage, "alice")
    await until(lambda: stage.says("“alice” is free."))
    stage.click("firstRun.next")
    await until(lambda: stage.node.asked(CreateAccount))
    assert stage.find("firstRun.work") is None
    assert not stage.get("firstRun.back").isEnabled()
    stage.node.tell(Solving(0.42))
    await stage.shown("firstRun.work")
    words = "Your computer works for the server: 42 %. That slows down mass sign-ups."
    assert stage.says(words)
    back = stage.get("firstRun.back", QPushButton)
    assert (back.text(), back.accessibleName()) == ("Cancel", "Cancel")
    stage.click("firstRun.back")
    await until(lambda: stage.node.cancelled)
    await until(lambda: stage.get("firstRun.back", QPushButton).text() == "Back")
    assert stage.find("firstRun.work") is None
    assert stage.get("firstRun.username", QLineEdit).text() == "alice"
    stage.node.release(CreateAccount)
    stage.click("firstRun.next")
    await stage.shown("firstRun.keychain")


async def test_what_was_sent_cannot_be_cancelled(stage: Stage) -> None:
    stage.node.held.add(CreateAccount)
    await go_to_username(stage, "alice")
    stage.click("firstRun.next")
    await until(lambda: stage.node.asked(CreateAccount))
    stage.node.tell(Solving(0.9))
    await stage.shown("firstRun.work")
    stage.node.tell(Solving(1.0))
    await stage.gone("firstRun.work")
    assert not stage.get("firstRun.back").isEnabled()
    stage.node.release(CreateAccount)
    await stage.shown("firstRun.keychain")


async def test_what_comes_later_is_not_offered_as_working(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    stage.click("firstRun.next")
    await stage.shown("firstRun.keychain")
    stage.click("firstRun.next")
    await until(lambda: stage.says("Before you start"))
    for name in ("App lock", "Panic key", "Hide my network address", "Start with the computer"):
        widgets = stage.window.findChildren(QWidget)
        control = next(one for one in widgets if one.accessibleName() == name and one.isVisible())
        assert not control.isEnabled()
        assert control.toolTip() == LATER


async def test_the_brand_panel_goes_where_it_is_narrow(stage: Stage) -> None:
    panel = stage.window.findChild(BrandPanel)
    assert panel.isVisible()
    stage.window.resize(QSize(880, 700))
    await until(lambda: not panel.isVisible())


async def test_who_asks_during_the_first_run_waits_at_its_end(stage: Stage) -> None:
    await go_to_username(stage, "alice")
    stage.click("firstRun.next")
    await stage.shown("firstRun.keychain")
    ends = time.monotonic() + 60
    stage.node.tell(
        Requested(RequestId("1"), "carol", CAROL_KEY, NUMBER, How.NAME, ends),
        ServerChanged(connected=True, retry_at=None),
    )
    for _ in range(2):
        stage.click("firstRun.next")
    await stage.shown("request.accept")
    assert stage.says("carol wants to talk")
    assert stage.says("Server reached")
