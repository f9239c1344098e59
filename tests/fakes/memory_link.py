"""`PeerLink` without a network: two ends in one loop, found by their routes."""

import asyncio
import secrets
from ipaddress import IPv4Address
from typing import ClassVar, Literal, Self

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route, usable
from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.peer_link import LinkListener

_PRIORITY = 2_130_706_431


class MemoryLink:
    """The same interface as `PeerLink`; what is sent arrives when the loop next turns."""

    _ends: ClassVar[dict[str, "MemoryLink"]] = {}

    def __init__(self, ice: IcePolicy, listener: LinkListener) -> None:
        if ice.relay_only and not ice.servers:
            raise RefusedError(
                "no_relay",
                "The relay did not answer. Your network address stays hidden, "
                "so Whisp did not try a direct path.",
            )
        self._ice = ice
        self._listener: LinkListener | None = listener
        self._fingerprint = secrets.token_bytes(32)
        self._ufrag = secrets.token_hex(8)
        kind = CandidateKind.RELAY if ice.relay_only else CandidateKind.HOST
        port = 1024 + secrets.randbelow(60_000)
        self._own = (Candidate(kind, IPv4Address("127.0.0.1"), port, _PRIORITY),)
        self._route = Route(self._ufrag, secrets.token_hex(16), self._fingerprint, self._own)
        self._theirs: Route | None = None
        self._other: MemoryLink | None = None
        self._settled = asyncio.Event()
        self._is_cut = False
        self._ends[self._ufrag] = self

    @classmethod
    async def offer(cls, ice: IcePolicy, listener: LinkListener) -> Self:
        """Be A."""
        return cls(ice, listener)

    @classmethod
    async def answer(cls, their_route: bytes, ice: IcePolicy, listener: LinkListener) -> Self:
        """Be B."""
        theirs = Route.parse(their_route)
        link = cls(ice, listener)
        try:
            link._reach(theirs)
        except RefusedError:
            link.close()
            raise
        return link

    @property
    def route(self) -> bytes:
        """The own route."""
        return self._route.encode()

    async def connect(self, their_route: bytes) -> None:
        """Reach B."""
        self._reach(Route.parse(their_route))

    async def opened(self) -> None:
        """Wait until frames can be sent."""
        await self._settled.wait()
        if self._listener is None:
            raise _unreachable()

    @property
    def fingerprints(self) -> tuple[bytes, bytes]:
        """Own and theirs."""
        if self._other is None:
            raise ConnectionError
        return self._fingerprint, self._other._fingerprint

    def exporter(self) -> bytes:
        """Return 32 bytes, the same on both ends and different for each pair."""
        return sha256(b"".join(sorted(self.fingerprints)))

    @property
    def kind(self) -> Literal["direct", "relayed"]:
        """How the frames would go."""
        ends = (self, self._other)
        return "relayed" if any(end and end._ice.relay_only for end in ends) else "direct"

    def send(self, frame: bytes) -> None:
        """Queue a frame; on a link that is not open it is dropped."""
        other = self._other
        if other is not None and self._listener is not None and not self._is_cut:
            asyncio.get_running_loop().call_soon(other._take, frame)

    def close(self) -> None:
        """End the link; the other end notices when the loop next turns."""
        was_open = self._listener is not None
        self._listener = None
        self._settled.set()
        self._ends.pop(self._ufrag, None)
        if was_open and self._other is not None and not self._is_cut:
            asyncio.get_running_loop().call_soon(self._other._break)

    async def gone(self) -> None:
        """Wait for nothing: there are no sockets."""

    def cut(self) -> None:
        """Let the network between the two ends vanish: nobody is told."""
        self._is_cut = True
        if self._other is not None:
            self._other._is_cut = True

    def _reach(self, theirs: Route) -> None:
        if not usable(theirs, self._own, development=self._ice.development):
            raise _unreachable()
        self._theirs = theirs
        other = self._ends.get(theirs.ufrag)
        if other is not None and other._knows(self) and self._knows(other):
            self._other, other._other = other, self
            loop = asyncio.get_running_loop()
            for end in (self, other):
                loop.call_soon(end._settled.set)

    def _knows(self, other: "MemoryLink") -> bool:
        """Whether that end is the one whose route we were given, fingerprint and all."""
        return (
            self._theirs is not None
            and self._theirs.pwd == other._route.pwd
            and self._theirs.fingerprint == other._fingerprint
        )

    def _take(self, frame: bytes) -> None:
        if self._listener is not None and not self._is_cut:
            self._listener.frame(frame)

    def _break(self) -> None:
        listener = self._listener
        self.close()
        if listener is not None:
            listener.closed(by_misuse=False)


def _unreachable() -> RefusedError:
    return RefusedError(
        "unreachable", "No path to the other computer was found. Try again from another network."
    )
