"""Who asks: a network prefix, kept only as a keyed hash that nobody can turn back."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from whisp_desktop.protocol.kdf import hmac_sha256
from whisp_desktop.protocol.keys import Random
from whisp_desktop.server.settings import Network

_KEY_LIFE_S: Final = 24 * 3600
_IPV6_PREFIX_BYTES: Final = 7

Address = IPv4Address | IPv6Address


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def asker_address(
    peer: str, forwarded: Sequence[str], trusted: Sequence[Network]
) -> Address | None:
    """Return the peer's address, or behind trusted proxies the last one that is not trusted.

    forwarded -- the values of `X-Forwarded-For`, in order
    """
    address = _read(peer)
    hops = [hop for value in forwarded for hop in value.split(",")]
    while address is not None and hops and is_trusted(address, trusted):
        nearer = _read(hops.pop())
        if nearer is None:
            return address
        address = nearer
    return address


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    """Tell whether an address is a proxy's that is believed."""
    return any(address in network for network in trusted)


class Prefixes:
    """Names network prefixes (IPv4 /32, IPv6 /56) by a hash whose key lives for a day."""

    def __init__(self, random: Random, now: float) -> None:
        self._random = random
        self._renew_key(now)

    def _renew_key(self, now: float) -> None:
        self._key = self._random(32)
        self._key_ends = now + _KEY_LIFE_S

    def name(self, address: Address | None, now: float) -> bytes | None:
        """Return a prefix's name, or None for loopback, which has no limits of its own."""
        if address is None or address.is_loopback:
            return None
        if now >= self._key_ends:
            self._renew_key(now)
        size = _IPV6_PREFIX_BYTES if address.version == 6 else len(address.packed)
        return hmac_sha256(self._key, address.packed[:size])
