"""Who may ask, and who is dropped without a word."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from whisp_desktop.chat.admission import (
    MOST_WAITING_STRANGERS,
    Admitted,
    How,
    Knock,
    decide,
)
from whisp_desktop.chat.contacts import ContactBook
from whisp_desktop.protocol.keys import DeviceId

OWN_DEVICE = DeviceId(b"this very device")

Persons = Callable[..., Any]


@pytest.fixture
def bob(person: Persons) -> Any:
    return person("bob")


@pytest.fixture
def contacts() -> ContactBook:
    return ContactBook([])


def knock(who: Any, *, with_code: bool = False) -> Knock:
    return Knock(who.card.username, who.cert, who.card, with_code=with_code)


def ask(
    knock: Knock,
    contacts: ContactBook,
    *,
    own_device: DeviceId = OWN_DEVICE,
    by_name: int = 1,
    waiting: int = 0,
) -> Admitted | None:
    return decide(
        knock,
        contacts=contacts,
        own_device=own_device,
        by_name=by_name,
        waiting_strangers=waiting,
    )


def test_a_stranger_is_admitted_by_name(bob: Any, contacts: ContactBook) -> None:
    assert ask(knock(bob), contacts) == Admitted(How.NAME, None, None)


def test_a_stranger_with_a_code_is_told_apart(bob: Any, contacts: ContactBook) -> None:
    assert ask(knock(bob, with_code=True), contacts) == Admitted(How.FRIEND_CODE, None, None)


def test_a_contact_is_admitted_as_one(bob: Any, contacts: ContactBook, now: int) -> None:
    contact = contacts.add(bob.card.account_key, "bob", (), now)
    for with_code in (False, True):
        admitted = ask(knock(bob, with_code=with_code), contacts)
        assert admitted == Admitted(How.CONTACT, contact, None)


def test_somebody_blocked_is_dropped_code_or_not(bob: Any, contacts: ContactBook, now: int) -> None:
    contacts.add(bob.card.account_key, "bob", (), now).block()
    assert ask(knock(bob), contacts) is None
    assert ask(knock(bob, with_code=True), contacts) is None


def test_this_very_device_is_dropped(bob: Any, contacts: ContactBook) -> None:
    assert ask(knock(bob), contacts, own_device=bob.cert.device_id) is None


def test_a_card_of_another_account_is_dropped(
    bob: Any, contacts: ContactBook, person: Persons
) -> None:
    stolen = replace(knock(bob), card=person("bob").card)
    assert ask(stolen, contacts) is None


def test_a_card_with_another_name_than_the_server_tells_is_dropped(
    bob: Any, contacts: ContactBook
) -> None:
    assert ask(replace(knock(bob), registered_name="carol"), contacts) is None


def test_too_many_strangers_wait_but_a_contact_never_does(
    bob: Any, contacts: ContactBook, now: int
) -> None:
    assert ask(knock(bob), contacts, waiting=MOST_WAITING_STRANGERS - 1) is not None
    for with_code in (False, True):
        full = ask(knock(bob, with_code=with_code), contacts, waiting=MOST_WAITING_STRANGERS)
        assert full is None
    contacts.add(bob.card.account_key, "bob", (), now)
    assert ask(knock(bob), contacts, waiting=MOST_WAITING_STRANGERS) is not None


@pytest.mark.parametrize(
    ("is_contact", "with_code", "by_name"), list(product((False, True), (False, True), (0, 1, 2)))
)
def test_where_no_name_is_published_strangers_need_a_code(
    bob: Any, contacts: ContactBook, now: int, *, is_contact: bool, with_code: bool, by_name: int
) -> None:
    """Strict, invisible, hidden: the server that lets them through may be lying."""
    if is_contact:
        contacts.add(bob.card.account_key, "bob", (), now)
    admitted = ask(knock(bob, with_code=with_code), contacts, by_name=by_name)
    assert (admitted is not None) == (is_contact or with_code or by_name > 0)


def test_a_contacts_name_under_another_key_is_told(
    bob: Any, contacts: ContactBook, person: Persons, now: int
) -> None:
    known = contacts.add(person("bob").card.account_key, "bob", (), now)
    known.petname = "Robert"
    assert ask(knock(bob), contacts) == Admitted(How.NAME, None, same_name=known)


def test_a_stranger_cannot_pass_for_whom_one_calls_by_their_name(
    bob: Any, contacts: ContactBook, person: Persons, now: int
) -> None:
    carol = contacts.add(person("carol").card.account_key, "carol", (), now)
    carol.petname = "bob"
    assert ask(knock(bob), contacts) == Admitted(How.NAME, None, same_name=carol)


@pytest.mark.parametrize("bits", list(product((False, True), repeat=6)))
def test_no_combination_lets_in_who_must_stay_out(
    bob: Any, contacts: ContactBook, now: int, bits: tuple[bool, ...]
) -> None:
    is_contact, is_blocked, with_code, is_named, is_full, is_this_device = bits
    if is_contact or is_blocked:
        contact = contacts.add(bob.card.account_key, "bob", (), now)
        contact.blocked = is_blocked
    admitted = ask(
        knock(bob, with_code=with_code),
        contacts,
        own_device=bob.cert.device_id if is_this_device else OWN_DEVICE,
        by_name=int(is_named),
        waiting=MOST_WAITING_STRANGERS if is_full else 0,
    )
    may_ask = is_contact or ((with_code or is_named) and not is_full)
    assert (admitted is not None) == (may_ask and not is_blocked and not is_this_device)
