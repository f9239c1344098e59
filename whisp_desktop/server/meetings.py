"""Where two sockets meet by a name that was told, not looked up: mailboxes, and doors. Pure.

Instants `now` are monotonic seconds, given by the caller.
"""

from collections.abc import Iterable

from whisp_desktop.protocol.keys import Random
from whisp_desktop.protocol.server_messages import Mail, Paked
from whisp_desktop.server.doors import Doors
from whisp_desktop.server.mailboxes import BoxName, Mailboxes
from whisp_desktop.server.pake_runs import PakeRuns, RunName, Step
from whisp_desktop.server.seats import Seat


class Meetings:
    """The mailboxes, doors, tickets and PAKE runs of one node."""

    def __init__(self, random: Random) -> None:
        self.doors = Doors()
        self._boxes: Mailboxes[Seat] = Mailboxes(random)
        self._runs: PakeRuns[Seat] = PakeRuns(random)

    def open_box(self, owner: Seat, size: int, now: float) -> BoxName:
        """Open a mailbox of 4 digits or 8 bytes. CrowdedError."""
        return self._boxes.open(owner, size, now)

    def knows_box(self, seat: Seat, name: BoxName) -> bool:
        """Tell whether a socket is one of the two sides of a box already."""
        return self._boxes.is_his(seat, name)

    def put_mail(self, sender: Seat, name: BoxName, frame: bytes, now: float) -> bool:
        """Bring a frame to the other side; False: no such box, or not the sender's turn."""
        reader = self._boxes.put(sender, name, now)
        if reader is None:
            return False
        reader.socket.send(Mail(box=name, frame=frame))
        return True

    def open_doors(
        self, owner: Seat, doors: Iterable[str], ticket: bytes | None, now: float
    ) -> list[str]:
        """Replace the doors of a device, and add a ticket; return the doors that another has."""
        if ticket is not None:
            self.doors.add_ticket(owner.device, ticket, now)
        return self.doors.open(owner.device, owner.account, doors)

    def begin_run(self, guest: Seat, owner: Seat | None, door: str, p1: bytes) -> RunName:
        """Begin a run; its owner, if there is one, gets p1 at once."""
        name = self._runs.begin(guest, owner, door)
        if owner is not None:
            owner.socket.send(Paked(run=name, door=door, frame=p1))
        return name

    def step_run(self, seat: Seat, name: RunName, frame: bytes, now: float) -> Step[Seat] | None:
        """Take a further frame of a run; None if it is refused."""
        step = self._runs.step(seat, name, frame, now)
        if step is not None and step.to is not None:
            step.to.socket.send(Paked(run=name, door=step.door, frame=frame))
        return step

    def due_frame(self, name: RunName, now: float) -> bytes:
        """Return what the guest of a run gets now."""
        return self._runs.due(name, now)

    def leave(self, seat: Seat) -> None:
        """Forget what a socket held."""
        self._boxes.leave(seat)
        self.doors.leave(seat.device)
        self._runs.leave(seat)

    def expire(self, now: float) -> None:
        """Forget what has run out."""
        self._boxes.expire(now)
        self.doors.expire(now)
        self._runs.expire(now)
