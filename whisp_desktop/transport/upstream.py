"""All private state of aiortc 1.16 and aioice 0.13 that Whisp reads or changes; both are pinned.

tests/transport/test_transport_upstream.py says which of it changed when a pin is moved.
"""

# ruff: noqa: SLF001 -- this module is the one place for it

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from aioice import Candidate, Connection
    from aioice.ice import StunProtocol
    from aioice.stun import Message
    from aiortc import RTCDtlsTransport, RTCIceTransport, RTCPeerConnection, RTCSctpTransport
    from OpenSSL.SSL import Connection as Dtls

_LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
_CHECK_INTERVAL_S = 0.02
"""Ta of RFC 8445 section 14.2 (5 to 50 ms); aioice's own choice."""
_MOST_SOURCES = 64
_FIRST_RTO_S = 1.0
_LOOK_AGAIN_S, _MOST_LOOKS = 0.005, 100
_EXPORTER_LABEL = b"EXPORTER-Channel-Binding"
_EXPORTER_BYTES = 32


def steer_gathering(transport: "RTCIceTransport", *, loopback: bool, timeout_s: float) -> None:
    """Bound the wait for servers that do not answer; offer loopback addresses, if asked, first.

    aioice lists no loopback address, and waits 5 s. Loopback sockets ask no server: from there
    it could not answer.
    """
    ice: Connection = transport._connection
    gather = ice.get_component_candidates

    async def gather_steered(component: int, addresses: list[str]) -> "list[Candidate]":
        found: list[Candidate] = []
        if loopback:
            servers = ice.stun_server, ice.turn_server
            ice.stun_server = ice.turn_server = None
            found += await gather(component, list(_LOOPBACK_ADDRESSES))
            ice.stun_server, ice.turn_server = servers
        return found + await gather(component, addresses, timeout_s)  # type: ignore[arg-type]  # fractions of a second are fine

    ice.get_component_candidates = gather_steered  # type: ignore[method-assign, assignment]  # aioice gives these two


def pace_checks(transport: "RTCIceTransport") -> None:
    """Let aioice's `connect` return as soon as a pair is nominated.

    It sleeps 20 ms after each check that it starts, even when that very check settles the matter.
    Now a timer starts all checks but the first, at the same pace.
    """
    ice: Connection = transport._connection
    start_next = ice._check_periodic

    def start_paced() -> bool:
        if start_next():
            asyncio.get_running_loop().call_later(_CHECK_INTERVAL_S, start_paced)
        return False

    ice._check_periodic = start_paced  # type: ignore[method-assign]


def admit_checks(transport: "RTCIceTransport", may_reach: Callable[[str, int], bool]) -> None:
    """Pass over connectivity checks from addresses to which we may not send.

    aioice answers and checks back whoever knows our credentials (a peer-reflexive candidate, RFC
    8445 section 7.3.1.3), and a check's source is easily forged.
    """
    ice: Connection = transport._connection
    take = ice.request_received
    known: dict[tuple[str, int], bool] = {}

    def take_admitted(message: "Message", addr: tuple[str, int], protocol: "StunProtocol") -> None:
        if addr not in known and len(known) < _MOST_SOURCES:
            known[addr] = may_reach(*addr)
        if known.get(addr, False):
            take(message, addr, protocol)

    ice.request_received = take_admitted  # type: ignore[method-assign]


def shorten_first_retransmission(sctp: "RTCSctpTransport") -> None:
    """Wait 1 s for the first answer, as RFC 9260 section 16 has it; aiortc waits 3 s."""
    sctp._rto = _FIRST_RTO_S


async def acknowledged(sctp: "RTCSctpTransport") -> None:
    """Wait, half a second at most, until the other side has all that was sent, or is gone.

    aiortc aborts the association at `close`, whatever still waits to be sent.
    """
    for _ in range(_MOST_LOOKS):
        waiting = sctp._data_channel_queue or sctp._outbound_queue or sctp._sent_queue
        if not waiting or sctp._association_state is not sctp.State.ESTABLISHED:
            return
        await asyncio.sleep(_LOOK_AGAIN_S)


def bound_reassembly(sctp: "RTCSctpTransport", overrun: Callable[[], None]) -> None:
    """Call `overrun` once more is kept for reassembly than the window we advertised (1 MiB).

    aiortc advertises the window, but keeps whatever comes.
    """
    acknowledge = sctp._send_sack

    async def acknowledge_within_window() -> None:
        if sctp._advertised_rwnd < 0:
            overrun()
        else:
            await acknowledge()

    sctp._send_sack = acknowledge_within_window  # type: ignore[method-assign]


def fingerprints(transport: "RTCDtlsTransport") -> tuple[bytes, bytes]:
    """Return SHA-256 of the certificates in use, ours and theirs, 32 bytes each."""
    dtls = _dtls(transport)
    own = dtls.get_certificate(as_cryptography=True)
    theirs = dtls.get_peer_certificate(as_cryptography=True)
    if own is None or theirs is None:
        raise ConnectionError
    return own.fingerprint(SHA256()), theirs.fingerprint(SHA256())


def exporter(transport: "RTCDtlsTransport") -> bytes:
    """Return the channel binding of RFC 9266: 32 bytes, the context empty and not absent."""
    return _dtls(transport).export_keying_material(_EXPORTER_LABEL, _EXPORTER_BYTES, b"")


def is_relayed(transport: "RTCIceTransport") -> bool:
    """Whether the nominated pair goes over a relay, ours or theirs."""
    return any(
        "relay" in (pair.local_candidate.type, pair.remote_candidate.type)
        for pair in transport._connection._nominated.values()
    )


def drop_relay(connection: "RTCPeerConnection") -> None:
    """Give up a relay that does not answer; aioice would ask it for 32 s to forget us."""
    for protocol in _ice(connection)._protocols:
        leaving = getattr(protocol.transport, "_TurnTransport__close_task", None)
        if leaving is not None:
            leaving.cancel()


def end_consent_checks(connection: "RTCPeerConnection") -> None:
    """End what aioice forgets if it is closed at the very moment when a pair is nominated.

    It would then wake every 5 s for ever (RFC 7675).
    """
    asking = _ice(connection)._query_consent_task
    if asking is not None:
        asking.cancel()


def _ice(connection: "RTCPeerConnection") -> "Connection":
    if connection.sctp is None:
        raise ConnectionError
    return connection.sctp.transport.transport._connection


def _dtls(transport: "RTCDtlsTransport") -> "Dtls":
    if transport._ssl is None:
        raise ConnectionError
    return transport._ssl
