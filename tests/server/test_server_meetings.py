"""Mailboxes, doors, tickets and PAKE runs, without any I/O."""

import secrets
from collections.abc import Callable

import pytest
from nacl.bindings import crypto_core_ed25519_is_valid_point
from server_town import M1, Town, Wire, only, wire

from whisp_desktop.protocol.keys import BundleId, DeviceId
from whisp_desktop.protocol.server_messages import Answered, How, Knocked, Mail, Paked
from whisp_desktop.server.knocks import KnockName
from whisp_desktop.server.mailboxes import Mailboxes
from whisp_desktop.server.pake_runs import RunName
from whisp_desktop.server.presence.base import CrowdedError
from whisp_desktop.server.seats import Seat

FRAME = b"f" * 2048
P1, P2, P3, P4 = (bytes([0x40 + number]) + b"p" * 2047 for number in range(4))


@pytest.mark.parametrize("size", [4, 8])
async def test_a_box_takes_two_frames_each_in_turn_and_no_more(size: int) -> None:
    town = Town()
    meetings = town.board.meetings
    owner, guest, other = [await town.seat(name) for name in ("owner", "guest", "other")]
    box = meetings.open_box(owner, size, town.now)
    assert len(box) == size
    assert isinstance(box, str) is (size == 4)
    assert not meetings.put_mail(owner, box, FRAME, town.now)
    assert not meetings.knows_box(guest, box)
    assert meetings.put_mail(guest, box, FRAME, town.now)
    assert meetings.knows_box(guest, box)
    assert wire(owner).taken() == [Mail(box=box, frame=FRAME)]
    assert not meetings.put_mail(guest, box, FRAME, town.now)
    assert not meetings.put_mail(other, box, FRAME, town.now)
    assert meetings.put_mail(owner, box, FRAME, town.now)
    assert wire(guest).taken() == [Mail(box=box, frame=FRAME)]
    assert not meetings.put_mail(owner, box, FRAME, town.now)
    assert meetings.put_mail(guest, box, FRAME, town.now)
    assert meetings.put_mail(owner, box, FRAME, town.now)
    for seat in (guest, owner):
        assert not meetings.put_mail(seat, box, FRAME, town.now)
    assert wire(other).taken() == []


async def test_no_such_box() -> None:
    town = Town()
    guest = await town.seat("guest")
    assert not town.board.meetings.put_mail(guest, "0000", FRAME, town.now)
    assert not town.board.meetings.knows_box(guest, b"12345678")


async def test_a_box_lives_five_minutes() -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    box = town.board.meetings.open_box(owner, 4, town.now)
    later = town.board.meetings.open_box(owner, 8, town.now + 1)
    assert not town.board.meetings.put_mail(guest, box, FRAME, town.now + 300)
    town.board.meetings.expire(town.now + 300)
    assert not town.board.meetings.knows_box(owner, box)
    assert town.board.meetings.put_mail(guest, later, FRAME, town.now + 300)


async def test_one_box_of_each_kind_a_socket() -> None:
    town = Town()
    meetings = town.board.meetings
    owner = await town.seat("owner")
    first, other = (meetings.open_box(owner, size, town.now) for size in (4, 8))
    second = meetings.open_box(owner, 4, town.now)
    assert [meetings.knows_box(owner, box) for box in (first, other, second)] == [
        first == second,
        True,
        True,
    ]


async def test_boxes_go_with_their_socket() -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    box = town.board.meetings.open_box(owner, 8, town.now)
    owner = await town.seat("owner")
    assert not town.board.meetings.put_mail(guest, box, FRAME, town.now)


async def test_a_guests_newer_socket_is_not_the_boxs_guest() -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    box = town.board.meetings.open_box(owner, 8, town.now)
    town.board.meetings.put_mail(guest, box, FRAME, town.now)
    town.board.meetings.put_mail(owner, box, FRAME, town.now)
    guest = await town.seat("guest")
    assert not town.board.meetings.put_mail(guest, box, FRAME, town.now)


