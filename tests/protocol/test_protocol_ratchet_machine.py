"""Two ratchets over a network that loses, delays, repeats and forges, beside a model of them.

The model is the event table and nothing else: it knows which frames must open and which must not.
"""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.harness import Client, meet
from tests.machines import EXAMPLES
from tests.ratchet_state import snapshot
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.padding import FRAME_SIZES
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, LATER_IN_TURN, Ratchet

SIDES = st.sampled_from("AB")
KINDS = st.sampled_from([LATER_IN_TURN, FIRST_OF_TURN])
OTHER = {"A": "B", "B": "A"}
PLACES = st.integers(0, 10_000) | st.integers(-3, -1)  # the newest half of the time
CUTS = st.sampled_from([1, 13, 69, 2341])
"""After the type, the nonce, and the prefix of a later and of a first frame."""


@dataclass(frozen=True)
class Sent:
    """A genuine frame: who sent it, the place of its turn among all turns, its place in that."""

    writer: str
    turn: int
    n: int
    sent_before: int
    content: tuple[int, bytes]
    frame: bytes


@dataclass
class Model:
    """What one side must know. Turns of both sides are counted through: A's are 1, 3, 5 …"""

    name: str
    own_turn: int = 0
    sent: int = 0
    sent_before: int = 0
    their_turn: int = 0
    next_n: int = 0
    stored: list[tuple[int, int]] = field(default_factory=list)  # (turn, n), the oldest first

    @property
    def begins(self) -> bool:
        return self.own_turn < self.their_turn or (self.name == "A" and self.own_turn == 0)

    @property
    def can_send(self) -> bool:
        return self.begins or self.own_turn > 0

    def send(self) -> tuple[int, int, int]:
        """Return turn, n and pn of the next frame."""
        if self.begins:
            self.sent_before, self.sent = self.sent, 0
            self.own_turn = max(self.own_turn, self.their_turn) + 1
        self.sent += 1
        return self.own_turn, self.sent - 1, self.sent_before

    def opens(self, sent: Sent) -> bool:
        if (sent.turn, sent.n) in self.stored:
            return True
        if sent.n == 0:
            skipped = sent.sent_before - self.next_n
            return sent.turn == self.own_turn + 1 and not self.begins and skipped <= 32
        return sent.turn == self.their_turn and self.next_n <= sent.n <= self.next_n + 32

    def take(self, sent: Sent) -> None:
        if (sent.turn, sent.n) in self.stored:
            self.stored.remove((sent.turn, sent.n))
            return
        end = sent.sent_before if sent.n == 0 else sent.n
        self.stored += [(self.their_turn, n) for n in range(self.next_n, end)]
        self.stored = self.stored[-64:]
        self.their_turn, self.next_n = sent.turn, sent.n + 1


