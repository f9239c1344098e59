"""Every event's line; and that a message counts as seen when its line was written, not before."""

import asyncio
import time
from typing import Any

import pytest

from tests.headless.talk import Talk, talking
from whisp_desktop.chat.admission import How
from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.headless.outlet import MOST_WAITING_BYTES
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands, events
from whisp_desktop.session.commands import MessageId, RequestId
from whisp_desktop.session.events import EnrollStep, RequestEnd, SessionEnd, Step

M1 = MessageId("01" + "ab" * 8)
R1 = RequestId("r1")


def _arrived(text: str, message: MessageId = M1, lifetime_s: int = 5) -> events.Arrived:
    return events.Arrived("bob", message, MessageText(text.encode()), lifetime_s, None)


TOLD: list[tuple[events.Event, dict[str, Any]]] = [
    (
        events.Requested(R1, "carol", "cc" * 32, "1" * 60, How.NAME, 1.0),
        {
            "event": "request",
            "request": "r1",
            "name": "carol",
            "account_key": "cc" * 32,
            "safety_number": "1" * 60,
            "how": "name",
        },
    ),
    (
        events.RequestGone(R1, RequestEnd.ANSWERED_ELSEWHERE),
        {"event": "request_gone", "request": "r1", "why": "answered-elsewhere"},
    ),
    (
        events.Connecting("bob", Step.ASKING),
        {"event": "connecting", "peer": "bob", "step": "asking"},
    ),
    (
        events.Opened("bob", "bb", "direct", verified=False, post_quantum=True, since=1),
        {
            "event": "open",
            "peer": "bob",
            "route": "direct",
            "verified": False,
            "post_quantum": True,
        },
    ),
    (
        _arrived("a\u202e\nb"),
        {
            "event": "message",
            "peer": "bob",
            "message": "ab" * 8,
            "text": "a\u202e\nb",
            "lifetime_s": 5,
        },
    ),
    (
        _arrived("a", lifetime_s=0),
        {"event": "message", "peer": "bob", "message": "ab" * 8, "text": "a", "lifetime_s": None},
    ),
    (events.Delivered("bob", M1), {"event": "delivered", "peer": "bob", "message": "ab" * 8}),
    (events.Seen("bob", M1, shown=True), {"event": "seen", "peer": "bob", "message": "ab" * 8}),
    (
        events.Gone("bob", M1, MessageEnd.EXPIRED),
        {"event": "gone", "peer": "bob", "message": "ab" * 8, "why": "expired"},
    ),
    (
        events.Closed("bob", SessionEnd.NO_ANSWER, by_me=False),
        {"event": "closed", "peer": "bob", "why": "no-answer"},
    ),
    (
        events.PresenceChanged("bob", "online"),
        {"event": "presence", "name": "bob", "state": "online"},
    ),
    (
        events.PeerShields("bob", "best-effort", "none", 1),
        {
            "event": "peer_shields",
            "peer": "bob",
            "capture": "best-effort",
            "lock": "none",
            "version": 1,
        },
    ),
    (
        events.Enrolling(EnrollStep.CONFIRM, "418602", by_code=True),
        {"event": "enroll", "step": "confirm", "digits": "418602"},
    ),
    (
        events.Enrolling(EnrollStep.STOPPED, code="wrong_digits", say="Stopped."),
        {"event": "enroll", "step": "stopped", "code": "wrong_digits", "say": "Stopped."},
    ),
    (
        events.KeyChanged("bob"),
        {
            "event": "notice",
            "code": "key_changed",
            "say": "bob’s key is not the one you know. Look at the new one before you talk here.",
        },
    ),
    (
        events.ContactsOffered("aa", "Desktop"),
        {"event": "contacts_offered", "device_id": "aa", "name": "Desktop"},
    ),
    (
        events.AccountEnded("device_revoked", "Say."),
        {"event": "notice", "code": "device_revoked", "say": "Say."},
    ),
    (events.Notice("x", "Say."), {"event": "notice", "code": "x", "say": "Say."}),
    (
        events.TimerChanged("bob", 60, mine=False),
        {
            "event": "notice",
            "code": "timer_changed",
            "say": "bob set the timer: messages go 1 minute after they were seen.",
        },
    ),
    (
        events.TimerChanged("bob", 0, mine=False),
        {
            "event": "notice",
            "code": "timer_changed",
            "say": "bob set the timer: messages stay until the conversation ends.",
        },
    ),
]

SILENT: list[events.Event] = [
    events.Seen("bob", M1, shown=False),
    events.Written("bob", M1, MessageText(b"x"), 0, None),
    events.TimerStarted("bob", M1, 1.0),
    events.TimerChanged("bob", 5, mine=True),
    events.TypingChanged("bob", typing=True),
    events.Quiet("bob", quiet=True),
    events.ContactsChanged(),
    events.NotSent("bob", M1),
    events.Solving(0.5),
    events.DevicesChanged(),
]


@pytest.mark.parametrize(("event", "line"), TOLD)
async def test_told(talk: Talk, event: events.Event, line: dict[str, Any]) -> None:
    talk.core.tell(event)
    assert await talk.read() == line


