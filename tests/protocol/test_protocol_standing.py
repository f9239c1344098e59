"""How an account stands: epochs, revocations, and the freeze after a lost account key."""

import pytest

from tests.fakes.account import ISSUED, NOW, Account, one_below_and_one_above
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    MOST_DEVICES,
    SKEW_S,
    CertFlags,
    DeviceCert,
)
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.revocation import MOST_REVOCATIONS, RevocationKind, Standing

KIND_2 = RevocationKind.DEVICE_WITH_ACCOUNT_KEY


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def standing(account: Account) -> Standing:
    return Standing(account.key)


def _admits(standing: Standing, cert: DeviceCert, now: int = NOW) -> bool:
    try:
        standing.admit(cert, now)
    except PeerError:
        return False
    return True


def _others(account: Account) -> tuple[Account, Account]:
    return one_below_and_one_above(account.key, Account, lambda other: other.key)


# --- epochs


def test_without_a_manifest_any_certificate_of_the_account_counts(
    account: Account, standing: Standing
) -> None:
    assert _admits(standing, account.cert())
    for other in _others(account):
        assert not _admits(standing, other.cert())


def test_a_certificate_counts_while_it_lives(account: Account, standing: Standing) -> None:
    cert = account.cert()
    assert _admits(standing, cert, ISSUED + CERT_LIFE_S + SKEW_S - 1)
    assert not _admits(standing, cert, ISSUED + CERT_LIFE_S + SKEW_S)


def test_a_manifest_admits_what_it_lists_and_what_is_above_it(
    account: Account, standing: Standing
) -> None:
    listed, left_out, newer = account.cert(), account.cert(epoch=2), account.cert(epoch=3)
    assert standing.take(account.manifest([listed], epoch=2).whole, NOW)
    assert _admits(standing, listed)
    assert not _admits(standing, left_out)
    assert _admits(standing, newer)


def test_the_manifest_of_the_highest_epoch_stays(account: Account, standing: Standing) -> None:
    first, second = account.manifest([], epoch=1), account.manifest([account.cert()], epoch=2)
    rival = account.manifest([], epoch=2)
    assert standing.take(first.whole, NOW)
    assert standing.take(second.whole, NOW)
    for passed_over in (first, second, rival):
        assert not standing.take(passed_over.whole, NOW)
        assert standing.manifest == second


# --- what is passed over, what is wrong


def test_news_of_others_and_of_other_kinds_is_passed_over(
    account: Account, standing: Standing
) -> None:
    card = Card.issue(account.signing, issued=ISSUED, username="alice", hosts=())
    for other in _others(account):
        revocation = other.revoke(account.cert())
        news = other.manifest([]).whole + revocation.whole + card.whole + account.cert().whole
        assert not standing.take(news, NOW)
        assert standing.statements() == b""


def test_one_wrong_statement_changes_nothing(account: Account, standing: Standing) -> None:
    manifest, revocation = account.manifest([]), account.revoke(account.cert())
    wrong = revocation.whole[:-1] + bytes((revocation.whole[-1] ^ 1,))
    for news in (manifest.whole + wrong, manifest.whole + b"W"):
        with pytest.raises(PeerError):
            standing.take(news, NOW)
        assert standing.statements() == b""


def test_a_revocation_without_its_signers_certificate_is_wrong(
    account: Account, standing: Standing
) -> None:
    signer = account.cert()
    revocation = account.revoke(account.cert(), by=signer)
    for news in (revocation.whole, signer.whole + account.manifest([]).whole + revocation.whole):
        with pytest.raises(PeerError):
            standing.take(news, NOW)
    assert standing.take(revocation.statements, NOW)


# --- revocations


def test_a_revoked_device_never_comes_back(account: Account, standing: Standing) -> None:
    cert = account.cert()
    assert _admits(standing, cert)
    assert standing.take(account.revoke(cert).whole, NOW)
    assert standing.held == ()
    again = account.cert(account.device(cert), epoch=9)
    standing.take(account.manifest([again], epoch=9).whole, NOW)
    assert not _admits(standing, cert)
    assert not _admits(standing, again)
    assert not standing.frozen


def test_two_devices_that_revoke_each_other_are_both_out(
    account: Account, standing: Standing
) -> None:
    one, other, third = account.cert(), account.cert(), account.cert()
    news = account.revoke(other, by=one).statements + account.revoke(one, by=other).statements
    assert standing.take(news, NOW)
    assert [_admits(standing, cert) for cert in (one, other, third)] == [False, False, True]


def test_a_known_revocation_is_no_news(account: Account, standing: Standing) -> None:
    news = account.revoke(account.cert(), by=account.cert()).statements
    assert standing.take(news, NOW)
    assert not standing.take(news + news, NOW)
    assert standing.statements() == news


