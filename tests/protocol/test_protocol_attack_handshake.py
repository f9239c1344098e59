"""Handshakes over a network that drops, reorders, repeats, cuts, flips, splices and misdelivers.

Three people ask one another; every message stays on the network for ever. Whatever is delivered,
only the very message that was written opens, at the one it was written for, once. An m1 is read as
the program does it: with the bundle that it names, while that is in stock.
"""

from dataclasses import dataclass
from secrets import token_bytes

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.harness import NOW, ROUTE, Client
from tests.machines import EXAMPLES
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.keys import BundleId, encapsulate
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.session.bundle_stock import BundleStock

CLIENTS = [Client(name) for name in ("alice", "bob", "carol")]
PLACES = st.integers(0, 10_000) | st.integers(-3, -1)  # the newest half of the time
LINK = (b"A" * 32, b"B" * 32, b"E" * 32)
"""Fingerprints and exporter of a connection."""


@dataclass
class Person:
    """A client, and the bundles that it still has; each `fill` adds four."""

    client: Client
    stock: BundleStock
    fills: int = 0
    used: int = 0

    def publish(self) -> PrivateBundle:
        whole = self.stock.fill(NOW).strangers[0]
        self.fills += 1
        bundle = self.stock.get(Bundle.parse(whole, self.client.cert).bundle_id, NOW)
        assert bundle is not None
        return bundle

    def read(self, m1: bytes) -> Responder | None:
        """Return None where the program is silent: nothing in stock, or a PeerError."""
        bundle = self.stock.get(BundleId(m1[1:9]), NOW)
        if bundle is None:
            return None
        self.client.bundle = bundle
        try:
            return self.client.responder(m1)
        except PeerError:
            return None

    def answer(self, responder: Responder, bundle: BundleId) -> tuple[bytes, Agreement]:
        self.stock.consume(bundle)
        self.used += 1
        return responder.write(ROUTE, token_bytes, encapsulate)


@dataclass
class Knock:
    """One handshake: its messages as written, and what each side has by now."""

    asker: Person
    asked: Person
    bundle: PrivateBundle
    initiator: Initiator
    m1: bytes
    m2: bytes = b""
    at_b: Agreement | None = None
    at_a: Agreement | None = None

    def snapshot(self) -> tuple[bytes | None, ...]:
        """Return every secret byte of both sides, None for those that are gone."""
        state, initiator = self.initiator._state, self.initiator
        held = (
            initiator._ephemeral.private,
            initiator._kem.seed,
            self.bundle.spk.private,
            self.bundle.ek.seed,
        )
        return (
            bytes(state._chaining_key),
            bytes(state._hash),
            bytes(state._key),
            *(None if secret.closed else bytes(secret.data) for secret in held),
        )

    def fins(self) -> tuple[bytes, bytes] | None:
        """Return A's and B's FIN, once both can write it."""
        if self.at_a is None or self.at_b is None:
            return None
        a, b = self.at_a, self.at_b
        return fin_message(a.fa, a.sid, *LINK), fin_message(b.fb, b.sid, *LINK)

    def takes_fins(self, fin_a: bytes, fin_b: bytes) -> tuple[bool, bool]:
        """Tell whether B takes this FIN of A's, and A this one of B's."""
        assert self.at_a is not None
        assert self.at_b is not None
        taken = []
        for fin, key, agreement in (
            (fin_a, self.at_b.fa, self.at_b),
            (fin_b, self.at_a.fb, self.at_a),
        ):
            try:
                check_fin(fin, key, agreement.sid, *LINK)
            except PeerError:
                taken.append(False)
            else:
                taken.append(True)
        return taken[0], taken[1]


