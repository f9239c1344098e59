"""The way from a fresh link to ratchet frames: the channel opens, FINs are checked, A begins."""

import asyncio
import secrets
from enum import Enum, auto

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.keys import Secret, encapsulate
from whisp_desktop.protocol.message_fields import PeerMessage
from whisp_desktop.protocol.peer_messages import decode, encode
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, Ratchet
from whisp_desktop.transport.peer_link import PeerLink

CHANNEL_S = 30.0
FIN_S = 10.0
PREPARE_AFTER_S = 0.003
"""After the message is shown, before the receipt that begins our turn (pulse.ANSWER_AFTER_S)."""


class Stage(Enum):
    """Where a channel stands; each stage leads to the next, and all to CLOSED."""

    REACHING = auto()
    SECURING = auto()
    SECURED = auto()
    CLOSED = auto()


class Channel:
    """One link and one agreement, which it owns and closes."""

    def __init__(self, link: PeerLink, agreement: Agreement) -> None:
        self.stage = Stage.REACHING
        self.turns_heard = 0
        self._link = link
        self._agreement = agreement
        self._ratchet: Ratchet | None = None
        self._early_fin: bytes | None = None
        self._secured = asyncio.Event()

    @property
    def initiator(self) -> bool:
        """Whether this side is A, which speaks first."""
        return self._agreement.initiator

    @property
    def kind(self) -> str:
        """Return `direct` or `relayed`."""
        return self._link.kind

    @property
    def kpair(self) -> Secret:
        """The key under which the two devices find each other again."""
        return self._agreement.kpair

    @property
    def can_send(self) -> bool:
        """Whether ratchet frames can leave: not before the FINs, nor at B before A's first."""
        return self._ratchet is not None and self._ratchet.can_send

    async def reached(self) -> None:
        """Wait until the link is open: 30 s. TimeoutError, or RefusedError `unreachable`."""
        async with asyncio.timeout(CHANNEL_S):
            await self._link.opened()

    def begin_securing(self) -> bool:
        """Send FIN. Whether the other's has come already, and was good; else PeerError."""
        agreement = self._agreement
        key = agreement.fa if agreement.initiator else agreement.fb
        self._link.send(fin_message(key, agreement.sid, *self._binding()))
        self.stage = Stage.SECURING
        if self._early_fin is None:
            return False
        self.take_fin(self._early_fin)
        return True

    async def secured(self) -> None:
        """Wait for the other's FIN, 10 s, or until this is closed. TimeoutError."""
        async with asyncio.timeout(FIN_S):
            await self._secured.wait()

    def take_opening(self, frame: bytes) -> bool:
        """Take a message that came before any ratchet frame: whether FIN is now verified.

        PeerError.
        """
        if self.stage is Stage.REACHING:
            self.take_early(frame)
        elif self.stage is Stage.SECURING:
            self.take_fin(frame)
        return self.stage is Stage.SECURED

    def take_early(self, frame: bytes) -> None:
        """Keep a FIN that overtook the opening of our own side. PeerError for a second message."""
        if self._early_fin is not None:
            raise PeerError("a second message before FIN")
        self._early_fin = frame

    def take_fin(self, frame: bytes) -> None:
        """Check the other's FIN and start the ratchet. PeerError."""
        agreement = self._agreement
        key = agreement.fb if agreement.initiator else agreement.fa
        check_fin(frame, key, agreement.sid, *self._binding())
        self._ratchet = Ratchet(agreement, secrets.token_bytes, encapsulate)
        agreement.fa.close()
        agreement.fb.close()
        self.stage = Stage.SECURED
        self._secured.set()

    def _binding(self) -> tuple[bytes, bytes, bytes]:
        """Return A's and B's fingerprint, and the exporter, of the link in use."""
        own, theirs = self._link.fingerprints
        if not self._agreement.initiator:
            own, theirs = theirs, own
        return own, theirs, self._link.exporter()

    def take(self, frame: bytes) -> PeerMessage | None:
        """Open a ratchet frame: its message, or None for a kind that is not known. PeerError."""
        assert self._ratchet is not None
        kind, body = self._ratchet.decrypt(frame)
        if frame[0] == FIRST_OF_TURN:
            self.turns_heard += 1
            asyncio.get_running_loop().call_later(PREPARE_AFTER_S, self._ratchet.prepare)
        return decode(kind, body)

    def send(self, message: PeerMessage) -> None:
        """Seal a message and queue it on the link."""
        assert self._ratchet is not None
        self._link.send(self._ratchet.encrypt(*encode(message)))

    def close(self) -> None:
        """Forget every key; the link ends once what was sent has left."""
        self.stage = Stage.CLOSED
        self._secured.set()
        if self._ratchet is not None:
            self._ratchet.close()
        self._agreement.close()
        self._link.close()
