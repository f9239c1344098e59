"""The page of where one's keys are, and its sheets, brought up over a fake core."""

from PySide6.QtCore import Qt

from tests.fakes.fake_node import FakeNode
from tests.fakes.stage import Page, Stage, Stages
from tests.ui.device_pages import open_settings


async def keys(stages: Stages, node: FakeNode | None = None) -> Stage:
    stage = stages(node or FakeNode())
    await open_settings(stage)
    stage.key(Qt.Key.Key_End)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("keys.where")
    return stage


async def keys_in_file(stages: Stages, node: FakeNode | None = None) -> Stage:
    node = node or FakeNode()
    node.key_store = "passphrase"
    stage = await keys(stages, node)
    await stage.shown("keys.change")
    return stage


async def moving_to_file(stages: Stages) -> Stage:
    stage = await keys(stages)
    await stage.shown("keys.toFile")
    stage.click("keys.toFile")
    await stage.shown("keys.yes")
    return stage


async def moving_to_keychain(stages: Stages) -> Stage:
    stage = await keys_in_file(stages)
    stage.click("keys.toKeychain")
    await stage.shown("keys.yes")
    return stage


async def changing_passphrase(stages: Stages) -> Stage:
    stage = await keys_in_file(stages)
    stage.click("keys.change")
    await stage.shown("keys.yes")
    return stage


KEY_PAGES: tuple[Page, ...] = (
    keys,
    keys_in_file,
    moving_to_file,
    moving_to_keychain,
    changing_passphrase,
)
