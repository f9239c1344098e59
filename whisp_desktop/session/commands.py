"""What a front end can ask of the core: one frozen class a command, typed by its answer.

`await node.do(command)` gives the answer or raises `RefusedError`; nothing else comes out.
A `peer` or `name` is what the person sees: the petname of a contact, else the exact username.
"""

from dataclasses import dataclass
from typing import Generic, NewType, TypeVar

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import (
    Account,
    CardFound,
    ChangedKey,
    ContactEntry,
    Found,
    OwnCard,
    Safety,
    Status,
)

RequestId = NewType("RequestId", str)
MessageId = NewType("MessageId", str)
"""18 hexadecimal digits: `01` for an own message, else `00`, and the wire's 8-byte id.

A command may leave the first two out: an own message is meant if there is one, else theirs.
"""

Answer_co = TypeVar("Answer_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Command(Generic[Answer_co]):
    """A question or an order whose answer is an `Answer_co`."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A message that the ring buffer holds now.

    `state` is `sending`, `sent`, `delivered`, `seen` (own) or `received`, `seen` (theirs);
    `left_s` is None while its timer does not run.
    """

    message: MessageId
    mine: bool
    text: str
    state: str
    lifetime_s: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Unlock(Command[None]):
    """Open a passphrase vault, or set its passphrase on a new profile without a keychain."""

    passphrase: Secret


@dataclass(frozen=True, slots=True)
class ChoosePassphrase(Command[None]):
    """Let this passphrase open the profile of an account that is not made yet.

    Unlike `Unlock` it takes the place of one that was chosen before.
    """

    passphrase: Secret


@dataclass(frozen=True, slots=True)
class CreateAccount(Command[Account]):
    """Make the keys, keep them, register `name` at `server` (a URL or a host)."""

    name: str
    server: str


@dataclass(frozen=True, slots=True)
class GetStatus(Command[Status]):
    """Everything at a glance."""


@dataclass(frozen=True, slots=True)
class Retry(Command[None]):
    """Try the lost server at once."""


@dataclass(frozen=True, slots=True)
class CheckName(Command[bool]):
    """Is this username free at that server? Costs proof of work. Empty server: one's own."""

    name: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class LookUp(Command[Found]):
    """Who answers under this name now, and the safety number with them."""

    name: str


@dataclass(frozen=True, slots=True)
class Ask(Command[RequestId]):
    """Ask for a conversation; what comes of it are events."""

    name: str


@dataclass(frozen=True, slots=True)
class Withdraw(Command[None]):
    """Take an own request back, at any step before the conversation is open."""

    request: RequestId


@dataclass(frozen=True, slots=True)
class Accept(Command[None]):
    """Say yes to a request: the first packet to the other side leaves after this."""

    request: RequestId


@dataclass(frozen=True, slots=True)
class Decline(Command[None]):
    """Say nothing to a request: nothing is sent."""

    request: RequestId


@dataclass(frozen=True, slots=True)
class Block(Command[None]):
    """Decline, and never hear of this account again."""

    request: RequestId


@dataclass(frozen=True, slots=True)
class GetContacts(Command[tuple[ContactEntry, ...]]):
    """The contact list."""


@dataclass(frozen=True, slots=True)
class Rename(Command[None]):
    """Show a contact under another name, here alone."""

    name: str
    petname: str


@dataclass(frozen=True, slots=True)
class Remove(Command[None]):
    """Forget a contact, and every key that is shared with them."""

    name: str


@dataclass(frozen=True, slots=True)
class BlockContact(Command[None]):
    """Never hear of a contact again; what goes on with them ends."""

    name: str


@dataclass(frozen=True, slots=True)
class Unblock(Command[None]):
    """Hear of a blocked contact again."""

    name: str


@dataclass(frozen=True, slots=True)
class GetSafety(Command[Safety]):
    """What to compare with a contact, in another way than here."""

    name: str


@dataclass(frozen=True, slots=True)
class Verify(Command[None]):
    """The contact has read out this safety number, of the known key or of a changed one."""

    name: str
    digits: str


@dataclass(frozen=True, slots=True)
class VerifyCard(Command[None]):
    """This QR text was scanned from the contact's own screen: as `Verify`, by their card."""

    name: str
    qr: str


@dataclass(frozen=True, slots=True)
class GetChangedKey(Command[ChangedKey]):
    """What to look at before anything is sent under a contact's new key."""

    name: str


@dataclass(frozen=True, slots=True)
class TakeChangedKey(Command[None]):
    """The new key was looked at: it is the contact's from now on, not verified."""

    name: str


@dataclass(frozen=True, slots=True)
class KeepKnownKey(Command[None]):
    """The new key was looked at: it is not the contact's, whose key stays the one that it was."""

    name: str


@dataclass(frozen=True, slots=True)
class GetCard(Command[OwnCard]):
    """One's own card, to show or to send."""


@dataclass(frozen=True, slots=True)
class ReadCard(Command[CardFound]):
    """What a card's QR text or an invite link says; nothing is kept or connected to."""

    text: str


@dataclass(frozen=True, slots=True)
class AddContact(Command[CardFound]):
    """Keep whom a card or an invite link names; nothing is connected to.

    `in_person`: the code was scanned from the other's own screen, so the contact is verified.
    """

    text: str
    in_person: bool = False


@dataclass(frozen=True, slots=True)
class Send(Command[MessageId]):
    """Send text (1 to 12,000 bytes of UTF-8). `lifetime_s` None: the conversation's default."""

    peer: str
    text: str
    lifetime_s: int | None = None
    reply_to: MessageId | None = None


@dataclass(frozen=True, slots=True)
class MarkSeen(Command[None]):
    """These messages were painted uncovered in the active window, or written as a line."""

    peer: str
    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class GetHistory(Command[tuple[HistoryEntry, ...]]):
    """What the ring buffer holds; empty where there is no conversation."""

    peer: str


@dataclass(frozen=True, slots=True)
class SetTimer(Command[None]):
    """The default lifetime of this conversation, for both sides; 0: until it ends."""

    peer: str
    lifetime_s: int


@dataclass(frozen=True, slots=True)
class DeleteMessage(Command[None]):
    """Delete an own message on both sides."""

    peer: str
    message: MessageId


@dataclass(frozen=True, slots=True)
class SetTyping(Command[None]):
    """Typing began or stopped; sent only where both sides show typing marks."""

    peer: str
    typing: bool


@dataclass(frozen=True, slots=True)
class SetMarks(Command[None]):
    """Which marks are shown here; a mark shows where both sides have it on."""

    typing: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Leave(Command[None]):
    """End the conversation: both sides erase it."""

    peer: str
