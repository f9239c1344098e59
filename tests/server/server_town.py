"""A switchboard and the people at it, without any I/O."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from whisp_desktop.protocol.keys import BundleId, DeviceId
from whisp_desktop.protocol.server_messages import ByName, ServerFrame, Spent
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.limits import Buckets
from whisp_desktop.server.presence.base import Pool, Stocked
from whisp_desktop.server.presence.memory import MemoryPresence
from whisp_desktop.server.seats import Seat
from whisp_desktop.server.switchboard import Switchboard

UNIX = 1_800_000_000
M1, M2 = b"1" * 4096, b"2" * 4096
CERT, WHOLE = b"c" * 252, b"b" * 1329


@dataclass(eq=False)
class Wire:
    """A socket that keeps what it was given."""

    frames: list[ServerFrame] = field(default_factory=list)
    code: CloseCode | None = None

    def send(self, frame: ServerFrame) -> None:
        self.frames.append(frame)

    def close(self, code: CloseCode) -> None:
        self.code = code

    def taken(self) -> list[ServerFrame]:
        frames, self.frames = self.frames, []
        return frames


class Town:
    """A switchboard and the people at it."""

    def __init__(self, *, limits: bool = True) -> None:
        self.presence = MemoryPresence()
        self.board = Switchboard(self.presence, Buckets(on=limits), secrets.token_bytes)
        self.now = 1000.0

    async def seat(self, name: str, device: bytes | None = None) -> Seat:
        device_id = DeviceId(device or name.encode().ljust(16, b"."))
        seat = Seat(device_id, name.encode().ljust(32, b"."), name, Wire())
        await self.board.sit_down(seat)
        return seat

    async def stock(
        self, seat: Seat, strangers: str = "", contacts: str = "", by_name: int = 1
    ) -> None:
        await self.board.publish(
            seat,
            ByName(by_name),
            [bundle(letter) for letter in strangers],
            [bundle(letter) for letter in contacts],
            self.now,
        )

    async def found(self, asker: Seat, pool: Pool, *seats: Seat) -> list[bytes]:
        certs = [(seat.device, CERT) for seat in seats]
        before = {id(seat): len(wire(seat).frames) for seat in seats}
        found = await self.board.hand_out(asker, pool, certs, self.now, UNIX)
        assert all(device.cert == CERT for device in found)
        spent = [
            frame.bundle_id
            for seat in seats
            for frame in wire(seat).frames[before[id(seat)] :]
            if isinstance(frame, Spent)
        ]
        assert len(spent) == len(found)
        return spent

    def knock(self, asker: Seat, bundle_id: bytes, *, work: bool = False) -> None:
        self.board.knock(asker, BundleId(bundle_id), M1, has_work=work, now=self.now)


def bundle(letter: str, until: int = UNIX + 300) -> Stocked:
    return Stocked(BundleId(letter.encode() * 8), until, WHOLE)


def wire(seat: Seat) -> Wire:
    assert isinstance(seat.socket, Wire)
    return seat.socket


def only(frames: Sequence[ServerFrame], kind: type[Any]) -> list[Any]:
    return [frame for frame in frames if isinstance(frame, kind)]
