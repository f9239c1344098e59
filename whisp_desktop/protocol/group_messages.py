"""What the members of a group say to each other, each to each: there is no group key."""

from dataclasses import dataclass
from typing import ClassVar, Self

from whisp_desktop.protocol.chat_messages import Delete, Receipt, Text, Timer, Typing
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.file_messages import FileAccept, FileCancel, FileDone, FileOffer
from whisp_desktop.protocol.message_fields import FieldReader, PeerMessage

_GROUP_ID_BYTES = 16
_ROSTER_BYTES = 32

_INSIDE: dict[int, type[PeerMessage]] = {
    known.kind: known
    for known in (
        *(Text, Receipt, Typing, Timer, Delete),
        *(FileOffer, FileAccept, FileDone, FileCancel),
    )
}


@dataclass(frozen=True, slots=True)
class Group(PeerMessage):
    """A message to a group; `roster` is H(roster in force), 32 bytes, `group_id` has 16.

    `message` is one of words (kinds 10 to 14) or about a file (20 to 23).
    """

    kind: ClassVar = 0x30
    group_id: bytes
    roster: bytes
    message: PeerMessage

    def body(self) -> bytes:
        """Return `group_id 16 | roster 32 | kind u8 | body of that kind`."""
        head = self.group_id + self.roster
        return b"".join((head, bytes((self.message.kind,)), self.message.body()))

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        group_id, roster = reader.take(_GROUP_ID_BYTES), reader.take(_ROSTER_BYTES)
        inside = _INSIDE.get(reader.number(1))
        if inside is None:
            raise PeerError("a group message holds a kind that is not for groups")
        return cls(group_id, roster, inside.parse(reader.rest()))


@dataclass(frozen=True, slots=True)
class _Membership(PeerMessage):
    """`group_id` 16 bytes, `roster` H(roster in force), 32."""

    group_id: bytes
    roster: bytes

    def body(self) -> bytes:
        """Return `group_id 16 | roster 32`."""
        return self.group_id + self.roster

    @classmethod
    def _read(cls, reader: FieldReader) -> Self:
        return cls(reader.take(_GROUP_ID_BYTES), reader.take(_ROSTER_BYTES))


@dataclass(frozen=True, slots=True)
class GroupJoin(_Membership):
    """The sender takes the invitation that this roster is."""

    kind: ClassVar = 0x31


@dataclass(frozen=True, slots=True)
class GroupLeave(_Membership):
    """The sender leaves the group."""

    kind: ClassVar = 0x32
