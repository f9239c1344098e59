"""Revocations as statements, and the bounded list of them."""

import secrets
from dataclasses import FrozenInstanceError
from struct import pack
from typing import Any

import pytest

from tests.fakes.account import ISSUED, NOW, Account, one_below_and_one_above
from whisp_desktop.protocol.certificates import DAY_S, SKEW_S, CertFlags, DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AgreementKey, DeviceId, DeviceKeys
from whisp_desktop.protocol.revocation import (
    MOST_REVOCATIONS,
    NOBODY,
    Reason,
    Revocation,
    RevocationKind,
    RevocationList,
    parse_revocations,
)
from whisp_desktop.protocol.statements import StatementType, body_of, sign_statement

TARGET = DeviceId(b"t" * 16)


@pytest.fixture(scope="module")
def account() -> Account:
    return Account()


@pytest.fixture(scope="module")
def signer(account: Account) -> DeviceCert:
    return account.cert()


def test_the_account_key_revokes(account: Account, signer: DeviceCert) -> None:
    revocation = account.revoke(signer)
    assert len(revocation.whole) == 145
    assert Revocation.parse(revocation.whole, None) == revocation
    assert Revocation.parse(revocation.whole, signer) == revocation
    assert revocation.statements == revocation.whole
    assert revocation.target == signer.device_id
    with pytest.raises(FrozenInstanceError):
        revocation.issued = 0  # type: ignore[misc]  # that is the test


def test_the_reasons_of_the_page() -> None:
    assert {reason.name: reason for reason in Reason} == {
        "NONE": 0,
        "LOST": 1,
        "STOLEN": 2,
        "RETIRED": 3,
    }


def test_a_device_revokes_with_its_certificate_before(account: Account, signer: DeviceCert) -> None:
    revocation = account.revoke(account.cert(), by=signer)
    assert Revocation.parse(revocation.whole, signer) == revocation
    assert revocation.statements == signer.whole + revocation.whole


def test_the_account_key_alone_ends_the_account(account: Account, signer: DeviceCert) -> None:
    assert account.end().target == NOBODY
    whole = _whole(account, kind=3, target=NOBODY, signer=signer)
    with pytest.raises(PeerError, match="signer"):
        Revocation.parse(whole, signer)


def _whole(
    account: Account,
    *,
    kind: int = 1,
    target: bytes = TARGET,
    signer: DeviceCert | None = None,
    reason: int = 0,
    cut: int = 0,
    more: bytes = b"",
) -> bytes:
    signer_id = NOBODY if signer is None else signer.device_id
    key = account.signing if signer is None else account.device(signer).signing
    body = account.key + pack(">B16s16sQB", kind, target, signer_id, NOW, reason)
    return sign_statement(StatementType.REVOCATION, body[: len(body) - cut] + more, key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": 0},
        {"kind": 4},
        {"reason": 4},
        {"kind": 3},
        {"kind": 1, "target": NOBODY},
        {"kind": 2, "target": NOBODY},
        {"cut": 1},
        {"more": b"\0"},
    ],
)
def test_a_revocation_outside_its_table_is_refused(account: Account, wrong: dict[str, Any]) -> None:
    with pytest.raises(PeerError):
        Revocation.parse(_whole(account, **wrong), None)


def test_a_revocation_of_another_account_key_is_refused(account: Account) -> None:
    body = body_of(_whole(account), StatementType.REVOCATION)
    whole = sign_statement(StatementType.REVOCATION, body, Account().signing)
    with pytest.raises(PeerError, match="signature"):
        Revocation.parse(whole, None)


def test_a_device_needs_its_own_certificate_of_this_account(
    account: Account, signer: DeviceCert
) -> None:
    whole = _whole(account, signer=signer)
    for cert in (None, account.cert(), Account().cert(account.device(signer))):
        with pytest.raises(PeerError):
            Revocation.parse(whole, cert)


def test_a_device_does_not_sign_as_another_with_its_signing_key(
    account: Account, signer: DeviceCert
) -> None:
    """The signature is good, but the certificate is of a device with another DKd."""
    whole = _whole(account, signer=signer)
    signing = account.device(signer).signing

    def twin() -> DeviceCert:
        return account.cert(DeviceKeys(signing, AgreementKey.generate(secrets.token_bytes)))

    twins = one_below_and_one_above(signer.device_id, twin, lambda cert: cert.device_id)
    for cert in twins:
        with pytest.raises(PeerError, match="another device"):
            Revocation.parse(whole, cert)
    assert Revocation.parse(whole, signer).signer_cert == signer


