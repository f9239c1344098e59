"""Invite links: whisp:1#, base64url of a card, then a pin (or none) for each of its hosts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Self

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.versions import check_version

PIN_BYTES = 32

_BEGIN = "whisp:1#"
_MOST_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Invite:
    """A card, and for each of its hosts SHA-256 of its SubjectPublicKeyInfo, or None.

    Pins are unsigned: to be shown before use, and taken only from a link that the user opened.
    """

    card: Card
    pins: tuple[bytes | None, ...]

    @property
    def link(self) -> str:
        """The link."""
        return ".".join(
            (_BEGIN + _encode(self.card.whole), *(_encode(pin or b"") for pin in self.pins))
        )

    @classmethod
    def parse(cls, link: str) -> Self:
        """Read a link and verify its card. PeerError if anything is wrong."""
        check_version("an invite link's version", link, "whisp:", "#")
        if len(link) > _MOST_CHARACTERS or not link.startswith(_BEGIN):
            raise PeerError("a link is no invite link")
        first, *others = link.removeprefix(_BEGIN).split(".")
        card = Card.parse(_decode(first))
        pins = tuple(_decode(other) or None for other in others)
        if len(pins) != len(card.hosts):
            raise PeerError("an invite link has another number of pins than hosts")
        if any(pin is not None and len(pin) != PIN_BYTES for pin in pins):
            raise PeerError("an invite link's pin has a wrong length")
        return cls(card, pins)


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Read base64url without padding, in the one way to write it. PeerError."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise PeerError("a text is not base64url") from None
    if _encode(data) != text:
        raise PeerError("a text is not base64url")
    return data