class HandshakeNetwork(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.people = [Person(each, BundleStock(each.device, token_bytes)) for each in CLIENTS]
        self.knocks: list[Knock] = []

    def _pick(self, place: int) -> Knock:
        return self.knocks[place % len(self.knocks)]

    def _snapshots(self) -> list[tuple[bytes | None, ...]]:
        return [each.snapshot() for each in self.knocks]

    def _refused_m1(self, at: Person, m1: bytes) -> None:
        before = self._snapshots()
        assert at.read(m1) is None
        assert self._snapshots() == before

    def _refused_m2(self, at: Knock, m2: bytes) -> None:
        if at.at_a is not None:
            return  # nobody waits for an m2 any more
        before = self._snapshots()
        try:
            at.initiator.read(m2)
        except PeerError:
            assert self._snapshots() == before
        else:
            raise AssertionError("an m2 opened that must not")

    @rule(asker=st.integers(0, 2), step=st.integers(1, 2))
    def ask(self, asker: int, step: int) -> None:
        one, other = self.people[asker], self.people[(asker + step) % 3]
        bundle = other.client.bundle = other.publish()
        initiator = one.client.initiator(other.client)
        self.knocks.append(Knock(one, other, bundle, initiator, initiator.write(ROUTE)))

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES)
    def deliver_m1(self, place: int) -> None:
        """It opens once: the second time nothing is left that could open it."""
        knock = self._pick(place)
        if knock.at_b is not None:
            self._refused_m1(knock.asked, knock.m1)
            return
        responder = knock.asked.read(knock.m1)
        assert responder is not None
        client = knock.asker.client
        assert (responder.cert, responder.card) == (client.cert, client.card)
        knock.m2, knock.at_b = knock.asked.answer(responder, BundleId(knock.m1[1:9]))

    @precondition(lambda self: any(each.m2 for each in self.knocks))
    @rule(place=PLACES)
    def deliver_m2(self, place: int) -> None:
        knock = self._pick(place)
        if knock.at_b is None or knock.at_a is not None:
            return
        _, knock.at_a = knock.initiator.read(knock.m2)
        assert knock.at_a.sid == knock.at_b.sid
        assert knock.at_a.rk == knock.at_b.rk
        assert knock.fins() is not None

    @precondition(lambda self: any(each.fins() for each in self.knocks))
    @rule(place=PLACES, other=PLACES, bit=st.integers(0, 33 * 8 - 1))
    def deliver_fins(self, place: int, other: int, bit: int) -> None:
        """Each side takes the other's own: not its own back, not another run's, not a bit less."""
        finished = [each for each in self.knocks if each.fins()]
        knock, foreign = finished[place % len(finished)], finished[other % len(finished)]
        fin_a, fin_b = knock.fins() or (b"", b"")
        assert knock.takes_fins(fin_a, fin_b) == (True, True)
        assert knock.takes_fins(fin_b, fin_a) == (False, False)
        assert knock.takes_fins(_flipped(fin_a, bit), _flipped(fin_b, bit)) == (False, False)
        assert knock.takes_fins(fin_a[:-1], fin_b + b"\0") == (False, False)
        if foreign is not knock:
            assert knock.takes_fins(*(foreign.fins() or ())) == (False, False)

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES, person=st.integers(0, 2))
    def misdeliver(self, place: int, person: int) -> None:
        knock, reader = self._pick(place), self.people[person]
        if reader is not knock.asked:
            self._refused_m1(reader, knock.m1)

    @precondition(lambda self: len(self.knocks) > 1)
    @rule(place=PLACES, other=PLACES, renamed=st.booleans())
    def a_message_of_another_run(self, place: int, other: int, *, renamed: bool) -> None:
        here, there = self._pick(place), self._pick(other)
        if here is there:
            return
        if renamed:
            self._refused_m1(here.asked, here.m1[:9] + there.m1[9:])
        self._refused_m2(here, there.m2)
        self._refused_m2(here, b"\x02" + there.m1[1:])

    @precondition(lambda self: len(self.knocks) > 1)
    @rule(place=PLACES, other=PLACES, cut=st.sampled_from([9, 33, 41, 1121, 1129, 1397, 4080]))
    def splice_two_runs(self, place: int, other: int, cut: int) -> None:
        here, there = self._pick(place), self._pick(other)
        if here is there:
            return
        self._refused_m1(here.asked, here.m1[:cut] + there.m1[cut:])
        if here.m2 and there.m2:
            self._refused_m2(here, here.m2[:cut] + there.m2[cut:])
            self._refused_m2(here, there.m2[:cut] + here.m2[cut:])

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES, bit=st.integers(0, 4096 * 8 - 1))
    def flip_a_bit(self, place: int, bit: int) -> None:
        knock = self._pick(place)
        self._refused_m1(knock.asked, _flipped(knock.m1, bit))
        self._refused_m2(knock, _flipped(knock.m2 or bytes(4096), bit))

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES, size=st.integers(0, 5000))
    def cut_or_lengthen(self, place: int, size: int) -> None:
        knock = self._pick(place)
        if size != 4096:
            self._refused_m1(knock.asked, knock.m1[:size].ljust(size, b"\0"))
            self._refused_m2(knock, knock.m2[:size].ljust(size, b"\0"))

    @invariant()
    def one_bundle_goes_for_each_genuine_m1_and_none_otherwise(self) -> None:
        for person in getattr(self, "people", ()):
            assert len(person.stock._bundles) == 4 * person.fills - person.used

    def teardown(self) -> None:
        for person in getattr(self, "people", ()):
            person.stock.close()


def _flipped(message: bytes, bit: int) -> bytes:
    changed = bytearray(message)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


HandshakeNetwork.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=30, deadline=None
)
TestThreePeopleOverAHostileNetwork = HandshakeNetwork.TestCase
