"""The roster of a group (statement 07): who is in it, signed by one of its devices."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from struct import Struct
from typing import Self

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, SigningKey
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
)

MOST_MEMBERS = 16
MOST_TITLE_BYTES = 64

_NO_ROSTER = bytes(32)
_FIXED = Struct(">16sI32sQ16s")
_MEMBER = Struct(">32s16sB")


@dataclass(frozen=True, slots=True)
class Member:
    """One device of a group."""

    account_key: AccountKeyBytes
    device_id: DeviceId
    admin: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """A group's members; `prev` is H of the whole roster before (zeros at first), 32 bytes.

    `group_id` has 16 bytes, `issued` is in Unix seconds. Whether it begins a group, or follows
    a roster that one has, are questions of their own.
    """

    group_id: bytes
    epoch: int
    prev: bytes
    issued: int
    signer: DeviceId
    title: str
    members: tuple[Member, ...]
    whole: bytes

    @classmethod
    def issue(
        cls,
        device: SigningKey,
        cert: DeviceCert,
        *,
        group_id: bytes,
        epoch: int,
        prev: bytes,
        issued: int,
        title: str,
        members: Iterable[Member],
    ) -> Self:
        """Sign with the key of the certificate's device; the title has at most 64 bytes."""
        ordered = sorted(members, key=lambda member: member.device_id)
        named = title.encode()
        body = b"".join(
            (
                _FIXED.pack(group_id, epoch, prev, issued, cert.device_id),
                bytes((len(named),)),
                named,
                bytes((len(ordered),)),
                *(_MEMBER.pack(one.account_key, one.device_id, one.admin) for one in ordered),
            )
        )
        return cls.parse(sign_statement(StatementType.ROSTER, body, device), cert)

    @classmethod
    def parse(cls, whole: bytes, cert: DeviceCert) -> Self:
        """Read and verify under the signer's certificate. PeerError if anything is wrong."""
        body = Reader(body_of(whole, StatementType.ROSTER))
        group_id, epoch, prev, issued, signer = _FIXED.unpack(body.take(_FIXED.size))
        title = body.text()
        count = body.number(1)
        if len(title.encode()) > MOST_TITLE_BYTES or not 1 <= count <= MOST_MEMBERS:
            raise PeerError("a roster has a wrong length")
        members = tuple(_read_member(body) for _ in range(count))
        body.end()
        if any(one.device_id >= following.device_id for one, following in pairwise(members)):
            raise PeerError("a roster is not in order")
        if signer != cert.device_id:
            raise PeerError("a roster is of another signer than the certificate")
        check_signature(whole, cert.signing_key)
        return cls(group_id, epoch, prev, issued, DeviceId(signer), title, members, whole)

    def check_first(self) -> None:
        """PeerError unless a group can begin with this roster: epoch 1, signed by its admin."""
        if self.epoch != 1 or self.prev != _NO_ROSTER or not self.is_admin(self.signer):
            raise PeerError("a group cannot begin with this roster")

    def check_after(self, before: "Roster") -> None:
        """PeerError unless an admin of the roster before made this one to follow it."""
        if self.group_id != before.group_id or self.epoch != before.epoch + 1:
            raise PeerError("a roster is not the next one")
        if self.prev != before.digest or not before.is_admin(self.signer):
            raise PeerError("a roster does not follow the one before")

    def is_admin(self, device: DeviceId) -> bool:
        """Whether this device may make the next roster."""
        return any(one.admin and one.device_id == device for one in self.members)

    @property
    def digest(self) -> bytes:
        """H(whole), 32 bytes, as group messages carry it."""
        return sha256(self.whole)


def _read_member(body: Reader) -> Member:
    account_key, device_id, admin = _MEMBER.unpack(body.take(_MEMBER.size))
    if admin > 1:
        raise PeerError("a member is neither admin nor not")
    return Member(AccountKeyBytes(account_key), DeviceId(device_id), bool(admin))
