"""Revocations as the directory keeps them, and what they mean for their account."""

from collections.abc import Iterable
from typing import Final

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.revocation import Revocation, RevocationKind, RevocationList
from whisp_desktop.protocol.statements import StatementType, split_statements, statement_type

_REVOCATION_BYTES: Final = 145
_KIND_AT: Final = 39
_TARGET: Final = slice(40, 56)


def read_revocations(statements: bytes) -> list[Revocation]:
    """Read and verify revocations of one account, each after its signer's certificate, if any.

    PeerError if there is none, or anything else among them.
    """
    found: list[Revocation] = []
    signer: DeviceCert | None = None
    for whole in split_statements(statements):
        if statement_type(whole) is StatementType.DEVICE_CERT and signer is None:
            signer = DeviceCert.parse(whole)
        else:
            revocation = Revocation.parse(whole, signer)
            if signer is not None and revocation.signer_cert is None:
                raise PeerError("a certificate stands before a revocation that it did not sign")
            found.append(revocation)
            signer = None
    if signer is not None or len({each.account_key for each in found}) != 1:
        raise PeerError("these are not the revocations of one account")
    return found


def kept_list(statements: Iterable[bytes]) -> RevocationList:
    """Return what is kept of one account, the oldest first."""
    kept = RevocationList()
    read = [each for entry in statements for each in read_revocations(entry)]
    for revocation in sorted(read, key=lambda each: each.issued):
        kept.add(revocation, ())
    return kept


def freezes(statements: bytes) -> bool:
    """Tell whether nothing new of an account counts after this kept revocation."""
    return statements[-_REVOCATION_BYTES:][_KIND_AT] != RevocationKind.DEVICE


def target_of(statements: bytes) -> DeviceId:
    """Return the device that a kept revocation ends."""
    return DeviceId(statements[-_REVOCATION_BYTES:][_TARGET])
