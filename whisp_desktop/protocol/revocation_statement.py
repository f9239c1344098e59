"""Revocations (statement 03): an account's word that a device, or all of it, has ended."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from struct import Struct
from typing import Self

from whisp_desktop.protocol.certificates import CertFlags, DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, SigningKey
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
    split_statements,
    statement_type,
)

MOST_REVOCATIONS = 16
NOBODY = DeviceId(bytes(16))

_REVOCATION = Struct(">32sB16s16sQB")


class RevocationKind(IntEnum):
    """What ends: a device, one that held the account key (so the account freezes), the account."""

    DEVICE = 1
    DEVICE_WITH_ACCOUNT_KEY = 2
    ACCOUNT = 3


class Reason(IntEnum):
    """Why it ends."""

    NONE = 0
    LOST = 1
    STOLEN = 2
    RETIRED = 3


_KINDS = frozenset(RevocationKind)
_REASONS = frozenset(Reason)


@dataclass(frozen=True, slots=True)
class Revocation:
    """An account's word that something of it ended; `issued` is in Unix seconds.

    `signer_cert` is None where the account key signed; else that certificate travels just before.
    """

    account_key: AccountKeyBytes
    kind: RevocationKind
    target: DeviceId
    issued: int
    reason: Reason
    signer_cert: DeviceCert | None
    whole: bytes

    @classmethod
    def issue(
        cls,
        signer: SigningKey,
        *,
        kind: RevocationKind,
        target: DeviceId,
        issued: int,
        reason: Reason,
        signer_cert: DeviceCert | None = None,
    ) -> Self:
        """Sign with the account key, or with the signing key of `signer_cert`'s device."""
        account_key = signer.public if signer_cert is None else signer_cert.account_key
        signer_id = NOBODY if signer_cert is None else signer_cert.device_id
        body = _REVOCATION.pack(account_key, kind, target, signer_id, issued, reason)
        return cls.parse(sign_statement(StatementType.REVOCATION, body, signer), signer_cert)

    @classmethod
    def parse(cls, whole: bytes, signer_cert: DeviceCert | None) -> Self:
        """Read and verify; `signer_cert` is what travelled just before, already verified.

        PeerError if form or signature is wrong or the certificate's device may not sign this.
        """
        body = body_of(whole, StatementType.REVOCATION)
        if len(body) != _REVOCATION.size:
            raise PeerError("a revocation has a wrong length")
        account_key, kind, target, signer_id, issued, reason = _REVOCATION.unpack(body)
        if kind not in _KINDS or reason not in _REASONS:
            raise PeerError("a revocation is of an unknown kind")
        if (kind == RevocationKind.ACCOUNT) != (target == NOBODY):
            raise PeerError("a revocation has a wrong target")
        if signer_id == NOBODY:
            signer_cert = None
            check_signature(whole, account_key)
        elif kind == RevocationKind.ACCOUNT or signer_cert is None:
            raise PeerError("a revocation has a wrong signer")
        else:
            _check_signer(signer_cert, account_key, signer_id, issued)
            check_signature(whole, signer_cert.signing_key)
        return cls(
            AccountKeyBytes(account_key),
            RevocationKind(kind),
            DeviceId(target),
            issued,
            Reason(reason),
            signer_cert,
            whole,
        )

    @property
    def statements(self) -> bytes:
        """The statement as it travels: after its signer's certificate, if a device signed."""
        return self.whole if self.signer_cert is None else self.signer_cert.whole + self.whole


def _outranks(new: Revocation, known: Revocation) -> bool:
    """Whether it replaces another of the same target: kind 2 first, then the account key's."""
    return (new.kind, new.signer_cert is None) > (known.kind, known.signer_cert is None)


def _check_signer(cert: DeviceCert, account_key: bytes, signer_id: bytes, issued: int) -> None:
    if cert.account_key != account_key or cert.device_id != signer_id:
        raise PeerError("a revocation's certificate is of another device")
    if not cert.flags & CertFlags.CAN_REVOKE:
        raise PeerError("a device may not revoke")
    if not cert.lives_at(issued):
        raise PeerError("a revocation's certificate did not count when it was issued")


def parse_revocations(statements: bytes) -> tuple[Revocation, ...]:
    """Read and verify revocations, each after its signer's certificate if a device signed.

    PeerError if anything else is among the statements.
    """
    found = tuple(
        parse_after(before, whole)
        for before, whole in with_one_before(statements)
        if statement_type(whole) == StatementType.REVOCATION
    )
    if b"".join(revocation.statements for revocation in found) != statements:
        raise PeerError("there is more than revocations")
    return found


def with_one_before(statements: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Take statements apart: each with the one just before it, the first with b"". PeerError."""
    return pairwise([b"", *split_statements(statements)])


def parse_after(before: bytes, whole: bytes) -> Revocation:
    """Read and verify a revocation with what travelled just before it. PeerError."""
    signed_by_device = before and statement_type(before) == StatementType.DEVICE_CERT
    return Revocation.parse(whole, DeviceCert.parse(before) if signed_by_device else None)


class RevocationList:
    """The revocations of one account that somebody keeps: one a target, at most 16."""

    __slots__ = ("_by_target",)

    def __init__(self) -> None:
        self._by_target: dict[DeviceId, Revocation] = {}

    def __iter__(self) -> Iterator[Revocation]:
        return iter(self._by_target.values())

    def __contains__(self, target: DeviceId) -> bool:
        return target in self._by_target

    def add(self, new: Revocation, listed: Collection[DeviceId]) -> bool:
        """Keep one more; False if it is known, outranked, or none of 16 gives way.

        `listed`: the devices of the manifest in force. Theirs, and kinds 2 and 3, push out the
        oldest of the others.
        """
        known = self._by_target.get(new.target)
        if known is not None:
            if not _outranks(new, known):
                return False
            del self._by_target[new.target]
        elif len(self._by_target) >= MOST_REVOCATIONS and not self._make_room(new, listed):
            return False
        self._by_target[new.target] = new
        return True

    def _make_room(self, new: Revocation, listed: Collection[DeviceId]) -> bool:
        def stays(revocation: Revocation) -> bool:
            return revocation.kind != RevocationKind.DEVICE or revocation.target in listed

        if not stays(new):
            return False
        oldest = next((one.target for one in self if not stays(one)), None)
        if oldest is None:
            return False
        del self._by_target[oldest]
        return True
