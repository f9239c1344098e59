"""Runs of a friend code's PAKE between a guest and the owner of a door, or nobody. Pure.

Where nobody is behind a door, or the owner is late, the server plays one, so that a guest learns
no more than that a code did not work. Instants are monotonic seconds.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, NewType, TypeVar

from nacl.bindings import (
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
)

from whisp_desktop.protocol.keys import Random

RUN_LIFE_S: Final = 30
FRAME_BYTES: Final = 2048
_P2_HEAD: Final = b"\x41B"
_P4_HEAD: Final = b"\x43"

RunName = NewType("RunName", bytes)
"""16 random bytes that name one run on both sides."""

Side = TypeVar("Side", bound=Hashable)


class _Turn(Enum):
    """Whose frame is awaited."""

    P2 = "the owner's, after p1"
    P3 = "the guest's"
    P4 = "the owner's, after p3"


@dataclass(slots=True)
class _Run(Generic[Side]):
    """One run; without an owner the server plays his part."""

    guest: Side
    owner: Side | None
    door: str
    turn: _Turn = _Turn.P2
    frame: bytes | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Step(Generic[Side]):
    """A frame that was taken: whether it is the guest's, and who gets it at once, if anybody."""

    is_guests: bool
    door: str
    to: Side | None


class PakeRuns(Generic[Side]):
    """The runs under way; `Side` is one socket."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._runs: dict[RunName, _Run[Side]] = {}

    def begin(self, guest: Side, owner: Side | None, door: str) -> RunName:
        """Begin a run with p1; `due` gives p2."""
        name = RunName(self._random(16))
        self._runs[name] = _Run(guest, owner, door)
        return name

    def step(self, side: Side, name: RunName, frame: bytes, now: float) -> Step[Side] | None:
        """Take p2, p3 or p4 from whose turn it is; None: no such run, not his, not his turn."""
        run = self._runs.get(name)
        if run is None or (run.until is not None and run.until <= now):
            return None
        if run.turn is _Turn.P3:
            if side != run.guest:
                return None
            run.turn = _Turn.P4
            return Step(is_guests=True, door=run.door, to=run.owner)
        if run.owner is None or side != run.owner or run.frame is not None:
            return None
        run.frame = frame
        return Step(is_guests=False, door=run.door, to=None)

    def due(self, name: RunName, now: float) -> bytes:
        """Return what the guest gets now: p2 or p4, the owner's if it is there, else a played one.

        A run whose p2 was played goes on without its owner.
        """
        run = self._runs[name]
        frame, run.frame = run.frame, None
        if run.turn is _Turn.P4:
            del self._runs[name]
            return frame or self._played_p4()
        if frame is None:
            run.owner = None
        run.turn = _Turn.P3
        run.until = now + RUN_LIFE_S
        return frame or self._played_p2()

    def leave(self, side: Side) -> None:
        """Go on without an owner who left."""
        for run in self._runs.values():
            if run.owner == side:
                run.owner = None

    def expire(self, now: float) -> None:
        """Forget the runs whose guest did not go on."""
        self._runs = {
            name: run
            for name, run in self._runs.items()
            if run.turn is not _Turn.P3 or run.until is None or run.until > now
        }

    def _played_p2(self) -> bytes:
        """Return a genuine SPAKE2 element: under any password it is a random one of the group."""
        scalar = crypto_core_ed25519_scalar_reduce(self._random(64))
        element = crypto_scalarmult_ed25519_base_noclamp(scalar)
        return (_P2_HEAD + element).ljust(FRAME_BYTES, b"\0")

    def _played_p4(self) -> bytes:
        return _P4_HEAD + self._random(FRAME_BYTES - 1)
