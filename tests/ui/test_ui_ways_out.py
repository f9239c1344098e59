"""Where Whisp cannot start, waits, or asks for a forgotten passphrase, the window has a way out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.fake_node import FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import GetStatus, Unlock
from whisp_desktop.session.device_commands import SetAside
from whisp_desktop.session.events import Notice

Start = Callable[..., Awaitable[Stage]]

LOST = RefusedError("entry_lost", "The keychain (SecretService) has lost your keys.")
DAMAGED = RefusedError("file_damaged", "The file “book.sealed” is damaged.")


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


@pytest_asyncio.fixture
async def start(tmp_path: Path, node: FakeNode) -> AsyncIterator[Start]:
    """Open the window on the node, which a test has prepared."""
    stages: list[Stage] = []

    async def start(shown: str = "") -> Stage:
        stages.append(Stage(node, tmp_path))
        if shown:
            await stages[0].shown(shown)
        return stages[0]

    yield start
    for stage in stages:
        await stage.end()


def is_set_aside(node: FakeNode, name: str) -> None:
    """Let the next *Set aside* succeed, and the profile be a new one then."""

    def answer(_command: object) -> str:
        node.profile = "new"
        node.answers.pop(GetStatus, None)
        return name

    node.answers[SetAside] = answer


@pytest.mark.parametrize(
    ("trouble", "way_out", "name"),
    [
        (LOST, "Begin with nothing…", "set-aside-1"),
        (DAMAGED, "Go on without contacts…", "book.sealed.damaged-1"),
    ],
)
async def test_what_is_in_the_way_is_set_aside_after_a_yes_and_named(
    node: FakeNode, start: Start, trouble: RefusedError, way_out: str, name: str
) -> None:
    node.answers[GetStatus] = trouble
    is_set_aside(node, name)
    stage = await start("trouble.aside")
    aside = stage.get("trouble.aside")
    assert stage.says(trouble.say)
    assert aside.accessibleName() == way_out
    stage.click("trouble.aside")
    cancel = await stage.shown("aside.cancel")
    assert cancel.hasFocus()
    stage.click("aside.cancel")
    await stage.gone("aside.cancel")
    assert node.asked(SetAside) == []
    stage.click("trouble.aside")
    await stage.shown("aside.yes")
    stage.click("aside.yes")
    await stage.shown("aside.goOn")
    assert stage.says(f"It is kept as “{name}” in Whisp’s folder.")
    stage.click("aside.goOn")
    await stage.shown("firstRun.next")


async def test_what_cannot_be_set_aside_is_said(node: FakeNode, start: Start) -> None:
    node.answers[GetStatus] = LOST
    say = "Whisp cannot use its profile folder. Allow it to, or choose another folder."
    node.answers[SetAside] = RefusedError("profile_unusable", say)
    stage = await start("trouble.aside")
    stage.click("trouble.aside")
    await stage.shown("aside.yes")
    stage.click("aside.yes")
    await until(lambda: stage.says(say))
    assert stage.find("aside.goOn") is None


async def test_trying_again_starts_a_core_anew_that_lives_in_trouble(
    node: FakeNode, start: Start
) -> None:
    node.answers[GetStatus] = LOST
    stage = await start("trouble.again")
    del node.answers[GetStatus]
    stage.click("trouble.again")
    await stage.shown("find.field")
    assert (node.starts, node.closed) == (2, 1)


async def test_a_locked_keychain_is_only_tried_again(node: FakeNode, start: Start) -> None:
    node.refuse = RefusedError("keychain_locked", "The keychain is locked. Unlock it first.")
    stage = await start("trouble.again")
    assert stage.find("trouble.aside") is None


async def test_waiting_for_a_keychain_is_said_and_can_be_stopped(
    node: FakeNode, start: Start
) -> None:
    node.held.add(GetStatus)
    stage = await start()
    await until(lambda: node.asked(GetStatus))
    say = "The keychain has not answered yet. If it asks you something, answer it."
    node.tell(Notice("keychain_waiting", say))
    again = await stage.shown("trouble.again")
    assert stage.says("Whisp is waiting")
    assert stage.says(say)
    assert again.accessibleName() == "Stop waiting"
    stage.click("trouble.again")
    await until(lambda: stage.says("Whisp cannot start"))
    assert again.accessibleName() == "Try again"
    node.held.clear()
    stage.click("trouble.again")
    await stage.shown("find.field")


async def test_a_keychain_that_answers_at_last_ends_the_waiting(
    node: FakeNode, start: Start
) -> None:
    node.held.add(GetStatus)
    stage = await start()
    await until(lambda: node.asked(GetStatus))
    node.tell(Notice("keychain_waiting", "The keychain has not answered yet."))
    await stage.shown("trouble.again")
    node.release(GetStatus)
    await stage.shown("find.field")


async def test_who_has_forgotten_the_passphrase_can_begin_anew(
    node: FakeNode, start: Start
) -> None:
    node.profile = "locked"
    is_set_aside(node, "set-aside-1")
    stage = await start("unlock.aside")
    aside = stage.get("unlock.aside")
    assert aside.accessibleName() == "Forgotten? Begin anew…"
    stage.click("unlock.aside")
    await stage.shown("aside.yes")
    stage.click("aside.yes")
    await stage.shown("aside.goOn")
    stage.click("aside.goOn")
    await stage.shown("firstRun.next")


async def test_a_damaged_book_behind_a_passphrase_has_its_own_way_out(
    node: FakeNode, start: Start
) -> None:
    node.profile = "locked"
    node.answers[Unlock] = DAMAGED
    stage = await start("unlock.passphrase")
    stage.type("unlock.passphrase", "correct horse")
    stage.click("unlock.open")
    await until(lambda: stage.says(DAMAGED.say))
    assert stage.get("unlock.aside").accessibleName() == "Go on without contacts…"
