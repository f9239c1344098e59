"""Pairs of clients in memory: the shared language of the protocol, chat and session tests."""

import secrets
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, DeviceCert, day
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.keys import DeviceKeys, Random, Secret, SigningKey, encapsulate
from whisp_desktop.protocol.peer_messages import Nothing, PeerMessage, decode, encode
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.ratchet import Ratchet
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route

NOW = 1_800_000_000
MOST_ROUNDS = 100
_HOST = Candidate(CandidateKind.HOST, IPv4Address("203.0.113.7"), 5000, 1)
ROUTE = Route("abcd", "p" * 22, bytes(32), (_HOST,)).encode()


class Clock:
    """Seconds that pass when a test says so, and never by themselves."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Client:
    """An account with one device. `pair` gives it a session: `ratchet`, and the rest of keys."""

    ratchet: Ratchet
    agreement: Agreement

    def __init__(self, name: str, random: Random = secrets.token_bytes) -> None:
        issued = day(NOW)
        self.account, self.device = SigningKey.generate(random), DeviceKeys.generate(random)
        self.cert = DeviceCert.issue(
            self.account,
            self.device,
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=1,
            flags=CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK,
        )
        self.card = Card.issue(self.account, issued=issued, username=name, hosts=("whisp.example",))
        self.bundle = PrivateBundle.make(self.device, NOW, random)
        self.random = random
        self.outbox: list[PeerMessage] = []
        self.heard: list[PeerMessage | None] = []
        self.answer: Callable[[PeerMessage | None], Iterable[PeerMessage]] = lambda _: ()

    def initiator(self, other: "Client", psk: Secret | None = None) -> Initiator:
        return Initiator(
            self.device,
            self.cert,
            self.card,
            other.cert,
            other.bundle.bundle,
            psk,
            self.random,
            encapsulate,
        )

    def responder(self, m1: bytes, psk: Secret | None = None, now: int = NOW) -> Responder:
        return Responder.read(
            m1, bundle=self.bundle, device=self.device, cert=self.cert, psk=psk, now=now
        )

    def start(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.ratchet = Ratchet(agreement, self.random, encapsulate)


def agreed(random: Random = secrets.token_bytes) -> tuple[Client, Client]:
    """Return two clients with a session in which the first may speak."""
    alice, bob = Client("alice", random), Client("bob", random)
    meet(alice, bob)
    return alice, bob


def meet(alice: Client, bob: Client) -> None:
    """Give the two a new session in which Alice may speak."""
    initiator = alice.initiator(bob)
    responder = bob.responder(initiator.write(ROUTE))
    m2, agreed_b = responder.write(ROUTE, bob.random, encapsulate)
    alice.start(initiator.read(m2)[1])
    bob.start(agreed_b)


def pair(random: Random = secrets.token_bytes) -> tuple[Client, Client]:
    """Return two clients with a session in which both can speak."""
    alice, bob = agreed(random)
    bob.ratchet.decrypt(alice.ratchet.encrypt(*encode(Nothing())))
    return alice, bob


def roundtrip(one: Client, other: Client) -> None:
    """Deliver what waits in both outboxes, and every answer to it, until nobody has more to say."""
    for _ in range(MOST_ROUNDS):
        if not one.outbox and not other.outbox:
            return
        for sender, reader in ((one, other), (other, one)):
            waiting, sender.outbox = sender.outbox, []
            for message in waiting:
                came = decode(*reader.ratchet.decrypt(sender.ratchet.encrypt(*encode(message))))
                reader.heard.append(came)
                reader.outbox += reader.answer(came)
    raise AssertionError("the two do not come to an end")