def counting_random() -> Callable[[int], bytes]:
    numbers = iter(range(100_000))
    return lambda size: (next(numbers) // 2).to_bytes(size, "big")


def test_a_number_that_is_taken_is_not_given_again_and_some_stay_free() -> None:
    boxes: Mailboxes[int] = Mailboxes(counting_random())
    names = [boxes.open(owner, 4, 0.0) for owner in range(7501)]
    assert len(set(names)) == 7501
    with pytest.raises(CrowdedError):
        boxes.open(9000, 4, 0.0)


async def test_a_door_belongs_to_the_accounts_first_device_that_opens_it() -> None:
    town = Town()
    one, two = await town.seat("alice", b"1" * 16), await town.seat("alice", b"2" * 16)
    bob = await town.seat("bob")
    meetings = town.board.meetings
    assert meetings.open_doors(one, ["01", "02", "01"], None, town.now) == []
    assert meetings.open_doors(two, ["02", "03"], None, town.now) == ["02"]
    assert meetings.open_doors(bob, ["01"], None, town.now) == []
    assert await town.board.behind_door("alice", "01") is one
    assert await town.board.behind_door("alice", "03") is two
    assert meetings.open_doors(one, ["04"], None, town.now) == []
    assert await town.board.behind_door("alice", "01") is None
    assert meetings.open_doors(two, ["02"], None, town.now) == []
    assert await town.board.behind_door("alice", "03") is None
    await town.board.stand_up(two)
    assert await town.board.behind_door("alice", "02") is None
    assert await town.board.behind_door("nobody", "02") is None


async def ticket_knock(town: Town, asker: Seat, owner: Seat, ticket: bytes) -> list[Knocked]:
    asked = BundleId(b"p" * 8)
    town.board.knock_with_ticket(asker, asked, M1, ticket, town.now)
    return only(wire(owner).taken(), Knocked)


async def test_a_ticket_admits_one_knock_to_its_owner() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    ticket = secrets.token_bytes(16)
    town.board.meetings.open_doors(alice, [], ticket, town.now)
    town.board.meetings.open_doors(bob, [], ticket, town.now)
    [knocked] = await ticket_knock(town, bob, alice, ticket)
    assert (knocked.how, knocked.username, knocked.m1) == (How.TICKET, "bob", M1)
    assert await ticket_knock(town, bob, alice, ticket) == []
    town.board.answer(alice, KnockName(knocked.knock), b"2" * 4096, town.now)
    assert wire(bob).taken() == [Answered(bundle_id=b"p" * 8, m2=b"2" * 4096)]


async def test_a_ticket_lasts_a_minute() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    meetings = town.board.meetings
    meetings.open_doors(alice, [], b"1" * 16, town.now)
    meetings.open_doors(alice, [], b"2" * 16, town.now + 1)
    town.now += 60
    assert await ticket_knock(town, bob, alice, b"1" * 16) == []
    meetings.open_doors(alice, [], b"3" * 16, town.now)
    town.board.meetings.expire(town.now + 1)
    assert await ticket_knock(town, bob, alice, b"2" * 16) == []
    assert len(await ticket_knock(town, bob, alice, b"3" * 16)) == 1


async def test_of_nine_tickets_the_oldest_goes_and_all_go_with_the_socket() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    for number in range(9):
        town.board.meetings.open_doors(alice, [], bytes([number]) * 16, town.now)
    assert await ticket_knock(town, bob, alice, bytes(16)) == []
    assert len(await ticket_knock(town, bob, alice, b"\1" * 16)) == 1
    alice = await town.seat("alice")
    assert await ticket_knock(town, bob, alice, b"\2" * 16) == []


def start(town: Town, guest: Seat, owner: Seat | None) -> RunName:
    return town.board.meetings.begin_run(guest, owner, "07", P1)


async def test_a_run_goes_from_p1_to_p4() -> None:
    town = Town()
    owner, guest, other = [await town.seat(name) for name in ("owner", "guest", "other")]
    meetings = town.board.meetings
    run = start(town, guest, owner)
    assert wire(owner).taken() == [Paked(run=run, door="07", frame=P1)]
    for wrong in (guest, other):
        assert meetings.step_run(wrong, run, P2, town.now) is None
    step = meetings.step_run(owner, run, P2, town.now)
    assert step is not None
    assert not step.is_guests
    assert meetings.step_run(owner, run, P2, town.now) is None
    assert meetings.due_frame(run, town.now) == P2
    for wrong in (owner, other):
        assert meetings.step_run(wrong, run, P3, town.now) is None
    step = meetings.step_run(guest, run, P3, town.now + 29)
    assert step is not None
    assert step.is_guests
    assert wire(owner).taken() == [Paked(run=run, door="07", frame=P3)]
    assert meetings.step_run(guest, run, P3, town.now + 29) is None
    assert meetings.step_run(owner, run, P4, town.now + 29)
    assert meetings.due_frame(run, town.now + 31) == P4
    for seat in (owner, guest):
        assert meetings.step_run(seat, run, P4, town.now + 31) is None


def assert_played_p2(frame: bytes) -> None:
    assert len(frame) == 2048
    assert frame[:2] == b"\x41B"
    assert crypto_core_ed25519_is_valid_point(frame[2:34])
    assert frame[34:] == bytes(2014)


def assert_played_p4(frame: bytes) -> None:
    assert len(frame) == 2048
    assert frame[0] == 0x43
    assert len(set(frame[1:])) > 200


async def test_nobody_behind_a_door_is_played_to_the_end() -> None:
    town = Town()
    guest = await town.seat("guest")
    meetings = town.board.meetings
    runs = [start(town, guest, None) for _ in range(2)]
    played = [meetings.due_frame(run, town.now) for run in runs]
    for frame in played:
        assert_played_p2(frame)
    assert played[0] != played[1]
    assert meetings.step_run(guest, runs[0], P3, town.now)
    assert_played_p4(meetings.due_frame(runs[0], town.now))
    assert meetings.step_run(guest, runs[0], P3, town.now) is None


async def test_an_owner_who_is_late_with_p2_is_played_from_there_on() -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    meetings = town.board.meetings
    run = start(town, guest, owner)
    assert_played_p2(meetings.due_frame(run, town.now))
    assert meetings.step_run(owner, run, P2, town.now) is None
    wire(owner).taken()
    assert meetings.step_run(guest, run, P3, town.now)
    assert wire(owner).taken() == []
    assert meetings.step_run(owner, run, P4, town.now) is None
    assert_played_p4(meetings.due_frame(run, town.now))


async def test_an_owner_who_is_late_with_p4_or_leaves_is_played() -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    meetings = town.board.meetings
    late, left = start(town, guest, owner), start(town, guest, owner)
    for run in (late, left):
        meetings.step_run(owner, run, P2, town.now)
        meetings.due_frame(run, town.now)
        meetings.step_run(guest, run, P3, town.now)
    assert_played_p4(meetings.due_frame(late, town.now))
    assert meetings.step_run(owner, late, P4, town.now) is None
    start(town, guest, await town.seat("other"))
    await town.board.stand_up(owner)
    assert meetings.step_run(owner, left, P4, town.now) is None
    assert_played_p4(meetings.due_frame(left, town.now))


@pytest.mark.parametrize("played", [False, True])
async def test_a_run_ends_thirty_seconds_after_p2(*, played: bool) -> None:
    town = Town()
    owner, guest = await town.seat("owner"), await town.seat("guest")
    meetings = town.board.meetings
    runs = [start(town, guest, None if played else owner) for _ in range(3)]
    for run in runs:
        meetings.step_run(owner, run, P2, town.now)
        meetings.due_frame(run, town.now)
    assert meetings.step_run(guest, runs[0], P3, town.now + 29.9)
    assert meetings.step_run(guest, runs[1], P3, town.now + 30) is None
    meetings.expire(town.now + 30)
    assert meetings.step_run(guest, runs[2], P3, town.now) is None
    assert_played_p4(meetings.due_frame(runs[0], town.now + 32))


async def test_a_run_that_awaits_its_due_answer_is_not_forgotten() -> None:
    town = Town()
    guest = await town.seat("guest")
    run = start(town, guest, None)
    town.board.meetings.expire(town.now + 1000)
    assert_played_p2(town.board.meetings.due_frame(run, town.now + 1000))


def test_a_seat_is_itself_alone() -> None:
    one, two = (Seat(DeviceId(b"d" * 16), b"a" * 32, "alice", Wire()) for _ in range(2))
    assert len({one, two}) == 2
