"""A session from the first frame to the last, both sides, with a clock of the test's own."""

import asyncio

import pytest

from tests.session.conftest import Two, settle
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.fin import fin_message
from whisp_desktop.protocol.peer_messages import ByeReason, Statements
from whisp_desktop.protocol.turns import OurTurn
from whisp_desktop.session.commands import MessageId
from whisp_desktop.session.events import (
    Arrived,
    Delivered,
    Event,
    Gone,
    NotSent,
    Opened,
    PeerShields,
    Quiet,
    Seen,
    SessionEnd,
    TimerStarted,
    Written,
)


async def _write(two: Two, text: str, lifetime_s: int | None = None) -> Arrived:
    two.alice.session.write(text, lifetime_s, None)
    await settle()
    return two.bob.owner.told(Arrived)[-1]


async def test_both_sides_open_and_declare_themselves(two: Two) -> None:
    await two.open()
    for side in (two.alice, two.bob):
        (opened,) = side.owner.told(Opened)
        assert opened.account_key == side.peer.cert.account_key.hex()
        assert (opened.route, opened.verified, opened.post_quantum) == ("direct", False, True)
        assert len(side.owner.told(PeerShields)) == 1
        assert len(side.owner.statements) == 1
        assert side.owner.secured_sessions == [side.session]


