"""Whom one talks to."""

from dataclasses import dataclass

from whisp_desktop.protocol.certificates import Card, DeviceCert


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom one talks to: the device, and what was said of its account.

    `card` is None where one found them by name: then nobody but the server vouches for it.
    """

    cert: DeviceCert
    username: str
    hosts: tuple[str, ...]
    card: Card | None
    statements: bytes
    verified: bool
