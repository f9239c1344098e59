"""Routes: exact on the wire, and never a way to reach what is not meant to be reached."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.route import (
    Candidate,
    CandidateKind,
    Route,
    describe,
    offered,
    usable,
)

HOST, SRFLX, RELAY = CandidateKind
ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
CANDIDATES = st.builds(
    Candidate,
    kind=st.sampled_from(CandidateKind),
    address=st.ip_addresses(),
    port=st.integers(1, 65_535),
    priority=st.integers(1, 2**31 - 1),
)
ROUTES = st.builds(
    Route,
    ufrag=st.text(ICE_CHARS, min_size=4, max_size=32),
    pwd=st.text(ICE_CHARS, min_size=22, max_size=64),
    fingerprint=st.binary(min_size=32, max_size=32),
    candidates=st.lists(CANDIDATES, min_size=1, max_size=16).map(tuple),
)


def candidate(
    address: str, kind: CandidateKind = HOST, port: int = 5000, priority: int = 1
) -> Candidate:
    return Candidate(kind, ip_address(address), port, priority)


def route(*candidates: Candidate) -> Route:
    return Route("abcd", "p" * 22, bytes(32), candidates)


# The wire


@given(made=ROUTES)
def test_a_route_comes_out_as_it_went_in(made: Route) -> None:
    whole = made.encode()
    assert 74 <= len(whole) <= 531
    assert Route.parse(whole) == made


@given(made=ROUTES, data=st.data())
def test_a_route_cut_lengthened_or_changed(made: Route, data: st.DataObject) -> None:
    whole = made.encode()
    for wrong in (whole[: data.draw(st.integers(0, len(whole) - 1))], whole + b"\0"):
        with pytest.raises(PeerError):
            Route.parse(wrong)
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        parsed = Route.parse(bytes(changed))
    except PeerError:
        return
    assert parsed.encode() == changed


@given(whole=st.binary(max_size=600))
def test_anything_is_refused_or_exact(whole: bytes) -> None:
    try:
        parsed = Route.parse(whole)
    except PeerError:
        return
    assert parsed.encode() == whole


# What goes into one's own


def test_relays_come_first_then_by_priority() -> None:
    gathered = [
        candidate("192.0.2.1", HOST, priority=5),
        candidate("192.0.2.2", SRFLX, priority=9),
        candidate("192.0.2.3", RELAY, priority=1),
        candidate("192.0.2.4", RELAY, priority=2),
        candidate("192.0.2.5", HOST, priority=6),
    ]
    hosts = [str(one.address)[-1] for one in offered(gathered, relay_only=False)]
    assert hosts == ["4", "3", "2", "5", "1"]
    assert [one.kind for one in offered(gathered, relay_only=True)] == [RELAY, RELAY]
    assert offered(gathered[:2], relay_only=True) == ()


@given(gathered=st.lists(CANDIDATES, max_size=40), relay_only=st.booleans())
def test_no_place_twice_and_16_at_most(gathered: list[Candidate], relay_only: bool) -> None:  # noqa: FBT001  # drawn
    chosen = offered(gathered + gathered, relay_only=relay_only)
    places = [(one.address, one.port) for one in chosen]
    assert len(places) == len(set(places)) <= 16
    allowed = {RELAY} if relay_only else set(CandidateKind)
    assert {one.kind for one in chosen} <= allowed
    if chosen:
        assert Route.parse(route(*chosen).encode()).candidates == chosen


# What is used of another's

PUBLIC = ["8.8.8.8", "203.0.113.7", "2001:db8::7", "2a00:1450::1", "3fff:ffff::"]
DROPPED = [
    *("0.0.0.0", "0.255.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "fe80::1", "febf::1", "ff02::fb"),
    *("2001::1", "2001:0:ffff::1", "2002::1", "2002:a00:1::1", "4000::", "fbff::1", "1fff::1"),
]
PRIVATE = [
    *("10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "172.16.0.1"),
    *("172.31.255.255", "192.168.0.1", "192.168.255.255", "fc00::1", "fdff::1"),
]
NEXT_TO_PRIVATE = ["9.255.255.255", "11.0.0.0", "100.63.0.1", "100.128.0.0", "172.15.0.1"]


@pytest.mark.parametrize("address", [*PUBLIC, *NEXT_TO_PRIVATE, "172.32.0.0", "192.167.0.1"])
def test_public_addresses_are_used(address: str) -> None:
    one = candidate(address)
    assert usable(route(one), [], development=False) == (one,)


@pytest.mark.parametrize("address", [*DROPPED, *PRIVATE])
def test_addresses_that_are_not_for_the_net_are_dropped(address: str) -> None:
    own = [candidate("192.0.2.1"), candidate("2001:db8::1")]
    kept = candidate("203.0.113.7")
    assert usable(route(candidate(address), kept), own, development=False) == (kept,)
    assert usable(route(candidate(address)), own, development=False) == ()


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("kind", CandidateKind)
def test_a_private_address_is_used_if_its_network_is_ours(
    address: str, kind: CandidateKind
) -> None:
    one = candidate(address, kind)
    version = one.address.version
    near = ip_address(one.address.packed[:-1] + b"\x77")
    far_bytes = bytearray(one.address.packed)
    far_bytes[2 if version == 4 else 7] ^= 1
    far = ip_address(bytes(far_bytes))

    def is_used(own_address: IPv4Address | IPv6Address, own_kind: CandidateKind) -> bool:
        own = [candidate("192.0.2.1", RELAY), Candidate(own_kind, own_address, 9, 1)]
        return usable(route(one), own, development=False) == (one,)

    assert is_used(near, HOST)
    assert not is_used(far, HOST)
    assert not is_used(near, SRFLX)
    assert not is_used(near, RELAY)
    assert is_used(one.address, RELAY)
    assert not is_used(one.address, SRFLX)


def test_an_address_of_the_other_family_is_not_near() -> None:
    """fc00::… begins with other bytes than any private IPv4 address, but compare the families."""
    one = candidate("10.0.0.1")
    own = [candidate("a00:0:0:0::1")]
    assert usable(route(one), own, development=False) == ()


@pytest.mark.parametrize("port", [1, 53, 1023])
def test_ports_of_services_are_not_reached(port: int) -> None:
    assert usable(route(candidate("8.8.8.8", port=port)), [], development=False) == ()
    assert usable(route(candidate("8.8.8.8", port=port)), [], development=True) == ()
    assert usable(route(candidate("8.8.8.8", port=1024)), [], development=False)


def test_a_place_counts_once() -> None:
    first, again = candidate("8.8.8.8", priority=2), candidate("8.8.8.8", RELAY)
    other = candidate("8.8.8.8", port=5001)
    assert usable(route(first, again, other), [], development=False) == (first, other)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_for_development_alone(address: str) -> None:
    one = candidate(address, port=80)
    assert usable(route(one), [one], development=False) == ()
    assert usable(route(one), [], development=True) == (one,)


@given(made=ROUTES, own=st.lists(CANDIDATES, max_size=4))
def test_what_is_used_can_be_described(made: Route, own: list[Candidate]) -> None:
    used = usable(made, own, development=False)
    assert [one for one in made.candidates if one in used] or not used
    lines = describe(made, used, offer=True).split("\r\n")
    assert len([line for line in lines if line.startswith("a=candidate:")]) == len(used)
    assert lines[-1] == ""
    assert len(lines) == 16 + len(used)


def test_a_description_without_candidates() -> None:
    text = describe(route(candidate("8.8.8.8")), (), offer=False)
    assert "candidate:" not in text
    assert "a=end-of-candidates\r\na=ice-ufrag:abcd\r\n" in text
    assert text.endswith("a=setup:active\r\n")
