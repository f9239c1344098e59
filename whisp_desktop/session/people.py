"""What one decides of the people one knows."""

import hmac
from collections.abc import Callable

from whisp_desktop.chat.contacts import Contact
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.qr_text import statement_qr
from whisp_desktop.protocol.safety_number import safety_number
from whisp_desktop.session.answers import Safety
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

    def safety(self, name: str) -> Safety:
        """Return what is to be compared."""
        contact = self._known(name)
        qr = statement_qr(self._desk.papers.card.whole)
        return Safety(self._number(contact), qr, contact.verified)

    def verify(self, name: str, digits: str) -> None:
        """Believe that the contact's key is theirs. RefusedError `safety_mismatch`."""
        contact = self._known(name)
        typed = "".join(digits.split()).encode()
        if not hmac.compare_digest(typed, self._number(contact).encode()):
            say = "That is another number. Compare all the digits once more, not over Whisp."
            raise RefusedError("safety_mismatch", say)
        contact.verified = True
        self._desk.circle.changed()

    def _number(self, contact: Contact) -> str:
        return safety_number(self._desk.papers.cert.account_key, contact.account_key)

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


def can_be_shown(name: str) -> bool:
    """Whether a name can stand in a row: visible, in one line, 64 bytes at most."""
    seen = name.translate(_JOINERS)
    return bool(seen) and seen.isprintable() and len(name.encode()) <= _MOST_PETNAME_BYTES