@pytest.mark.parametrize("event", SILENT)
async def test_what_only_a_window_shows_is_no_line(talk: Talk, event: events.Event) -> None:
    talk.core.tell(event)
    assert (await talk.order(do="leave", peer="bob"))["id"] == 1


def test_every_event_is_tried() -> None:
    tried = {type(event) for event, _ in TOLD} | {type(event) for event in SILENT}
    named = (each for each in vars(events).values() if isinstance(each, type))
    known = {each for each in named if issubclass(each, events.Event)} - {events.Event}
    assert tried | {events.ServerChanged} == known


async def test_a_server_is_lost_once_and_found_once(talk: Talk) -> None:
    for connected in (False, False, True, True, False):
        talk.core.tell(events.ServerChanged(connected, None if connected else time.monotonic() + 8))
    codes = [await talk.read() for _ in range(3)]
    assert [line["code"] for line in codes] == ["server_lost", "server_reached", "server_lost"]
    assert codes[0]["say"] == (
        "The server does not answer. Open conversations go on. Nobody new can reach you. "
        "Trying again in 8 s."
    )


async def test_a_computer_without_a_network_is_offline(talk: Talk) -> None:
    talk.core.tell(events.ServerChanged(connected=False, retry_at=None, offline=True))
    line = await talk.read()
    assert (line["code"], line["say"]) == ("server_lost", "This computer is offline.")


async def test_a_message_is_seen_when_its_line_was_written(talk: Talk) -> None:
    talk.core.tell(_arrived("hi"))
    assert await talk.core.done(commands.MarkSeen) == commands.MarkSeen("bob", (M1,))
    assert (await talk.read())["text"] == "hi"


async def test_a_message_whose_line_waits_is_not_seen(talk: Talk) -> None:
    filling = events.Notice("filling", "x" * 1_000_000)
    talk.core.tell(filling)
    talk.core.tell(_arrived("hi"))
    await talk.stuck()
    assert talk.core.commands == []
    assert (await talk.read())["event"] == "notice"
    assert (await talk.read())["text"] == "hi"
    assert await talk.core.done(commands.MarkSeen) == commands.MarkSeen("bob", (M1,))


async def test_messages_that_were_written_together_are_seen_together(talk: Talk) -> None:
    for number in range(3):
        talk.core.tell(_arrived("hi", MessageId(f"{number}")))
    seen: list[str] = []
    while len(seen) < 3:
        marked = await talk.core.done(commands.MarkSeen)
        assert isinstance(marked, commands.MarkSeen)
        seen += marked.messages
    assert seen == ["0", "1", "2"]


async def test_a_conversation_that_is_over_needs_no_mark(talk: Talk) -> None:
    talk.core.answers[commands.MarkSeen] = RefusedError("not_connected", "It is over.")
    talk.core.tell(_arrived("hi"))
    await talk.core.done(commands.MarkSeen)
    talk.core.tell(_arrived("ho"))
    await talk.core.done(commands.MarkSeen)


async def test_events_and_answers_keep_their_order(talk: Talk) -> None:
    for number in range(50):
        talk.core.tell(events.Notice(str(number), "Say."))
        talk.teller.answer(number, {})
    lines = [await talk.read() for _ in range(100)]
    assert [line.get("code", line.get("id")) for line in lines] == [
        key for number in range(50) for key in (str(number), number)
    ]


async def test_nobody_reads_and_the_core_is_closed() -> None:
    async with talking() as talk:
        for _ in range(MOST_WAITING_BYTES // 1_000_000 + 1):
            talk.core.tell(events.Notice("filling", "x" * 1_000_000))
        async with asyncio.timeout(5):
            await talk.lived
        assert talk.core.closed
        assert not await talk.outlet.finish(0)


async def test_commands_wait_for_a_reader_who_is_behind(talk: Talk) -> None:
    talk.core.tell(events.Notice("filling", "x" * 2_000_000))
    await talk.write(b'{"id":1,"do":"leave","peer":"bob"}\n')
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await talk.core.done(commands.Leave)
    assert (await talk.read())["code"] == "filling"
    assert await talk.core.done(commands.Leave) == commands.Leave("bob")
    assert (await talk.read())["ok"]


async def test_a_core_that_cannot_live_says_why() -> None:
    async with talking(refusal=RefusedError("profile_in_use", "Close the other one.")) as talk:
        assert await talk.read() == {
            "event": "notice",
            "code": "profile_in_use",
            "say": "Close the other one.",
        }
        assert not await talk.lived


async def test_a_signal_closes_the_core_at_once() -> None:
    async with talking() as talk:
        asked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        talk.core.answers[commands.CheckName] = asked
        await talk.write(b'{"id":1,"do":"check_name","name":"bob"}\n')
        await talk.core.done(commands.CheckName)
        talk.stop.set()
        async with asyncio.timeout(5):
            assert await talk.lived
        assert talk.core.closed


async def test_a_core_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whisp_desktop.headless.main.CLOSING_S", 0.05)
    async with talking() as talk:
        talk.core.never_ends = True
        talk.stop.set()
        async with asyncio.timeout(5):
            with pytest.raises(TimeoutError):
                await asyncio.shield(talk.lived)
        talk.lived = asyncio.create_task(_over())


async def _over() -> bool:
    return True