def test_a_device_that_may_not_revoke_does_not(account: Account) -> None:
    signer = account.cert(flags=CertFlags.HOLDS_AK)
    with pytest.raises(PeerError, match="may not"):
        account.revoke(account.cert(), by=signer)


@pytest.mark.parametrize("instant", [ISSUED - SKEW_S, ISSUED + DAY_S + SKEW_S - 1])
def test_a_signer_whose_certificate_counted_then(account: Account, instant: int) -> None:
    account.revoke(account.cert(), by=account.cert(life_s=DAY_S), issued=instant)


@pytest.mark.parametrize("instant", [ISSUED - SKEW_S - 1, ISSUED + DAY_S + SKEW_S])
def test_a_signer_whose_certificate_did_not_count_then(account: Account, instant: int) -> None:
    with pytest.raises(PeerError, match="did not count"):
        account.revoke(account.cert(), by=account.cert(life_s=DAY_S), issued=instant)


def test_a_signature_of_another_device_is_refused(account: Account, signer: DeviceCert) -> None:
    body = body_of(_whole(account, signer=signer), StatementType.REVOCATION)
    whole = sign_statement(StatementType.REVOCATION, body, account.signing)
    with pytest.raises(PeerError, match="signature"):
        Revocation.parse(whole, signer)


def test_a_list_of_revocations_is_read(account: Account, signer: DeviceCert) -> None:
    found = (account.revoke(account.cert(), by=signer), account.revoke(signer), account.end())
    assert parse_revocations(b"".join(one.statements for one in found)) == found
    assert parse_revocations(b"") == ()


def test_nothing_else_is_among_revocations(account: Account, signer: DeviceCert) -> None:
    revocation = account.revoke(signer)
    for statements in (
        signer.whole,
        signer.whole + revocation.whole,
        revocation.whole + account.manifest([]).whole,
        account.revoke(account.cert(), by=signer).whole,
    ):
        with pytest.raises(PeerError):
            parse_revocations(statements)


# --- the list


def test_one_revocation_a_target(account: Account, signer: DeviceCert) -> None:
    other = account.cert()
    by_device = account.revoke(signer, by=other)
    by_account = account.revoke(signer)
    with_key_by_device = account.revoke(signer, RevocationKind.DEVICE_WITH_ACCOUNT_KEY, by=other)
    kept = RevocationList()
    assert kept.add(by_device, ())
    assert not kept.add(account.revoke(signer, by=other, issued=NOW + 1), ())
    assert kept.add(by_account, ())
    assert not kept.add(by_device, ())
    assert kept.add(with_key_by_device, ())
    assert not kept.add(by_account, ())
    assert list(kept) == [with_key_by_device]
    assert signer.device_id in kept
    assert other.device_id not in kept


def _revocation(account: Account, target: DeviceId, kind: RevocationKind) -> Revocation:
    return Revocation.issue(
        account.signing, kind=kind, target=target, issued=NOW, reason=Reason.NONE
    )


def test_at_most_16_and_the_weighty_push_out_the_oldest(account: Account) -> None:
    targets = [DeviceId(secrets.token_bytes(16)) for _ in range(MOST_REVOCATIONS + 4)]
    kept = RevocationList()
    listed = {targets[0], targets[17]}
    for target in targets[:MOST_REVOCATIONS]:
        assert kept.add(_revocation(account, target, RevocationKind.DEVICE), listed)
    assert not kept.add(_revocation(account, targets[16], RevocationKind.DEVICE), listed)
    assert kept.add(_revocation(account, targets[17], RevocationKind.DEVICE), listed)
    assert kept.add(
        _revocation(account, targets[18], RevocationKind.DEVICE_WITH_ACCOUNT_KEY), listed
    )
    assert kept.add(account.end(), listed)
    assert [one.target for one in kept] == [
        targets[0], *targets[4:16], targets[17], targets[18], NOBODY
    ]  # fmt: skip


def test_none_of_16_weighty_gives_way(account: Account) -> None:
    kept = RevocationList()
    for number in range(MOST_REVOCATIONS):
        target = DeviceId(bytes((number + 1,)) * 16)
        kept.add(_revocation(account, target, RevocationKind.DEVICE_WITH_ACCOUNT_KEY), ())
    before = list(kept)
    assert not kept.add(_revocation(account, TARGET, RevocationKind.DEVICE_WITH_ACCOUNT_KEY), ())
    assert list(kept) == before
