"""Policies become attempts; foreign addresses of servers are read exactly."""

from ipaddress import ip_address

import pytest
from aiortc import RTCIceCandidate
from aiortc.rtcicetransport import connection_kwargs

from whisp_desktop.protocol.route import Candidate, CandidateKind
from whisp_desktop.transport.endpoint import _rtc_server
from whisp_desktop.transport.ice import (
    Attempt,
    IcePolicy,
    IceServer,
    attempts,
    gathered,
    is_ice_url,
)

RELAYS = (
    "turn:relay.example:3478?transport=udp",
    "turn:relay.example:3478?transport=tcp",
    "turns:relay.example:5349?transport=tcp",
)
SERVER = IceServer(RELAYS, "name", "word")


def policy(*servers: IceServer, relay_only: bool = False) -> IcePolicy:
    return IcePolicy(relay_only=relay_only, servers=servers, development=False)


def test_without_servers_there_is_one_attempt_that_asks_nobody() -> None:
    assert attempts(policy()) == (Attempt((), has_relay=False),)


def test_relays_only_without_a_relay_there_is_no_attempt() -> None:
    assert attempts(policy(relay_only=True)) == ()
    assert attempts(policy(IceServer(("stun:s.example",)), relay_only=True)) == ()


def test_each_address_of_a_relay_is_an_attempt_and_stun_is_asked_where_udp_goes() -> None:
    assert [attempt.servers for attempt in attempts(policy(SERVER))] == [
        (IceServer(RELAYS[:1], "name", "word"), IceServer(("stun:relay.example:3478",))),
        (IceServer(RELAYS[1:2], "name", "word"),),
        (IceServer(RELAYS[2:], "name", "word"),),
    ]


def test_relays_only_asks_no_stun_server() -> None:
    named = IceServer(("stun:s.example", *RELAYS), "name", "word")
    for attempt in attempts(policy(named, relay_only=True)):
        assert attempt.has_relay
        assert [url for server in attempt.servers for url in server.urls if "stun" in url] == []


def test_a_named_stun_server_goes_before_the_relay() -> None:
    (attempt,) = attempts(policy(IceServer(("stun:s.example:1",)), IceServer(RELAYS[:1], "n", "w")))
    assert attempt.servers[1] == IceServer(("stun:s.example:1",))
    assert attempts(policy(IceServer(("stun:s.example",)))) == (
        Attempt((IceServer(("stun:s.example",)),), has_relay=False),
    )


def test_at_most_four_relays_and_none_with_a_strange_address() -> None:
    many = IceServer(tuple(f"turn:r{n}.example" for n in range(9)), "n", "w")
    assert len(attempts(policy(many))) == 4
    strange = IceServer(("turn:a b", "turn:x@y", "https://relay", "turn:"), "n", "w")
    assert attempts(policy(strange, relay_only=True)) == ()


@pytest.mark.parametrize(
    "url", [*RELAYS, "turn:10.0.0.1", "stun:s.example", "stun:s.example:3478", "turns:r.example"]
)
def test_addresses_of_the_rfcs(url: str) -> None:
    assert is_ice_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "turn:",
        "turn:host:port",
        "turn:h?transport=sctp",
        "turns:h?transport=udp",
        "stun:h?transport=udp",
        "stuns:h",
        "turn://h",
        "turn:h\n",
        "turn:h/path",
        "turn:" + "h" * 254,
    ],
)
def test_other_addresses(url: str) -> None:
    assert not is_ice_url(url)


def test_aiortc_takes_every_attempt_whole() -> None:
    for attempt in attempts(policy(SERVER)):
        taken = connection_kwargs([_rtc_server(server) for server in attempt.servers])
        assert taken["turn_server"][0] == "relay.example"
        assert (taken["turn_username"], taken["turn_password"]) == ("name", "word")
        assert ("stun_server" in taken) == (len(attempt.servers) == 2)


def test_credentials_do_not_show() -> None:
    assert "word" not in repr(policy(SERVER))
    assert "name" not in repr(policy(SERVER))


def candidate(**changed: object) -> RTCIceCandidate:
    fields: dict[str, object] = {
        "component": 1,
        "foundation": "f",
        "ip": "192.0.2.1",
        "port": 5000,
        "priority": 7,
        "protocol": "udp",
        "type": "host",
    }
    return RTCIceCandidate(**(fields | changed))  # type: ignore[arg-type]


def test_gathered_candidates_in_the_terms_of_a_route() -> None:
    found = [
        candidate(),
        candidate(ip="2001:db8::1", type="relay", port=9),
        candidate(type="srflx", protocol="UDP"),
        candidate(component=2),
        candidate(protocol="tcp"),
        candidate(type="prflx"),
    ]
    assert gathered(found) == (
        Candidate(CandidateKind.HOST, ip_address("192.0.2.1"), 5000, 7),
        Candidate(CandidateKind.RELAY, ip_address("2001:db8::1"), 9, 7),
        Candidate(CandidateKind.SRFLX, ip_address("192.0.2.1"), 5000, 7),
    )
