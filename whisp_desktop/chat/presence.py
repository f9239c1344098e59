"""Who may find one, what follows for the server, and who of one's contacts is here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from whisp_desktop.chat.contacts import ContactBook
from whisp_desktop.chat.pair_keys import MOST_PAIR_KEYS
from whisp_desktop.protocol.friend_code import RENDEZVOUS_WINDOW_S, rendezvous_id
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, Secret

MOST_ANNOUNCED = 1_024
MOST_WATCHED = 4_096


class Presence(StrEnum):
    """What one shows of being here."""

    ONLINE = "online"
    AWAY = "away"
    INVISIBLE = "invisible"


class VisibleTo(StrEnum):
    """To whom one shows it."""

    EVERYONE = "everyone"
    CONTACTS = "contacts"
    NOBODY = "nobody"


class Discovery(StrEnum):
    """How strangers find one: in a list, by the exact name, or by a friend code alone."""

    PUBLIC = "public"
    DEFAULT = "default"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Visibility:
    """What the three settings make the server do.

    by_name -- PUBLISH's: 0 nobody finds one by name, 1 by the exact name, 2 listed
    to_contacts -- whether ids are announced for contacts too
    doors -- whether friend codes work
    """

    by_name: int
    to_contacts: bool
    doors: bool

    @classmethod
    def of(cls, presence: Presence, visible_to: VisibleTo, discovery: Discovery) -> "Visibility":
        """Read the table of the wire specification, *What one shows*."""
        if presence is Presence.INVISIBLE:
            return cls(by_name=0, to_contacts=False, doors=False)
        if visible_to is VisibleTo.NOBODY:
            return cls(by_name=0, to_contacts=False, doors=True)
        if visible_to is VisibleTo.CONTACTS:
            return cls(by_name=0, to_contacts=True, doors=True)
        by_name = {Discovery.PUBLIC: 2, Discovery.DEFAULT: 1, Discovery.STRICT: 0}[discovery]
        return cls(by_name=by_name, to_contacts=True, doors=True)


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose id it is that is watched."""

    account_key: AccountKeyBytes
    device: DeviceId


@dataclass(frozen=True, slots=True)
class Pair:
    """This device and another one: the keys that both may have, the newest last."""

    account_key: AccountKeyBytes
    device: DeviceId
    keys: tuple[Secret, ...]


def pairs_of(contacts: ContactBook) -> list[Pair]:
    """Return the pairs with every device of every contact."""
    return [
        Pair(contact.account_key, device, tuple(each.key for each in known.pair_keys.kept))
        for contact in contacts
        for device, known in contact.devices.items()
    ]


def announced_ids(pairs: Sequence[Pair], own_device: DeviceId, now: int) -> list[bytes]:
    """Return the ids of this window by which they see this device, at most 1024."""
    ids = dict.fromkeys(rendezvous_id(key, own_device, now) for _, key in _newest_first(pairs))
    return list(islice(ids, MOST_ANNOUNCED))


def watched_ids(pairs: Sequence[Pair], now: int) -> dict[bytes, Watched]:
    """Return whose ids are to be watched: of the window before, this and the next; at most 4096."""
    ids = (
        (rendezvous_id(key, pair.device, now + shift_s), Watched(pair.account_key, pair.device))
        for pair, key in _newest_first(pairs)
        for shift_s in (0, -RENDEZVOUS_WINDOW_S, RENDEZVOUS_WINDOW_S)
    )
    return dict(islice(ids, MOST_WATCHED))


def window_left_s(now: int) -> int:
    """Return for how long the ids of this window are announced, 1 to 600 seconds."""
    return RENDEZVOUS_WINDOW_S - now % RENDEZVOUS_WINDOW_S


def _newest_first(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Secret]]:
    """Yield the newest key of every pair of devices, then the second newest, and so on.

    Where a limit cuts the list, no contact is lost for the older keys of another.
    """
    for age in range(1, MOST_PAIR_KEYS + 1):
        for pair in pairs:
            if age <= len(pair.keys):
                yield pair, pair.keys[-age]
