"""A server that helps whoever has a picture of a code: `python -m tests.threats.helping_server`.

It is the real one, save for its mailboxes, where everybody may write at any time, and all get what
the owner writes. The owner gets the frames that its argument names, in that order: `21 12` is the
first frame of the second guest who came, then the second frame of the first one.
"""

import sys
from dataclasses import dataclass, field

from whisp_desktop.protocol.keys import Random
from whisp_desktop.protocol.server_messages import Mail
from whisp_desktop.server import switchboard
from whisp_desktop.server.mailboxes import BoxName
from whisp_desktop.server.main import main
from whisp_desktop.server.meetings import Meetings
from whisp_desktop.server.seats import Seat


@dataclass
class HelpedBox:
    """All that was written into one box, and who gets it."""

    name: BoxName
    owner: Seat
    order: list[str]
    written: dict[Seat, list[bytes]] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)

    def put(self, sender: Seat, frame: bytes) -> None:
        """Take a frame of anybody, and bring it to whom it helps."""
        if sender is self.owner:
            self.answers.append(frame)
            for guest, frames in self.written.items():
                if len(frames) >= len(self.answers):
                    self._bring(guest, frame)
            return
        frames = self.written.setdefault(sender, [])
        frames.append(frame)
        if len(frames) <= len(self.answers):
            self._bring(sender, self.answers[len(frames) - 1])
        while self.order and (theirs := self._named(*map(int, self.order[0]))) is not None:
            self.order.pop(0)
            self._bring(self.owner, theirs)

    def _named(self, guest: int, frame: int) -> bytes | None:
        frames = [*self.written.values()][guest - 1 : guest]
        return frames[0][frame - 1] if frames and frame <= len(frames[0]) else None

    def _bring(self, reader: Seat, frame: bytes) -> None:
        reader.socket.send(Mail(box=self.name, frame=frame))


class HelpfulMeetings(Meetings):
    """Mailboxes that refuse nothing."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._helped: dict[BoxName, HelpedBox] = {}

    def open_box(self, owner: Seat, size: int, now: float) -> BoxName:
        """Open a box, and remember whose it is."""
        name = super().open_box(owner, size, now)
        self._helped[name] = HelpedBox(name, owner, sys.argv[1].split())
        return name

    def put_mail(self, sender: Seat, name: BoxName, frame: bytes, _now: float) -> bool:
        """Help."""
        self._helped[name].put(sender, frame)
        return True


if __name__ == "__main__":
    switchboard.Meetings = HelpfulMeetings  # type: ignore[misc]  # the lie
    sys.exit(main([]))
