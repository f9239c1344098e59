"""Two threads, one queue: commands there, answers and events back in order."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from tests.fakes.fake_node import FakeNode
from tests.fakes.patience import until
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import CheckName, GetStatus, Leave, LookUp
from whisp_desktop.session.events import ContactsChanged, Event, Notice
from whisp_desktop.ui.bridge import Bridge


@pytest.fixture
async def node() -> FakeNode:
    return FakeNode()


@pytest.fixture
async def bridge(node: FakeNode) -> AsyncIterator[Bridge]:
    bridge = Bridge(node.make)
    bridge.start()
    yield bridge
    node.stubborn = False
    await bridge.close()


async def test_answers_come_back_to_the_window(bridge: Bridge, node: FakeNode) -> None:
    status = await bridge.do(GetStatus())
    assert status == node.status()


async def test_the_core_lives_in_a_thread_of_its_own(node: FakeNode, bridge: Bridge) -> None:
    threads: list[str] = []

    def note(_command: object) -> bool:
        threads.append(threading.current_thread().name)
        return True

    node.answers[CheckName] = note
    await bridge.do(CheckName("alice"))
    heard: list[str] = []
    bridge.event.connect(lambda _: heard.append(threading.current_thread().name))
    node.tell(ContactsChanged())
    await until(lambda: heard)
    assert threads == ["whisp-core"]
    assert heard == [threading.main_thread().name]


async def test_a_refusal_reaches_the_one_who_asked(bridge: Bridge, node: FakeNode) -> None:
    node.answers[Leave] = RefusedError("no_session", "There is no conversation.")
    with pytest.raises(RefusedError, match="There is no conversation") as refused:
        await bridge.do(Leave("bob"))
    assert refused.value.code == "no_session"


async def test_events_and_answers_keep_their_order(bridge: Bridge, node: FakeNode) -> None:
    """An event that happened before an answer is heard before it is awaited to the end."""
    await bridge.do(GetStatus())
    heard: list[Event] = []
    bridge.event.connect(heard.append)
    notices = [Notice(str(place), "") for place in range(500)]

    def tell_first(_command: object) -> str:
        assert node._listener is not None
        for notice in notices:
            node._listener(notice)
        return "done"

    node.answers[LookUp] = tell_first
    await bridge.do(LookUp("bob"))
    assert heard == notices


async def test_to_cancel_the_future_cancels_the_command(bridge: Bridge, node: FakeNode) -> None:
    node.held.add(CheckName)
    future = bridge.do(CheckName("alice"))
    await until(lambda: node.asked(CheckName))
    future.cancel()
    await until(lambda: node.cancelled == [CheckName("alice")])


async def test_a_core_that_refuses_to_start_says_so_and_can_be_started_again(
    node: FakeNode,
) -> None:
    node.refuse = RefusedError("keychain_locked", "The keychain is locked. Unlock it.")
    bridge = Bridge(node.make)
    ends: list[BaseException | None] = []
    bridge.ended.connect(ends.append)
    bridge.start()
    future = bridge.do(GetStatus())
    with pytest.raises(RefusedError):
        await future
    await until(lambda: ends)
    assert ends == [node.refuse]
    node.refuse = None
    bridge.start()
    assert (await bridge.do(GetStatus())).profile == "open"
    assert await bridge.close()
    assert ends == [ends[0], None]


async def test_a_core_that_cannot_be_made_says_so() -> None:
    def fail(_listener: object) -> FakeNode:
        raise ImportError("no such module")

    bridge = Bridge(fail)
    ends: list[BaseException | None] = []
    bridge.ended.connect(ends.append)
    bridge.start()
    with pytest.raises(RefusedError):
        await bridge.do(GetStatus())
    await until(lambda: ends)
    assert isinstance(ends[0], ImportError)


async def test_closing_ends_the_core_and_refuses_what_was_still_asked(
    bridge: Bridge, node: FakeNode
) -> None:
    node.held.add(CheckName)
    future = bridge.do(CheckName("alice"))
    await until(lambda: node.asked(CheckName))
    assert await bridge.close()
    assert node.closed == 1
    with pytest.raises(RefusedError) as refused:
        await future
    assert refused.value.code == "not_running"
    with pytest.raises(RefusedError):
        await bridge.do(GetStatus())


async def test_closing_does_not_wait_for_a_core_that_does_not_end(
    bridge: Bridge, node: FakeNode
) -> None:
    node.stubborn = True
    before = time.monotonic()
    assert not await bridge.close(within_s=0.2)
    assert time.monotonic() - before < 2
    node.stubborn = False


async def test_no_thread_is_left_behind(node: FakeNode) -> None:
    others = set(threading.enumerate())
    bridge = Bridge(node.make)
    bridge.start()
    await bridge.do(GetStatus())
    await bridge.close()
    await until(lambda: set(threading.enumerate()) <= others)


async def test_the_window_stays_alive_while_the_core_is_busy(
    bridge: Bridge, node: FakeNode
) -> None:
    """What blocks the core's thread does not block the window's."""
    gate = threading.Event()
    node.answers[CheckName] = lambda _: gate.wait(5)
    future = bridge.do(CheckName("alice"))
    await until(lambda: node.asked(CheckName))
    turns = 0
    for _ in range(20):
        await asyncio.sleep(0)
        turns += 1
    assert not future.done()
    gate.set()
    assert await future is True
    assert turns == 20
