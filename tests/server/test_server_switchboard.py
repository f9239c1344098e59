"""The switchboard: who is connected, and what goes from whom to whom. No I/O anywhere."""

import pytest
from server_town import M1, M2, UNIX, Town, Wire, bundle, only, wire

from whisp_desktop.protocol.keys import BundleId, DeviceId
from whisp_desktop.protocol.server_messages import (
    Answered,
    ByName,
    Ended,
    How,
    Knocked,
    Revoked,
    Seen,
    SeenState,
    Why,
)
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.knocks import KnockName
from whisp_desktop.server.presence.base import (
    Announced,
    CrowdedError,
    Pool,
    RendezvousId,
)
from whisp_desktop.server.presence.memory import MemoryPresence
from whisp_desktop.server.seats import Seat


async def test_a_newer_socket_replaces_the_older_and_begins_empty() -> None:
    town = Town()
    old = await town.seat("alice")
    await town.stock(old, "a", "b")
    new = await town.seat("alice")
    assert wire(old).code is CloseCode.REPLACED
    assert len(town.board) == 1
    asker = await town.seat("bob")
    assert await town.found(asker, Pool.STRANGERS, new) == []
    assert await town.board.named(asker, "alice") == []


async def test_a_late_close_of_an_older_socket_leaves_the_newer_alone() -> None:
    town = Town()
    old = await town.seat("alice")
    new = await town.seat("alice")
    await town.board.stand_up(old)
    assert len(town.board) == 1
    await town.board.stand_up(new)
    assert len(town.board) == 0


@pytest.mark.parametrize("is_replaced", [True, False])
async def test_what_a_socket_sent_before_it_went_comes_too_late(*, is_replaced: bool) -> None:
    town = Town()
    old = await town.seat("alice")
    if is_replaced:
        await town.seat("alice")
    else:
        await town.board.stand_up(old)
    await town.stock(old, "a", "b")
    await town.board.announce(old, ids("o"), town.now)
    await town.board.watch(old, [rendezvous("b")], town.now)
    bob = await town.seat("bob")
    assert await town.board.named(bob, "alice") == []
    await town.board.watch(bob, [rendezvous("o")], town.now)
    assert seen(bob) == []
    await town.board.announce(bob, ids("b"), town.now)
    await town.board.stand_up(bob)
    assert seen(old) == []


async def test_a_guest_has_a_seat_but_no_presence() -> None:
    town = Town()
    guest = Seat(DeviceId(b"g" * 16), b"", "", Wire())
    await town.board.sit_down(guest)
    assert town.board.account_of(guest.device) == b""
    assert town.board.account_of(DeviceId(b"x" * 16)) is None
    await town.board.stand_up(guest)
    assert len(town.board) == 0


@pytest.mark.parametrize("by_name", [0, 1, 2])
async def test_by_name_decides_who_is_found(by_name: int) -> None:
    town = Town()
    alice = await town.seat("alice")
    await town.stock(alice, "a", by_name=by_name)
    asker = await town.seat("bob")
    assert bool(await town.board.named(asker, "alice")) is bool(by_name)


async def test_before_the_first_publish_nobody_is_found_by_name() -> None:
    town = Town()
    await town.seat("alice")
    assert await town.board.named(await town.seat("bob"), "alice") == []


async def test_the_newest_socket_comes_first_and_never_the_asker() -> None:
    town = Town()
    seats = [await town.seat("alice", bytes([number]) * 16) for number in range(3)]
    for seat in seats:
        await town.stock(seat, "a")
    assert await town.board.named(seats[1], "alice") == [seats[2].device, seats[0].device]


async def test_a_bundle_goes_out_once_and_its_owner_hears_of_it() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "ab")
    assert await town.found(bob, Pool.STRANGERS, alice) == [b"a" * 8]
    assert await town.found(bob, Pool.STRANGERS, alice) == [b"b" * 8]
    assert await town.found(bob, Pool.STRANGERS, alice) == []


async def test_strangers_cannot_empty_the_contacts_pool() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "a", "c")
    assert await town.found(bob, Pool.STRANGERS, alice) == [b"a" * 8]
    assert await town.found(bob, Pool.STRANGERS, alice) == []
    assert await town.found(bob, Pool.CONTACTS, alice) == [b"c" * 8]


async def test_of_three_bundles_in_a_pool_the_oldest_makes_room() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "ab")
    await town.stock(alice, "c")
    assert await town.found(bob, Pool.STRANGERS, alice) == [b"b" * 8]


