"""Friend-code doors that are open, and tickets that admit one knock. Pure.

A door belongs to the first device of an account that opens it. Instants are monotonic seconds.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from whisp_desktop.protocol.keys import DeviceId

TICKET_LIFE_S: Final = 60
MOST_TICKETS: Final = 8


class _Ticket(NamedTuple):
    """Whom a ticket leads to, and until when."""

    owner: DeviceId
    until: float


class Doors:
    """The doors and tickets of all connected devices."""

    def __init__(self) -> None:
        self._doors: dict[tuple[bytes, str], DeviceId] = {}
        self._opened: dict[DeviceId, list[tuple[bytes, str]]] = {}
        self._tickets: dict[bytes, _Ticket] = {}
        self._issued: dict[DeviceId, deque[bytes]] = {}

    def open(self, device: DeviceId, account: bytes, doors: Iterable[str]) -> list[str]:
        """Replace the doors that a device has open; return those that another has."""
        for key in self._opened.pop(device, []):
            del self._doors[key]
        taken = []
        for door in dict.fromkeys(doors):
            if (account, door) in self._doors:
                taken.append(door)
            else:
                self._doors[account, door] = device
                self._opened.setdefault(device, []).append((account, door))
        return taken

    def behind(self, account: bytes, door: str) -> DeviceId | None:
        """Return the device that has a door open."""
        return self._doors.get((account, door))

    def add_ticket(self, device: DeviceId, ticket: bytes, now: float) -> None:
        """Let a ticket lead to a device for a minute; of its nine the oldest goes."""
        if ticket in self._tickets:
            return
        issued = self._issued.setdefault(device, deque())
        if len(issued) == MOST_TICKETS:
            del self._tickets[issued.popleft()]
        issued.append(ticket)
        self._tickets[ticket] = _Ticket(device, now + TICKET_LIFE_S)

    def use_ticket(self, ticket: bytes, now: float) -> DeviceId | None:
        """Return whom a ticket leads to, once."""
        used = self._tickets.get(ticket)
        if used is None:
            return None
        self._forget_ticket(ticket, used)
        return used.owner if used.until > now else None

    def leave(self, device: DeviceId) -> None:
        """Shut the doors of a device, and forget its tickets."""
        for key in self._opened.pop(device, []):
            del self._doors[key]
        for ticket in self._issued.pop(device, ()):
            del self._tickets[ticket]

    def expire(self, now: float) -> None:
        """Forget the tickets that have run out."""
        for ticket, issued in list(self._tickets.items()):
            if issued.until > now:
                return
            self._forget_ticket(ticket, issued)

    def _forget_ticket(self, ticket: bytes, used: _Ticket) -> None:
        del self._tickets[ticket]
        issued = self._issued[used.owner]
        issued.remove(ticket)
        if not issued:
            del self._issued[used.owner]
