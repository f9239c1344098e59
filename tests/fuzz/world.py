"""Two people whose keys are the same in every run, and the steps that they take together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import shake_256

from tests.harness import NOW, ROUTE, Client
from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, DeviceCert, Manifest, day
from whisp_desktop.protocol.enrollment_new import NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.kdf import BytesLike
from whisp_desktop.protocol.keys import DeviceKeys, KemKey, Secret
from whisp_desktop.protocol.pake import PakeGuest, PakeOwner, friend_use
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.ratchet import Ratchet
from whisp_desktop.protocol.symmetric_state import SymmetricState


class Dice:
    """Randomness that falls alike in every run, and the KEM keys that were made of it.

    A ciphertext is any 1088 bytes: what a KEM key makes of those (FIPS 203's implicit rejection)
    is a shared secret as good as any, and nothing in it is by chance.
    """

    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._count = 0
        self._kem_keys: dict[bytes, KemKey] = {}

    def random(self, size_bytes: int) -> bytes:
        self._count += 1
        drawn = shake_256(b"%s %d" % (self._name, self._count)).digest(size_bytes)
        if size_bytes == 64:
            key = KemKey(Secret(drawn))
            self._kem_keys[key.public] = key
        return drawn

    def encapsulate(self, ek: bytes) -> tuple[bytes, Secret]:
        ciphertext = self.random(1088)
        return ciphertext, self._kem_keys[ek].decapsulate(ciphertext)


ALICE = Client("alice", Dice("alice").random)
BOB = Client("bob", Dice("bob").random)


class Knock:
    """Alice asks Bob: both sides of one handshake, new and always the same."""

    def __init__(self) -> None:
        self.dice = Dice("knock")
        self.bundle = PrivateBundle.make(BOB.device, NOW, self.dice.random)
        self.initiator = Initiator(
            ALICE.device,
            ALICE.cert,
            ALICE.card,
            BOB.cert,
            self.bundle.bundle,
            None,
            self.dice.random,
            self.dice.encapsulate,
        )
        self.m1 = self.initiator.write(ROUTE)

    def read_m1(self, m1: bytes) -> Responder:
        return Responder.read(
            m1, bundle=self.bundle, device=BOB.device, cert=BOB.cert, psk=None, now=NOW
        )

    def read_m2(self, m2: bytes) -> tuple[bytes, Agreement]:
        return self.initiator.read(m2)

    def answer(self) -> tuple[bytes, Agreement]:
        return self.read_m1(self.m1).write(ROUTE, self.dice.random, self.dice.encapsulate)


class Talk:
    """Their ratchets; `first` and `later` are Alice's frames, neither of which Bob has opened."""

    def __init__(self) -> None:
        knock = Knock()
        m2, agreed_b = knock.answer()
        dice = knock.dice
        self.alice = Ratchet(knock.initiator.read(m2)[1], dice.random, dice.encapsulate)
        self.bob = Ratchet(agreed_b, dice.random, dice.encapsulate)
        self.first = self.alice.encrypt(0, b"")
        self.later = self.alice.encrypt(0, b"")

    def open_first(self, frame: bytes) -> tuple[int, bytes]:
        return self.bob.decrypt(frame)

    def open_later(self, frame: bytes) -> tuple[int, bytes]:
        self.bob.decrypt(self.first)
        return self.bob.decrypt(frame)


class PakeRun:
    """Alice types the code that Bob shows; the frames are there as far as both have come."""

    def __init__(self) -> None:
        code, use = Secret(b"12345678"), friend_use("bob", "12")
        self.guest = PakeGuest(use, code, Dice("guest").random)
        self.owner = PakeOwner(use, code, Dice("owner").random)
        self.p1 = self.guest.write()

    def read_p1(self, p1: bytes) -> bytes:
        return self.owner.read(p1)

    def read_p2(self, p2: bytes) -> bytes:
        return self.guest.read(p2)

    def agree(self) -> bytes:
        return self.read_p2(self.read_p1(self.p1))

    def check_p3(self, p3: bytes) -> None:
        self.owner.read(self.p1)
        self.owner.check(p3)

    def open_p4(self, p4: bytes) -> bytes:
        self.agree()
        return self.guest.open(p4)

    def write_p4(self) -> bytes:
        self.owner.check(self.agree())
        return self.owner.write(b"payload")


class Enrollment:
    """Alice's old device takes a new one in; `e1` to `e4` come as far as they are asked for."""

    def __init__(self) -> None:
        self.dice = Dice("enrollment")
        self.old = OldDevice(
            ALICE.account, mailbox=bytes(8), host="whisp.example", now=NOW, random=self.dice.random
        )
        self.device = DeviceKeys.generate(self.dice.random)
        self.new = NewDevice(self.old.token, self.device, NOW, self.dice.random)
        self.e1 = self.new.write()

    def offer(self) -> bytes:
        self.old.read(self.e1, NOW)
        return self.old.write(
            issued=day(NOW),
            expires=day(NOW) + CERT_LIFE_S,
            epoch=2,
            flags=CertFlags.HOLDS_AK,
            random=self.dice.random,
            encapsulate=self.dice.encapsulate,
        )

    def prove(self) -> bytes:
        return self.new.read(self.offer())

    def read_e2(self, e2: bytes) -> bytes:
        self.offer()
        return self.new.read(e2)

    def read_e3(self, e3: bytes) -> None:
        self.prove()
        self.old.read_proof(e3)

    def certify(self, typed: str) -> DeviceCert:
        self.old.read_proof(self.prove())
        return self.old.certify(typed)

    def digits(self) -> str:
        self.prove()
        assert self.new.digits is not None
        return self.new.digits

    def hand_over(self) -> bytes:
        self.old.read_proof(self.prove())
        assert self.new.digits is not None
        cert = self.old.certify(self.new.digits)
        manifest = Manifest.issue(ALICE.account, [ALICE.cert, cert], epoch=2, issued=day(NOW))
        return self.old.write_last(ALICE.card, manifest)[0]

    def open_e4(self, e4: bytes) -> object:
        self.prove()
        return self.new.open(e4, NOW)


LONG_BYTES = 1000
"""What m1, m2 and e4 seal last is longer, and all else that they seal is shorter."""


@contextmanager
def _long_fields(change: Callable[[bytes], bytes]) -> Iterator[None]:
    genuine = SymmetricState.seal

    def seal(state: SymmetricState, text: BytesLike) -> bytes:
        return genuine(state, change(bytes(text)) if len(text) > LONG_BYTES else text)

    SymmetricState.seal = seal  # type: ignore[method-assign,assignment]  # another program's
    try:
        yield
    finally:
        SymmetricState.seal = genuine  # type: ignore[method-assign]  # as it was


def forged(write: Callable[[], bytes], plaintext: bytes) -> bytes:
    """Return the message of a peer with the right keys who seals in it what he likes."""
    with _long_fields(lambda text: plaintext[: len(text)].ljust(len(text), b"\0")):
        return write()


def plaintext_of(write: Callable[[], bytes]) -> bytes:
    """Return what an honest peer seals in this message, without the zeros at its end."""
    found = []

    def keep(text: bytes) -> bytes:
        found.append(text.rstrip(b"\0"))
        return text

    with _long_fields(keep):
        write()
    return found[-1]
