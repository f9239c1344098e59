"""The ratchet's event table, row by row."""

import secrets
from collections.abc import Iterable

import pytest

from tests.harness import agreed, pair, roundtrip
from tests.ratchet_state import key_buffers, snapshot
from whisp_desktop.protocol import ratchet as ratchet_module
from whisp_desktop.protocol.chains import SendingChain
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.peer_messages import Nothing, Text, Typing
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, LATER_IN_TURN, Ratchet

TEXT = 0x10
Sides = tuple[Ratchet, Ratchet]


@pytest.fixture
def sides() -> Sides:
    """A and B after A's first frame: B may begin the next turn, or A go on."""
    alice, bob = pair()
    return alice.ratchet, bob.ratchet


def assert_refused(reader: Ratchet, frame: bytes) -> None:
    """The frame is refused, and not a byte of the state is another."""
    before = snapshot(reader)
    with pytest.raises(PeerError):
        reader.decrypt(frame)
    assert snapshot(reader) == before


def send(writer: Ratchet, count: int) -> list[bytes]:
    return [writer.encrypt(TEXT, b"%d" % place) for place in range(count)]


def assert_opens(reader: Ratchet, frames: Iterable[bytes], bodies: Iterable[int]) -> None:
    opened = [reader.decrypt(frame) for frame in frames]
    assert opened == [(TEXT, b"%d" % place) for place in bodies]


def take_turns(writer: Ratchet, reader: Ratchet, turns: int) -> None:
    for _ in range(turns):
        assert reader.decrypt(writer.encrypt(TEXT, b"turn")) == (TEXT, b"turn")
        writer, reader = reader, writer


# Start, turns, sizes


def test_b_cannot_speak_before_a() -> None:
    alice, bob = (client.ratchet for client in agreed())
    assert alice.can_send
    assert not bob.can_send
    before = snapshot(bob)
    with pytest.raises(ValueError, match="before the other's first frame"):
        bob.encrypt(TEXT, b"too early")
    assert snapshot(bob) == before
    bob.decrypt(alice.encrypt(TEXT, b"first"))
    assert bob.can_send


def test_the_first_frame_of_a_turn_is_of_another_type_than_later_ones(sides: Sides) -> None:
    alice, bob = sides
    assert [frame[0] for frame in send(alice, 2)] == [LATER_IN_TURN] * 2
    frames = send(bob, 3)
    assert [frame[0] for frame in frames] == [FIRST_OF_TURN, LATER_IN_TURN, LATER_IN_TURN]
    assert_opens(alice, frames, range(3))
    assert send(alice, 1)[0][0] == FIRST_OF_TURN


@pytest.mark.parametrize(
    ("body_bytes", "later", "first"),
    [
        (0, 256, 4096),
        (168, 256, 4096),
        (169, 512, 4096),
        (1736, 2048, 4096),
        (1737, 2048, 8192),
        (4009, 8192, 8192),
        (8104, 8192, 16384),
        (14000, 16384, 16384),
    ],
)
def test_frames_have_the_smallest_size_that_fits(
    sides: Sides, body_bytes: int, later: int, first: int
) -> None:
    alice, bob = sides
    body = secrets.token_bytes(body_bytes)
    for writer, reader, size in ((bob, alice, first), (bob, alice, later)):
        frame = writer.encrypt(TEXT, body)
        assert len(frame) == size
        assert reader.decrypt(frame) == (TEXT, body)


def test_a_body_that_no_frame_holds_changes_nothing(sides: Sides) -> None:
    for ratchet in sides:  # one in its turn, one about to begin its own
        before = snapshot(ratchet)
        with pytest.raises(ValueError, match="too long"):
            ratchet.encrypt(TEXT, bytes(14_001))
        assert snapshot(ratchet) == before


def test_many_turns(sides: Sides) -> None:
    alice, bob = sides
    take_turns(bob, alice, 50)


def test_both_speak_at_once(sides: Sides) -> None:
    """Frames that cross belong to the turns that their senders were in."""
    alice, bob = sides
    for _ in range(5):
        from_a, from_b = send(alice, 3), send(bob, 3)
        assert_opens(bob, from_a, range(3))
        assert_opens(alice, from_b, range(3))


