"""Signed statements: each refusal of their forms, with a good signature where one is needed."""

import secrets
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from struct import pack

import pytest

from tests.fakes.account import ISSUED, NOW, Account, one_below_and_one_above
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    DAY_S,
    SKEW_S,
    CertFlags,
    DeviceCert,
    Manifest,
    check_login,
    day,
    login_signature,
    split_statements,
    statement_type,
)
from whisp_desktop.protocol.errors import PeerError, UnknownVersionError
from whisp_desktop.protocol.kdf import label
from whisp_desktop.protocol.keys import DeviceKeys, SigningKey
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.statements import StatementType, body_of, sign_statement


@pytest.fixture(scope="module")
def account() -> Account:
    return Account()


@pytest.fixture(scope="module")
def device() -> DeviceKeys:
    return DeviceKeys.generate(secrets.token_bytes)


@pytest.fixture(scope="module")
def cert(account: Account, device: DeviceKeys) -> DeviceCert:
    return account.cert(device)


def _flip(whole: bytes, at: int) -> bytes:
    changed = bytearray(whole)
    changed[at] ^= 1
    return bytes(changed)


# --- the envelope


def test_statements_are_taken_apart_and_named(account: Account, cert: DeviceCert) -> None:
    manifest = account.manifest([cert])
    assert split_statements(b"") == []
    parts = split_statements(manifest.whole + cert.whole)
    assert parts == [manifest.whole, cert.whole]
    assert list(map(statement_type, parts)) == [StatementType.MANIFEST, StatementType.DEVICE_CERT]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole + b"W",
        lambda whole: b"WSP0" + whole[4:],
        lambda whole: b"WSP2" + whole[4:],
        lambda whole: whole[:4] + b"\x00" + whole[5:],
        lambda whole: whole[:4] + b"\x08" + whole[5:],
        lambda whole: whole[:5],
    ],
)
def test_bytes_that_are_no_statements_are_refused(
    cert: DeviceCert, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(PeerError):
        split_statements(spoil(cert.whole))


def test_a_statement_of_another_version_is_refused_by_that_number(cert: DeviceCert) -> None:
    """Also where it is not the first, and its type looks like one digit more."""
    with pytest.raises(UnknownVersionError) as refused:
        split_statements(cert.whole + b"WSP2" + b"1" + cert.whole[5:])
    assert (refused.value.got, refused.value.known) == (2, 1)


def test_a_statement_of_another_type_or_with_a_follower_is_refused(
    account: Account, cert: DeviceCert
) -> None:
    for whole, kind in (
        (cert.whole, StatementType.CARD),
        (account.manifest([cert]).whole, StatementType.DEVICE_CERT),
        (cert.whole * 2, cert.whole[4]),
        (b"", 1),
    ):
        with pytest.raises(PeerError):
            body_of(whole, StatementType(kind))


# --- certificates


def test_a_certificate_says_what_was_issued(
    account: Account, device: DeviceKeys, cert: DeviceCert
) -> None:
    parsed = DeviceCert.parse(cert.whole)
    assert parsed == cert
    assert len(cert.whole) == 252
    assert parsed.account_key == account.key
    assert (parsed.device_id, parsed.signing_key) == (device.device_id, device.signing.public)
    assert (parsed.issued, parsed.expires) == (ISSUED, ISSUED + CERT_LIFE_S)
    with pytest.raises(FrozenInstanceError):
        parsed.epoch = 2  # type: ignore[misc]  # that is the test


@pytest.mark.parametrize("at", [7, 40, 72, 110, 118, 122, 124, 130, 187, 190, 251])
def test_a_bit_of_a_certificate_breaks_it(cert: DeviceCert, at: int) -> None:
    with pytest.raises(PeerError):
        DeviceCert.parse(_flip(cert.whole, at))


def _cert_body(
    account: Account,
    device: DeviceKeys,
    *,
    times: tuple[int, int] = (ISSUED, ISSUED + 1),
    flags: int = 0,
    prover: SigningKey | None = None,
) -> bytes:
    keys = account.key, device.signing.public, device.agreement.public
    unproven = b"".join(keys) + pack(">QQIB", *times, 1, flags)
    return unproven + (prover or device.signing).sign(label("devpop") + unproven)


@pytest.mark.parametrize(
    ("times", "flags", "reason"),
    [
        ((ISSUED, ISSUED), 0, "lifetime"),
        ((ISSUED, ISSUED - 1), 0, "lifetime"),
        ((ISSUED, ISSUED + CERT_LIFE_S + 1), 0, "lifetime"),
        ((ISSUED, ISSUED + 1), 4, "flag"),
        ((ISSUED, ISSUED + 1), 0x80, "flag"),
    ],
)
def test_a_certificate_outside_its_table_is_refused(
    account: Account, device: DeviceKeys, times: tuple[int, int], flags: int, reason: str
) -> None:
    body = _cert_body(account, device, times=times, flags=flags)
    whole = sign_statement(StatementType.DEVICE_CERT, body, account.signing)
    with pytest.raises(PeerError, match=reason):
        DeviceCert.parse(whole)


@pytest.mark.parametrize("flags", range(4))
def test_every_known_flag_is_read(account: Account, device: DeviceKeys, flags: int) -> None:
    body = _cert_body(account, device, flags=flags)
    whole = sign_statement(StatementType.DEVICE_CERT, body, account.signing)
    assert DeviceCert.parse(whole).flags == CertFlags(flags)


@pytest.mark.parametrize("extra", [b"", b"\0\0"])
def test_a_certificate_of_a_wrong_length_is_refused(
    account: Account, device: DeviceKeys, extra: bytes
) -> None:
    body = (_cert_body(account, device) + extra)[: 180 + len(extra)]
    whole = sign_statement(StatementType.DEVICE_CERT, body, account.signing)
    with pytest.raises(PeerError, match="length"):
        DeviceCert.parse(whole)


def test_a_certificate_needs_the_word_of_account_and_device(
    account: Account, device: DeviceKeys
) -> None:
    stranger = SigningKey.generate(secrets.token_bytes)
    unproven = _cert_body(account, device, prover=stranger)
    for body, signer in ((unproven, account.signing), (_cert_body(account, device), stranger)):
        whole = sign_statement(StatementType.DEVICE_CERT, body, signer)
        DeviceCert.read(whole)
        with pytest.raises(PeerError, match="signature"):
            DeviceCert.parse(whole)


def test_a_certificate_counts_from_skew_before_to_skew_after(account: Account) -> None:
    cert = account.cert(issued=NOW, life_s=1000)
    for now in (NOW - SKEW_S, NOW + 1000 + SKEW_S - 1):
        cert.check_time(now)
    for now in (NOW - SKEW_S - 1, NOW + 1000 + SKEW_S):
        with pytest.raises(PeerError, match="time"):
            cert.check_time(now)


def test_a_renewal_is_the_same_but_for_its_times_and_epoch(
    account: Account, device: DeviceKeys, cert: DeviceCert
) -> None:
    body = cert.renewal(device, issued=ISSUED + 1, expires=ISSUED + 2, epoch=7)
    renewed = DeviceCert.certify(account.signing, body)
    expected = replace(cert, issued=ISSUED + 1, expires=ISSUED + 2, epoch=7, whole=renewed.whole)
    assert renewed == expected


def test_the_times_of_the_page() -> None:
    assert (SKEW_S, CERT_LIFE_S) == (120, 90 * 24 * 3600)


def test_a_day_begins_at_midnight() -> None:
    assert day(NOW) == NOW - NOW % DAY_S == day(day(NOW))
    assert day(DAY_S - 1) == 0


# --- manifests


def test_a_manifest_lists_certificates_in_order(account: Account) -> None:
    certs = [account.cert() for _ in range(16)]
    manifest = account.manifest(certs, epoch=3)
    parsed = Manifest.parse(manifest.whole)
    assert parsed == manifest
    assert len(manifest.whole) == 115 + 48 * 16
    assert [device for device, _ in parsed.entries] == sorted(one.device_id for one in certs)
    assert all(map(parsed.lists, certs))
    assert not parsed.lists(account.cert())
    with pytest.raises(FrozenInstanceError):
        parsed.epoch = 4  # type: ignore[misc]  # that is the test


def test_a_manifest_lists_a_certificate_by_its_hash(account: Account, device: DeviceKeys) -> None:
    manifest = account.manifest([account.cert(device, epoch=1)])
    assert not manifest.lists(account.cert(device, epoch=2))


def test_a_manifest_may_be_empty(account: Account) -> None:
    assert Manifest.parse(account.manifest([]).whole).entries == ()


def _manifest_of(account: Account, entries: list[bytes], cut: int = 0) -> bytes:
    body = account.key + pack(">IQ", 1, ISSUED) + b"".join(entries)
    return sign_statement(StatementType.MANIFEST, body[: len(body) - cut], account.signing)


@pytest.mark.parametrize(
    ("entries", "cut"),
    [
        ([bytes((number,)) * 48 for number in range(17)], 0),
        ([b"\x02" * 48, b"\x01" * 48], 0),
        ([b"\x01" * 48, b"\x01" * 48], 0),
        ([b"\x01" * 48], 1),
        ([], 1),
        ([], 44),
    ],
)
def test_a_manifest_of_another_form_is_refused(
    account: Account, entries: list[bytes], cut: int
) -> None:
    with pytest.raises(PeerError):
        Manifest.parse(_manifest_of(account, entries, cut))


def test_a_manifest_of_another_signer_is_refused(account: Account) -> None:
    body = body_of(account.manifest([]).whole, StatementType.MANIFEST)
    whole = sign_statement(StatementType.MANIFEST, body, Account().signing)
    with pytest.raises(PeerError, match="signature"):
        Manifest.parse(whole)


# --- logins


def test_a_login_counts_for_its_host_and_challenge_alone(
    device: DeviceKeys, cert: DeviceCert
) -> None:
    signature = login_signature(device.signing, "whisp.example", b"c" * 41)
    check_login(cert, "whisp.example", b"c" * 41, signature)
    for host, challenge in (("other.example", b"c" * 41), ("whisp.example", b"d" * 41)):
        with pytest.raises(PeerError):
            check_login(cert, host, challenge, signature)


# --- bundles


@pytest.fixture
def bundle(device: DeviceKeys) -> PrivateBundle:
    return PrivateBundle.make(device, NOW, secrets.token_bytes)


def test_a_bundle_says_what_was_made(bundle: PrivateBundle, cert: DeviceCert) -> None:
    parsed = Bundle.parse(bundle.bundle.whole, cert)
    assert parsed == bundle.bundle
    assert len(parsed.whole) == 1329
    assert (parsed.spk, parsed.ek) == (bundle.spk.public, bundle.ek.public)
    assert (parsed.starts, parsed.expires, parsed.suite) == (NOW, NOW + 300, 1)
    with pytest.raises(FrozenInstanceError):
        parsed.suite = 2  # type: ignore[misc]  # that is the test
    with pytest.raises(FrozenInstanceError):
        bundle.bundle = parsed  # type: ignore[misc]  # that is the test


def test_a_bundle_draws_its_id_and_its_keys(device: DeviceKeys) -> None:
    drawn: list[int] = []

    def random(size_bytes: int) -> bytes:
        drawn.append(size_bytes)
        return secrets.token_bytes(size_bytes)

    PrivateBundle.make(device, NOW, random)
    assert drawn == [8, 32, 64]


def test_a_bundle_counts_from_skew_before_to_skew_after(bundle: PrivateBundle) -> None:
    for now in (NOW - SKEW_S, NOW + 300 + SKEW_S - 1):
        bundle.bundle.check_time(now)
    for now in (NOW - SKEW_S - 1, NOW + 300 + SKEW_S, NOW + DAY_S):
        with pytest.raises(PeerError, match="time"):
            bundle.bundle.check_time(now)


def test_a_bundle_of_another_device_is_refused(bundle: PrivateBundle, account: Account) -> None:
    own = bundle.bundle.device_id
    for cert in one_below_and_one_above(own, account.cert, lambda cert: cert.device_id):
        with pytest.raises(PeerError, match="another device"):
            Bundle.parse(bundle.bundle.whole, cert)


def test_a_bundle_of_another_signer_is_refused(bundle: PrivateBundle, cert: DeviceCert) -> None:
    body = body_of(bundle.bundle.whole, StatementType.BUNDLE)
    whole = sign_statement(StatementType.BUNDLE, body, Account().signing)
    with pytest.raises(PeerError, match="signature"):
        Bundle.parse(whole, cert)


@pytest.mark.parametrize(
    ("starts", "expires", "suite", "cut"),
    [
        (NOW, NOW + 301, 1, 0),
        (NOW, NOW, 1, 0),
        (NOW, NOW - 1, 1, 0),
        (NOW, NOW + 300, 2, 0),
        (NOW, NOW + 300, 0, 0),
        (NOW, NOW + 300, 1, 1),
        (NOW, NOW + 300, 1, -1),
    ],
)
def test_a_bundle_outside_its_table_is_refused(
    device: DeviceKeys, cert: DeviceCert, *, starts: int, expires: int, suite: int, cut: int
) -> None:
    body = _bundle_body(device, starts, expires, suite)
    changed = body[cut:] if cut >= 0 else body + bytes(-cut)
    whole = sign_statement(StatementType.BUNDLE, changed, device.signing)
    with pytest.raises(PeerError):
        Bundle.parse(whole, cert)


def test_a_bundle_may_end_earlier(device: DeviceKeys, cert: DeviceCert) -> None:
    body = _bundle_body(device, NOW, NOW + 1, 1)
    whole = sign_statement(StatementType.BUNDLE, body, device.signing)
    assert Bundle.parse(whole, cert).expires == NOW + 1


def _bundle_body(device: DeviceKeys, starts: int, expires: int, suite: int) -> bytes:
    return device.device_id + bytes(8 + 32 + 1184) + pack(">QQH", starts, expires, suite)


def test_closing_a_bundle_closes_both_of_its_keys(bundle: PrivateBundle) -> None:
    bundle.close()
    assert bundle.spk.private.closed
    assert bundle.ek.seed.closed
