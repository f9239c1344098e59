"""Which contacts are here, from what the servers say of the watched ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from whisp_desktop.chat.presence import Watched
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId


class Whereabouts(StrEnum):
    """What is known of a contact."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


_SEEN = {1: Whereabouts.ONLINE, 2: Whereabouts.AWAY}


@dataclass(frozen=True, slots=True)
class WhereaboutsChanged:
    """A contact is somewhere else now."""

    account_key: AccountKeyBytes
    whereabouts: Whereabouts


class Roll:
    """Calls the roll of one server: a contact with several devices is where the best of them is."""

    def __init__(self) -> None:
        self._watched: Mapping[bytes, Watched] = {}
        self._here: dict[bytes, Whereabouts] = {}
        self._contacts: dict[AccountKeyBytes, Whereabouts] = {}

    def watch(self, watched: Mapping[bytes, Watched]) -> list[WhereaboutsChanged]:
        """Watch these ids from now on; what was seen of those that stay still counts."""
        self._watched = watched
        self._here = {id_: where for id_, where in self._here.items() if id_ in watched}
        return self._call()

    def seen(self, states: Iterable[tuple[bytes, int]]) -> list[WhereaboutsChanged]:
        """Take the server's (id, state) pairs: 0 gone, 1 here, 2 away; of other ids: ignored."""
        for id_, state in states:
            if state in _SEEN and id_ in self._watched:
                self._here[id_] = _SEEN[state]
            else:
                self._here.pop(id_, None)
        return self._call()

    def lose(self) -> list[WhereaboutsChanged]:
        """Know nothing any more: the server is lost."""
        self._here.clear()
        return self._call()

    def where(self, account_key: AccountKeyBytes) -> Whereabouts:
        """Return where the contact is."""
        return self._contacts.get(account_key, Whereabouts.OFFLINE)

    def devices(self, account_key: AccountKeyBytes) -> list[bytes]:
        """Return the ids by which devices of the contact are here now: for a call by id."""
        return [id_ for id_ in self._here if self._watched[id_].account_key == account_key]

    def devices_by_id(self, account_key: AccountKeyBytes) -> dict[DeviceId, bytes]:
        """Return which devices of an account are here, each with an id of it."""
        return {self._watched[id_].device: id_ for id_ in self.devices(account_key)}

    def _call(self) -> list[WhereaboutsChanged]:
        now: dict[AccountKeyBytes, Whereabouts] = {}
        for id_, where in self._here.items():
            account_key = self._watched[id_].account_key
            if now.get(account_key) is not Whereabouts.ONLINE:
                now[account_key] = where
        before, self._contacts = self._contacts, now
        return [
            WhereaboutsChanged(account_key, self.where(account_key))
            for account_key in dict.fromkeys((*before, *now))
            if before.get(account_key) is not now.get(account_key)
        ]