def test_a_second_turn_out_of_turn(sides: Sides) -> None:
    """Who has not been answered has nothing to begin a turn with; a copy of one is refused."""
    alice, bob = sides
    first = bob.encrypt(TEXT, b"0")
    assert_opens(alice, [first], [0])
    assert_refused(alice, first)
    alice.encrypt(TEXT, b"mine has begun")
    assert_refused(alice, first)


# Frames that are lost or overtaken


def test_frames_in_any_order_open_once(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 30)
    order = [*range(1, 30, 2), *range(28, -1, -2)]
    assert_opens(bob, (frames[place] for place in order), order)
    for frame in frames:
        assert_refused(bob, frame)


def test_32_frames_may_be_overtaken_at_once_and_33_not(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 67)
    assert_refused(bob, frames[33])
    assert_opens(bob, [frames[32], frames[65]], [32, 65])
    assert_opens(bob, frames[:32], range(32))
    assert_opens(bob, frames[33:65], range(33, 65))
    assert_opens(bob, frames[66:], [66])


@pytest.mark.parametrize("lost", [0, 1, 32])
def test_the_end_of_a_turn_may_be_late(sides: Sides, lost: int) -> None:
    alice, bob = sides
    frames = send(alice, lost)
    assert_opens(alice, send(bob, 1), [0])
    assert_opens(bob, [alice.encrypt(TEXT, b"0"), *frames], [0, *range(lost)])


def test_33_frames_at_the_end_of_a_turn_may_not_be_late(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 33)
    assert_opens(alice, send(bob, 1), [0])
    first = alice.encrypt(TEXT, b"0")
    assert_refused(bob, first)
    assert_opens(bob, [frames[0], first], [0, 0])


def test_frames_of_ended_turns_open_while_their_keys_are_stored(sides: Sides) -> None:
    alice, bob = sides
    late = []
    for turn in range(3):
        frames = send(alice, 4)
        late.append(frames[1:3])
        assert_opens(bob, [frames[0], frames[3]], [0, 3])
        assert_opens(alice, send(bob, 1), [0])
        assert turn == len(bob._chains) - 1
    alice.encrypt(TEXT, b"lost")
    for frames in reversed(late):
        assert_opens(bob, reversed(frames), [2, 1])
        for frame in frames:
            assert_refused(bob, frame)
    assert len(bob._chains) == 1


def test_64_keys_are_stored_and_the_oldest_go_first(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 99)
    assert_opens(bob, [frames[32], frames[65], frames[98]], [32, 65, 98])
    assert sum(len(chain.stored) for chain in bob._chains) == 64
    for frame in frames[:32]:
        assert_refused(bob, frame)
    assert_opens(bob, frames[33:65], range(33, 65))


def test_keys_of_turns_long_ended_are_forgotten(sides: Sides) -> None:
    alice, bob = sides
    late = []
    for _ in range(4):
        frames = send(alice, 32)
        late.append(frames)
        assert_opens(alice, send(bob, 1), [0])
        assert bob.decrypt(alice.encrypt(TEXT, b"next")) == (TEXT, b"next")
    assert len(bob._chains) == 3
    for frame in late[0] + late[1]:
        assert_refused(bob, frame)
    assert_opens(bob, late[2], range(32))
    assert_opens(bob, late[3], range(32))


def test_nothing_of_a_turn_opens_before_its_first_frame(sides: Sides) -> None:
    alice, bob = sides
    first, second = send(bob, 2)
    assert_refused(alice, second)
    assert_opens(alice, [first, second], range(2))


# Wrong frames


@pytest.mark.parametrize("frame", [b"", b"\x10", b"\x11", b"\x03" + bytes(255), b"\x12" * 256])
def test_what_is_no_frame(sides: Sides, frame: bytes) -> None:
    assert_refused(sides[0], frame)


@pytest.mark.parametrize("kind", [LATER_IN_TURN, FIRST_OF_TURN])
@pytest.mark.parametrize("size", [255, 256, 257, 512, 1024, 2048, 4095, 4096, 8192, 16384, 16385])
def test_noise_of_every_size(sides: Sides, kind: int, size: int) -> None:
    assert_refused(sides[0], bytes([kind]) + secrets.token_bytes(size - 1))


@pytest.mark.parametrize("part", [0, 1, 12, 13, 50, 68, 69, 100, 239, 240, 255])
def test_one_byte_of_a_later_frame_changed(sides: Sides, part: int) -> None:
    alice, bob = sides
    frame = bytearray(alice.encrypt(TEXT, b"0"))
    frame[part] ^= 0x80
    assert_refused(bob, bytes(frame))
    frame[part] ^= 0x80
    assert_opens(bob, [bytes(frame)], [0])