async def test_a_bundle_that_ran_out_is_passed_over() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.board.publish(
        alice, ByName.EXACT_NAME, [bundle("a", UNIX), bundle("b")], [], town.now
    )
    assert await town.found(bob, Pool.STRANGERS, alice) == [b"b" * 8]


async def test_four_devices_at_most_one_bundle_each() -> None:
    town = Town()
    seats = [await town.seat("alice", bytes([number]) * 16) for number in range(6)]
    for number, seat in enumerate(seats):
        await town.stock(seat, "abcdef"[number])
    await town.board.stand_up(seats[0])
    bob = await town.seat("bob")
    assert len(await town.found(bob, Pool.STRANGERS, *seats)) == 4


async def test_a_second_bundle_of_one_id_is_not_handed_to_the_same_asker() -> None:
    town = Town()
    alice, mallory = await town.seat("alice"), await town.seat("mallory")
    await town.stock(alice, "a")
    await town.stock(mallory, "a")
    bob = await town.seat("bob")
    assert await town.found(bob, Pool.STRANGERS, alice, mallory) == [b"a" * 8]
    town.knock(bob, b"a" * 8, work=True)
    assert only(wire(alice).taken(), Knocked)
    assert not only(wire(mallory).taken(), Knocked)


async def test_a_strangers_knock_needs_a_work_and_says_how() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "ab")
    await town.found(bob, Pool.STRANGERS, alice)
    town.knock(bob, b"a" * 8)
    assert only(wire(alice).taken(), Knocked) == []
    await town.found(bob, Pool.STRANGERS, alice)
    town.knock(bob, b"b" * 8, work=True)
    [knocked] = only(wire(alice).taken(), Knocked)
    assert (knocked.username, knocked.how, knocked.m1) == ("bob", How.NAME, M1)


async def test_one_work_admits_to_all_devices_for_ten_seconds_one_knock_a_bundle() -> None:
    town = Town()
    one, two = await town.seat("alice", b"1" * 16), await town.seat("alice", b"2" * 16)
    bob, carol = await town.seat("bob"), await town.seat("carol")
    await town.stock(one, "ab")
    await town.stock(two, "cd")
    await town.found(bob, Pool.STRANGERS, one, two)
    await town.found(bob, Pool.STRANGERS, one, two)
    town.knock(bob, b"a" * 8, work=True)
    town.now += 9.9
    town.knock(bob, b"c" * 8)
    town.knock(bob, b"c" * 8)
    town.knock(carol, b"b" * 8)
    assert len(only(wire(one).taken(), Knocked)) == 1
    assert len(only(wire(two).taken(), Knocked)) == 1
    town.now += 0.1
    town.knock(bob, b"d" * 8)
    assert only(wire(two).taken(), Knocked) == []


async def test_a_contacts_knock_needs_no_work() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(bob, b"c" * 8)
    [knocked] = only(wire(alice).taken(), Knocked)
    assert knocked.how is How.CONTACT


async def test_a_bundle_takes_a_knock_of_its_asker_alone_within_a_minute() -> None:
    town = Town()
    alice, bob, carol = [await town.seat(name) for name in ("alice", "bob", "carol")]
    await town.stock(alice, "", "ab")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(carol, b"a" * 8)
    assert only(wire(alice).taken(), Knocked) == []
    town.now += 60
    town.knock(bob, b"a" * 8)
    assert len(only(wire(alice).taken(), Knocked)) == 1
    await town.found(bob, Pool.CONTACTS, alice)
    town.now += 60.1
    town.knock(bob, b"b" * 8)
    assert only(wire(alice).taken(), Knocked) == []


async def test_a_target_that_left_gets_nothing_and_nobody_hears() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    await town.board.stand_up(alice)
    town.knock(bob, b"c" * 8)
    assert wire(bob).taken() == []


async def test_the_first_answer_counts() -> None:
    town = Town()
    alice, bob, carol = [await town.seat(name) for name in ("alice", "bob", "carol")]
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(bob, b"c" * 8)
    [knocked] = only(wire(alice).taken(), Knocked)
    name = KnockName(knocked.knock)
    town.board.answer(carol, name, M2, town.now)
    assert wire(bob).taken() == []
    town.board.answer(alice, name, M2, town.now + 120)
    town.board.answer(alice, name, b"3" * 4096, town.now + 120)
    town.board.answer(alice, KnockName(b"?" * 16), M2, town.now)
    assert wire(bob).taken() == [Answered(bundle_id=b"c" * 8, m2=M2)]


