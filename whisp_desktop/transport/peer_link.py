"""The way to the other side: WebRTC data channels over the routes inside m1 and m2."""

import asyncio
from typing import TYPE_CHECKING, Literal, Protocol, Self

from whisp_desktop.protocol.route import Route
from whisp_desktop.transport import upstream
from whisp_desktop.transport.endpoint import Endpoint, first_endpoint, unreachable
from whisp_desktop.transport.ice import IcePolicy

if TYPE_CHECKING:
    from aiortc import RTCDataChannel

MOST_FRAME_BYTES = 16_384
MOST_FILE_FRAME_BYTES = 16_421
_FRAMES = "whisp"
_FILES = "whisp-files"
_LABELS = (_FRAMES, _FILES)


class LinkListener(Protocol):
    """Who is told what comes over a link; called on the loop, must return at once."""

    def frame(self, data: bytes) -> None:
        """Take one message of channel `whisp`, at most 16,384 bytes."""

    def closed(self, *, by_misuse: bool) -> None:
        """Take note, once: the link has ended, and not by its owner's `close`.

        `by_misuse`: the other side did what no link of ours does.
        """


class PeerLink:
    """One WebRTC connection to one device; made by `offer` or `answer`."""

    def __init__(self, end: Endpoint, listener: LinkListener) -> None:
        self._end = end
        self._listener: LinkListener | None = listener
        self._labels: set[str] = set()
        self._frames: RTCDataChannel | None = None
        self._settled = asyncio.Event()
        end.connection.on("datachannel", self._take_channel)
        end.connection.on("connectionstatechange", self._take_state)
        upstream.bound_reassembly(end.sctp, self._misused)
        for channel in end.channels:
            self._adopt(channel)

    @classmethod
    async def offer(cls, ice: IcePolicy, listener: LinkListener) -> Self:
        """Be A: make both channels and the own route. Nothing is sent to the other side yet.

        RefusedError `no_relay`: only relays may be used and none gave a candidate;
        `unreachable`: this computer has no address.
        """
        end = await first_endpoint(ice, lambda end: end.gather_offer(_LABELS))
        return cls(end, listener)

    @classmethod
    async def answer(cls, their_route: bytes, ice: IcePolicy, listener: LinkListener) -> Self:
        """Be B: make the own route, and begin to reach A by its. The first packets leave here.

        PeerError: the route is malformed. RefusedError: as `offer`; `unreachable`, too, when no
        candidate of A's is usable: then nothing was sent to any of them.
        """
        theirs = Route.parse(their_route)
        end = await first_endpoint(ice, lambda end: end.gather_answer(theirs))
        link = cls(end, listener)
        try:
            await end.reach(theirs, "offer")
        except BaseException:
            link.close()
            raise
        return link

    @property
    def route(self) -> bytes:
        """The own route, for m1 or m2."""
        return self._end.route

    async def connect(self, their_route: bytes) -> None:
        """Be A: begin to reach B by its route. Errors as in `answer`."""
        await self._end.reach(Route.parse(their_route), "answer")

    async def opened(self) -> None:
        """Wait until channel `whisp` is open on this side; the caller bounds the wait.

        RefusedError `unreachable`: the link has ended.
        """
        await self._settled.wait()
        if self._listener is None:
            raise unreachable()

    @property
    def fingerprints(self) -> tuple[bytes, bytes]:
        """SHA-256 of the DTLS certificates in use, own and theirs; once the link is open."""
        return upstream.fingerprints(self._end.sctp.transport)

    def exporter(self) -> bytes:
        """Return the channel binding of RFC 9266, 32 bytes; once the link is open."""
        return upstream.exporter(self._end.sctp.transport)

    @property
    def kind(self) -> Literal["direct", "relayed"]:
        """How the packets go; once the link is open."""
        return "relayed" if upstream.is_relayed(self._end.sctp.transport.transport) else "direct"

    def send(self, frame: bytes) -> None:
        """Queue one message on channel `whisp`; it leaves when the loop next turns.

        On a link that is not open, or no longer, the frame is dropped.
        """
        channel = self._frames
        if channel is not None and channel.readyState == "open" and self._listener is not None:
            channel.send(frame)

    def close(self) -> None:
        """End the link: not one frame more comes in; what was sent before still leaves.

        Never blocks and never raises. `LinkListener.closed` is not called.
        """
        self._listener = None
        self._settled.set()
        self._end.close()

    async def gone(self) -> None:
        """Wait until a closed link has given back its sockets: at most some seconds."""
        await self._end.gone()

    def _take_channel(self, channel: "RTCDataChannel") -> None:
        is_ours = channel.label in _LABELS and channel.label not in self._labels
        is_reliable = channel.maxRetransmits is None and channel.maxPacketLifeTime is None
        if is_ours and is_reliable and channel.ordered:
            self._adopt(channel)
        else:
            self._misused()

    def _adopt(self, channel: "RTCDataChannel") -> None:
        self._labels.add(channel.label)
        channel.on("close", self._break)
        if channel.label == _FILES:
            channel.on("message", self._take_file_frame)
            return
        self._frames = channel
        channel.on("message", self._take_frame)
        if channel.readyState == "open":
            self._settled.set()
        else:
            channel.on("open", self._settled.set)

    def _take_frame(self, message: bytes | str) -> None:
        if self._listener is None:
            return
        if isinstance(message, str) or len(message) > MOST_FRAME_BYTES:
            self._misused()
        else:
            self._listener.frame(message)

    def _take_file_frame(self, message: bytes | str) -> None:
        if isinstance(message, str) or len(message) > MOST_FILE_FRAME_BYTES:
            self._misused()

    def _take_state(self) -> None:
        if self._end.connection.connectionState in {"failed", "closed"}:
            self._break()

    def _misused(self) -> None:
        """Tell first: the listener may still say why it leaves."""
        listener = self._listener
        if listener is not None:
            listener.closed(by_misuse=True)
        self.close()

    def _break(self) -> None:
        listener = self._listener
        self.close()
        if listener is not None:
            listener.closed(by_misuse=False)