@pytest.mark.parametrize("part", [0, 1, 13, 53, 1237, 2325, 2340, 2341, 4079, 4095])
def test_one_byte_of_a_first_frame_changed(sides: Sides, part: int) -> None:
    alice, bob = sides
    frame = bytearray(bob.encrypt(TEXT, b"0"))
    frame[part] ^= 0x80
    assert_refused(alice, bytes(frame))
    frame[part] ^= 0x80
    assert_opens(alice, [bytes(frame)], [0])


def test_a_longer_or_shorter_frame(sides: Sides) -> None:
    alice, bob = sides
    frame = alice.encrypt(TEXT, bytes(400))
    for wrong in (frame[:256], frame[:-1], frame + b"\0", frame + bytes(512)):
        assert_refused(bob, wrong)


def test_ones_own_frame_reflected(sides: Sides) -> None:
    for ratchet in sides:
        assert_refused(ratchet, ratchet.encrypt(TEXT, b"0"))
        assert_refused(ratchet, ratchet.encrypt(TEXT, b"1"))


def test_a_frame_of_another_session(sides: Sides) -> None:
    others = pair()
    for own, other in zip(sides, others, strict=True):
        frames = send(other.ratchet, 2)
        for reader in sides:
            assert reader is own or [assert_refused(reader, frame) for frame in frames]


# What only the peer itself can do wrong: its headers open


def with_header(writer: Ratchet, **changes: object) -> bytes:
    """Return the first frame of a turn, its header genuine but for some fields."""
    seal, form = writer._seal_header, ratchet_module._FIRST_HEADER

    def seal_changed(kind: bytes, cipher: object, header: bytes, ad: bytes) -> bytes:
        names = ("dh", "sent_before", "n", "kem", "ciphertext")
        fields = dict(zip(names, form.unpack(header), strict=True)) | changes
        return seal(kind, cipher, form.pack(*fields.values()), ad)

    writer._seal_header = seal_changed
    frame = writer.encrypt(TEXT, b"forged")
    del writer._seal_header
    return frame


def numbered(writer: Ratchet, n: int) -> bytes:
    """Return a later frame whose header says that it is the n-th."""
    writer._sending.sent = n
    return writer.encrypt(TEXT, b"forged")


WRONG_HEADERS = [
    {"dh": bytes(32)},
    {"kem": b"\xff" * 1184},
    {"n": 1},
    {"n": 0xFFFF_FFFF},
    {"sent_before": 1},
    {"sent_before": 0xFFFF_FFFF},
    {"ciphertext": bytes(1088)},
]


@pytest.mark.parametrize("changes", WRONG_HEADERS)
@pytest.mark.parametrize("turns", [0, 2])
def test_a_first_frame_with_a_wrong_header(
    sides: Sides, changes: dict[str, object], turns: int
) -> None:
    alice, bob = sides
    take_turns(bob, alice, turns)
    if turns:
        assert_opens(alice, send(bob, 2), range(2))
        bob.decrypt(alice.encrypt(TEXT, b"answer"))
    assert_refused(alice, with_header(bob, **changes))


def test_a_frame_whose_number_was_not_used(sides: Sides) -> None:
    alice, bob = sides
    assert_opens(bob, send(alice, 5), range(5))
    for n in (0, 4, 7, 0xFFFF_FFFF):
        assert_refused(bob, numbered(alice, n))


def test_a_peer_that_begins_two_turns_in_a_row(sides: Sides) -> None:
    alice, bob = sides
    turn = bob._turn
    assert_opens(alice, send(bob, 1), [0])
    bob._turn = turn
    assert_refused(alice, bob.encrypt(TEXT, b"forged"))


def test_a_turn_that_has_ended_cannot_go_on(sides: Sides) -> None:
    """Not even under a chain key of zeros, which is what is left of it."""
    alice, bob = sides
    ended = alice._sending
    cipher, head = ended.header_cipher, ended.header_head
    frames = send(alice, 2)
    assert_opens(alice, send(bob, 1), [0])
    assert_opens(bob, [alice.encrypt(TEXT, b"0")], [0])
    assert not any(bob._chains[1]._key)
    alice._sending = SendingChain(cipher, bytearray(32), head)
    assert_refused(bob, numbered(alice, 3))
    assert_opens(bob, frames, range(2))