async def test_an_answer_after_two_minutes_or_to_nobody_is_dropped() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "ab")
    for letter in "ab":
        await town.found(bob, Pool.CONTACTS, alice)
        town.knock(bob, letter.encode() * 8)
    late, lonely = [KnockName(each.knock) for each in only(wire(alice).taken(), Knocked)]
    town.board.answer(alice, late, M2, town.now + 120.1)
    await town.board.stand_up(bob)
    town.board.answer(alice, lonely, M2, town.now)
    assert wire(bob).taken() == []


async def test_a_knock_outlives_the_sockets_on_both_sides() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(bob, b"c" * 8)
    [knocked] = only(wire(alice).taken(), Knocked)
    alice, bob = await town.seat("alice"), await town.seat("bob")
    town.board.answer(alice, KnockName(knocked.knock), M2, town.now)
    assert wire(bob).taken() == [Answered(bundle_id=b"c" * 8, m2=M2)]


@pytest.mark.parametrize("why", list(Why))
async def test_a_withdrawn_knock_is_told_once_and_cannot_be_answered(why: Why) -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(bob, b"c" * 8)
    [knocked] = only(wire(alice).taken(), Knocked)
    town.board.withdraw(alice, BundleId(b"c" * 8), why)
    town.board.withdraw(bob, BundleId(b"c" * 8), why)
    town.board.withdraw(bob, BundleId(b"c" * 8), why)
    assert wire(alice).taken() == [Ended(knock=knocked.knock, why=why)]
    town.board.answer(alice, KnockName(knocked.knock), M2, town.now)
    assert wire(bob).taken() == []


async def test_withdrawing_from_somebody_who_left_is_silent() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "", "c")
    await town.found(bob, Pool.CONTACTS, alice)
    town.knock(bob, b"c" * 8)
    await town.board.stand_up(alice)
    town.board.withdraw(bob, BundleId(b"c" * 8), Why.WITHDRAWN)


async def test_six_strangers_a_minute_and_the_rest_are_dropped() -> None:
    town = Town()
    alice = await town.seat("alice")
    got = 0
    for number in range(8):
        asker = await town.seat(f"stranger_{number}")
        await town.stock(alice, chr(ord("a") + number))
        assert town.board.takes_strangers(alice.account, town.now) is (number < 6)
        await town.found(asker, Pool.STRANGERS, alice)
        town.knock(asker, chr(ord("a") + number).encode() * 8, work=True)
        got += len(only(wire(alice).taken(), Knocked))
        town.knock(asker, b"?" * 8)
    assert got == 6
    assert town.board.takes_strangers(alice.account, town.now + 10)


async def test_what_ran_out_is_forgotten() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "ab")
    for letter in "ab":
        await town.found(bob, Pool.STRANGERS, alice)
        town.knock(bob, letter.encode() * 8, work=True)
    await town.stock(alice, "cd")
    await town.found(bob, Pool.STRANGERS, alice)
    town.board.withdraw(bob, BundleId(b"a" * 8), Why.WITHDRAWN)
    knocks = town.board._knocks
    await town.board.expire(town.now + 5, UNIX)
    assert (len(knocks._handed_out), len(knocks._admitted), len(knocks._knocks)) == (1, 1, 1)
    await town.board.expire(town.now + 61, UNIX)
    assert (len(knocks._handed_out), len(knocks._admitted), len(knocks._knocks)) == (0, 0, 1)
    await town.board.expire(town.now + 121, UNIX)
    assert (len(knocks._knocks), len(knocks._asked)) == (0, 0)


async def test_a_knock_that_ran_out_does_not_take_a_later_one_of_its_bundle_along() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    for moment in (0, 100):
        town.now = 1000.0 + moment
        await town.board.publish(alice, ByName.NOBODY, [], [bundle("c")], town.now)
        await town.found(bob, Pool.CONTACTS, alice)
        town.knock(bob, b"c" * 8)
    wire(alice).taken()
    await town.board.expire(1121.0, UNIX)
    town.board.withdraw(bob, BundleId(b"c" * 8), Why.WITHDRAWN)
    assert len(only(wire(alice).taken(), Ended)) == 1


def ids(*letters: str, until: float = 2000.0, state: SeenState = SeenState.HERE) -> list[Announced]:
    return [Announced(rendezvous(letter), until, state) for letter in letters]


def rendezvous(letter: str) -> RendezvousId:
    return RendezvousId(letter.encode() * 16)


def seen(seat: Seat) -> list[tuple[str, SeenState]]:
    frames = only(wire(seat).taken(), Seen)
    return [(each.id[:1].decode(), each.state) for frame in frames for each in frame.ids]


