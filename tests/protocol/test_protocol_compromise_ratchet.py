"""What a thief of a ratchet's state can read: nothing from before, and nothing once both turned.

The attacker works from bytes alone (`tests/attacker.py`). He also gets what he would have to work
for: the header of each turn's first frame, every public key, and no limit of attempts.
"""

from collections.abc import Callable

import pytest

from tests.attacker import Loot, Recorded, Tap
from tests.harness import Client, agreed
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, Ratchet
from whisp_desktop.protocol.turns import OurTurn, TheirTurn

TEXT = b"what was said"


class Session:
    """A conversation of which every frame is recorded.

    prepared -- each side makes its next ML-KEM pair as soon as it has heard the other's turn
    """

    def __init__(self, *, prepared: bool) -> None:
        self.prepared = prepared
        self.tap = Tap()
        self.alice, self.bob = agreed(self.tap)
        self.frames: list[Recorded] = []
        self.turn = 0

    def say(self, writer: Client, *, lost: bool = False) -> None:
        frame = writer.ratchet.encrypt(0x10, TEXT)
        header = None
        if frame[0] == FIRST_OF_TURN:
            self.turn += 1
            header = read_header(writer.ratchet, frame)
        self.frames.append(Recorded(frame, self.turn, header))
        if not lost:
            reader = self.bob if writer is self.alice else self.alice
            assert reader.ratchet.decrypt(frame) == (0x10, TEXT)
            if self.prepared:
                reader.ratchet.prepare()

    def take_turns(self, count: int) -> None:
        """Let each side in turn say three things."""
        for _ in range(count):
            writer = self.alice if self.turn % 2 == 0 else self.bob
            for _ in range(3):
                self.say(writer)

    def places(self, turns: Callable[[int], bool]) -> set[int]:
        return {place for place, each in enumerate(self.frames) if turns(each.turn)}


def read_header(writer: Ratchet, frame: bytes) -> bytes:
    """Return the header of a first frame: the attacker is spared the header key."""
    assert writer._sending is not None
    ad = frame[:1] + writer._sid
    return writer._sending.header_cipher.decrypt(frame[1:13], frame[13:2341], ad)


def steal(ratchet: Ratchet) -> Loot:
    """Copy every secret of a ratchet, byte by byte; what it does later cannot change the copy."""
    loot = Loot(ratchet._sid, roots={bytes(ratchet._root_key)})
    if ratchet._sending is not None:
        loot.chain_keys.add(bytes(ratchet._sending._key))
    for chain in ratchet._chains:
        loot.chain_keys.add(bytes(chain._key))
        loot.message_keys |= {bytes(key) for key in chain.stored.values()}
    turn = ratchet._turn
    if isinstance(turn, OurTurn):
        loot.dh_publics.add(turn.dh)
        if turn.own_kem is not None:
            loot.kem_seeds.add(bytes(turn.own_kem.seed.data))
    if isinstance(turn, TheirTurn):
        loot.dh_privates.add(bytes(turn.dh.private.data))
        loot.kem_seeds.add(bytes(turn.kem.seed.data))
    return loot


@pytest.fixture(params=[False, True], ids=["at the turn", "prepared"])
def session(request: pytest.FixtureRequest) -> Session:
    return Session(prepared=request.param)


@pytest.mark.parametrize("victim", ["alice", "bob"])
@pytest.mark.parametrize("turns", [1, 2, 3, 6])
def test_forward_secrecy_a_state_taken_at_n_opens_nothing_before_n(
    session: Session, victim: str, turns: int
) -> None:
    session.take_turns(turns)
    before = len(session.frames)
    loot = steal(getattr(session, victim).ratchet)
    session.say(session.alice if turns % 2 else session.bob)
    # The frame after the theft is read, by whichever of the two it was taken from: the thief can.
    assert loot.read(session.frames) == {before}


def test_forward_secrecy_of_what_was_lost_ends_when_its_key_is_dropped(session: Session) -> None:
    """A frame that never came stays readable to its reader, and so to a thief: until it opened."""
    session.say(session.alice)
    session.say(session.alice, lost=True)
    session.say(session.alice)
    assert steal(session.bob.ratchet).read(session.frames) == {1}
    assert steal(session.alice.ratchet).read(session.frames) == set()
    session.bob.ratchet.decrypt(session.frames[1].frame)
    assert steal(session.bob.ratchet).read(session.frames) == set()


@pytest.mark.parametrize("victim", ["alice", "bob"])
@pytest.mark.parametrize("turns", [1, 2])
@pytest.mark.parametrize(
    ("x25519", "ml_kem"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_recovery_a_state_taken_at_n_is_useless_after_both_have_turned_once(
    session: Session, victim: str, turns: int, *, x25519: bool, ml_kem: bool
) -> None:
    """One of X25519 and ML-KEM may be broken. With both broken he reads on for ever."""
    session.take_turns(turns)
    loot = steal(getattr(session, victim).ratchet)
    stolen_at = session.turn
    session.take_turns(6)
    if x25519:
        loot.dh_privates |= set(session.tap.given[32])
    if ml_kem:
        loot.kem_seeds |= set(session.tap.given[64])
    read = loot.read(session.frames)
    after = session.places(lambda turn: turn > stolen_at + 1)
    if x25519 and ml_kem:
        assert read == session.places(lambda turn: turn > stolen_at)
    else:
        assert not read & after


@pytest.mark.parametrize("victim", ["alice", "bob"])
def test_recovery_takes_the_turn_of_both(session: Session, victim: str) -> None:
    """Whose state was stolen while the other is to turn is read until that turn is over."""
    session.take_turns(2 if victim == "bob" else 1)
    loot = steal(getattr(session, victim).ratchet)
    stolen_at = session.turn
    session.take_turns(4)
    assert loot.read(session.frames) == session.places(lambda turn: turn == stolen_at + 1)
