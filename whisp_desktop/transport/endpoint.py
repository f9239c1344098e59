"""One end of a WebRTC connection: what was gathered for it, and whom it is told to reach.

aiortc is imported on first use and not before: it takes half a second.
"""

import asyncio
import importlib
import threading
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.route import (
    Candidate,
    CandidateKind,
    Route,
    describe,
    offered,
    usable,
)
from whisp_desktop.transport import upstream, without_av
from whisp_desktop.transport.ice import Attempt, IcePolicy, IceServer, attempts, gathered

if TYPE_CHECKING:
    from aiortc import RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSctpTransport

_log = get_log("transport")

_GATHER_S = 1.5
_GATHER_RELAY_S = 3.0
_CLOSE_S = 3.0
_END_OF_CANDIDATES = "a=end-of-candidates\r\n"

_closing: set[asyncio.Task[None]] = set()
"""Tasks that close endpoints; a task lives only while somebody holds it."""
_is_loaded = threading.Event()


async def webrtc_loaded() -> None:
    """Have aiortc imported, in a thread: half a second of CPU, once. Not before the first paint."""
    if not _is_loaded.is_set():
        await asyncio.to_thread(_load_webrtc)


def _load_webrtc() -> None:
    without_av.install()
    importlib.import_module("aiortc")
    _is_loaded.set()


class Endpoint:
    """An aiortc connection with the servers of one attempt and a DTLS certificate of its own."""

    def __init__(self, attempt: Attempt, policy: IcePolicy) -> None:
        self.connection = _new_connection(attempt, relay_only=policy.relay_only)
        self.route = b""
        self.channels: tuple[RTCDataChannel, ...] = ()
        self._policy = policy
        self._gather_s = _GATHER_RELAY_S if attempt.has_relay else _GATHER_S
        self._own: tuple[Candidate, ...] = ()
        self._gathering: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def sctp(self) -> "RTCSctpTransport":
        """The transports of aiortc, which are there once gathering has begun."""
        if self.connection.sctp is None:
            raise ConnectionError
        return self.connection.sctp

    @property
    def has_relay_candidate(self) -> bool:
        """Whether a relay took us in."""
        return any(candidate.kind is CandidateKind.RELAY for candidate in self._own)

    def start(
        self, gather: "Callable[[Endpoint], Coroutine[None, None, None]]"
    ) -> asyncio.Task[None]:
        """Begin to gather, by `gather_offer` or `gather_answer`."""
        self._gathering = asyncio.create_task(gather(self))
        return self._gathering

    async def gather_offer(self, labels: tuple[str, ...]) -> None:
        """Be A: make the channels (reliable, ordered) and the own route; tell nobody."""
        self.channels = tuple(self.connection.createDataChannel(label) for label in labels)
        self._steer()
        await self.connection.setLocalDescription()
        self._describe_self()

    async def gather_answer(self, theirs: Route) -> None:
        """Be B: make the own route, A's candidates being still unknown to aiortc."""
        bare = describe(theirs, (), offer=True).replace(_END_OF_CANDIDATES, "")
        await self._set_remote(bare, "offer")
        self._steer()
        await self.sctp.transport.transport.iceGatherer.gather()
        self._describe_self()

    async def reach(self, theirs: Route, kind: Literal["offer", "answer"]) -> None:
        """Tell aiortc the other side's route, and begin to send.

        RefusedError `unreachable`: no candidate is usable, and nothing was sent.
        """
        used = usable(theirs, self._own, development=self._policy.development)
        if not used:
            raise unreachable()
        from aiortc import InvalidStateError  # noqa: PLC0415 -- see the module

        try:
            await self._set_remote(describe(theirs, used, offer=kind == "offer"), kind)
            if kind == "offer":
                await self.connection.setLocalDescription()
        except InvalidStateError:  # closed in the meantime
            raise unreachable() from None

    def close(self) -> None:
        """Give everything back, in a task that ends within seconds; never blocks or raises."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())
            _closing.add(self._closing)
            self._closing.add_done_callback(_closing.discard)

    async def gone(self) -> None:
        """Wait until a closed endpoint has given everything back."""
        if self._closing is not None:
            await asyncio.wait({self._closing})

    def _steer(self) -> None:
        transport = self.sctp.transport.transport
        loopback = self._policy.development and not self._policy.relay_only
        upstream.steer_gathering(transport, loopback=loopback, timeout_s=self._gather_s)
        upstream.pace_checks(transport)
        upstream.admit_checks(transport, self._may_reach)
        upstream.shorten_first_retransmission(self.sctp)

    def _may_reach(self, address: str, port: int) -> bool:
        """Whether that address would be usable if it stood in the other's route."""
        source = Candidate(CandidateKind.HOST, ip_address(address), port, priority=1)
        alone = Route("", "", b"", (source,))
        return bool(usable(alone, self._own, development=self._policy.development))

    def _describe_self(self) -> None:
        dtls = self.sctp.transport
        gatherer = dtls.transport.iceGatherer
        ice = gatherer.getLocalParameters()
        prints = {each.algorithm: each.value for each in dtls.getLocalParameters().fingerprints}
        self._own = gathered(gatherer.getLocalCandidates())
        candidates = offered(self._own, relay_only=self._policy.relay_only)
        if candidates:
            self.route = Route(
                ice.usernameFragment or "",
                ice.password or "",
                bytes.fromhex(prints["sha-256"].replace(":", "")),
                candidates,
            ).encode()

    async def _set_remote(self, sdp: str, kind: Literal["offer", "answer"]) -> None:
        from aiortc import RTCSessionDescription  # noqa: PLC0415 -- see the module

        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, kind))

    async def _close(self) -> None:
        if self._gathering is not None:
            await asyncio.wait({self._gathering})
        if self.connection.sctp is not None:
            await upstream.acknowledged(self.connection.sctp)
        loop = asyncio.get_running_loop()
        patience = loop.call_later(_CLOSE_S, upstream.drop_relay, self.connection)
        try:
            async with asyncio.timeout(2 * _CLOSE_S):
                await self.connection.close()
            upstream.end_consent_checks(self.connection)
        except _closing_failures():
            _log.info("a link did not close in good order")
        finally:
            patience.cancel()


