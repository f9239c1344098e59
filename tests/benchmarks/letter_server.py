"""`whisp-server` with one frame more than it has: of any size, for another device.

No frame that it relays has just 1 KiB or 6 KiB. This one takes the way of those that it has: the
same socket, the same queue and task, one decoding, one look at the switchboard, one encoding.
"""

import sys

from msgspec.msgpack import Decoder

from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.server_requests import Frame, Id, Seq
from whisp_desktop.server import sockets
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.connection import Connection
from whisp_desktop.server.frames import Frames
from whisp_desktop.server.limits import Limit
from whisp_desktop.server.main import main


class Letter(Frame, frozen=True, tag=100):
    """Something for another device."""

    seq: Seq
    to: Id
    frame: bytes


_decoder = Decoder(Letter)


class Letters(Frames):
    """Brings letters, and knows no other frame."""

    def take(self, connection: Connection, data: bytes) -> None:
        """Bring one letter."""
        now = self._node.clock.instant()
        if self._node.buckets.take(Limit.FRAMES, connection.seat.device, now) > 0:
            connection.close(CloseCode.TOO_FAST)
            return
        letter = _decoder.decode(data)
        seat = self._node.switchboard._seats.get(DeviceId(letter.to))
        if seat is not None:
            seat.socket.send(letter)  # type: ignore[arg-type]  # the server has no such frame


if __name__ == "__main__":
    sockets.Frames = Letters  # type: ignore[attr-defined]  # the name they are made by
    sys.exit(main([]))
