"""People are known by their account keys; names are only what is shown."""

from collections.abc import Callable
from dataclasses import replace
from secrets import token_bytes
from typing import Any

import pytest

from whisp_desktop.chat.contacts import Contact, ContactBook
from whisp_desktop.protocol.certificates import day
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import Secret

Persons = Callable[..., Any]


def add(book: ContactBook, who: Any, now: int) -> Contact:
    return book.add(who.card.account_key, who.card.username, who.card.hosts, now)


def test_a_contact_is_found_by_key_petname_and_username(person: Persons, now: int) -> None:
    book, bob = ContactBook([]), person()
    contact = add(book, bob, now)
    contact.petname = "Robert"
    assert book.of(bob.card.account_key) is contact
    assert book.named("Robert") is book.named("bob") is contact
    assert book.named("carol") is None
    assert list(book) == [contact]
    assert len(book) == 1


def test_it_is_added_once_and_tells_the_day_alone(person: Persons, now: int) -> None:
    book, bob = ContactBook([]), person()
    contact = add(book, bob, now)
    assert add(book, bob, now + 86_400) is contact
    assert contact.added == day(now) != now


def test_petnames_stay_unique(person: Persons, now: int) -> None:
    book = ContactBook([])
    petnames = [add(book, person(), now).petname for _ in range(3)]
    assert petnames == ["bob", "bob 2", "bob 3"]


def test_a_petname_comes_before_a_username(person: Persons, now: int) -> None:
    book = ContactBook([])
    first, second = add(book, person("bob"), now), add(book, person("carol"), now)
    first.petname, second.petname = "carol", "Somebody"
    assert book.named("carol") is first


def test_a_username_of_two_contacts_names_neither(person: Persons, now: int) -> None:
    book = ContactBook([])
    for petname in ("one", "two"):
        add(book, person(), now).petname = petname
    assert book.named("bob") is None


@pytest.mark.parametrize("same", ["account_key", "petname"])
def test_two_contacts_share_neither_key_nor_petname(person: Persons, now: int, same: str) -> None:
    contacts = [add(ContactBook([]), person(name), now) for name in ("bob", "carol")]
    setattr(contacts[1], same, getattr(contacts[0], same))
    with pytest.raises(ValueError, match="share"):
        ContactBook(contacts)


def test_a_newer_card_counts_and_of_one_day_the_later(person: Persons, now: int) -> None:
    bob = person()
    contact = add(ContactBook([]), bob, now)
    contact.take_card(bob.card)
    assert contact.card_issued == bob.card.issued
    contact.take_card(replace(bob.card, issued=bob.card.issued - 86_400, username="older"))
    assert contact.username == "bob"
    contact.take_card(replace(bob.card, username="same_day", hosts=("other.example",)))
    assert (contact.username, contact.hosts) == ("same_day", ("other.example",))


def test_a_card_of_another_account_is_refused(person: Persons, now: int) -> None:
    contact = add(ContactBook([]), person(), now)
    with pytest.raises(PeerError):
        contact.take_card(person("carol").card)
    assert contact.username == "bob"


def test_a_device_is_met_with_its_newest_certificate(person: Persons, now: int) -> None:
    bob = person()
    contact = add(ContactBook([]), bob, now)
    for confirmed in (True, False):
        contact.meet(bob.cert, Secret(token_bytes(32)), confirmed=confirmed)
    device = contact.devices[bob.cert.device_id]
    assert device.cert == bob.cert.whole
    assert [each.confirmed for each in device.pair_keys.kept] == [True, False]


def test_of_seventeen_devices_the_one_met_longest_ago_is_forgotten(
    person: Persons, now: int
) -> None:
    bob = person()
    contact = add(ContactBook([]), bob, now)
    certs = [bob.another_cert() for _ in range(16)]
    keys = [Secret(token_bytes(32)) for _ in range(18)]
    for cert, key in zip(certs, keys, strict=False):
        contact.meet(cert, key, confirmed=True)
    contact.meet(certs[0], keys[16], confirmed=True)
    contact.meet(bob.cert, keys[17], confirmed=True)
    assert len(contact.devices) == 16
    assert certs[1].device_id not in contact.devices
    assert keys[1].closed
    assert certs[0].device_id in contact.devices


def test_blocking_wipes_every_shared_key(person: Persons, now: int) -> None:
    bob = person()
    contact = add(ContactBook([]), bob, now)
    key = Secret(token_bytes(32))
    contact.meet(bob.cert, key, confirmed=True)
    contact.block()
    assert contact.blocked
    assert contact.devices == {}
    assert key.closed


def test_close_wipes_the_keys_of_all(person: Persons, now: int) -> None:
    book, bob = ContactBook([]), person()
    key = Secret(token_bytes(32))
    add(book, bob, now).meet(bob.cert, key, confirmed=True)
    book.close()
    assert key.closed
    assert len(book) == 0
