"""Two sockets at a server, and what goes through it from one to the other.

Each round trip of a pair has the same shape at both servers: as many frames of the same sizes in
and out. It returns how many frames the server brought from one socket to the other.
"""

import secrets
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from tests.benchmarks.letter_server import Letter
from tests.server.server_caller import Caller, Line, Person, bundles
from whisp_desktop.protocol.server_messages import (
    Answer,
    Answered,
    ByName,
    Knock,
    Knocked,
    KnockOk,
    Mail,
    MailboxOpen,
    MailboxSend,
    Ok,
    OpenDoors,
    Publish,
    encode_request,
)

MOST_KNOCKS_UNDER_WAY = 24
LETTER_HEAD_BYTES = 26
MAIL_BYTES = 2065
KNOCK_BYTES = 4132
ANSWER, BRING, BRING_AND_ANSWER, CHECK_AND_ANSWER = b"\1", b"\2", b"\3", b"\5"
NODE_OK = b"\x92\x40\x01"


class Pair(Protocol):
    """Two sockets at one server."""

    async def letter(self, size_bytes: int) -> int:
        """One frame of this size, brought, not answered."""

    async def mail(self) -> int:
        """A box is opened (a short answer); four frames of 2 KiB, each brought and answered."""

    async def knock(self) -> int:
        """A ticket (a short answer); a frame of 4 KiB each way, each brought and answered."""

    async def publish(self, key: bytes, four: list[bytes]) -> int:
        """A frame of 5.4 KiB with four bundles that `key` signed, checked and answered."""

    async def settle(self) -> None:
        """Wait for answers that are still due."""


@dataclass(eq=False)
class WhispPair:
    """Two accounts at `whisp-server`, or at `letter_server` for letters."""

    people: tuple[Person, Person]
    lines: tuple[Line, Line]
    under_way: int = 0

    async def letter(self, size_bytes: int) -> int:
        # Each in turn sends and reads: aiohttp's client answers the server's pings when it reads.
        self.people, self.lines = self.people[::-1], self.lines[::-1]
        one, other = self.lines
        to = self.people[1].device.device_id
        letter = Letter(seq=1, to=to, frame=bytes(size_bytes - LETTER_HEAD_BYTES))
        await one.socket.send_bytes(encode_request(letter))  # type: ignore[arg-type]  # no frame of the protocol
        await other.next_bytes()
        return 1

    async def mail(self) -> int:
        owner, guest = self.lines
        box = (await owner.ask(MailboxOpen, size=8)).box
        for sender, reader in ((guest, owner), (owner, guest)) * 2:
            sent = await sender.ask(MailboxSend[bytes], box=box, frame=secrets.token_bytes(2048))
            assert isinstance(sent, Ok)
            assert isinstance(await reader.next(), Mail)
        return 4

    async def knock(self) -> int:
        asker, owner = self.lines
        ticket, bundle = secrets.token_bytes(16), secrets.token_bytes(8)
        assert isinstance(await owner.ask(OpenDoors, doors=(), ticket=ticket), Ok)
        asker.seq += 1
        m1 = b"\1" + bundle + bytes(4087)
        await asker.send(Knock(seq=asker.seq, bundle_id=bundle, m1=m1, proof=ticket))
        self.under_way += 1
        knocked = await owner.next()
        assert isinstance(knocked, Knocked)
        assert isinstance(await owner.ask(Answer, knock=knocked.knock, m2=bytes(4096)), Ok)
        while not isinstance(await self._asker_hears(), Answered):
            pass
        while self.under_way > MOST_KNOCKS_UNDER_WAY:
            await self._asker_hears()
        return 2

    async def _asker_hears(self) -> object:
        frame = await self.lines[0].next()
        self.under_way -= isinstance(frame, KnockOk)
        return frame

    def bundles(self) -> tuple[bytes, list[bytes]]:
        """Make what `publish` takes."""
        return self.people[0].device.signing.public, bundles(self.people[0], 4)

    async def publish(self, key: bytes, four: list[bytes]) -> int:
        assert key == self.people[0].device.signing.public
        pools = {"stranger_bundles": four[:2], "contact_bundles": four[2:]}
        assert isinstance(await self.lines[0].ask(Publish, by_name=ByName.NOBODY, **pools), Ok)
        return 1

    async def settle(self) -> None:
        while self.under_way:
            await self._asker_hears()


async def whisp_pair(caller: Caller, number: int) -> WhispPair:
    """Sign two people up and connect them."""
    one, line = await caller.joined(f"one_{number}")
    other, other_line = await caller.joined(f"other_{number}")
    return WhispPair((one, other), (line, other_line))


@dataclass(eq=False)
class NodePair:
    """Two sockets at the server on Node."""

    one: aiohttp.ClientWebSocketResponse
    other: aiohttp.ClientWebSocketResponse

    async def letter(self, size_bytes: int) -> int:
        self.one, self.other = self.other, self.one
        await self._bring(self.one, self.other, BRING + bytes(size_bytes - 1))
        return 1

    async def mail(self) -> int:
        await self._ask(self.other, ANSWER + bytes(8))
        for sender, reader in ((self.one, self.other), (self.other, self.one)) * 2:
            await self._bring(
                sender, reader, BRING_AND_ANSWER + secrets.token_bytes(MAIL_BYTES - 1)
            )
            await sender.receive_bytes()
        return 4

    async def knock(self) -> int:
        await self._ask(self.other, ANSWER + bytes(21))
        for sender, reader in ((self.one, self.other), (self.other, self.one)):
            await self._bring(sender, reader, BRING_AND_ANSWER + bytes(KNOCK_BYTES - 1))
            await sender.receive_bytes()
        return 2

    async def publish(self, key: bytes, four: list[bytes]) -> int:
        await self._ask(self.one, b"".join((CHECK_AND_ANSWER, key, *four)))
        return 1

    async def settle(self) -> None:
        """Nothing is due later."""

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse, frame: bytes) -> None:
        await socket.send_bytes(frame)
        assert await socket.receive_bytes() == NODE_OK

    async def _bring(
        self,
        sender: aiohttp.ClientWebSocketResponse,
        reader: aiohttp.ClientWebSocketResponse,
        frame: bytes,
    ) -> None:
        await sender.send_bytes(frame)
        await reader.receive_bytes()


async def node_pair(url: str, session: aiohttp.ClientSession) -> NodePair:
    """Connect two partners."""
    one = await session.ws_connect(url, max_msg_size=0, compress=0)
    other = await session.ws_connect(url, max_msg_size=0, compress=0)
    return NodePair(one, other)