class RatchetNetwork(RuleBasedStateMachine):
    """Every frame of two sessions stays on the network: it can come late, twice or never.

    Both are sessions of the same two devices; the other one loses nothing.
    """

    @initialize()
    def start(self) -> None:
        alice, bob = Client("alice"), Client("bob")
        meet(alice, bob)
        self.others: dict[str, Ratchet] = {"A": alice.ratchet, "B": bob.ratchet}
        meet(alice, bob)
        self.ratchets: dict[str, Ratchet] = {"A": alice.ratchet, "B": bob.ratchet}
        self.models = {"A": Model("A"), "B": Model("B")}
        self.network: list[Sent] = []
        self.elsewhere: list[bytes] = []
        self.opened: set[bytes] = set()

    def _send(self, side: str, content: tuple[int, bytes]) -> None:
        model = self.models[side]
        if not model.can_send:
            return
        frame = self.ratchets[side].encrypt(*content)
        turn, n, sent_before = model.send()
        assert frame[0] == (FIRST_OF_TURN if n == 0 else LATER_IN_TURN)
        self.network.append(Sent(side, turn, n, sent_before, content, frame))

    def _deliver(self, sent: Sent) -> None:
        reader = OTHER[sent.writer]
        if self.models[reader].opens(sent):
            assert self.ratchets[reader].decrypt(sent.frame) == sent.content
            assert sent.frame not in self.opened
            self.opened.add(sent.frame)
            self.models[reader].take(sent)
        else:
            self._refused(reader, sent.frame)

    def _refused(self, reader: str, frame: bytes) -> None:
        before = snapshot(self.ratchets[reader])
        try:
            self.ratchets[reader].decrypt(frame)
        except PeerError:
            assert snapshot(self.ratchets[reader]) == before
        else:
            raise AssertionError("a frame opened that must not")

    def _pick(self, place: int) -> Sent:
        return self.network[place % len(self.network)]

    @rule(side=SIDES, kind=st.integers(0, 255), body=st.binary(max_size=300))
    def send(self, side: str, kind: int, body: bytes) -> None:
        self._send(side, (kind, body))

    @rule(side=SIDES, size=st.sampled_from([0, 168, 169, 1961, 8105, 14_000]))
    def send_at_a_limit(self, side: str, size: int) -> None:
        self._send(side, (0, bytes(size)))

    @rule(side=SIDES, count=st.integers(2, 70))
    def send_many(self, side: str, count: int) -> None:
        for place in range(count):
            self._send(side, (0x10, b"%d" % place))

    @precondition(lambda self: self.network)
    @rule(newest=PLACES, count=st.integers(1, 40))
    def deliver_in_order(self, newest: int, count: int) -> None:
        start = newest % len(self.network)
        for sent in self.network[start : start + count]:
            self._deliver(sent)

    @precondition(lambda self: self.network)
    @rule(places=st.lists(PLACES, min_size=1, max_size=8))
    def deliver_in_any_order(self, places: list[int]) -> None:
        for place in places:
            self._deliver(self._pick(place))

    @precondition(lambda self: self.network)
    @rule(back=st.integers(0, 80))
    def deliver_one_of_the_newest(self, back: int) -> None:
        self._deliver(self.network[max(0, len(self.network) - 1 - back)])

    @precondition(lambda self: self.network)
    @rule(data=st.data(), place=PLACES)
    def flip_a_bit(self, data: st.DataObject, place: int) -> None:
        sent = self._pick(place)
        frame = bytearray(sent.frame)
        bit = data.draw(st.integers(0, len(frame) * 8 - 1))
        frame[bit // 8] ^= 1 << bit % 8
        self._refused(OTHER[sent.writer], bytes(frame))

    @precondition(lambda self: self.network)
    @rule(place=PLACES, size=st.sampled_from(FRAME_SIZES) | st.integers(0, 17_000))
    def cut_or_lengthen(self, place: int, size: int) -> None:
        sent = self._pick(place)
        frame = sent.frame[:size].ljust(size, b"\0")
        if size != len(sent.frame):
            self._refused(OTHER[sent.writer], frame)

    @precondition(lambda self: self.network)
    @rule(head=PLACES, tail=PLACES, cut=CUTS)
    def splice_two_frames(self, head: int, tail: int, cut: int) -> None:
        one, other = self._pick(head), self._pick(tail)
        spliced = one.frame[:cut] + other.frame[cut:]
        if spliced not in (one.frame, other.frame):
            self._refused(OTHER[one.writer], spliced)

    @precondition(lambda self: self.network)
    @rule(place=PLACES)
    def reflect(self, place: int) -> None:
        sent = self._pick(place)
        self._refused(sent.writer, sent.frame)

    @rule(side=SIDES)
    def the_other_session_goes_on(self, side: str) -> None:
        if self.others[side].can_send:
            frame = self.others[side].encrypt(0x10, b"elsewhere")
            self.others[OTHER[side]].decrypt(frame)
            self.elsewhere.append(frame)

    @precondition(lambda self: self.elsewhere)
    @rule(side=SIDES, place=PLACES)
    def a_frame_of_another_session(self, side: str, place: int) -> None:
        self._refused(side, self.elsewhere[place % len(self.elsewhere)])

    @precondition(lambda self: self.network and self.elsewhere)
    @rule(place=PLACES, other=PLACES, cut=CUTS)
    def splice_two_sessions(self, place: int, other: int, cut: int) -> None:
        sent, foreign = self._pick(place), self.elsewhere[other % len(self.elsewhere)]
        for head, tail in ((sent.frame, foreign), (foreign, sent.frame)):
            if (spliced := head[:cut] + tail[cut:]) != sent.frame:
                self._refused(OTHER[sent.writer], spliced)

    @rule(side=SIDES, kind=KINDS, size=st.integers(0, 5000), tail=st.binary(max_size=50))
    def noise(self, side: str, kind: int, size: int, tail: bytes) -> None:
        self._refused(side, (bytes([kind]) + bytes(size) + tail)[:size])

    @invariant()
    def memory_is_bounded(self) -> None:
        for name, ratchet in self.ratchets.items():
            stored = [key for chain in ratchet._chains for key in chain.stored.values()]
            assert len(stored) == len(self.models[name].stored) <= 64
            assert len(ratchet._chains) <= 65
            assert all(chain.stored for chain in ratchet._chains[1:])

    def teardown(self) -> None:
        for ratchets in (getattr(self, "ratchets", {}), getattr(self, "others", {})):
            for ratchet in ratchets.values():
                ratchet.close()


RatchetNetwork.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None
)
TestTwoRatchetsOverAHostileNetwork = RatchetNetwork.TestCase
