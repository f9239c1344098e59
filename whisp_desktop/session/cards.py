"""Contact cards and invite links: one's own to show, those of others to read and to keep."""

import time

from whisp_desktop.chat.contacts import Contact
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import PeerError, RefusedError, UnknownVersionError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.qr_text import parse_statement_qr, statement_qr
from whisp_desktop.protocol.safety_number import safety_number
from whisp_desktop.protocol.statements import StatementType, statement_type
from whisp_desktop.session.answers import CardFound, OwnCard
from whisp_desktop.session.desk import Desk

_LINK = "whisp:"


def read_card(text: str) -> Invite:
    """Read a card's QR text, which has no pins, or an invite link.

    RefusedError: it is neither, of another version, or was changed on its way.
    """
    text = text.strip()
    try:
        if text[: len(_LINK)].lower() == _LINK:
            return Invite.parse(_LINK + text[len(_LINK) :])
        whole = parse_statement_qr(text)
        if statement_type(whole) is StatementType.TOKEN:
            say = "That code adds a device to an account. Ask for the contact card instead."
            raise RefusedError("not_a_card", say)
        card = Card.parse(whole)
    except UnknownVersionError:
        say = "Another version of Whisp made this card. Bring both to the same version."
        raise RefusedError("other_version", say) from None
    except PeerError:
        if text.startswith(("W1:", _LINK)):
            say = "This card is damaged or was changed. Ask for it once more."
        elif text.startswith("W1R:"):
            say = "That is a recovery sheet, and no contact card. Keep it to yourself."
        else:
            say = "That is neither a contact card nor an invite link."
        raise RefusedError("bad_card", say) from None
    return Invite(card, (None,) * len(card.hosts))


class Cards:
    """What an open account does with cards; nothing here connects to anybody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def own(self) -> OwnCard:
        """Return one's own card, with the pin of one's server where the socket to it has TLS."""
        card, server = self._desk.papers.card, self._desk.server
        pins = tuple(server.pin if host == server.api.host else None for host in card.hosts)
        return OwnCard(statement_qr(card.whole), Invite(card, pins).link)

    def read(self, text: str) -> CardFound:
        """Say whose card it is. RefusedError: see `read_card`; `yourself`, `account_ended`."""
        invite = self._foreign(text)
        card = invite.card
        known = self._desk.circle.book.contacts.of(card.account_key)
        namesake = None if known else self._namesake(card)
        return CardFound(
            name=card.username,
            hosts=card.hosts,
            account_key=card.account_key.hex(),
            safety_number=safety_number(self._desk.papers.cert.account_key, card.account_key),
            pins=tuple(pin is not None for pin in invite.pins),
            known=known.petname if known else "",
            namesake=namesake.petname if namesake else "",
        )

    def add(self, text: str, *, in_person: bool) -> CardFound:
        """Keep the account of a card as a contact; `in_person`: verified.

        RefusedError as `read`; `known_already`; `key_changed` where a contact of one of its
        servers has that username and another key: then that is to be looked at first.
        """
        card = self._foreign(text).card
        circle = self._desk.circle
        known = circle.book.contacts.of(card.account_key)
        if known is not None and not in_person:
            say = f"{known.petname} is a contact of yours already."
            raise RefusedError("known_already", say)
        namesake = None if known else self._namesake(card)
        if namesake is not None:
            circle.key_changed(namesake, card.account_key)
            say = f"Your contact {namesake.petname} has that username, and another key. "
            raise RefusedError("key_changed", say + "Look at the new one first.")
        contact = circle.book.contacts.add(
            card.account_key, card.username, card.hosts, int(time.time())
        )
        contact.take_card(card)
        contact.verified = contact.verified or in_person
        circle.changed()
        return self.read(text)

    def _foreign(self, text: str) -> Invite:
        invite = read_card(text)
        account_key = invite.card.account_key
        if account_key == self._desk.papers.cert.account_key:
            raise RefusedError("yourself", "That is your own card.")
        if self._desk.circle.standing(account_key).frozen:
            say = "The account of this card has ended. Ask for a new card."
            raise RefusedError("account_ended", say)
        return invite

    def _namesake(self, card: Card) -> Contact | None:
        """Return the contact who has this name at one of these servers."""
        for contact in self._desk.circle.book.contacts:
            if contact.username == card.username and set(contact.hosts) & set(card.hosts):
                return contact
        return None
