"""Somebody who asks under a contact's name with another key: not let in, and told of."""

from whisp_desktop.chat.contacts import Contact
from whisp_desktop.protocol.card import Card
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import Notice


def turn_away(desk: Desk, card: Card, contact: Contact) -> None:
    """Have the new key looked at; of a name that is only shown here, or blocked, say it once."""
    if contact.username == card.username and not contact.blocked:
        desk.circle.key_changed(contact, card.account_key)
    else:
        desk.tell(Notice("key_changed", _not_let_in(card.username, contact)))


def _not_let_in(username: str, contact: Contact) -> str:
    """Say that a stranger has the username of a contact, or the name that one gave to another."""
    petname = contact.petname
    if contact.username != username:
        return (
            f"Somebody with the username {username} asked, and was not let in. You call another "
            f"contact {petname}. Rename that contact first, then {username} can ask again."
        )
    return (
        f"Somebody asked as {username}, but not with the key of your contact {petname}. Whisp has "
        f"not let them in. Either {petname} made a new account, or somebody else uses this name. "
        f"Whisp cannot tell which. Ask {petname} in another way, not here. If it is {petname}, "
        "remove the contact, and talk anew."
    )
