"""What peers send each other: handshakes, frames, meetings, files, and the messages within."""

from tests.fuzz.statement_targets import CERT, NEWS
from tests.fuzz.target import Target, from_text
from tests.fuzz.world import ALICE, Enrollment, Knock, PakeRun, Talk, forged, plaintext_of
from tests.harness import NOW, ROUTE
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileReader, FileWriter
from whisp_desktop.protocol.file_messages import (
    CancelReason,
    FileAccept,
    FileCancel,
    FileDone,
    FileOffer,
    FileView,
)
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.group_messages import Group, GroupJoin, GroupLeave
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.padding import check_meeting, fill_meeting, pad, unpad
from whisp_desktop.protocol.peer_messages import (
    Bye,
    ByeReason,
    Contact,
    Delete,
    Nothing,
    PeerMessage,
    Receipt,
    Renew,
    State,
    Statements,
    Text,
    Timer,
    Typing,
    Wake,
    decode,
    encode,
)
from whisp_desktop.protocol.route import Route

ID, FILE_ID, HASH, SID = b"i" * 8, b"f" * 16, b"h" * 32, b"s" * 32
FILE_BYTES = CHUNK_BYTES + 1
TEXT = Text(ID, 5, None, "hé".encode())
MESSAGES: tuple[PeerMessage, ...] = (
    Nothing(),
    Bye(ByeReason(0)),
    Statements(NEWS),
    State(1, 0, 1, 2, away=False),
    Renew(CERT.whole[7:188]),
    Wake(b"w" * 16),
    Contact(ALICE.card, True, "Al"),
    TEXT,
    Receipt(1, (ID,)),
    Typing(True),
    Timer(60),
    Delete((ID,)),
    FileOffer(ID, FILE_ID, FILE_BYTES, FileView(0), 0, "a.txt"),
    FileAccept(FILE_ID, 0, Secret(HASH)),
    FileDone(FILE_ID, HASH),
    FileCancel(FILE_ID, CancelReason(0)),
    Group(FILE_ID, HASH, TEXT),
    GroupJoin(FILE_ID, HASH),
    GroupLeave(FILE_ID, HASH),
)


def _message(data: bytes) -> None:
    """Read a kind and its body; what is taken is written in one way only."""
    kind, body = data[0] if data else 0, data[1:]
    message = decode(kind, body)
    assert message is None or encode(message) == (kind, body)


def _route(data: bytes) -> None:
    assert Route.parse(data).encode() == data


def _chunk(data: bytes) -> bytes:
    return FileReader(Secret(HASH), SID, FILE_ID, FILE_BYTES, 1).open(data)


def _last_chunk() -> bytes:
    return FileWriter(Secret(HASH), SID, FILE_ID, FILE_BYTES, 1).seal(b"z")


def _m1() -> bytes:
    return Knock().m1


def _m2() -> bytes:
    return Knock().answer()[0]


def _forged_m2(plaintext: bytes) -> object:
    knock = Knock()
    return knock.read_m2(forged(lambda: knock.answer()[0], plaintext))


def _e4() -> bytes:
    return Enrollment().hand_over()


SESSIONS = (
    Target(
        "protocol.handshake.Responder.read sealed",
        lambda plaintext: Knock().read_m1(forged(_m1, plaintext)),
        (plaintext_of(_m1),),
    ),
    Target(
        "protocol.handshake.Initiator.read sealed",
        _forged_m2,
        (plaintext_of(_m2),),
    ),
    Target(
        "protocol.enrollment_new.NewDevice.open sealed",
        lambda plaintext: Enrollment().open_e4(forged(_e4, plaintext)),
        (plaintext_of(_e4),),
    ),
    Target(
        "protocol.handshake.Responder.read",
        lambda m1: Knock().read_m1(m1),
        (_m1(),),
        exact=True,
    ),
    Target(
        "protocol.handshake.Initiator.read",
        lambda m2: Knock().read_m2(m2),
        (_m2(),),
        exact=True,
    ),
    Target(
        "protocol.fin.check_fin",
        lambda frame: check_fin(frame, Secret(HASH), SID, SID, SID, SID),
        (fin_message(Secret(HASH), SID, SID, SID, SID),),
        exact=True,
    ),
    Target(
        "protocol.ratchet.Ratchet.decrypt",
        lambda frame: Talk().open_first(frame),
        (Talk().first,),
        exact=True,
    ),
    Target(
        "protocol.ratchet.Ratchet.decrypt later",
        lambda frame: Talk().open_later(frame),
        (Talk().later,),
        exact=True,
    ),
    Target("protocol.padding.unpad", unpad, (bytes(pad(1, b"body", 64)),)),
    Target(
        "protocol.padding.check_meeting",
        lambda frame: check_meeting(frame, b"\x30", 5),
        (fill_meeting(b"\x30body"),),
    ),
    Target(
        "protocol.peer_messages.decode",
        _message,
        tuple(bytes((each.kind,)) + each.body() for each in MESSAGES),
    ),
    Target("protocol.route.Route.parse", _route, (ROUTE,)),
    Target("protocol.file_frames.FileReader.open", _chunk, (_last_chunk(),), exact=True),
    Target(
        "protocol.aead.open_sealed",
        lambda sealed: open_sealed(HASH, NO_NONCE, b"", sealed),
        (seal(HASH, NO_NONCE, b"", b"text"),),
        exact=True,
    ),
    Target("protocol.pake.PakeOwner.read", lambda p1: PakeRun().read_p1(p1), (PakeRun().p1,)),
    Target(
        "protocol.pake.PakeGuest.read",
        lambda p2: PakeRun().read_p2(p2),
        (PakeRun().read_p1(PakeRun().p1),),
    ),
    Target(
        "protocol.pake.PakeOwner.check",
        lambda p3: PakeRun().check_p3(p3),
        (PakeRun().agree(),),
        exact=True,
    ),
    Target(
        "protocol.pake.PakeGuest.open",
        lambda p4: PakeRun().open_p4(p4),
        (PakeRun().write_p4(),),
        exact=True,
    ),
    Target(
        "protocol.enrollment_old.OldDevice.read",
        lambda e1: Enrollment().old.read(e1, NOW),
        (Enrollment().e1,),
        exact=True,
    ),
    Target(
        "protocol.enrollment_new.NewDevice.read",
        lambda e2: Enrollment().read_e2(e2),
        (Enrollment().offer(),),
        exact=True,
    ),
    Target(
        "protocol.enrollment_old.OldDevice.read_proof",
        lambda e3: Enrollment().read_e3(e3),
        (Enrollment().prove(),),
        exact=True,
    ),
    Target(
        "protocol.enrollment_old.OldDevice.certify",
        from_text(lambda typed: Enrollment().certify(typed)),
        (Enrollment().digits().encode(),),
        RefusedError,
    ),
    Target(
        "protocol.enrollment_new.NewDevice.open",
        lambda e4: Enrollment().open_e4(e4),
        (_e4(),),
        exact=True,
    ),
)