async def first_endpoint(
    policy: IcePolicy, gather: Callable[[Endpoint], Coroutine[None, None, None]]
) -> Endpoint:
    """Gather by all relays at once; return the first end with a relay candidate, else any.

    RefusedError `no_relay`: only relays may be used and none gave a candidate; `unreachable`:
    this computer has no address.
    """
    await webrtc_loaded()
    ends = [Endpoint(attempt, policy) for attempt in attempts(policy)]
    chosen: Endpoint | None = None
    try:
        for gathering in asyncio.as_completed([end.start(gather) for end in ends]):
            await gathering
            chosen = next((end for end in ends if end.has_relay_candidate), None)
            if chosen is not None:
                return chosen
        chosen = next((end for end in ends if end.route), None)
        if chosen is None:
            raise _no_relay() if policy.relay_only else _offline()
        return chosen
    finally:
        for end in ends:
            if end is not chosen:
                end.close()


def unreachable() -> RefusedError:
    """Say that no candidate of the other side leads anywhere, or that the link has ended."""
    return RefusedError(
        "unreachable",
        "No path to the other computer was found. Try again from another network.",
    )


def _no_relay() -> RefusedError:
    return RefusedError(
        "no_relay",
        "The relay did not answer. Your network address stays hidden, "
        "so Whisp did not try a direct path.",
    )


def _offline() -> RefusedError:
    return RefusedError("unreachable", "This computer is offline.")


def _new_connection(attempt: Attempt, *, relay_only: bool) -> "RTCPeerConnection":
    """Return a connection with these servers; an explicit list, or aiortc asks a public one."""
    from aiortc import (  # noqa: PLC0415 -- see the module
        RTCConfiguration,
        RTCIceTransportPolicy,
        RTCPeerConnection,
    )

    policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
    servers = [_rtc_server(server) for server in attempt.servers]
    return RTCPeerConnection(RTCConfiguration(iceServers=servers, iceTransportPolicy=policy))


def _rtc_server(server: IceServer) -> "RTCIceServer":
    from aiortc import RTCIceServer  # noqa: PLC0415 -- see the module

    return RTCIceServer(list(server.urls), server.username or None, server.credential or None)


def _closing_failures() -> tuple[type[Exception], ...]:
    """Return what aiortc may raise while it closes a connection."""
    from aioice.stun import TransactionError  # noqa: PLC0415 -- see the module
    from OpenSSL.SSL import Error  # noqa: PLC0415 -- see the module

    return (OSError, TransactionError, Error)


async def all_gone(within_s: float) -> None:
    """Wait, but not for longer, until every closed endpoint has given everything back."""
    if _closing:
        await asyncio.wait(tuple(_closing), timeout=within_s)
