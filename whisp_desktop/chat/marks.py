"""What both sides declare of themselves (STATE), and the marks that show where both want them."""

from enum import IntFlag

from whisp_desktop.chat.happenings import Happening, StateChanged, ToSend, TypingChanged
from whisp_desktop.protocol import peer_messages


class Marks(IntFlag):
    """Which marks a side shows; a mark shows where both sides have its bit."""

    TYPING = 1
    SEEN = 2


class Declarations:
    """The newest STATE of each side, and who is typing."""

    __slots__ = ("_own", "_own_typing", "_their_typing", "_theirs")

    def __init__(self) -> None:
        self._own: peer_messages.State | None = None
        self._theirs: peer_messages.State | None = None
        self._own_typing = False
        self._their_typing = False

    def both_show(self, mark: Marks) -> bool:
        """Whether both sides have that mark on."""
        return all(side is not None and mark & side.marks for side in (self._own, self._theirs))

    def declare(self, state: peer_messages.State) -> list[Happening]:
        """Tell the other side what this app is and shows: first of all, and at every change."""
        if state == self._own:
            return []
        self._own = state
        return [ToSend(state), *self._end_unshown_typing()]

    def take_state(self, state: peer_messages.State) -> list[Happening]:
        """Take what the other side declares."""
        if state == self._theirs:
            return []
        self._theirs = state
        return [StateChanged(state), *self._end_unshown_typing()]

    def set_typing(self, *, typing: bool) -> list[Happening]:
        """Tell that typing began or stopped; nothing is sent unless both sides show that."""
        if typing == self._own_typing or not self.both_show(Marks.TYPING):
            return []
        self._own_typing = typing
        return [ToSend(peer_messages.Typing(typing))]

    def take_typing(self, *, typing: bool) -> list[Happening]:
        """Note that the other side began or stopped typing, if both sides show that."""
        typing = typing and self.both_show(Marks.TYPING)
        if typing == self._their_typing:
            return []
        self._their_typing = typing
        return [TypingChanged(typing)]

    def _end_unshown_typing(self) -> list[Happening]:
        if self.both_show(Marks.TYPING):
            return []
        self._own_typing = False
        return self.take_typing(typing=False)
