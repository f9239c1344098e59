"""What one decides of the people one knows."""

import hmac
from collections.abc import Callable

from whisp_desktop.chat.contacts import Contact
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes
from whisp_desktop.protocol.qr_text import statement_qr
from whisp_desktop.protocol.safety_number import safety_number
from whisp_desktop.session.answers import ChangedKey, Safety
from whisp_desktop.session.cards import read_card
from whisp_desktop.session.desk import Desk

_MOST_PETNAME_BYTES = 64
_JOINERS = {ord(joiner): None for joiner in "\u200c\u200d"}
"""Nothing to look at alone, but some scripts and emoji need them."""


class People:
    """The contacts by the names that are shown; each RefusedError `no_such_contact`.

    is_busy -- whether anything goes on with somebody under this name
    part -- ends whatever does
    """

    def __init__(
        self, desk: Desk, is_busy: Callable[[str], bool], part: Callable[[str], None]
    ) -> None:
        self._desk = desk
        self._is_busy = is_busy
        self._part = part

    def rename(self, name: str, petname: str) -> None:
        """Show a contact under another name. RefusedError `bad_petname`, `name_in_use`, `busy`."""
        contact = self._idle(name)
        petname = petname.strip()
        if not can_be_shown(petname):
            say = "That name cannot be shown. Use letters and spaces, 64 bytes at most."
            raise RefusedError("bad_petname", say)
        namesake = self._desk.circle.book.contacts.named(petname)
        if namesake not in (None, contact) and namesake.petname == petname:
            say = "Another contact has that name. Choose a different one."
            raise RefusedError("name_in_use", say)
        contact.petname = petname
        self._desk.circle.changed()

    def remove(self, name: str) -> None:
        """Forget a contact. RefusedError `busy`."""
        self._desk.circle.book.contacts.remove(self._idle(name))
        self._desk.circle.changed()

    def block(self, name: str) -> None:
        """Part at once, never hear of them again, nor be found by them."""
        contact = self._known(name)
        self._part(contact.petname)
        contact.block()
        self._desk.circle.changed()

    def unblock(self, name: str) -> None:
        """Hear of them again; to be found by each other, both must talk once more."""
        self._known(name).blocked = False
        self._desk.circle.changed()

    def check_not_blocked(self, name: str) -> None:
        """Refuse to ask who is blocked (`blocked`): a conversation would leave a shared key."""
        contact = self._desk.circle.book.contacts.named(name)
        if contact is not None and contact.blocked:
            say = f"You blocked {contact.petname}. Unblock first, then ask."
            raise RefusedError("blocked", say)

    def check_key(self, name: str) -> None:
        """Refuse to ask, to answer and to write while a new key waits to be looked at.

        RefusedError `key_changed`.
        """
        contact = self._desk.circle.book.contacts.named(name)
        if contact is not None and contact.changed_key:
            say = "You cannot write until you have looked at the new key."
            raise RefusedError("key_changed", say)

    def safety(self, name: str) -> Safety:
        """Return what is to be compared."""
        contact = self._known(name)
        qr = statement_qr(self._desk.papers.card.whole)
        return Safety(self._number(contact.account_key), qr, contact.verified)

    def verify(self, name: str, digits: str) -> None:
        """Believe that the key of these digits is the contact's. RefusedError `safety_mismatch`."""
        typed = "".join(digits.split()).encode()
        contact = self._known(name)
        for key in _keys(contact):
            if hmac.compare_digest(typed, self._number(key).encode()):
                self._believe(contact, key)
                return
        say = "That is another number. Compare all the digits once more, not over Whisp."
        raise RefusedError("safety_mismatch", say)

    def verify_card(self, name: str, qr: str) -> None:
        """Believe that the key of this card is the contact's.

        RefusedError `safety_mismatch`; and of `read_card`.
        """
        contact = self._known(name)
        scanned = read_card(qr).card.account_key
        for key in _keys(contact):
            if hmac.compare_digest(scanned, key):
                self._believe(contact, key)
                return
        say = f"That is not the card of the {contact.petname} you know here. Do not go on."
        raise RefusedError("safety_mismatch", say)

    def changed_key(self, name: str) -> ChangedKey:
        """Return what is to be looked at. RefusedError `no_changed_key`."""
        contact, changed_key = self._changed(name)
        return ChangedKey(
            name=contact.petname,
            verified=contact.verified,
            known_number=self._number(contact.account_key),
            number_now=self._number(changed_key),
        )

    def take_changed_key(self, name: str) -> None:
        """Let the new key be the contact's, not verified; what goes on under the old one ends.

        RefusedError `no_changed_key`, `key_in_use`.
        """
        self._take(*self._changed(name))
        self._desk.circle.changed()

    def keep_known_key(self, name: str) -> None:
        """Let the contact's key be what it was. RefusedError `no_changed_key`."""
        contact, _ = self._changed(name)
        contact.changed_key = b""
        self._desk.circle.changed()

    def _changed(self, name: str) -> tuple[Contact, AccountKeyBytes]:
        contact = self._known(name)
        if not contact.changed_key:
            say = f"{contact.petname}’s key is the one you know. There is nothing to look at."
            raise RefusedError("no_changed_key", say)
        return contact, AccountKeyBytes(contact.changed_key)

    def _believe(self, contact: Contact, key: AccountKeyBytes) -> None:
        if key != contact.account_key:
            self._take(contact, key)
        contact.changed_key, contact.verified = b"", True
        self._desk.circle.changed()

    def _take(self, contact: Contact, key: AccountKeyBytes) -> None:
        contacts = self._desk.circle.book.contacts
        if key == self._desk.papers.cert.account_key:
            raise RefusedError("yourself", "That is your own key. Keep the one you know.")
        other = contacts.of(key)
        if other is not None:
            say = f"That is the key of your contact {other.petname}. Remove one of the two first."
            raise RefusedError("key_in_use", say)
        self._part(contact.petname)
        contacts.change_key(contact, key)
        contact.changed_key = b""

    def _number(self, account_key: AccountKeyBytes) -> str:
        return safety_number(self._desk.papers.cert.account_key, account_key)

    def _idle(self, name: str) -> Contact:
        contact = self._known(name)
        if self._is_busy(contact.petname):
            say = f"Leave the conversation with {contact.petname}, or answer their request, first."
            raise RefusedError("busy", say)
        return contact

    def _known(self, name: str) -> Contact:
        contact = self._desk.circle.book.contacts.named(name)
        if contact is None:
            raise RefusedError("no_such_contact", f"You have no contact of the name {name}.")
        return contact


def _keys(contact: Contact) -> tuple[AccountKeyBytes, ...]:
    """Return the key that is known, and the one that waits to be looked at."""
    changed_key = contact.changed_key
    return (contact.account_key, *((AccountKeyBytes(changed_key),) if changed_key else ()))


def can_be_shown(name: str) -> bool:
    """Whether a name can stand in a row: visible, in one line, 64 bytes at most."""
    seen = name.translate(_JOINERS)
    return bool(seen) and seen.isprintable() and len(name.encode()) <= _MOST_PETNAME_BYTES
