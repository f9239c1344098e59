"""A short session of two devices of one account: news, renewals and contacts, no conversation."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.message_fields import PeerMessage
from whisp_desktop.protocol.peer_messages import Bye, ByeReason, Nothing
from whisp_desktop.session.channel import Channel, Stage
from whisp_desktop.transport.peer_link import PeerLink

LIFE_S = 8.0
"""It ends then, whatever was said: neither heartbeat nor silence need be minded."""
_QUIET_S = 1.5
"""All was said when nothing comes for so long."""


class Kin(Protocol):
    """Who keeps the own devices, and answers for this one."""

    def to_say(self, other: DeviceCert) -> Iterable[PeerMessage]:
        """Return what the other device is to be told."""

    def hear(self, other: DeviceCert, message: PeerMessage) -> Iterable[PeerMessage]:
        """Take what it said; return the answers. PeerError: it is wrong."""

    def pair_agreed(self, other: DeviceCert, kpair: Secret, *, confirmed: bool) -> None:
        """Keep the pair's rendezvous key."""

    def pair_confirmed(self, other: DeviceCert, kpair: Secret) -> None:
        """Note that the other device has it too."""


class SiblingSession:
    """Listens to one link (transport.peer_link.LinkListener), for a few seconds."""

    def __init__(self, other: DeviceCert, kin: Kin) -> None:
        self._other = other
        self._kin = kin
        self._channel: Channel | None = None
        self._over = asyncio.Event()
        self._heard = 0

    async def run(self, link: PeerLink, agreement: Agreement) -> None:
        """Secure the link, say and hear what there is, and end."""
        channel = self._channel = Channel(link, agreement)
        try:
            await channel.reached()
            if channel.begin_securing():
                self._begin(channel)
            await channel.secured()
            async with asyncio.timeout(LIFE_S):
                await self._all_said()
        except (PeerError, RefusedError, TimeoutError):
            pass
        finally:
            if channel.can_send:
                channel.send(Bye(ByeReason.LEFT))
            channel.close()

    async def _all_said(self) -> None:
        while not self._over.is_set():
            heard = self._heard
            await asyncio.sleep(_QUIET_S)
            if heard == self._heard:
                return

    def frame(self, data: bytes) -> None:
        """Take one message of the channel; anything wrong ends the session."""
        channel = self._channel
        if channel is None:
            return
        try:
            if channel.stage is Stage.SECURED:
                self._take(channel, data)
            elif channel.take_opening(data):
                self._begin(channel)
        except PeerError:
            self._over.set()

    def closed(self, *, by_misuse: bool) -> None:
        """End: the link is gone."""
        del by_misuse
        self._over.set()

    def _begin(self, channel: Channel) -> None:
        if channel.initiator:
            channel.send(Nothing())
            self._say(channel)

    def _say(self, channel: Channel) -> None:
        for message in self._kin.to_say(self._other):
            channel.send(message)

    def _take(self, channel: Channel, data: bytes) -> None:
        self._heard += 1
        turns = channel.turns_heard
        message = channel.take(data)
        if channel.turns_heard != turns:
            self._turn_heard(channel)
        if isinstance(message, Bye):
            self._over.set()
        elif message is not None:
            for answer in self._kin.hear(self._other, message):
                channel.send(answer)

    def _turn_heard(self, channel: Channel) -> None:
        """Keep KPAIR as in any session; A answers at once, so that B is sure of it too."""
        if channel.turns_heard == 1:
            self._kin.pair_agreed(self._other, channel.kpair, confirmed=channel.initiator)
            if channel.initiator:
                channel.send(Nothing())
            else:
                self._say(channel)
        elif channel.turns_heard == 2 and not channel.initiator:
            self._kin.pair_confirmed(self._other, channel.kpair)
