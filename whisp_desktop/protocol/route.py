"""Route: how one side can be reached, its wire form, and all that is ever done with the other's.

A route comes from outside: it has no name, no related address and no foundation, its addresses
pass a filter, and the session description (SDP) is built from a template alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.reader import Reader

MOST_CANDIDATES = 16

_MOST_PRIORITY = 2**31 - 1
_FIRST_FREE_PORT = 1024
_UFRAG = re.compile(rb"[A-Za-z0-9+/]{4,32}")
_PWD = re.compile(rb"[A-Za-z0-9+/]{22,64}")
_TEMPLATE = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
{candidates}a=end-of-candidates
a=ice-ufrag:{ufrag}
a=ice-pwd:{pwd}
a=fingerprint:sha-256 {fingerprint}
a=setup:{setup}
""".replace("\n", "\r\n")


class CandidateKind(IntEnum):
    """Where a candidate comes from; the numbers are the wire's."""

    HOST = 0
    SRFLX = 1
    RELAY = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address and UDP port at which a side may be reached (RFC 8445)."""

    kind: CandidateKind
    address: IPv4Address | IPv6Address
    port: int
    priority: int

    def encode(self) -> bytes:
        """Return the wire form, 13 or 25 bytes."""
        return b"".join(
            (
                bytes((self.kind, self.address.version)),
                self.address.packed,
                self.port.to_bytes(2, "big"),
                b"\0",
                self.priority.to_bytes(4, "big"),
            )
        )


@dataclass(frozen=True, slots=True)
class Route:
    """ICE credentials (RFC 8839), SHA-256 of the DTLS certificate, and 1 to 16 candidates."""

    ufrag: str
    pwd: str
    fingerprint: bytes
    candidates: tuple[Candidate, ...]

    def encode(self) -> bytes:
        """Return the wire form, 74 to 531 bytes."""
        return b"".join(
            (
                _with_length(self.ufrag),
                _with_length(self.pwd),
                self.fingerprint,
                bytes((len(self.candidates),)),
                *(candidate.encode() for candidate in self.candidates),
            )
        )

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read the wire form exactly; PeerError for any other form."""
        reader = _RouteReader(whole)
        ufrag = reader.ice_chars(_UFRAG)
        pwd = reader.ice_chars(_PWD)
        fingerprint = reader.take(32)
        count = reader.number(1)
        if not 1 <= count <= MOST_CANDIDATES:
            raise PeerError("a route has too few or too many candidates")
        candidates = tuple(reader.candidate() for _ in range(count))
        reader.end()
        return cls(ufrag, pwd, fingerprint, candidates)


class _RouteReader(Reader):
    def ice_chars(self, form: re.Pattern[bytes]) -> str:
        field = self.take(self.number(1))
        if not form.fullmatch(field):
            raise PeerError("a route's ICE credentials have another form")
        return field.decode("ascii")

    def candidate(self) -> Candidate:
        kind, family = self.take(2)
        if kind > CandidateKind.RELAY or family not in {4, 6}:
            raise PeerError("a candidate is of an unknown kind")
        address = ip_address(self.take(4 if family == 4 else 16))
        port = self.number(2)
        transport = self.number(1)
        priority = self.number(4)
        if port == 0 or transport != 0 or not 1 <= priority <= _MOST_PRIORITY:
            raise PeerError("a candidate has a value outside its table")
        return Candidate(CandidateKind(kind), address, port, priority)


def offered(candidates: Iterable[Candidate], *, relay_only: bool) -> tuple[Candidate, ...]:
    """Choose which gathered candidates go into one's own route, and in which order.

    Relay first, then srflx, then host, each by falling priority; no address and port twice; the
    first 16. With `relay_only` nothing but relays: if the result is empty, send nothing.
    """
    chosen: dict[tuple[IPv4Address | IPv6Address, int], Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (-one.kind, -one.priority)):
        if candidate.kind is CandidateKind.RELAY or not relay_only:
            chosen.setdefault((candidate.address, candidate.port), candidate)
    return tuple(chosen.values())[:MOST_CANDIDATES]


def usable(route: Route, own: Sequence[Candidate], *, development: bool) -> tuple[Candidate, ...]:
    """Return the received candidates to which packets may go, in the route's order.

    `own` are one's own candidates in this attempt: they say which private networks are shared.
    None left: no packet may leave. `development` allows loopback, which is else dropped.
    """
    seen: set[tuple[IPv4Address | IPv6Address, int]] = set()
    used = []
    for candidate in route.candidates:
        place = (candidate.address, candidate.port)
        if place not in seen and _may_be_used(candidate, own, development=development):
            used.append(candidate)
        seen.add(place)
    return tuple(used)


_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_PUBLIC_IPV6 = ip_network("2000::/3")
_DROPPED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/32", "2002::/16"),
    )
)
_PRIVATE = tuple(
    ip_network(network)
    for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


def _may_be_used(candidate: Candidate, own: Sequence[Candidate], *, development: bool) -> bool:
    address = candidate.address
    if development and _is_in(address, _LOOPBACK):
        return True
    if candidate.port < _FIRST_FREE_PORT or _is_in(address, _DROPPED):
        return False
    if _is_in(address, _PRIVATE):
        return _is_shared(address, own)
    return address.version == 4 or address in _PUBLIC_IPV6


def _is_in(
    address: IPv4Address | IPv6Address, networks: Iterable[IPv4Network | IPv6Network]
) -> bool:
    return any(address in network for network in networks)


def _is_shared(address: IPv4Address | IPv6Address, own: Sequence[Candidate]) -> bool:
    """Whether a host candidate of ours is in that /24 (/64), or a relay of ours is that address."""
    prefix_bytes = 3 if address.version == 4 else 8
    near = (address.version, address.packed[:prefix_bytes])
    return any(
        (candidate.kind is CandidateKind.RELAY and candidate.address == address)
        or (
            candidate.kind is CandidateKind.HOST
            and (candidate.address.version, candidate.address.packed[:prefix_bytes]) == near
        )
        for candidate in own
    )


def describe(route: Route, used: Sequence[Candidate], *, offer: bool) -> str:
    """Return the SDP (RFC 8839, RFC 8841) of the other side, with the used candidates alone.

    `offer`: the route is the initiator's. No used candidate: a description without candidates.
    """
    return _TEMPLATE.format(
        candidates="".join(_sdp_line(place, one) for place, one in enumerate(used, start=1)),
        ufrag=route.ufrag,
        pwd=route.pwd,
        fingerprint=route.fingerprint.hex(":").upper(),
        setup="actpass" if offer else "active",
    )


def _sdp_line(place: int, candidate: Candidate) -> str:
    """Return one candidate's line; its place is its foundation."""
    tail = ""
    if candidate.kind is not CandidateKind.HOST:
        nowhere = "0.0.0.0" if candidate.address.version == 4 else "::"  # noqa: S104  # no bind
        tail = f" raddr {nowhere} rport 9"
    return (
        f"a=candidate:{place} 1 udp {candidate.priority} {candidate.address} {candidate.port}"
        f" typ {candidate.kind.name.lower()}{tail}\r\n"
    )


def _with_length(text: str) -> bytes:
    return bytes((len(text),)) + text.encode("ascii")