async def test_who_watches_sees_what_is_there_and_then_each_change() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.board.announce(alice, ids("a"), town.now)
    await town.board.watch(bob, map(rendezvous, "ab"), town.now)
    assert seen(bob) == [("a", SeenState.HERE)]
    await town.board.announce(alice, ids("a", "b"), town.now)
    assert seen(bob) == [("b", SeenState.HERE)]
    await town.board.announce(alice, ids("a", state=SeenState.AWAY), town.now)
    assert sorted(seen(bob)) == [("a", SeenState.AWAY), ("b", SeenState.GONE)]
    await town.board.announce(alice, ids("a", state=SeenState.AWAY), town.now)
    assert seen(bob) == []
    await town.board.stand_up(alice)
    assert seen(bob) == [("a", SeenState.GONE)]


async def test_nothing_there_shows_nothing() -> None:
    town = Town()
    bob = await town.seat("bob")
    await town.board.watch(bob, map(rendezvous, "ab"), town.now)
    assert wire(bob).taken() == []


async def test_what_is_watched_no_more_is_not_shown() -> None:
    town = Town()
    alice, bob, carol = [await town.seat(name) for name in ("alice", "bob", "carol")]
    await town.board.watch(bob, map(rendezvous, "ab"), town.now)
    await town.board.watch(carol, map(rendezvous, "a"), town.now)
    await town.board.watch(bob, map(rendezvous, "b"), town.now)
    await town.board.announce(alice, ids("a", "b"), town.now)
    assert (seen(bob), seen(carol)) == ([("b", SeenState.HERE)], [("a", SeenState.HERE)])
    await town.board.stand_up(bob)
    await town.board.stand_up(carol)
    assert town.board._watchers == {}


async def test_many_changes_come_in_frames_of_1024() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    names = [RendezvousId(number.to_bytes(16, "big")) for number in range(1500)]
    await town.board.watch(bob, names, town.now)
    there = [Announced(name, 2000.0, SeenState.HERE) for name in names]
    await town.board.announce(alice, there, town.now)
    assert [len(frame.ids) for frame in only(wire(bob).taken(), Seen)] == [1024, 476]


async def test_an_id_belongs_to_the_first_that_announces_it_until_it_is_forgotten() -> None:
    town = Town()
    alice, mallory, bob = [await town.seat(name) for name in ("alice", "mallory", "bob")]
    await town.board.watch(bob, map(rendezvous, "a"), town.now)
    await town.board.announce(alice, ids("a", until=1010.0), town.now)
    await town.board.announce(mallory, ids("a", state=SeenState.AWAY), town.now)
    assert seen(bob) == [("a", SeenState.HERE)]
    assert await town.board.identified(bob, rendezvous("a"), town.now) == [alice.device]
    assert await town.board.identified(bob, rendezvous("a"), 1010.0) == []
    await town.board.expire(1010.0, UNIX)
    assert seen(bob) == [("a", SeenState.GONE)]
    await town.board.announce(mallory, ids("a", state=SeenState.AWAY), 1010.0)
    assert seen(bob) == [("a", SeenState.AWAY)]
    await town.board.announce(alice, [], 1010.0)
    assert seen(bob) == []


async def test_an_id_announced_anew_lives_on() -> None:
    town = Town()
    alice = await town.seat("alice")
    await town.board.announce(alice, ids("a", until=1010.0), town.now)
    await town.board.announce(alice, ids("a", until=1020.0), town.now)
    await town.board.expire(1015.0, UNIX)
    assert await town.presence.behind(rendezvous("a"), 1015.0) == alice.device


async def test_by_id_the_device_itself_comes_first_then_others_that_announce() -> None:
    town = Town()
    devices = [await town.seat("alice", bytes([number]) * 16) for number in range(4)]
    bob = await town.seat("bob")
    await town.board.announce(devices[0], ids("a"), town.now)
    await town.board.announce(devices[2], ids("b"), town.now)
    await town.board.announce(devices[3], ids("c"), town.now)
    assert await town.board.identified(bob, rendezvous("a"), town.now) == []
    await town.board.watch(bob, map(rendezvous, "a"), town.now)
    expected = [devices[number].device for number in (0, 3, 2)]
    assert await town.board.identified(bob, rendezvous("a"), town.now) == expected
    await town.board.watch(devices[3], map(rendezvous, "a"), town.now)
    found = await town.board.identified(devices[3], rendezvous("a"), town.now)
    assert found == [devices[0].device, devices[2].device]


