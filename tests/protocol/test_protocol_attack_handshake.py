"""Handshakes over a network that drops, reorders, repeats, cuts, flips, splices and misdelivers.

Three people ask one another; every message stays on the network for ever. Whatever is delivered,
only the very message that was written opens, at the one it was written for, once.
"""

import secrets
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.harness import NOW, ROUTE, Client
from tests.machines import EXAMPLES
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.keys import encapsulate
from whisp_desktop.protocol.prekeys import PrivateBundle

PEOPLE = [Client(name) for name in ("alice", "bob", "carol")]
PLACES = st.integers(0, 10_000)


@dataclass
class Knock:
    """One handshake: its messages as written, and what each side has by now."""

    asker: Client
    asked: Client
    bundle: PrivateBundle
    initiator: Initiator
    m1: bytes
    m2: bytes = b""
    answered: Agreement | None = None
    finished: bool = False

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


class HandshakeNetwork(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.knocks: list[Knock] = []

    def _pick(self, place: int) -> Knock:
        return self.knocks[place % len(self.knocks)]

    def _read_m1(self, at: Knock, m1: bytes) -> Responder:
        """Let the asked one read with the bundle of that knock, as its m1 would say."""
        asked = at.asked
        return Responder.read(
            m1, bundle=at.bundle, device=asked.device, cert=asked.cert, psk=None, now=NOW
        )

    def _refused_m1(self, at: Knock, m1: bytes) -> None:
        if at.answered is not None:
            return  # the bundle is gone: nobody is left who could read it
        before = [each.snapshot() for each in self.knocks]
        try:
            self._read_m1(at, m1)
        except PeerError:
            assert [each.snapshot() for each in self.knocks] == before
        else:
            raise AssertionError("an m1 opened that must not")

    def _refused_m2(self, at: Knock, m2: bytes) -> None:
        if at.finished:
            return
        before = [each.snapshot() for each in self.knocks]
        try:
            at.initiator.read(m2)
        except PeerError:
            assert [each.snapshot() for each in self.knocks] == before
        else:
            raise AssertionError("an m2 opened that must not")

    @rule(asker=st.integers(0, 2), step=st.integers(1, 2))
    def ask(self, asker: int, step: int) -> None:
        one, other = PEOPLE[asker], PEOPLE[(asker + step) % 3]
        other.bundle = PrivateBundle.make(other.device, NOW, secrets.token_bytes)
        initiator = one.initiator(other)
        self.knocks.append(Knock(one, other, other.bundle, initiator, initiator.write(ROUTE)))

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES)
    def deliver_m1(self, place: int) -> None:
        knock = self._pick(place)
        if knock.answered is not None:
            return
        responder = self._read_m1(knock, knock.m1)
        assert (responder.cert, responder.card) == (knock.asker.cert, knock.asker.card)
        knock.bundle.close()
        knock.m2, knock.answered = responder.write(ROUTE, secrets.token_bytes, encapsulate)

    @precondition(lambda self: any(each.m2 for each in self.knocks))
    @rule(place=PLACES)
    def deliver_m2(self, place: int) -> None:
        knock = self._pick(place)
        if knock.answered is None or knock.finished:
            return
        _, agreement = knock.initiator.read(knock.m2)
        assert agreement.sid == knock.answered.sid
        assert agreement.rk == knock.answered.rk
        knock.finished = True

    @precondition(lambda self: len(self.knocks) > 1)
    @rule(place=PLACES, other=PLACES, renamed=st.booleans())
    def a_message_of_another_run(self, place: int, other: int, *, renamed: bool) -> None:
        here, there = self._pick(place), self._pick(other)
        if here is there:
            return
        own_name = here.m1[:9] if renamed else there.m1[:9]
        self._refused_m1(here, own_name + there.m1[9:])
        self._refused_m2(here, there.m2)
        self._refused_m2(here, b"\x02" + there.m1[1:])

    @precondition(lambda self: len(self.knocks) > 1)
    @rule(place=PLACES, other=PLACES, cut=st.sampled_from([9, 33, 41, 1121, 1129, 1397, 4080]))
    def splice_two_runs(self, place: int, other: int, cut: int) -> None:
        here, there = self._pick(place), self._pick(other)
        if here is there:
            return
        self._refused_m1(here, here.m1[:cut] + there.m1[cut:])
        if here.m2 and there.m2:
            self._refused_m2(here, here.m2[:cut] + there.m2[cut:])
            self._refused_m2(here, there.m2[:cut] + here.m2[cut:])

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES, bit=st.integers(0, 4096 * 8 - 1))
    def flip_a_bit(self, place: int, bit: int) -> None:
        knock = self._pick(place)
        for message, refused in ((knock.m1, self._refused_m1), (knock.m2, self._refused_m2)):
            changed = bytearray(message or bytes(4096))
            changed[bit // 8] ^= 1 << bit % 8
            refused(knock, bytes(changed))

    @precondition(lambda self: self.knocks)
    @rule(place=PLACES, size=st.integers(0, 5000))
    def cut_or_lengthen(self, place: int, size: int) -> None:
        knock = self._pick(place)
        if size != 4096:
            self._refused_m1(knock, knock.m1[:size].ljust(size, b"\0"))
            self._refused_m2(knock, knock.m2[:size].ljust(size, b"\0"))


HandshakeNetwork.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=30, deadline=None
)
TestThreePeopleOverAHostileNetwork = HandshakeNetwork.TestCase
