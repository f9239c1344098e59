"""What the new device refuses of an old one that means harm, and steps out of their turn."""

import secrets
from collections.abc import Callable

import pytest

from tests.harness import NOW, Client
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, DeviceCert, Manifest, day
from whisp_desktop.protocol.enrollment_frames import E4, E4_PLAIN_BYTES, NO_SEED
from whisp_desktop.protocol.enrollment_new import NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import DeviceKeys, encapsulate
from whisp_desktop.protocol.padding import fill_meeting

ISSUED = day(NOW)


class Enrollment:
    """Both devices after e1; the old one's account may lie in what it says next."""

    def __init__(self) -> None:
        self.alice, self.mallory = Client("alice"), Client("mallory")
        self.old = OldDevice(
            self.alice.account, mailbox=bytes(8), host="", now=NOW, random=secrets.token_bytes
        )
        self.keys = DeviceKeys.generate(secrets.token_bytes)
        self.new = NewDevice(self.old.token, self.keys, NOW, secrets.token_bytes)
        self.old.read(self.new.write(), NOW)

    def offer(
        self, flags: CertFlags = CertFlags.CAN_REVOKE, expires: int = ISSUED + CERT_LIFE_S
    ) -> bytes:
        return self.old.write(
            issued=ISSUED,
            expires=expires,
            epoch=2,
            flags=flags,
            random=secrets.token_bytes,
            encapsulate=encapsulate,
        )

    def certify(self, flags: CertFlags = CertFlags.CAN_REVOKE) -> DeviceCert:
        self.old.read_proof(self.new.read(self.offer(flags)))
        assert self.new.digits is not None
        return self.old.certify(self.new.digits)

    def manifest(self, *certs: DeviceCert, epoch: int = 2) -> Manifest:
        return Manifest.issue(self.alice.account, certs, epoch=epoch, issued=ISSUED)

    def last(self, cert: DeviceCert, seed: bytes, card: Card, manifest: Manifest) -> bytes:
        """Return an e4 that only the old device can make, with anything in it."""
        state = self.old._state.fork()
        fields = [cert.whole, seed]
        for whole in (card.whole, manifest.whole):
            fields += [len(whole).to_bytes(2, "big"), whole]
        state.mix(E4)
        state.key(b"")
        return fill_meeting(E4 + state.seal(b"".join(fields).ljust(E4_PLAIN_BYTES, b"\0")))

    def assert_refused(self, e4: bytes, reason: str) -> None:
        with pytest.raises(PeerError, match=reason):
            self.new.open(e4, NOW)


def test_a_certificate_for_other_keys_is_not_taken() -> None:
    run = Enrollment()
    theirs = run.old._theirs
    assert theirs is not None
    run.old._theirs = (*theirs[:2], run.mallory.device.signing.public, theirs[3])
    with pytest.raises(PeerError, match="for other keys"):
        run.new.read(run.offer())


def test_a_certificate_that_never_counts_is_not_taken() -> None:
    run = Enrollment()
    with pytest.raises(PeerError, match="wrong lifetime"):
        run.new.read(run.offer(expires=ISSUED))


def test_e4_of_a_lying_old_device_is_refused_and_the_honest_one_opens() -> None:
    run = Enrollment()
    cert, alice, mallory = run.certify(), run.alice, run.mallory
    both = run.manifest(alice.cert, cert)
    changed = DeviceCert.issue(
        alice.account,
        run.keys,
        issued=ISSUED,
        expires=ISSUED + CERT_LIFE_S,
        epoch=2,
        flags=CertFlags(0),
    )
    foreign = Manifest.issue(mallory.account, (cert,), epoch=2, issued=ISSUED)
    for given, reason in (
        ((changed, NO_SEED, alice.card, both), "another than was offered"),
        ((cert, NO_SEED, mallory.card, both), "several accounts"),
        ((cert, NO_SEED, alice.card, foreign), "several accounts"),
        ((cert, NO_SEED, alice.card, run.manifest(alice.cert)), "not in the manifest"),
        ((cert, NO_SEED, alice.card, run.manifest(cert, epoch=3)), "not in the manifest"),
        ((cert, bytes(alice.account.seed.data), alice.card, both), "came unasked"),
    ):
        run.assert_refused(run.last(*given), reason)
    enrolled = run.new.open(run.last(cert, NO_SEED, alice.card, both), NOW)
    assert (enrolled.cert, enrolled.account_seed) == (cert, None)
    enrolled.close()


def test_the_account_key_that_comes_is_the_accounts() -> None:
    run = Enrollment()
    cert, alice = run.certify(CertFlags.HOLDS_AK), run.alice
    both = run.manifest(alice.cert, cert)
    for seed in (bytes(run.mallory.account.seed.data), NO_SEED):
        run.assert_refused(run.last(cert, seed, alice.card, both), "of another account")
    enrolled = run.new.open(run.old.write_last(alice.card, both)[0], NOW)
    assert enrolled.account_seed == alice.account.seed
    enrolled.close()


def test_a_certificate_that_ran_out_meanwhile_is_refused() -> None:
    run = Enrollment()
    cert = run.certify()
    e4, _ = run.old.write_last(run.alice.card, run.manifest(run.alice.cert, cert))
    with pytest.raises(PeerError, match="does not count"):
        run.new.open(e4, NOW + CERT_LIFE_S + 86_400)
    run.new.open(e4, NOW).close()


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda run: run.new.read(bytes(2048)), "came before"),
        (lambda run: run.offer(), "comes once"),
        (lambda run: run.old.read_proof(bytes(2048)), "comes once"),
        (lambda run: run.old.write_last(run.alice.card, run.manifest()), "after the digits"),
    ],
)
def test_no_step_comes_twice_or_too_early(step: Callable[[Enrollment], None], reason: str) -> None:
    run = Enrollment()
    run.old.read_proof(run.new.read(run.offer()))
    with pytest.raises(ValueError, match=reason):
        step(run)