def test_a_deleted_account_is_at_its_end(account: Account, standing: Standing) -> None:
    cert = account.cert()
    standing.admit(cert, NOW)
    assert standing.take(account.end().whole, NOW)
    assert standing.ended
    assert standing.frozen
    assert not _admits(standing, cert)


# --- the freeze


@pytest.fixture
def frozen(account: Account) -> tuple[Standing, DeviceCert]:
    """A standing that held one certificate when the account key was lost with another device."""
    standing = Standing(account.key)
    held, lost = account.cert(), account.cert(flags=CertFlags.HOLDS_AK)
    standing.take(account.manifest([held, lost]).whole, NOW)
    standing.admit(held, NOW)
    standing.take(account.revoke(lost, KIND_2, by=held).statements, NOW)
    return standing, held


def test_after_a_freeze_what_is_held_stays_until_it_expires(
    frozen: tuple[Standing, DeviceCert],
) -> None:
    standing, held = frozen
    assert standing.frozen
    assert not standing.ended
    assert _admits(standing, held)
    assert not _admits(standing, held, held.expires + SKEW_S)


def test_after_a_freeze_nothing_new_counts(
    account: Account, frozen: tuple[Standing, DeviceCert]
) -> None:
    standing, held = frozen
    before = standing.manifest
    renewed = account.cert(account.device(held), epoch=2)
    assert not _admits(standing, renewed)
    assert not standing.take(account.manifest([renewed], epoch=2).whole, NOW)
    assert standing.manifest == before
    assert _admits(standing, held)


def test_after_a_freeze_further_revocations_count(
    account: Account, frozen: tuple[Standing, DeviceCert]
) -> None:
    standing, held = frozen
    assert standing.take(account.revoke(held).whole, NOW)
    assert not _admits(standing, held)


def test_a_freeze_refuses_a_first_contact(account: Account, standing: Standing) -> None:
    lost, other = account.cert(), account.cert()
    manifest = account.manifest([lost, other])
    standing.take(manifest.whole + account.revoke(lost, KIND_2).whole, NOW)
    assert standing.manifest is None
    assert not _admits(standing, other)


def test_a_thiefs_manifest_does_not_come_in_with_the_news_of_the_theft(account: Account) -> None:
    held, lost, thief = account.cert(), account.cert(), account.cert(epoch=2)
    standing = Standing(account.key)
    standing.take(account.manifest([held, lost]).whole, NOW)
    standing.admit(held, NOW)
    thiefs = account.manifest([thief], epoch=2)
    standing.take(thiefs.whole + account.revoke(lost, KIND_2).whole, NOW)
    assert _admits(standing, held)
    assert not _admits(standing, thief)


# --- what is kept


def test_a_standing_is_kept_and_comes_back(
    account: Account, frozen: tuple[Standing, DeviceCert]
) -> None:
    standing, held = frozen
    back = Standing(account.key, statements=standing.statements(), held=standing.held)
    assert back.manifest == standing.manifest is not None
    assert back.statements() == standing.statements()
    assert back.frozen
    assert back.held == (held,)
    assert _admits(back, held)
    assert not _admits(back, account.cert())


def test_held_certificates_go_when_a_manifest_leaves_them_out(
    account: Account, standing: Standing
) -> None:
    cert, other = account.cert(), account.cert()
    standing.admit(cert, NOW)
    standing.admit(other, NOW)
    standing.take(account.manifest([cert], epoch=2).whole, NOW)
    assert standing.held == (cert,)


@pytest.mark.parametrize("late_s", [0, 3600])
def test_held_certificates_go_when_they_expire(
    account: Account, standing: Standing, late_s: int
) -> None:
    early, later = account.cert(life_s=CERT_LIFE_S // 2), account.cert()
    standing.admit(early, NOW)
    standing.admit(later, early.expires + SKEW_S - 1)
    assert standing.held == (early, later)
    standing.admit(later, early.expires + SKEW_S + late_s)
    assert standing.held == (later,)


def test_at_most_16_certificates_are_held_and_the_lowest_epoch_goes(
    account: Account, standing: Standing
) -> None:
    certs = [account.cert(epoch=epoch) for epoch in range(MOST_DEVICES + 1)]
    for cert in certs:
        standing.admit(cert, NOW)
    assert standing.held == tuple(certs[1:])


def test_of_16_revocations_those_of_listed_devices_stay(
    account: Account, standing: Standing
) -> None:
    listed, *others = [account.cert() for _ in range(MOST_REVOCATIONS + 1)]
    standing.take(account.manifest([listed]).whole, NOW)
    for cert in others:
        assert standing.take(account.revoke(cert).whole, NOW)
    assert not standing.take(account.revoke(account.cert()).whole, NOW)
    assert standing.take(account.revoke(listed).whole, NOW)
    assert not _admits(standing, listed)