def test_no_turn_that_has_ended_keeps_its_chain_key(sides: Sides) -> None:
    """Whichever of several: each of them has stored keys, and so is still there."""
    alice, bob = sides
    for ended in range(1, 4):
        assert_opens(bob, [send(alice, 2)[1]], [1])
        assert_opens(alice, send(bob, 1), [0])
        assert_opens(bob, [alice.encrypt(TEXT, b"0")], [0])
        keys = [bytes(chain._key) for chain in bob._chains]
        assert any(keys[0])
        assert keys[1:] == [bytes(32)] * ended


def test_a_stored_key_does_not_open_a_forged_body(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 4)
    assert_opens(bob, [frames[3]], [3])
    forged = frames[1][:-1] + bytes([frames[1][-1] ^ 1])
    assert_refused(bob, forged)
    assert_opens(bob, frames[:3], range(3))


@pytest.mark.parametrize("kind", [LATER_IN_TURN, FIRST_OF_TURN])
def test_padding_that_is_not_zero(sides: Sides, kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = sides if kind == LATER_IN_TURN else reversed(sides)
    genuine = ratchet_module.pad

    def pad_wrong(kind: int, body: bytes, room: int) -> bytearray:
        padded = genuine(kind, body, room)
        padded[-1] = 1
        return padded

    monkeypatch.setattr(ratchet_module, "pad", pad_wrong)
    assert_refused(reader, writer.encrypt(TEXT, b"0"))


# A turn that was prepared


def test_a_prepared_turn_has_its_kem_pair_ready_and_nothing_else(sides: Sides) -> None:
    """The X25519 pair is made as the turn begins, or a stolen state could follow into it."""
    alice, bob = sides
    asked: list[int] = []

    def watched(size_bytes: int) -> bytes:
        asked.append(size_bytes)
        return secrets.token_bytes(size_bytes)

    bob._random = watched
    bob.prepare()
    bob.prepare()
    assert asked == [64]
    assert_opens(alice, send(bob, 2), [0, 1])
    assert asked == [64, 32, 12, 12]
    bob.prepare()
    assert len(asked) == 4
    take_turns(alice, bob, 5)


def test_a_refused_frame_leaves_a_prepared_turn_as_it_was(sides: Sides) -> None:
    alice, bob = sides
    bob.prepare()
    forged = alice.encrypt(TEXT, b"0")[:-1] + b"\0"
    assert_refused(bob, forged)
    before = snapshot(bob)
    with pytest.raises(ValueError, match="too long"):
        bob.encrypt(TEXT, bytes(14_001))
    assert snapshot(bob) == before
    assert_opens(alice, send(bob, 1), [0])


def test_a_prepared_pair_is_overwritten_on_closing(sides: Sides) -> None:
    _, bob = sides
    bob.prepare()
    seed = bob._turn.own_kem.seed.data
    assert any(seed)
    bob.close()
    assert not any(seed)


def test_a_panic_amid_preparing_leaves_no_pair(sides: Sides) -> None:
    _, bob = sides

    def panic(size_bytes: int) -> bytes:
        bob.close()
        return secrets.token_bytes(size_bytes)

    bob._random = panic
    bob.prepare()
    assert bob._turn.own_kem.seed.closed
    bob.prepare()
    assert bob._turn.own_kem.seed.closed


# What is forgotten


def test_a_closed_ratchet_has_no_keys(sides: Sides) -> None:
    alice, bob = sides
    frames = send(alice, 9)
    assert_opens(bob, [frames[3], frames[8]], [3, 8])
    assert_opens(alice, send(bob, 1), [0])
    assert_opens(bob, [alice.encrypt(TEXT, b"0")], [0])
    for ratchet in (alice, bob):
        buffers = key_buffers(ratchet)
        assert sum(map(any, buffers)) >= 4
        ratchet.close()
        ratchet.close()
        assert not any(map(any, buffers))
        for holder in (ratchet, ratchet._sending, *ratchet._chains):
            for cipher in ("_next_own_cipher", "_next_their_cipher", "header_cipher"):
                assert not hasattr(holder, cipher)
        assert not ratchet.can_send
        with pytest.raises(ValueError, match="closed"):
            ratchet.encrypt(TEXT, b"")
        with pytest.raises(ValueError, match="closed"):
            ratchet.decrypt(frames[0])


def test_a_ratchet_that_was_never_used_can_be_closed() -> None:
    for client in agreed():
        buffers = key_buffers(client.ratchet)
        client.ratchet.close()
        assert not any(map(any, buffers))


def test_a_panic_amid_a_message_lets_no_frame_out(sides: Sides) -> None:
    """Another thread overwrites the keys while a frame is made of them."""
    alice, _ = sides

    def panic(size_bytes: int) -> bytes:
        alice._closed = True
        alice._root_key[:] = bytes(32)
        alice._sending._key[:] = bytes(32)
        return bytes(size_bytes)

    alice._random = panic
    with pytest.raises(ValueError, match="closed"):
        alice.encrypt(TEXT, b"never")


def test_the_ratchet_takes_its_part_of_the_agreement_and_no_more() -> None:
    for client in agreed():
        agreement = client.agreement
        assert all(key.closed for key in (agreement.rk, agreement.hka, agreement.nhkb))
        assert agreement.own_dh is agreement.own_kem is None
        assert not any(key.closed for key in (agreement.fa, agreement.fb, agreement.kpair))
        agreement.close()
        assert client.ratchet.can_send == agreement.initiator


def test_keys_of_a_turn_are_gone_when_the_next_one_opens(sides: Sides) -> None:
    alice, bob = sides
    pairs = alice._turn
    buffers = key_buffers(alice)
    assert_opens(alice, send(bob, 1), [0])
    assert pairs.dh.private.closed
    assert pairs.kem.seed.closed
    sending = alice._sending._key
    alice.encrypt(TEXT, b"mine")
    assert not any(sending)
    assert not any(map(any, buffers[1:]))


def test_message_keys_are_overwritten_when_used(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = sides
    made: list[bytearray] = []
    genuine = ratchet_module.ReceivingChain.step_after

    def watched(chain: ratchet_module.ReceivingChain, steps: list[bytearray]) -> bytearray:
        made.append(genuine(chain, steps))
        return made[-1]

    monkeypatch.setattr(ratchet_module.ReceivingChain, "step_after", watched)
    frames = send(alice, 4)
    assert_opens(bob, [frames[3]], [3])
    stored = [*bob._chains[0].stored.values()]
    assert_opens(bob, frames[:3], range(3))
    assert_refused(bob, alice.encrypt(TEXT, b"4")[:-1] + b"\0")
    first = bob.encrypt(TEXT, b"0")
    assert_refused(alice, first[:-1] + bytes([first[-1] ^ 1]))
    assert len(made) == 6
    assert not any(map(any, made + stored))


def test_a_stolen_state_does_not_open_what_came_before(sides: Sides) -> None:
    """Forward secrecy: no key that a side still has opens a frame that it has opened."""
    alice, bob = sides
    frames = [*send(alice, 2), alice.encrypt(TEXT, b"secret")]
    for frame in frames:
        bob.decrypt(frame)
    for thief in (bob, alice):
        for frame in frames:
            assert_refused(thief, frame)
    take_turns(bob, alice, 2)
    assert_refused(bob, frames[2])


def test_a_stolen_state_is_worth_nothing_two_turns_later(sides: Sides) -> None:
    """Post-compromise security: who copied all keys cannot read on after a turn of each side."""
    alice, bob = sides
    stolen = {bytes(buffer) for buffer in key_buffers(bob)}
    take_turns(bob, alice, 3)
    assert not stolen & {bytes(buffer) for side in sides for buffer in key_buffers(side)}


# The harness's own words


def test_roundtrip_delivers_messages_and_answers() -> None:
    alice, bob = pair()
    answers = {Typing(on=True): [Typing(on=False)], Typing(on=False): [Nothing()]}
    alice.answer = bob.answer = lambda came: answers.get(came, ())
    text = Text(b"12345678", 0, None, b"hello")
    alice.outbox += [text, Typing(on=True)]
    roundtrip(alice, bob)
    assert bob.heard == [text, Typing(on=True), Nothing()]
    assert alice.heard == [Typing(on=False)]


def test_roundtrip_has_a_bound() -> None:
    alice, bob = pair()
    alice.answer = bob.answer = lambda _: [Nothing()]
    alice.outbox.append(Nothing())
    with pytest.raises(AssertionError, match="do not come to an end"):
        roundtrip(alice, bob)
