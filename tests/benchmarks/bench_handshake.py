"""`python -m tests.benchmarks.bench_handshake`: both sides of a handshake, beside Olm's.

A figure is CPU time; nothing passes or fails. The bundle is made before, while its owner idles.
"""

import secrets

import vodozemac
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.benchmarks.comparing import Message, compare_cpu
from tests.harness import NOW, ROUTE, Client
from whisp_desktop.protocol.keys import encapsulate
from whisp_desktop.protocol.prekeys import PrivateBundle


def ours() -> Message:
    """m1 and m2, written and read: 5 agreements of X25519, 2 of ML-KEM-768, 3 signatures."""
    alice, bob = Client("alice"), Client("bob")

    def handshake() -> None:
        initiator = alice.initiator(bob)
        responder = bob.responder(initiator.write(ROUTE))
        m2, agreed_b = responder.write(ROUTE, secrets.token_bytes, encapsulate)
        _, agreed_a = initiator.read(m2)
        agreed_a.close()
        agreed_b.close()

    return handshake


def our_bundle() -> Message:
    """One bundle, made, signed, and verified by whoever fetches it."""
    bob = Client("bob")

    def bundle() -> None:
        made = PrivateBundle.make(bob.device, NOW, secrets.token_bytes)
        made.bundle.parse(made.bundle.whole, bob.cert)
        made.close()

    return bundle


def olm() -> Message:
    """Olm's three agreements in `vodozemac` (Rust): no ML-KEM, no certificates, one message."""
    alice, bob = vodozemac.Account(), vodozemac.Account()

    def handshake() -> None:
        bob.generate_one_time_keys(1)
        [one_time_key] = bob.one_time_keys.values()
        bob.mark_keys_as_published()
        session = alice.create_outbound_session(bob.curve25519_key, one_time_key)
        bob.create_inbound_session(alice.curve25519_key, session.encrypt(b"").to_pre_key())

    return handshake


def agreements_alone() -> Message:
    """The bare agreements of our handshake in the same library, keys and all, and nothing else."""
    device = X25519PrivateKey.generate()

    def agreements() -> None:
        for count in (3, 2):
            ephemeral = X25519PrivateKey.generate()
            for _ in range(count):
                device.exchange(ephemeral.public_key())
                ephemeral.exchange(device.public_key())
            kem = MLKEM768PrivateKey.generate()
            _, ciphertext = kem.public_key().encapsulate()
            kem.decapsulate(ciphertext)

    return agreements


def main() -> None:
    """Compare them."""
    compare_cpu(
        "a handshake, both sides",
        10,
        {
            "whisp": ours(),
            "its agreements alone": agreements_alone(),
            "vodozemac": olm(),
            "a bundle of ours, made and verified": our_bundle(),
        },
    )


if __name__ == "__main__":
    main()
