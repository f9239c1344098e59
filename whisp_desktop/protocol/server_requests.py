"""Frames that a client sends on the server's socket: MessagePack arrays `[tag, seq, …]`.

Here stand their types alone; `server_messages` encodes and decodes them. Names and statements in
them are checked by whoever reads those: they are refused, while another form is malformed.
"""

from enum import IntEnum
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
EightBytes = Annotated[bytes, Meta(min_length=8, max_length=8)]
Door = Annotated[str, Meta(pattern=r"^[0-9]{2}\Z")]
BoxNumber = Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")]
Box = BoxNumber | EightBytes
Box_co = TypeVar("Box_co", bound=str | bytes, covariant=True)
"""One of the two: msgspec decodes a `str` or a `bytes`, but no union of them."""

SessionMessage = Annotated[bytes, Meta(min_length=4096, max_length=4096)]
PakeFrame = Annotated[bytes, Meta(min_length=2048, max_length=2048)]
Seq = Annotated[int, Meta(ge=1, le=2**32 - 1)]


class Part(Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """An array inside a frame."""


class Frame(Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A frame; its fields stand in the order of the wire."""


class ByName(IntEnum):
    """Who finds a device by its account's name."""

    NOBODY = 0
    EXACT_NAME = 1
    LISTED = 2


class Why(IntEnum):
    """Why a knock ended."""

    WITHDRAWN = 0
    ANSWERED_ELSEWHERE = 1


class Work(Part, frozen=True):
    """A proof of work: challenge 41 bytes, solution 64."""

    challenge: Annotated[bytes, Meta(min_length=41, max_length=41)]
    solution: Annotated[bytes, Meta(min_length=64, max_length=64)]


class AnnouncedId(Part, frozen=True):
    """An id of ours, the seconds until the server forgets it, and whether we are away (0, 1)."""

    id: Id
    left_s: Annotated[int, Meta(ge=0, le=1800)]
    away: Literal[0, 1]


class Publish(Frame, frozen=True, tag=1):
    """Bundles (whole statements) for the two pools, and who finds this device by name."""

    seq: Seq
    by_name: ByName
    stranger_bundles: tuple[bytes, ...]
    contact_bundles: tuple[bytes, ...]


class Announce(Frame, frozen=True, tag=2):
    """The ids under which contacts see this device; they replace the former ones."""

    seq: Seq
    ids: Annotated[tuple[AnnouncedId, ...], Meta(max_length=1024)]


class Watch(Frame, frozen=True, tag=3):
    """The ids to hear of; they replace the former ones."""

    seq: Seq
    ids: Annotated[tuple[Id, ...], Meta(max_length=4096)]


class LookUpName(Frame, frozen=True, tag=4):
    """Ask for bundles by username; the work's binding is H(username)."""

    seq: Seq
    name: str
    work: Work


class LookUpId(Frame, frozen=True, tag=4):
    """Ask for bundles by a watched id."""

    seq: Seq
    id: Id


class Knock(Frame, frozen=True, tag=5):
    """Bring m1 to the owner of a bundle.

    `proof`: a work (binding H(m1)), a friend code's ticket (16 bytes), or None where the bundle was
    got by id or an earlier work covers it.
    """

    seq: Seq
    bundle_id: EightBytes
    m1: SessionMessage
    proof: Work | Id | None


class Answer(Frame, frozen=True, tag=6):
    """Bring m2 to whoever knocked."""

    seq: Seq
    knock: Id
    m2: SessionMessage


class OpenDoors(Frame, frozen=True, tag=7):
    """The friend-code doors open now, and a ticket that admits one knock."""

    seq: Seq
    doors: Annotated[tuple[Door, ...], Meta(max_length=32)]
    ticket: Id | None


class PakeStart(Frame, frozen=True, tag=8, kw_only=True):
    """A guest's first step of a friend code (p1); the work's binding is H(username)."""

    seq: Seq
    run: None = None
    username: str
    door: Door
    work: Work
    frame: PakeFrame


class PakeStep(Frame, frozen=True, tag=8):
    """A further step of a run, from either side."""

    seq: Seq
    run: Id
    frame: PakeFrame


class MailboxOpen(Frame, frozen=True, tag=9, kw_only=True):
    """Ask for a mailbox with a number of 4 digits, or a name of 8 bytes."""

    seq: Seq
    what: Literal["open"] = "open"
    size: Literal[4, 8]


class MailboxSend(Frame, Generic[Box_co], frozen=True, tag=9):
    """Put a frame into a mailbox."""

    seq: Seq
    box: Box_co
    frame: PakeFrame


class Renew(Frame, frozen=True, tag=10):
    """Ask for a new token."""

    seq: Seq


class Withdraw(Frame, frozen=True, tag=11):
    """Take a knock back."""

    seq: Seq
    bundle_id: EightBytes
    why: Why


Request = (
    Publish
    | Announce
    | Watch
    | LookUpName
    | LookUpId
    | Knock
    | Answer
    | OpenDoors
    | PakeStart
    | PakeStep
    | MailboxOpen
    | MailboxSend[Box]
    | Renew
    | Withdraw
)
