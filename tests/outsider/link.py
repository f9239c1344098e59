"""A data channel over aiortc, described by nothing but the two routes."""

import asyncio
from ipaddress import ip_address

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vectors.reference.primitives import digest, u8, u16, u32

_KINDS = ("host", "srflx", "relay")
_HEAD = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=sctp-port:5000\r\na=max-message-size:262144\r\n"
)


class Link:
    """A opens both channels; what comes on `whisp` waits in `heard`, None is its end."""

    def __init__(self, *, is_a: bool) -> None:
        self.is_a = is_a
        self.opened = asyncio.Event()
        self.heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel: RTCDataChannel | None = None
        if is_a:
            self._take(self.connection.createDataChannel("whisp"))
            self.connection.createDataChannel("whisp-files")
        else:
            self.connection.on("datachannel", self._take)

    def _take(self, channel: RTCDataChannel) -> None:
        if channel.label != "whisp":
            return
        self._channel = channel
        channel.on("message", self.heard.put_nowait)
        channel.on("close", lambda: self.heard.put_nowait(None))
        channel.on("open", self.opened.set)
        if channel.readyState == "open":
            self.opened.set()

    async def offer(self) -> bytes:
        """Return A's route."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return _route(self.connection.localDescription.sdp)

    async def answer(self, route: bytes) -> bytes:
        """Take A's route and return B's."""
        offer = RTCSessionDescription(_description(route, "actpass"), "offer")
        await self.connection.setRemoteDescription(offer)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return _route(self.connection.localDescription.sdp)

    async def connect(self, route: bytes) -> None:
        """Take B's route."""
        answer = RTCSessionDescription(_description(route, "active"), "answer")
        await self.connection.setRemoteDescription(answer)

    def send(self, frame: bytes) -> None:
        assert self._channel is not None
        self._channel.send(frame)

    def binding(self) -> bytes:
        """Return what a FIN is bound to: A's and B's fingerprint, and the exporter."""
        assert self.connection.sctp is not None
        dtls = self.connection.sctp.transport
        own = next(
            bytes.fromhex(each.value.replace(":", ""))
            for each in dtls.getLocalParameters().fingerprints
            if each.algorithm == "sha-256"
        )
        tls = dtls._ssl
        assert tls is not None
        certificate = tls.get_peer_certificate(as_cryptography=True)
        assert certificate is not None
        theirs = digest(certificate.public_bytes(Encoding.DER))
        exporter = tls.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
        return (own + theirs if self.is_a else theirs + own) + exporter

    async def close(self) -> None:
        await self.connection.close()


def _route(sdp: str) -> bytes:
    lines = [line.partition(":") for line in sdp.splitlines()]
    said = {name: value for name, _, value in lines}
    prints = (value.split() for name, _, value in lines if name == "a=fingerprint")
    print_ = next(hexadecimal for name, hexadecimal in prints if name == "sha-256")
    candidates = [value.split() for name, _, value in lines if name == "a=candidate"]
    whole = b"".join(_text(said[name]) for name in ("a=ice-ufrag", "a=ice-pwd"))
    whole += bytes.fromhex(print_.replace(":", "")) + u8(len(candidates))
    for _, _, _, priority, address, port, _, kind, *_ in candidates:
        ip = ip_address(address)
        whole += u8(_KINDS.index(kind)) + u8(ip.version) + ip.packed
        whole += u16(int(port)) + b"\0" + u32(int(priority))
    return whole


def _text(value: str) -> bytes:
    return u8(len(value)) + value.encode()


def _description(route: bytes, setup: str) -> str:
    ufrag, rest = route[1 : 1 + route[0]].decode(), route[1 + route[0] :]
    pwd, rest = rest[1 : 1 + rest[0]].decode(), rest[1 + rest[0] :]
    print_ = ":".join(f"{byte:02X}" for byte in rest[:32])
    lines = ""
    rest = rest[33:]
    while rest:
        size = 4 if rest[1] == 4 else 16
        address, tail = ip_address(rest[2 : 2 + size]), rest[2 + size :]
        port, priority = int.from_bytes(tail[:2], "big"), int.from_bytes(tail[3:7], "big")
        if address.version == 4:
            kind = _KINDS[rest[0]]
            lines += f"a=candidate:1 1 udp {priority} {address} {port} typ {kind}\r\n"
        rest = tail[7:]
    return (
        f"{_HEAD}{lines}a=end-of-candidates\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\n"
        f"a=fingerprint:sha-256 {print_}\r\na=setup:{setup}\r\n"
    )
