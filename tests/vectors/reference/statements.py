"""Signed statements, and the texts that carry them."""

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.vectors.reference.primitives import (
    agreement_public,
    digest,
    drawn,
    kem_public,
    label,
    sign,
    signing_public,
    u8,
    u16,
    u32,
    u64,
)

NOW = 1_850_000_000
DAY = 86_400
TODAY = NOW - NOW % DAY

_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def statement(kind: int, body: bytes, seed: bytes) -> bytes:
    unsigned = b"WSP1" + u8(kind) + u16(len(body)) + body
    return unsigned + sign(seed, label("stmt") + unsigned)


def text_field(text: str) -> bytes:
    return u8(len(text.encode())) + text.encode()


@dataclass
class Device:
    """An account's device; every key follows from its name."""

    name: str
    account: str = ""
    username: str = "alice"
    servers: tuple[str, ...] = ("chat.example:8443",)
    issued: int = TODAY
    expires: int = TODAY + 90 * DAY
    epoch: int = 3
    flags: int = 3
    ak: bytes = field(init=False)
    dks: bytes = field(init=False)
    dkd: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.ak = drawn(f"{self.account or self.name} ak", 32)
        self.dks = drawn(f"{self.name} dks", 32)
        self.dkd = drawn(f"{self.name} dkd", 32)

    @property
    def keys(self) -> bytes:
        return signing_public(self.dks) + agreement_public(self.dkd)

    @property
    def account_key(self) -> bytes:
        return signing_public(self.ak)

    @property
    def device_id(self) -> bytes:
        return digest(label("devid") + self.keys)[:16]

    @property
    def cert(self) -> bytes:
        return cert(self)

    @property
    def card(self) -> bytes:
        return card(self.ak, self.username, self.servers, self.issued)

    def as_json(self) -> dict[str, Any]:
        return {
            "ak_seed": self.ak.hex(),
            "dks_seed": self.dks.hex(),
            "dkd_private": self.dkd.hex(),
            "issued": self.issued,
            "expires": self.expires,
            "epoch": self.epoch,
            "flags": self.flags,
            "username": self.username,
            "servers": list(self.servers),
            "cert": self.cert.hex(),
            "card": self.card.hex(),
        }


def cert_body(device: Device, flags: int | None = None) -> bytes:
    """Return the body up to the proof of possession: 117 bytes."""
    times = u64(device.issued) + u64(device.expires) + u32(device.epoch)
    shown = device.flags if flags is None else flags
    return device.account_key + device.keys + times + u8(shown)


def cert(device: Device, flags: int | None = None) -> bytes:
    unproven = cert_body(device, flags)
    return statement(1, unproven + sign(device.dks, label("devpop") + unproven), device.ak)


def manifest(ak: bytes, certs: dict[bytes, bytes], epoch: int, issued: int = TODAY) -> bytes:
    """`certs`: device id to whole certificate."""
    entries = b"".join(one + digest(certs[one]) for one in sorted(certs))
    return statement(2, signing_public(ak) + u32(epoch) + u64(issued) + entries, ak)


def revocation(
    account_key: bytes,
    seed: bytes,
    kind: int,
    target: bytes,
    *,
    signer: bytes = bytes(16),
    issued: int = NOW,
    reason: int = 0,
) -> bytes:
    body = account_key + u8(kind) + target + signer + u64(issued) + u8(reason)
    return statement(3, body, seed)


def bundle(
    device: Device, name: str, *, starts: int = NOW, lives: int = 300, suite: int = 1
) -> bytes:
    fresh = drawn(f"{name} bundle_id", 8)
    fresh += agreement_public(drawn(f"{name} spk", 32)) + kem_public(drawn(f"{name} ek", 64))
    times = u64(starts) + u64(starts + lives)
    return statement(4, device.device_id + fresh + times + u16(suite), device.dks)


def token(ak: bytes, name: str, expires: int, host: str) -> bytes:
    body = signing_public(ak) + drawn(f"{name} mailbox", 8)
    body += agreement_public(drawn(f"{name} eph", 32)) + drawn(f"{name} psk", 16)
    return statement(5, body + u64(expires) + text_field(host), ak)


def card(ak: bytes, username: str, servers: tuple[str, ...], issued: int) -> bytes:
    hosts = u8(len(servers)) + b"".join(map(text_field, servers))
    return statement(6, signing_public(ak) + u64(issued) + text_field(username) + hosts, ak)


def roster(
    signer: Device, group_id: bytes, epoch: int, prev: bytes, title: str, members: list[Device]
) -> bytes:
    """The signer is the admin."""
    listed = b"".join(
        one.account_key + one.device_id + u8(one.name == signer.name)
        for one in sorted(members, key=lambda member: member.device_id)
    )
    body = group_id + u32(epoch) + prev + u64(NOW) + signer.device_id
    return statement(7, body + text_field(title) + u8(len(members)) + listed, signer.dks)


def base45(data: bytes) -> str:
    """RFC 9285."""
    found = ""
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        found += _BASE45[number % 45] + _BASE45[number // 45 % 45]
        found += _BASE45[number // 2025] if len(pair) == 2 else ""
    return found


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
