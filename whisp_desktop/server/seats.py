"""One connected device, as the switchboard knows it."""

from dataclasses import dataclass
from typing import Protocol

from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.server_messages import ServerFrame
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.presence.base import RendezvousId


class Socket(Protocol):
    """The way to one connected device; neither call waits."""

    def send(self, frame: ServerFrame) -> None:
        """Queue a frame."""

    def close(self, code: CloseCode) -> None:
        """Begin to close, with a reason."""


@dataclass(slots=True, eq=False)
class Seat:
    """One connected device; a guest has neither account nor name."""

    device: DeviceId
    account: bytes
    name: str
    socket: Socket
    watched: frozenset[RendezvousId] = frozenset()