async def test_a_message_is_delivered_and_seen(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Hi Bob")
    assert arrived.text.read() == "Hi Bob"
    (written,) = two.alice.owner.told(Written)
    assert (written.message[:2], arrived.message[:2]) == ("01", "00")
    assert written.message[2:] == arrived.message[2:]
    assert [each.message for each in two.alice.owner.told(Delivered)] == [written.message]
    two.bob.session.mark_seen([arrived.message])
    await settle()
    (seen,) = two.alice.owner.told(Seen)
    assert seen.shown


async def test_whose_turn_is_next_has_its_kem_pair_ready(two: Two) -> None:
    await two.open()
    for _ in range(2):
        await _write(two, "Hi Bob")
        ready = []
        for side in (two.alice, two.bob):
            channel = side.session._channel
            assert channel is not None
            assert channel._ratchet is not None
            turn = channel._ratchet._turn
            if isinstance(turn, OurTurn):
                ready.append(turn.own_kem)
        assert len(ready) == 1
        assert ready[0] is not None


async def test_a_timer_runs_out_on_both_sides(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Gone soon", 5)
    two.clock.advance(4)
    two.bob.session.mark_seen([arrived.message])
    await settle()
    for side in (two.alice, two.bob):
        assert side.owner.told(TimerStarted)[0].expires_at == pytest.approx(two.clock.now() + 5)
    two.clock.advance(4.9)
    assert not two.alice.owner.told(Gone)
    two.clock.advance(0.2)
    for side in (two.alice, two.bob):
        assert [gone.why for gone in side.owner.told(Gone)] == ["expired"]
        assert side.session.history() == ()
    assert arrived.text.closed
    assert two.alice.owner.told(Written)[0].text.closed


async def test_leaving_erases_both_sides_at_once(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Hi Bob")
    written = two.alice.owner.told(Written)[0]
    two.alice.session.end(SessionEnd.LEFT, by_me=True, bye=ByeReason.LEFT)
    assert written.text.closed
    await settle()
    assert arrived.text.closed
    assert two.alice.owner.end == (SessionEnd.LEFT, True)
    assert two.bob.owner.end == (SessionEnd.LEFT, False)
    assert two.alice.agreement.rk.closed
    assert two.bob.agreement.rk.closed
    assert two.clock.waiting == 0


async def test_the_front_end_has_a_turn_before_the_receipt_is_made(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two.open()
    order: list[str] = []

    def emit(event: Event) -> None:
        if isinstance(event, Arrived):
            asyncio.get_running_loop().call_soon(order.append, "front end")

    monkeypatch.setattr(two.bob.owner, "emit", emit)
    monkeypatch.setattr(two.bob.link, "send", lambda _: order.append("receipt"))
    two.alice.session.write("Hi Bob", None, None)
    await settle()
    assert order == ["front end", "receipt"]


async def test_seen_at_once_is_still_told_after_delivered(two: Two) -> None:
    await two.open()

    def emit(event: Event) -> None:
        if isinstance(event, Arrived):
            two.bob.session.mark_seen([event.message])

    two.bob.owner.emit = emit  # type: ignore[method-assign]
    two.alice.session.write("Hi Bob", None, None)
    await settle()
    told = [type(each) for each in two.alice.owner.events]
    assert told[-2:] == [Delivered, Seen]


async def test_a_conversation_that_ends_meanwhile_sends_no_receipt(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two.open()
    frames: list[bytes] = []

    def emit(event: Event) -> None:
        if isinstance(event, Arrived):
            asyncio.get_running_loop().call_soon(two.bob.session.end, SessionEnd.LEFT)

    monkeypatch.setattr(two.bob.owner, "emit", emit)
    monkeypatch.setattr(two.bob.link, "send", frames.append)
    failures: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, found: failures.append(found))
    two.alice.session.write("Hi Bob", None, None)
    await settle()
    assert two.bob.owner.end == (SessionEnd.LEFT, False)
    assert (frames, failures) == ([], [])


async def test_what_has_not_arrived_is_told_before_the_end(two: Two) -> None:
    await two.open()
    await _write(two, "This one arrives")
    two.alice.link.cut()
    lost = two.alice.session.write("This one does not", None, None)
    two.bob.session.write("Nor does this", None, None)
    two.alice.session.end(SessionEnd.LOST)
    (unsent,) = two.alice.owner.told(NotSent)
    assert unsent.message == lost
    first_gone = next(at for at, it in enumerate(two.alice.owner.events) if isinstance(it, Gone))
    assert two.alice.owner.events.index(unsent) < first_gone
    assert two.alice.session.history() == ()
    two.bob.session.end(SessionEnd.LOST)
    assert len(two.bob.owner.told(NotSent)) == 1


async def test_silence_ends_it_after_15_seconds_and_is_said_before(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Are you there?")
    two.bob.link.cut()
    two.clock.advance(7.6)
    await settle()
    assert [each.quiet for each in two.bob.owner.told(Quiet)] == [True]
    two.clock.advance(7.3)
    assert two.bob.owner.end is None
    two.clock.advance(0.2)
    assert two.bob.owner.end == (SessionEnd.LOST, False)
    assert arrived.text.closed
    assert two.clock.waiting == 0


async def test_heartbeats_keep_it_alive(two: Two) -> None:
    await two.open()
    for _ in range(30):
        two.clock.advance(2.5)
        await settle()
    assert two.alice.owner.end is None
    assert two.bob.owner.end is None
    assert not two.bob.owner.told(Quiet)


async def test_a_heartbeat_that_comes_late_ends_the_quiet(two: Two) -> None:
    await two.open()
    two.clock.advance(8)
    await settle()
    assert [each.quiet for each in two.bob.owner.told(Quiet)] == [True, False]


async def test_kpair_is_confirmed_at_the_initiator_first(two: Two) -> None:
    await two.open()
    assert [confirmed for _, confirmed in two.alice.owner.kpairs] == [True]
    two.alice.session.write("second turn", None, None)
    await settle()
    assert [confirmed for _, confirmed in two.bob.owner.kpairs] == [False, True]
    assert {kpair for kpair, _ in two.alice.owner.kpairs} == {
        kpair for kpair, _ in two.bob.owner.kpairs
    }


async def test_a_wrong_fin_ends_it_before_anything_is_shown(two: Two) -> None:
    await two.agree()
    opening = two.bob.open()
    await settle()
    forged = fin_message(two.alice.agreement.fa, bytes(32), bytes(32), bytes(32), bytes(32))
    two.alice.link.send(forged)
    await opening
    assert two.bob.owner.end == (SessionEnd.PROTOCOL, False)
    assert not two.bob.owner.told(Opened)
    assert not two.bob.owner.secured_sessions


async def test_a_second_message_before_fin_ends_it(two: Two) -> None:
    await two.agree()
    two.bob.session.frame(b"nobody listens yet")
    opening = two.bob.open()
    two.alice.link.send(b"early")
    two.alice.link.send(b"too early")
    await opening
    assert two.bob.owner.end is not None
    assert not two.bob.owner.told(Opened)


@pytest.mark.parametrize("frame", [b"", b"\x10", b"\x10" + bytes(255), b"\x11" + bytes(4095)])
async def test_a_frame_that_does_not_open_ends_it_with_bye(two: Two, frame: bytes) -> None:
    await two.open()
    two.alice.link.send(frame)
    await settle()
    assert two.bob.owner.end == (SessionEnd.PROTOCOL, False)
    assert two.alice.owner.end == (SessionEnd.PROTOCOL, False)


async def test_a_frame_that_came_before_ends_it(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    await two.open()
    frames: list[bytes] = []
    send = two.alice.link.send

    def remember(frame: bytes) -> None:
        frames.append(frame)
        send(frame)

    monkeypatch.setattr(two.alice.link, "send", remember)
    await _write(two, "once")
    send(frames[0])
    await settle()
    assert two.bob.owner.end == (SessionEnd.PROTOCOL, False)
    assert len(two.bob.owner.told(Arrived)) == 1


async def test_wrong_statements_end_it(two: Two) -> None:
    await two.open()
    channel = two.alice.session._channel
    assert channel is not None
    channel.send(Statements(b"wrong"))
    await settle()
    assert two.bob.owner.end == (SessionEnd.PROTOCOL, False)


async def test_a_device_that_is_no_longer_admitted_hears_bye(two: Two) -> None:
    await two.open()
    two.bob.owner.admits = False
    channel = two.alice.session._channel
    assert channel is not None
    channel.send(Statements(two.bob.owner.statements[0]))
    await settle()
    assert two.bob.owner.end == (SessionEnd.PROTOCOL, False)
    assert two.alice.owner.end == (SessionEnd.PROTOCOL, False)


async def test_an_unknown_kind_is_passed_over(two: Two) -> None:
    await two.open()
    channel = two.alice.session._channel
    assert channel is not None
    assert channel._ratchet is not None
    two.alice.link.send(channel._ratchet.encrypt(0x7F, b"later"))
    await settle()
    assert two.bob.owner.end is None


async def test_nothing_can_be_written_before_it_is_open(two: Two) -> None:
    with pytest.raises(RefusedError) as refused:
        two.alice.session.write("too early", None, None)
    assert refused.value.code == "not_connected"


async def test_a_session_that_ended_while_reaching_is_not_opened(two: Two) -> None:
    await two.agree()
    two.bob.session.end(SessionEnd.LEFT, by_me=True)
    await two.bob.open()
    assert two.bob.agreement.rk.closed
    assert two.bob.owner.end == (SessionEnd.LEFT, True)


async def test_a_link_that_breaks_before_fin_is_unreachable(two: Two) -> None:
    await two.agree()
    opening = asyncio.ensure_future(two.bob.open())
    two.alice.link.close()
    await opening
    assert two.bob.owner.end == (SessionEnd.UNREACHABLE, False)


async def test_a_link_that_breaks_later_is_lost(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Hi")
    two.alice.link.close()
    await settle()
    assert two.bob.owner.end == (SessionEnd.LOST, False)
    assert arrived.text.closed


async def test_12001_bytes_are_refused_and_nothing_is_sent(two: Two) -> None:
    await two.open()
    with pytest.raises(RefusedError) as refused:
        two.alice.session.write("x" * 12_001, None, None)
    assert refused.value.code == "text_too_long"
    assert not two.alice.owner.told(Written)
    arrived = await _write(two, "x" * 12_000)
    assert len(arrived.text) == 12_000


async def test_the_oldest_messages_go_when_memory_is_full(two: Two) -> None:
    await two.open()
    first = two.alice.session.write("first", None, None)
    for _ in range(500):
        two.alice.session.write("more", None, None)
        await asyncio.sleep(0)
    await settle()
    for side, writer in ((two.alice, "01"), (two.bob, "00")):
        (gone,) = side.owner.told(Gone)
        assert (gone.message, gone.why) == (writer + first[2:], "evicted")
    assert len(two.bob.session.history()) == 500


async def test_an_id_without_its_writer_means_an_own_message_first(two: Two) -> None:
    await two.open()
    arrived = await _write(two, "Hi Bob")
    short = MessageId(arrived.message[2:])
    with pytest.raises(RefusedError) as refused:
        two.bob.session.delete(short)
    assert refused.value.code == "not_yours"
    two.bob.session.write("Hi Alice", None, short)
    assert two.bob.owner.told(Written)[0].reply_to == arrived.message
    two.alice.session.delete(short)
    await settle()
    assert arrived.text.closed
    for wrong in ("no digits", "00" * 3, "00" * 8):
        with pytest.raises(RefusedError) as refused:
            two.alice.session.delete(MessageId(wrong))
        assert refused.value.code == "no_such_message"
