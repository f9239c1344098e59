"""Frames that the server sends on its socket: answers under the request's `seq`, news under 0.

Here stand their types alone; `server_messages` encodes and decodes them, and makes `pad`s to size.
"""

from enum import IntEnum
from typing import Annotated, Generic, Literal

from msgspec import Meta

from whisp_desktop.protocol.names import USERNAME_PATTERN
from whisp_desktop.protocol.server_requests import (
    Box,
    Box_co,
    Door,
    EightBytes,
    Frame,
    Id,
    PakeFrame,
    Part,
    SessionMessage,
    Why,
)

AnswerSeq = Annotated[int, Meta(ge=0, le=2**32 - 1)]


class How(IntEnum):
    """How an asker came to somebody's bundle."""

    CONTACT = 0
    NAME = 1
    TICKET = 2


class SeenState(IntEnum):
    """What a watched id shows."""

    GONE = 0
    HERE = 1
    AWAY = 2


class FoundDevice(Part, frozen=True):
    """A certificate and a bundle of its device: whole statements."""

    cert: Annotated[bytes, Meta(min_length=252, max_length=252)]
    bundle: Annotated[bytes, Meta(min_length=1329, max_length=1329)]


class SeenId(Part, frozen=True):
    """A watched id and what it shows."""

    id: Id
    state: SeenState


class Ok(Frame, frozen=True, tag=64):
    """Done."""

    seq: AnswerSeq


class KnockOk(Frame, frozen=True, tag=64):
    """Done, whether or not anybody got the knock: 64 bytes."""

    seq: AnswerSeq
    pad: bytes = b""


class MailboxOk(Frame, Generic[Box_co], frozen=True, tag=64):
    """The mailbox that was opened."""

    seq: AnswerSeq
    box: Box_co


class Error(Frame, frozen=True, tag=65):
    """Refused, with a code of the REST list."""

    seq: AnswerSeq
    code: str


class DoorsTaken(Frame, frozen=True, tag=65, kw_only=True):
    """Code `taken`: these doors were; the others of the request are open."""

    seq: AnswerSeq
    code: Literal["taken"] = "taken"
    doors: Annotated[tuple[Door, ...], Meta(max_length=32)]


class Found(Frame, frozen=True, tag=66):
    """Up to four devices of one account, its manifest and revocations: 16,384 bytes."""

    seq: AnswerSeq
    devices: Annotated[tuple[FoundDevice, ...], Meta(min_length=1, max_length=4)]
    manifest: bytes
    statements: bytes
    pad: bytes = b""


class Unreachable(Frame, frozen=True, tag=67):
    """Nobody of that name or id can be reached now: 16,384 bytes."""

    seq: AnswerSeq
    pad: bytes = b""


class Seen(Frame, frozen=True, tag=68, kw_only=True):
    """Watched ids that changed."""

    seq: AnswerSeq = 0
    ids: Annotated[tuple[SeenId, ...], Meta(max_length=1024)]


class Knocked(Frame, frozen=True, tag=69, kw_only=True):
    """Somebody asks; `knock` names it for 120 s, `username` is the asker's as registered."""

    seq: AnswerSeq = 0
    knock: Id
    username: Annotated[str, Meta(pattern=USERNAME_PATTERN)]
    how: How
    m1: SessionMessage


class Answered(Frame, frozen=True, tag=70, kw_only=True):
    """The answer to one's own knock on this bundle."""

    seq: AnswerSeq = 0
    bundle_id: EightBytes
    m2: SessionMessage


class Paked(Frame, frozen=True, tag=71, kw_only=True):
    """A step of a friend code's run: 2112 bytes."""

    seq: AnswerSeq = 0
    run: Id
    door: Door
    frame: PakeFrame
    pad: bytes = b""


class Mail(Frame, Generic[Box_co], frozen=True, tag=72, kw_only=True):
    """A frame from the other side of a mailbox."""

    seq: AnswerSeq = 0
    box: Box_co
    frame: PakeFrame


class Spent(Frame, frozen=True, tag=73, kw_only=True):
    """One's own bundle was handed out."""

    seq: AnswerSeq = 0
    bundle_id: EightBytes


class NewToken(Frame, frozen=True, tag=74):
    """A token and the seconds until it ends."""

    seq: AnswerSeq
    token: str
    expires_in: Annotated[int, Meta(ge=0, le=2**32 - 1)]


class Revoked(Frame, frozen=True, tag=75, kw_only=True):
    """Revocations of one's own account, each after its signer's certificate."""

    seq: AnswerSeq = 0
    statements: bytes


class Ended(Frame, frozen=True, tag=76, kw_only=True):
    """A knock that was taken back."""

    seq: AnswerSeq = 0
    knock: Id
    why: Why


ServerFrame = (
    Ok
    | MailboxOk[Box]
    | KnockOk
    | Error
    | DoorsTaken
    | Found
    | Unreachable
    | Seen
    | Knocked
    | Answered
    | Paked
    | Mail[Box]
    | Spent
    | NewToken
    | Revoked
    | Ended
)