async def test_another_name_from_now_on() -> None:
    town = Town()
    alice, bob = await town.seat("alice"), await town.seat("bob")
    await town.stock(alice, "a", "c")
    await town.board.rename(alice.account, "alicia")
    assert await town.board.named(bob, "alice") == []
    assert await town.board.named(bob, "alicia") == [alice.device]
    await town.stock(bob, "", "d")
    await town.found(alice, Pool.CONTACTS, bob)
    town.knock(alice, b"d" * 8)
    assert only(wire(bob).taken(), Knocked)[0].username == "alicia"
    await town.board.stand_up(alice)
    assert await town.board.named(bob, "alicia") == []


async def test_revocations_are_shown_to_the_account_and_then_the_revoked_are_closed() -> None:
    town = Town()
    stays, goes = await town.seat("alice", b"1" * 16), await town.seat("alice", b"2" * 16)
    bob = await town.seat("bob")
    town.board.tell_revoked(stays.account, b"statements")
    await town.board.expel(stays.account, {stays.device}, CloseCode.REVOKED)
    assert wire(stays).taken() == wire(goes).taken() == [Revoked(statements=b"statements")]
    assert wire(bob).taken() == []
    assert [wire(seat).code for seat in (stays, goes, bob)] == [None, CloseCode.REVOKED, None]
    assert len(town.board) == 2


async def test_a_salt_is_spent_once_until_it_runs_out() -> None:
    presence = MemoryPresence(most_spent_salts=2)
    assert await presence.spend(b"1", UNIX + 10, UNIX)
    assert not await presence.spend(b"1", UNIX + 10, UNIX)
    assert await presence.spend(b"2", UNIX + 20, UNIX)
    with pytest.raises(CrowdedError):
        await presence.spend(b"3", UNIX + 20, UNIX)
    assert await presence.spend(b"3", UNIX + 20, UNIX + 10)
    await presence.expire(0.0, UNIX + 20)
    assert await presence.spend(b"2", UNIX + 40, UNIX + 20)


async def listed(town: Town, prefix: str = "al") -> list[tuple[str, bool]]:
    return list(await town.board.listed(prefix, town.now))


async def test_the_public_list_shows_who_asked_to_be_on_it() -> None:
    town = Town()
    alice, alan, bob = [await town.seat(name) for name in ("alice", "alan", "bob")]
    for seat in (alice, alan, bob, alice):
        await town.stock(seat, by_name=2)
    assert await listed(town) == [("alan", True), ("alice", True)]
    assert await listed(town, "alic") == [("alice", True)]
    assert await listed(town, "zz") == []


async def test_invisible_stays_listed_as_offline_for_a_day_and_default_goes_at_once() -> None:
    town = Town()
    seats = [await town.seat(name) for name in ("alice", "alan", "alma")]
    for seat in seats:
        await town.stock(seat, by_name=2)
    await town.stock(seats[0], by_name=0)
    await town.stock(seats[1], by_name=1)
    await town.board.stand_up(seats[2])
    assert await listed(town) == [("alice", False), ("alma", False)]
    town.now += 24 * 3600 - 1
    assert len(await listed(town)) == 2
    town.now += 1
    assert await listed(town) == []
    await town.board.expire(town.now, UNIX)
    await town.stock(seats[0], by_name=2)
    assert await listed(town) == [("alice", True)]


async def test_one_device_that_shows_itself_is_enough() -> None:
    town = Town()
    one, two = await town.seat("alice", b"1" * 16), await town.seat("alice", b"2" * 16)
    await town.stock(one, by_name=2)
    await town.stock(two, by_name=0)
    assert await listed(town) == [("alice", True)]


async def test_the_list_follows_a_name_and_ends_with_the_account() -> None:
    town = Town()
    alice, alan = await town.seat("alice"), await town.seat("alan")
    await town.stock(alice, by_name=2)
    await town.stock(alan, by_name=2)
    await town.board.rename(alice.account, "alma")
    await town.board.rename(alice.account, "alma")
    assert await listed(town) == [("alan", True), ("alma", True)]
    await town.board.rename(alan.account, "alma")
    assert await listed(town) == [("alma", True)]
    await town.board.unlist(alan.account)
    await town.board.unlist(alan.account)
    assert await listed(town) == []


async def test_twenty_names_at_most() -> None:
    town = Town()
    for number in range(25):
        await town.stock(await town.seat(f"al_{number:02}"), by_name=2)
    assert [name for name, _ in await listed(town)] == [f"al_{number:02}" for number in range(20)]
