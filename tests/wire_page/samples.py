"""One account with its real statements, and the fields of which each of their bodies consists."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.account import ISSUED, NOW, Account
from tests.wire_page.layout import Field, between, fixed, number
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import MOST_DEVICES, DeviceCert, Manifest
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.keys import DeviceKeys
from whisp_desktop.protocol.names import is_username
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.proof_of_work import Challenge
from whisp_desktop.protocol.revocation import Revocation
from whisp_desktop.protocol.roster import MOST_MEMBERS, MOST_TITLE_BYTES, Member, Roster

ACCOUNT = Account()
CERT = ACCOUNT.cert(epoch=3)
DEVICE = ACCOUNT.device(CERT)
BUNDLE = PrivateBundle.make(DEVICE, NOW, secrets.token_bytes).bundle

_MEMBER_BYTES = 49


def body_of(whole: bytes) -> bytes:
    return whole[7:-64]


def token(host: str) -> Token:
    return Token.issue(
        ACCOUNT.signing,
        mailbox=b"mailbox!",
        ephemeral_key=secrets.token_bytes(32),
        psk=secrets.token_bytes(16),
        expires=NOW + 5,
        host=host,
    )


def card(username: str, hosts: tuple[str, ...]) -> Card:
    return Card.issue(ACCOUNT.signing, issued=ISSUED, username=username, hosts=hosts)


def manifest(count: int) -> Manifest:
    return ACCOUNT.manifest((ACCOUNT.cert() for _ in range(count)), epoch=9)


def roster(title: str, count: int) -> Roster:
    others = (DeviceKeys.generate(secrets.token_bytes).device_id for _ in range(count))
    return Roster.issue(
        DEVICE.signing,
        CERT,
        group_id=secrets.token_bytes(16),
        epoch=7,
        prev=secrets.token_bytes(32),
        issued=NOW,
        title=title,
        members=[Member(ACCOUNT.key, other, admin=True) for other in others],
    )


def challenge(bits: int) -> bytes:
    return Challenge.mint(bytes(32), bits, NOW, secrets.token_bytes)


def host_list(hosts: Sequence[str]) -> bytes:
    return b"".join(bytes((len(host),)) + host.encode() for host in hosts)


def _cert_fields(it: DeviceCert, _: int) -> list[Field]:
    return [
        fixed("AK", it.account_key),
        fixed("DKs", it.signing_key),
        fixed("DKd", it.agreement_key),
        number("issued", 8, it.issued),
        number("expires", 8, it.expires),
        number("epoch", 4, it.epoch),
        number("flags", 1, it.flags),
        fixed("PoP", body_of(it.whole)[117:]),
    ]


def _manifest_fields(it: Manifest, room: int) -> list[Field]:
    return [
        fixed("AK", it.account_key),
        number("epoch", 4, it.epoch),
        number("issued", 8, it.issued),
        between("entries", b"".join(map(b"".join, it.entries)), 0, room),
    ]


def _revocation_fields(it: Revocation, _: int) -> list[Field]:
    assert it.signer_cert is not None
    return [
        fixed("AK", it.account_key),
        number("kind", 1, it.kind),
        fixed("target", it.target),
        fixed("signer", it.signer_cert.device_id),
        number("issued", 8, it.issued),
        number("reason", 1, it.reason),
    ]


def _bundle_fields(it: Bundle, _: int) -> list[Field]:
    return [
        fixed("device_id", it.device_id),
        fixed("bundle_id", it.bundle_id),
        fixed("SPK", it.spk),
        fixed("EK", it.ek),
        number("from", 8, it.starts),
        number("expires", 8, it.expires),
        number("suite", 2, it.suite),
    ]


def _token_fields(it: Token, room: int) -> list[Field]:
    return [
        fixed("AK", it.account_key),
        fixed("mailbox", it.mailbox),
        fixed("EPH", it.ephemeral_key),
        fixed("psk", it.psk),
        number("expires", 8, it.expires),
        number("host_length", 1, len(it.host)),
        between("host", it.host.encode(), 0, room),
    ]


def _card_fields(it: Card, room: int) -> list[Field]:
    names = [count for count in range(64) if is_username("a" * count)]
    return [
        fixed("AK", it.account_key),
        number("issued", 8, it.issued),
        number("username_length", 1, len(it.username)),
        between("username", it.username.encode(), names[0], names[-1]),
        number("hosts", 1, len(it.hosts)),
        between("list", host_list(it.hosts), 0, room),
    ]


def _roster_fields(it: Roster, _: int) -> list[Field]:
    listed = body_of(it.whole)[-_MEMBER_BYTES * len(it.members) :]
    return [
        fixed("group_id", it.group_id),
        number("epoch", 4, it.epoch),
        fixed("prev", it.prev),
        number("issued", 8, it.issued),
        fixed("signer", it.signer),
        number("title_length", 1, len(it.title)),
        between("title", it.title.encode(), 0, MOST_TITLE_BYTES),
        number("members", 1, len(it.members)),
        between("list", listed, _MEMBER_BYTES, MOST_MEMBERS * _MEMBER_BYTES),
    ]


FIELDS: Mapping[type, Callable[[Any, int], list[Field]]] = {
    DeviceCert: _cert_fields,
    Manifest: _manifest_fields,
    Revocation: _revocation_fields,
    Bundle: _bundle_fields,
    Token: _token_fields,
    Card: _card_fields,
    Roster: _roster_fields,
}
"""The fields of a body; the number: by how much its bytes vary."""


def manifest_bytes() -> tuple[int, int]:
    """The sizes of the smallest and the largest manifest."""
    return len(manifest(0).whole), len(manifest(MOST_DEVICES).whole)
