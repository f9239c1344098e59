"""What is sealed comes back as it was, or is refused as a whole."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisp_desktop.chat.book import Book, OwnAccount, Settings
from whisp_desktop.chat.presence import Discovery, Presence, VisibleTo
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret

Persons = Callable[..., Any]


@pytest.fixture
def book(person: Persons, now: int) -> Book:
    alice, bob = person("alice"), person("bob")
    account = OwnAccount(
        username="alice",
        servers=("https://whisp.example",),
        cert=alice.cert.whole,
        card=alice.card.whole,
        manifest=b"manifest",
        registered=True,
    )
    book = Book(account, Settings(typing_marks=True, presence=Presence.AWAY))
    contact = book.contacts.add(bob.card.account_key, "bob", bob.card.hosts, now)
    contact.verified = True
    contact.statements = b"statements"
    contact.meet(bob.cert, Secret(b"k" * 32), confirmed=False)
    return book


def taken_apart(book: Book) -> dict[str, Any]:
    whole: dict[str, Any] = msgspec.msgpack.decode(book.encode())
    return whole


def refusal(data: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        Book.decode(data)
    return refused.value


def test_everything_comes_back(book: Book) -> None:
    again = Book.decode(book.encode())
    assert again.account == book.account
    assert again.settings == book.settings
    assert list(again.contacts) == list(book.contacts)
    assert again.encode() == book.encode()


def test_an_empty_book_has_defaults() -> None:
    book = Book.decode(Book().encode())
    assert book.account is None
    assert len(book.contacts) == 0
    assert book.settings == Settings(
        typing_marks=False,
        seen_marks=True,
        presence=Presence.ONLINE,
        visible_to=VisibleTo.EVERYONE,
        discovery=Discovery.DEFAULT,
    )


def test_keys_come_back_as_secrets_and_close(book: Book) -> None:
    again = Book.decode(book.encode())
    (contact,) = again.contacts
    (device,) = contact.devices.values()
    key = device.pair_keys.kept[0].key
    assert key == Secret(b"k" * 32)
    again.close()
    assert key.closed


@pytest.mark.parametrize("version", [2, 3, 2**32])
def test_a_newer_version_is_named(version: int) -> None:
    newer = msgspec.msgpack.encode({"version": version, "anything": [1, {"else": None}]})
    assert refusal(newer).code == "contacts_newer"


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": "1"},
        {"more": 1},
        {"contacts": {}},
        {"settings": {"typing_marks": 1}},
        {"account": {"username": "alice"}},
    ],
)
def test_another_shape_is_refused(book: Book, change: dict[str, Any]) -> None:
    assert refusal(msgspec.msgpack.encode(taken_apart(book) | change)).code == "contacts_damaged"


@pytest.mark.parametrize("missing", ["version", "account", "settings", "contacts"])
def test_a_missing_part_is_refused(book: Book, missing: str) -> None:
    whole = taken_apart(book)
    del whole[missing]
    assert refusal(msgspec.msgpack.encode(whole)).code == "contacts_damaged"


@pytest.mark.parametrize("key", [b"k" * 31, b"k" * 33, b"", "k" * 32, None])
def test_a_key_of_another_form_is_refused(book: Book, key: object) -> None:
    whole = taken_apart(book)
    (device,) = whole["contacts"][0]["devices"].values()
    device["pair_keys"]["kept"][0]["key"] = key
    assert refusal(msgspec.msgpack.encode(whole)).code == "contacts_damaged"


def test_a_contact_that_is_there_twice_is_refused(book: Book) -> None:
    whole = taken_apart(book)
    whole["contacts"] *= 2
    assert refusal(msgspec.msgpack.encode(whole)).code == "contacts_damaged"


def test_a_short_account_key_is_refused(book: Book) -> None:
    whole = taken_apart(book)
    whole["contacts"][0]["account_key"] = b"short"
    assert refusal(msgspec.msgpack.encode(whole)).code == "contacts_damaged"


def test_something_after_the_end_or_nothing_at_all_is_refused(book: Book) -> None:
    assert refusal(book.encode() + b"\x00").code == "contacts_damaged"
    assert refusal(b"").code == "contacts_damaged"


def test_deep_nesting_is_refused() -> None:
    nested = b"\x82\xa1x" + b"\x91" * 100_000
    assert refusal(nested).code == "contacts_damaged"


def test_the_sentences_have_a_way_out() -> None:
    assert "Put back a copy" in refusal(b"").say
    assert "newer" in refusal(msgspec.msgpack.encode({"version": 2})).say


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_other_error_comes_out(data: bytes) -> None:
    with pytest.raises(RefusedError):
        Book.decode(data)


@settings(deadline=None)
@given(st.data())
def test_a_changed_byte_gives_no_other_error(data: st.DataObject) -> None:
    whole = bytearray(Book(OwnAccount("bob", (), b"", b"", b"", registered=False)).encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    with suppress(RefusedError):
        Book.decode(bytes(whole))
