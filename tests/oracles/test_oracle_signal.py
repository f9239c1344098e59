"""Signal's constructions, by other people's code: where ours coincide, the results are equal."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from doubleratchet.kdf import KDF
from doubleratchet.kdf_chain import KDFChain
from doubleratchet.recommended import HashFunction as RatchetHash
from doubleratchet.recommended.kdf_hkdf import KDF as HKDF
from kyber_py.ml_kem import ML_KEM_768
from x3dh import BaseState, HashFunction, Header, IdentityKeyFormat
from x3dh.identity_key_pair import IdentityKeyPairPriv

from tests.harness import NOW, ROUTE, Client
from whisp_desktop.protocol.kdf import hkdf, label
from whisp_desktop.protocol.keys import AgreementKey, DeviceKeys, Secret
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.safety_number import safety_number

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "oracles"
LIBSIGNAL = "@signalapp/libsignal-client@0.103.0"
NPM_BOUND_S = 300
NODE_BOUND_S = 30


@pytest.fixture(scope="module")
def libsignal() -> Path:
    """Return the program that asks Signal's library, beside the library, which npm fetches once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Signal's library needs Node and npm: nodejs and npm are not installed")
    if not (MODULES / "node_modules/@signalapp/libsignal-client/package.json").exists():
        MODULES.mkdir(parents=True, exist_ok=True)
        flags = ("--prefix", str(MODULES), "--no-audit", "--no-fund", "--silent")
        npm = subprocess.run(
            ["npm", "install", *flags, LIBSIGNAL], timeout=NPM_BOUND_S, check=False
        )
        if npm.returncode:
            pytest.skip("npm could not fetch Signal's library")
    program = MODULES / "safety_number.mjs"
    shutil.copy(Path(__file__).parent / program.name, program)
    return program


def test_a_safety_number_is_the_one_of_signals_library(libsignal: Path) -> None:
    for _ in range(5):
        one, other = Client("alice").account.public, Client("bob").account.public
        command = ["node", str(libsignal), one.hex(), other.hex()]
        said = subprocess.run(
            command, capture_output=True, text=True, timeout=NODE_BOUND_S, check=True
        )
        assert safety_number(one, other) == said.stdout.strip()


class Listening(AgreementKey):
    """A key that remembers what came of each exchange, and with whom."""

    def __init__(self, private: Secret) -> None:
        super().__init__(private)
        self.heard: list[tuple[bytes, bytes]] = []

    def exchange(self, public: bytes) -> Secret:
        shared = super().exchange(public)
        self.heard.append((public, bytes(shared.data)))
        return shared


class X3dh(BaseState):
    """The package's X3DH, with public keys encoded as they are."""

    @staticmethod
    def _encode_public_key(_key_format: IdentityKeyFormat, pub: bytes) -> bytes:
        return pub


async def test_the_three_exchanges_of_a_handshake_are_those_of_x3dh() -> None:
    """DH(IKA, SPKB), DH(EKA, IKB), DH(EKA, SPKB): m1 has them all, and no others."""
    alice, bob = Client("alice"), Client("bob")
    identity = Listening(Secret(bob.device.agreement.private.data))
    theirs = X3dh.create(
        IdentityKeyFormat.CURVE_25519,
        HashFunction.SHA_256,
        b"an oracle",
        IdentityKeyPairPriv(bytes(identity.private.data)),
    )
    pre_key = Listening(Secret(theirs.model.signed_pre_key.priv))
    keys = {32: bytes(pre_key.private.data)}
    made = PrivateBundle.make(
        bob.device, NOW, lambda size: keys.get(size) or secrets.token_bytes(size)
    )
    bob.bundle = PrivateBundle(made.bundle, pre_key, made.ek)
    bob.device = DeviceKeys(bob.device.signing, identity)

    bob.responder(alice.initiator(bob).write(ROUTE))

    exchanges = dict(pre_key.heard)
    ((ephemeral, dh2),) = identity.heard
    alices = alice.device.agreement.public
    assert exchanges.keys() == {ephemeral, alices}
    header = Header(alices, ephemeral, signed_pre_key=pre_key.public, pre_key=None)
    shared, _, _ = await theirs.get_shared_secret_passive(header, require_pre_key=False)
    whole = b"\xff" * 32 + exchanges[alices] + dh2 + exchanges[ephemeral]
    assert shared == hkdf(bytes(32), whole, b"an oracle", 32)


class RootKdf(HKDF):
    """The package's recommended KDF, with our label as its info."""

    @staticmethod
    def _get_hash_function() -> RatchetHash:
        return RatchetHash.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return label("rk")


class ChainKdf(KDF):
    """KDF_CK: HKDF's second half, which the package has no ready-made class for."""

    @classmethod
    async def derive(cls, key: bytes, data: bytes, length: int) -> bytes:
        return HKDFExpand(SHA256(), length, label("ck") + data).derive(key)


def public(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def exchange(private: str, other: bytes) -> bytes:
    own = X25519PrivateKey.from_private_bytes(bytes.fromhex(private))
    return own.exchange(X25519PublicKey.from_public_bytes(other))


def encapsulated(seed: str, m: str) -> bytes:
    """Return the secret that randomness `m` gives for the ML-KEM key of this seed (d | z)."""
    whole = bytes.fromhex(seed)
    ek, _ = ML_KEM_768._keygen_internal(whole[:32], whole[32:])
    return bytes(ML_KEM_768._encaps_internal(ek, bytes.fromhex(m))[0])


async def test_the_chains_of_a_session_are_those_of_the_package() -> None:
    """Root chain and sending chains of a kept session, turned by the package's own `KDFChain`."""
    session = json.loads((ROOT / "tests/vectors/session.json").read_text())[0]
    root = KDFChain.create(RootKdf, bytes.fromhex(session["secrets"]["rk"]))
    their_dh, their_kem = public(bytes.fromhex(session["EB_private"])), session["ekR_seed_d_z"]
    turns = 0
    for frame in session["frames_in_order"]:
        if "DHs_private" in frame:
            shared = exchange(frame["DHs_private"], their_dh)
            opened = await root.step(shared + encapsulated(their_kem, frame["kem_m"]), 64)
            chain = KDFChain.create(ChainKdf, opened[:32])
            their_dh, their_kem = public(bytes.fromhex(frame["DHs_private"])), frame["ek_seed_d_z"]
            turns += 1
        message_key = await chain.step(b"", 32)
        assert root.model.key.hex() == frame["rk"]
        assert message_key.hex() == frame["mk"]
        assert chain.model.key.hex() == frame["ck"]
    assert turns > 2
