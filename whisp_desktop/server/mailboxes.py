"""Mailboxes through which two devices of one person meet. Pure; instants are monotonic seconds."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from whisp_desktop.protocol.keys import Random
from whisp_desktop.server.presence.base import CrowdedError

LIFE_S: Final = 300
MOST_FRAMES: Final = 4
NUMBERS: Final = 10_000
_MOST_NUMBERS_TAKEN: Final = NUMBERS * 3 // 4

BoxName = str | bytes
"""A number of 4 digits, or 8 random bytes."""

Side = TypeVar("Side", bound=Hashable)


@dataclass(slots=True)
class _Box(Generic[Side]):
    """Frames go from the guest to the owner and back in turn, two each."""

    owner: Side
    until: float
    guest: Side | None = None
    frames: int = 0


class Mailboxes(Generic[Side]):
    """The open boxes; `Side` is one socket."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._boxes: dict[BoxName, _Box[Side]] = {}
        self._owned: dict[Side, dict[type, BoxName]] = {}

    def open(self, owner: Side, size: int, now: float) -> BoxName:
        """Open a box of 4 digits or 8 bytes; the owner's former one of that kind goes.

        CrowdedError if there is hardly a free number left.
        """
        name = self._free_number() if size == 4 else self._random(8)
        owned = self._owned.setdefault(owner, {})
        former = owned.get(type(name))
        if former is not None:
            del self._boxes[former]
        owned[type(name)] = name
        self._boxes[name] = _Box(owner, now + LIFE_S)
        return name

    def _free_number(self) -> str:
        if len(self._boxes) > _MOST_NUMBERS_TAKEN:
            raise CrowdedError
        while True:
            name = f"{int.from_bytes(self._random(8), 'big') % NUMBERS:04}"
            if name not in self._boxes:
                return name

    def is_his(self, side: Side, name: BoxName) -> bool:
        """Tell whether a socket is one of the two sides of a box."""
        box = self._boxes.get(name)
        return box is not None and side in {box.owner, box.guest}

    def put(self, sender: Side, name: BoxName, now: float) -> Side | None:
        """Take a frame; return who gets it, or None: no such box, or not the sender's turn."""
        box = self._boxes.get(name)
        if box is None or box.until <= now:
            return None
        if box.guest is None and sender != box.owner:
            box.guest = sender
        from_guest = box.frames % 2 == 0
        if box.guest is None or sender != (box.guest if from_guest else box.owner):
            return None
        box.frames += 1
        if box.frames == MOST_FRAMES:
            self._forget(name, box)
        return box.owner if from_guest else box.guest

    def leave(self, side: Side) -> None:
        """Forget the boxes of a socket."""
        for name in self._owned.pop(side, {}).values():
            del self._boxes[name]

    def expire(self, now: float) -> None:
        """Forget the boxes that have run out."""
        for name, box in list(self._boxes.items()):
            if box.until > now:
                return
            self._forget(name, box)

    def _forget(self, name: BoxName, box: _Box[Side]) -> None:
        del self._boxes[name]
        owned = self._owned[box.owner]
        del owned[type(name)]
        if not owned:
            del self._owned[box.owner]
