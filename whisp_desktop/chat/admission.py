"""Who may ask: the decision on a knock whose m1, statements and route have passed every check."""

from dataclasses import dataclass
from enum import StrEnum

from whisp_desktop.chat.contacts import Contact, ContactBook
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.keys import DeviceId

MOST_WAITING_STRANGERS = 16


class How(StrEnum):
    """How somebody who asks has found us."""

    CONTACT = "contact"
    NAME = "name"
    FRIEND_CODE = "friend-code"


@dataclass(frozen=True, slots=True)
class Knock:
    """What is known of a knock: from the server the name, from m1 all else.

    `with_code`: its m1 opened under a friend code's psk.
    """

    registered_name: str
    cert: DeviceCert
    card: Card
    with_code: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """The knock may be shown as a request.

    `same_name` is a contact who goes by this very name, or is shown under it, and has another
    account key.
    """

    how: How
    contact: Contact | None
    same_name: Contact | None


def decide(
    knock: Knock,
    *,
    contacts: ContactBook,
    own_device: DeviceId,
    by_name: int,
    waiting_strangers: int,
) -> Admitted | None:
    """Return how the knock is admitted, or None: it is dropped, and nobody is told.

    by_name -- what was published (0: strangers need a code, whatever the server lets through)
    waiting_strangers -- requests of strangers that are shown already
    """
    contact = contacts.of(knock.cert.account_key)
    if (
        knock.cert.device_id == own_device
        or knock.card.account_key != knock.cert.account_key
        or knock.card.username != knock.registered_name
        or (contact is not None and contact.blocked)
    ):
        return None
    if contact is not None:
        return Admitted(How.CONTACT, contact, None)
    if waiting_strangers >= MOST_WAITING_STRANGERS or not (knock.with_code or by_name):
        return None
    name = knock.card.username
    same_name = next((each for each in contacts if name in (each.username, each.petname)), None)
    how = How.FRIEND_CODE if knock.with_code else How.NAME
    return Admitted(how, None, same_name)
