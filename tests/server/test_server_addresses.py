"""Network prefixes: who is asking, and that nobody can tell later."""

import secrets
from ipaddress import ip_address, ip_network

import pytest

from whisp_desktop.server.addresses import Prefixes, asker_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["192.0.2.9, 198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["192.0.2.9", "198.51.100.1, 10.9.9.9"], "198.51.100.1"),
        ("10.1.2.3", ["10.4.4.4"], "10.4.4.4"),
        ("10.1.2.3", ["nonsense"], "10.1.2.3"),
        ("127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:203.0.113.5", [], "203.0.113.5"),
        ("fe80::1%eth0", [], "fe80::1"),
    ],
)
def test_the_last_untrusted_address_counts(peer: str, forwarded: list[str], expected: str) -> None:
    assert asker_address(peer, forwarded, PROXIES) == ip_address(expected)


def test_an_unreadable_peer_has_no_prefix() -> None:
    address = asker_address("", [], PROXIES)
    assert address is None
    assert Prefixes(secrets.token_bytes, 0.0).name(address, 0.0) is None


def test_loopback_has_no_prefix() -> None:
    prefixes = Prefixes(secrets.token_bytes, 0.0)
    for text in ("127.0.0.1", "127.9.9.9", "::1"):
        assert prefixes.name(ip_address(text), 0.0) is None


def test_a_prefix_is_32_bits_of_ipv4_and_56_of_ipv6() -> None:
    prefixes = Prefixes(secrets.token_bytes, 0.0)

    def name(text: str) -> bytes | None:
        return prefixes.name(ip_address(text), 0.0)

    assert name("203.0.113.5") != name("203.0.113.6")
    assert name("2001:db8:0:aa00::1") == name("2001:db8:0:aaff::2")
    assert name("2001:db8:0:aa00::1") != name("2001:db8:0:ab00::1")


def test_the_key_lives_for_a_day() -> None:
    prefixes = Prefixes(secrets.token_bytes, 0.0)
    address = ip_address("203.0.113.5")
    first = prefixes.name(address, 1.0)
    assert prefixes.name(address, 86_399.0) == first
    assert prefixes.name(address, 86_400.0) != first
    assert Prefixes(secrets.token_bytes, 0.0).name(address, 1.0) != first
