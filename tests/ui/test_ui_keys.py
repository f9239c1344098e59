"""Settings, *This computer*: where the keys are, and how they move."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.fakes.fake_node import FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage, Stages
from tests.ui.key_pages import (
    changing_passphrase,
    keys,
    keys_in_file,
    moving_to_file,
    moving_to_keychain,
)
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.device_commands import ChangePassphrase, MoveKeys


def moves_to(node: FakeNode, store: str) -> list[bytes]:
    """Let keys move there; return the list in which passphrases come up."""
    given: list[bytes] = []

    def move(command: MoveKeys) -> str:
        given.append(bytes(command.passphrase.data) if command.passphrase else b"")
        node.key_store = store
        return store

    node.answers[MoveKeys] = move
    return given


async def test_it_says_where_they_are(stages: Stages) -> None:
    stage = await keys(stages)
    await until(lambda: stage.says("Keychain of this computer"))
    assert stage.says("SecretService opens when you log in.")
    assert stage.find("keys.change") is None
    assert stage.find("keys.toKeychain") is None


async def test_a_sealed_file_is_said_with_what_it_asks_for(stages: Stages) -> None:
    stage = await keys_in_file(stages)
    assert stage.says("Sealed file")
    assert stage.says("Whisp asks for the passphrase at every start.")
    assert stage.find("keys.toFile") is None


async def test_they_move_into_a_file_under_a_passphrase_that_is_typed_twice(
    stages: Stages,
) -> None:
    stage = await moving_to_file(stages)
    given = moves_to(stage.node, "passphrase")
    assert stage.get("keys.passphrase").hasFocus()
    stage.type("keys.passphrase", "horse")
    stage.type("keys.passphraseAgain", "house")
    stage.click("keys.yes")
    assert stage.says("The two are not the same. Type it again.")
    stage.type("keys.passphraseAgain", "horse")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("keys.change")
    await stage.gone("keys.yes")
    assert given == [b"horse"]
    (command,) = stage.node.asked(MoveKeys)
    assert command.passphrase.closed


async def test_they_move_into_the_keychain(stages: Stages) -> None:
    stage = await moving_to_keychain(stages)
    moves_to(stage.node, "os-keychain:KWallet")
    stage.click("keys.yes")
    await stage.shown("keys.toFile")
    assert stage.says("KWallet opens when you log in.")


async def test_a_keychain_that_refuses_is_said(stages: Stages) -> None:
    stage = await moving_to_keychain(stages)
    say = "No keychain answers on this computer. Start one, then start Whisp again."
    stage.node.answers[MoveKeys] = RefusedError("keychain_absent", say)
    stage.click("keys.yes")
    await until(lambda: stage.says(say))
    assert stage.find("keys.yes") is not None


async def test_another_passphrase_needs_the_one_so_far(stages: Stages) -> None:
    stage = await changing_passphrase(stages)
    assert stage.get("keys.old").hasFocus()
    wrong = RefusedError("wrong_passphrase", "That passphrase did not work.")
    stage.node.answers[ChangePassphrase] = wrong
    await change(stage, "wrong", "battery")
    await until(lambda: stage.says(wrong.say))
    given: list[tuple[bytes, bytes]] = []

    def take(command: ChangePassphrase) -> None:
        given.append((bytes(command.old.data), bytes(command.new.data)))

    stage.node.answers[ChangePassphrase] = take
    await change(stage, "horse", "battery")
    await stage.gone("keys.yes")
    assert given == [(b"horse", b"battery")]
    commands = stage.node.asked(ChangePassphrase)
    assert all(each.old.closed and each.new.closed for each in commands)


async def change(stage: Stage, old: str, new: str) -> None:
    for name, words in (("old", old), ("passphrase", new), ("passphraseAgain", new)):
        stage.type(f"keys.{name}", words)
    stage.click("keys.yes")
    assert stage.get("keys.old", QLineEdit).text() == ""
