"""What one's settings make the server do, and the ids of people who know each other."""

from collections.abc import Callable
from secrets import token_bytes
from typing import Any

import pytest

from whisp_desktop.chat.contacts import ContactBook
from whisp_desktop.chat.presence import (
    Discovery,
    Presence,
    Visibility,
    VisibleTo,
    Watched,
    announced_ids,
    pairs_of,
    watched_ids,
    window_left_s,
)
from whisp_desktop.protocol.friend_code import rendezvous_id
from whisp_desktop.protocol.keys import DeviceId, Secret

OWN = DeviceId(b"this very device")

Persons = Callable[..., Any]


@pytest.mark.parametrize("discovery", Discovery)
@pytest.mark.parametrize("visible_to", VisibleTo)
def test_the_invisible_are_found_by_nobody(visible_to: VisibleTo, discovery: Discovery) -> None:
    visibility = Visibility.of(Presence.INVISIBLE, visible_to, discovery)
    assert visibility == Visibility(by_name=0, to_contacts=False, doors=False)


@pytest.mark.parametrize("presence", [Presence.ONLINE, Presence.AWAY])
@pytest.mark.parametrize(
    ("visible_to", "discovery", "by_name", "to_contacts"),
    [
        (VisibleTo.NOBODY, Discovery.PUBLIC, 0, False),
        (VisibleTo.NOBODY, Discovery.DEFAULT, 0, False),
        (VisibleTo.NOBODY, Discovery.STRICT, 0, False),
        (VisibleTo.CONTACTS, Discovery.PUBLIC, 0, True),
        (VisibleTo.CONTACTS, Discovery.DEFAULT, 0, True),
        (VisibleTo.CONTACTS, Discovery.STRICT, 0, True),
        (VisibleTo.EVERYONE, Discovery.PUBLIC, 2, True),
        (VisibleTo.EVERYONE, Discovery.DEFAULT, 1, True),
        (VisibleTo.EVERYONE, Discovery.STRICT, 0, True),
    ],
)
def test_others_are_found_as_the_table_says(
    presence: Presence,
    visible_to: VisibleTo,
    discovery: Discovery,
    by_name: int,
    *,
    to_contacts: bool,
) -> None:
    visibility = Visibility.of(presence, visible_to, discovery)
    assert visibility == Visibility(by_name=by_name, to_contacts=to_contacts, doors=True)


def acquaint(book: ContactBook, who: Any, now: int, keys: int = 1) -> list[bytes]:
    """Let a contact share so many keys, the oldest confirmed; return them, oldest first."""
    contact = book.add(who.card.account_key, who.card.username, (), now)
    shared = [token_bytes(32) for _ in range(keys)]
    for key in shared:
        contact.meet(who.cert, Secret(key), confirmed=key is shared[0])
    return shared


def test_two_devices_find_each_other_in_each_window(person: Persons, now: int) -> None:
    bob, book = person(), ContactBook([])
    (key,) = acquaint(book, bob, now)
    announced = announced_ids(pairs_of(book), OWN, now)
    assert announced == [rendezvous_id(Secret(key), OWN, now)]
    theirs = rendezvous_id(Secret(key), bob.cert.device_id, now)
    watched = Watched(bob.card.account_key, bob.cert.device_id)
    for shift_s in (-600, 0, 600):
        assert watched_ids(pairs_of(book), now + shift_s)[theirs] == watched
    for shift_s in (-1_200, 1_200):
        assert theirs not in watched_ids(pairs_of(book), now + shift_s)


def test_every_kept_key_is_announced_and_watched_in_three_windows(
    person: Persons, now: int
) -> None:
    book = ContactBook([])
    acquaint(book, person("bob"), now, keys=8)
    acquaint(book, person("carol"), now, keys=2)
    assert len(set(announced_ids(pairs_of(book), OWN, now))) == 10
    assert len(watched_ids(pairs_of(book), now)) == 30


def test_nobody_is_lost_for_the_older_keys_of_another(person: Persons, now: int) -> None:
    book = ContactBook([])
    newest = [acquaint(book, person(f"bob{number}"), now, keys=8)[-1] for number in range(172)]
    announced = announced_ids(pairs_of(book), OWN, now)
    assert len(announced) == 1_024
    assert {rendezvous_id(Secret(key), OWN, now) for key in newest} <= set(announced)
    watched = watched_ids(pairs_of(book), now)
    assert len(watched) == 4_096
    assert {each.account_key for each in watched.values()} == {c.account_key for c in book}


def test_the_blocked_are_neither_watched_nor_shown_anything(person: Persons, now: int) -> None:
    book = ContactBook([])
    acquaint(book, person(), now)
    next(iter(book)).block()
    assert announced_ids(pairs_of(book), OWN, now) == []
    assert watched_ids(pairs_of(book), now) == {}


@pytest.mark.parametrize(("now", "left_s"), [(0, 600), (1, 599), (599, 1), (600, 600)])
def test_a_window_ends_after_ten_minutes(now: int, left_s: int) -> None:
    assert window_left_s(now) == left_s
