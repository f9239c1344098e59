"""Contact cards and invite links: shown, read, kept; nothing is connected to."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fuzz.statement_targets import TOKEN
from tests.harness import Client
from tests.session.nodes import Person, Server, person, talk
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.qr_text import sheet_qr, statement_qr
from whisp_desktop.protocol.revocation import NOBODY, Reason, Revocation, RevocationKind
from whisp_desktop.session import commands
from whisp_desktop.session.cards import read_card
from whisp_desktop.session.events import ContactsChanged, KeyChanged, Opened

BOB = Client("bob")
QR = statement_qr(BOB.card.whole)
LINK = Invite(BOB.card, (bytes(32),)).link


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "bad_card", "neither"),
        ("https://whisp.example", "bad_card", "neither"),
        (QR[:-3], "bad_card", "damaged"),
        (LINK[:-1], "bad_card", "damaged"),
        (LINK.replace("1#V", "1#W", 1), "bad_card", "damaged"),
        (QR.replace("W1:", "W2:", 1), "other_version", "same version"),
        (LINK.replace(":1#", ":2#", 1), "other_version", "same version"),
        (statement_qr(TOKEN.whole), "not_a_card", "adds a device"),
        (sheet_qr(bytes(64)), "bad_card", "recovery sheet"),
    ],
)
def test_what_is_no_card_is_refused_with_a_sentence(text: str, code: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as refused:
        read_card(text)
    assert refused.value.code == code


def test_a_card_is_read_from_both_forms() -> None:
    assert read_card(f" {QR}\n") == Invite(BOB.card, (None,))
    assert read_card(f"\t{LINK} ") == Invite(BOB.card, (bytes(32),))
    assert read_card(LINK.replace("whisp", "WHISP", 1)).card == BOB.card


@pytest_asyncio.fixture
async def alice(server: Server, tmp_path: Path) -> AsyncIterator[Person]:
    async with person(f"a{secrets.token_hex(6)}", tmp_path, server.url) as made:
        await made.register()
        yield made


async def _refused(doing: Person, command: commands.Command[object]) -> str:
    with pytest.raises(RefusedError) as refused:
        await doing.node.do(command)
    assert refused.value.say.endswith(".")
    return refused.value.code


async def test_reading_keeps_nothing(alice: Person) -> None:
    found = await alice.node.do(commands.ReadCard(LINK))
    assert (found.name, found.hosts, found.pins) == ("bob", ("whisp.example",), (True,))
    assert (found.known, found.namesake, len(found.safety_number)) == ("", "", 60)
    assert (await alice.node.do(commands.ReadCard(QR))).pins == (False,)
    assert await alice.node.do(commands.GetContacts()) == ()


async def test_a_link_makes_a_contact_that_is_not_verified(alice: Person) -> None:
    added = await alice.node.do(commands.AddContact(LINK))
    assert (added.known, added.hosts) == ("bob", ("whisp.example",))
    await alice.hear(ContactsChanged)
    (contact,) = await alice.node.do(commands.GetContacts())
    assert (contact.petname, contact.verified) == ("bob", False)
    assert contact.account_key == BOB.card.account_key.hex()
    assert await _refused(alice, commands.AddContact(LINK)) == "known_already"
    assert await _refused(alice, commands.LookUp("bob")) == "other_server"


async def test_a_code_scanned_in_person_verifies_also_whom_one_knows(alice: Person) -> None:
    await alice.node.do(commands.AddContact(LINK))
    await alice.node.do(commands.AddContact(QR, in_person=True))
    (contact,) = await alice.node.do(commands.GetContacts())
    assert contact.verified


async def test_the_own_card_is_shown_and_not_added(alice: Person) -> None:
    own = await alice.node.do(commands.GetCard())
    card = read_card(own.qr).card
    assert card.username == alice.name
    assert read_card(own.link) == Invite(card, (None,))  # the server here has no TLS
    for text in (own.qr, own.link):
        assert await _refused(alice, commands.ReadCard(text)) == "yourself"
        assert await _refused(alice, commands.AddContact(text, in_person=True)) == "yourself"


async def test_a_namesake_elsewhere_has_another_name_here(alice: Person) -> None:
    elsewhere = Client("bob")
    card = Card.issue(elsewhere.account, issued=0, username="bob", hosts=("other.example",))
    await alice.node.do(commands.AddContact(LINK))
    added = await alice.node.do(commands.AddContact(statement_qr(card.whole)))
    assert added.known == "bob 2"


async def test_a_namesake_at_the_same_server_is_a_changed_key(alice: Person) -> None:
    await alice.node.do(commands.AddContact(QR, in_person=True))
    other = statement_qr(Client("bob").card.whole)
    assert (await alice.node.do(commands.ReadCard(other))).namesake == "bob"
    assert not [each for each in alice.told if isinstance(each, KeyChanged)]
    assert await _refused(alice, commands.AddContact(other, in_person=True)) == "key_changed"
    assert await alice.hear(KeyChanged) == KeyChanged("bob")
    assert await _refused(alice, commands.Ask("bob")) == "key_changed"
    (contact,) = await alice.node.do(commands.GetContacts())
    assert (contact.account_key, contact.verified) == (BOB.card.account_key.hex(), True)
    await alice.node.do(commands.VerifyCard("bob", other))
    (contact,) = await alice.node.do(commands.GetContacts())
    assert contact.account_key == read_card(other).card.account_key.hex()
    assert (contact.verified, contact.key_changed) == (True, False)


async def test_the_card_of_an_account_that_has_ended_is_refused(alice: Person) -> None:
    await alice.node.do(commands.AddContact(LINK))
    (contact,) = alice.node._own.book.contacts
    contact.statements = Revocation.issue(
        BOB.account,
        kind=RevocationKind.ACCOUNT,
        target=NOBODY,
        issued=BOB.cert.issued,
        reason=Reason.NONE,
        signer_cert=None,
    ).statements
    assert await _refused(alice, commands.AddContact(QR, in_person=True)) == "account_ended"


async def test_who_was_added_by_a_card_is_asked_under_that_key(
    alice: Person, server: Server, tmp_path: Path
) -> None:
    async with person(f"b{secrets.token_hex(6)}", tmp_path, server.url) as bob:
        await bob.register()
        card = await bob.node.do(commands.GetCard())
        await alice.node.do(commands.AddContact(card.qr, in_person=True))
        await talk(alice, bob)
        (opened,) = [each for each in alice.told if isinstance(each, Opened)]
        assert opened.verified
