"""Which ways a connection may take, and what aiortc found of them.

aiortc takes one STUN and one TURN server a connection, so a policy becomes several attempts: one
for each address of a relay. They run side by side, and the first with a relay candidate wins.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from whisp_desktop.protocol.route import Candidate, CandidateKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiortc import RTCIceCandidate

_MOST_ATTEMPTS = 4
_PLACE = r"(?P<place>[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?)"
_STUN_URL = re.compile(rf"stun:{_PLACE}")
_TURN_URL = re.compile(rf"turn:{_PLACE}(\?transport=(?P<transport>udp|tcp))?")
_TURNS_URL = re.compile(rf"turns:{_PLACE}(\?transport=tcp)?")
_KINDS = {"host": CandidateKind.HOST, "srflx": CandidateKind.SRFLX, "relay": CandidateKind.RELAY}


@dataclass(frozen=True, slots=True)
class IceServer:
    """STUN and TURN addresses (RFC 7064, RFC 7065) with one short-lived credential."""

    urls: tuple[str, ...]
    username: str = field(default="", repr=False)
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class IcePolicy:
    """What one connection may use.

    relay_only -- nothing but relays: the other side never learns this computer's address
    servers -- those of one's own server; none: addresses of this computer only
    development -- loopback addresses are offered and used
    """

    relay_only: bool
    servers: tuple[IceServer, ...]
    development: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """The servers of one connection: at most one relay, at most one for STUN."""

    servers: tuple[IceServer, ...]
    has_relay: bool


def is_ice_url(url: str) -> bool:
    """Whether this is an address of RFC 7064 or RFC 7065, and one that aiortc takes."""
    return any(form.fullmatch(url) for form in (_STUN_URL, _TURN_URL, _TURNS_URL))


def attempts(policy: IcePolicy) -> tuple[Attempt, ...]:
    """Return an attempt for each address of a relay, the first four.

    Without relays it is one that uses none; if only relays may be used, there is no attempt, and
    no STUN server is ever asked. Other addresses than `is_ice_url` knows are passed over.
    """
    relays = [
        (url, server)
        for server in policy.servers
        for url in server.urls
        if url.startswith("turn") and is_ice_url(url)
    ]
    if not relays and not policy.relay_only:
        return (Attempt(_stun(policy, ""), has_relay=False),)
    return tuple(
        Attempt(
            (IceServer((url,), server.username, server.credential), *_stun(policy, url)),
            has_relay=True,
        )
        for url, server in relays[:_MOST_ATTEMPTS]
    )


def gathered(found: "Iterable[RTCIceCandidate]") -> tuple[Candidate, ...]:
    """Return what aiortc found in the terms of a route: component 1 and UDP, the rest left out."""
    return tuple(
        Candidate(_KINDS[each.type], ip_address(each.ip), each.port, each.priority)
        for each in found
        if each.component == 1 and each.protocol.lower() == "udp" and each.type in _KINDS
    )


def _stun(policy: IcePolicy, relay_url: str) -> tuple[IceServer, ...]:
    """Return who tells us our outside address: the named one, else the relay, if it hears UDP.

    A TURN server answers STUN at the same place (RFC 8656 section 3.1).
    """
    if policy.relay_only:
        return ()
    for server in policy.servers:
        for url in server.urls:
            if _STUN_URL.fullmatch(url):
                return (IceServer((url,)),)
    relay = _TURN_URL.fullmatch(relay_url)
    if relay is None or relay["transport"] == "tcp":
        return ()
    return (IceServer((f"stun:{relay['place']}",)),)
