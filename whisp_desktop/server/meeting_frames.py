"""DOOR, PAKE and MAILBOX: the frames of friend codes and of enrollment."""

from whisp_desktop.protocol.certificates import is_username
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.server_messages import (
    DoorsTaken,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    Ok,
    OpenDoors,
    Paked,
    PakeStart,
    PakeStep,
)
from whisp_desktop.server.connection import Connection
from whisp_desktop.server.limits import Limit
from whisp_desktop.server.node import Node
from whisp_desktop.server.pake_runs import RunName
from whisp_desktop.server.presence.base import CrowdedError
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.timing import PAKE_DELAY_S
from whisp_desktop.server.tokens import Scope


class MeetingFrames:
    """Acts on the frames of sockets that meet by something that was told."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._meetings = node.switchboard.meetings

    def open_doors(self, connection: Connection, request: OpenDoors, now: float) -> None:
        """DOOR: say which doors are open, and admit one knock."""
        taken = self._meetings.open_doors(connection.seat, request.doors, request.ticket, now)
        if taken:
            connection.send(DoorsTaken(seq=request.seq, doors=tuple(taken)))
        else:
            connection.send(Ok(seq=request.seq))

    async def start_run(self, connection: Connection, request: PakeStart, now: float) -> None:
        """PAKE, a guest's p1: the owner gets it at once, the guest an answer when it is due."""
        if not is_username(request.username):
            raise ProblemError(Code.BAD_REQUEST)
        name = request.username.encode()
        self._node.take(Limit.PAKE_RUNS, connection.seat.device)
        await self._node.check_work(request.work, sha256(name))
        connection.begin_request()
        owner = await self._node.switchboard.behind_door(request.username, request.door)
        if self._node.buckets.take(Limit.PAKE_RUNS_AT_NAME, name, now) > 0:
            owner = None
        run = self._meetings.begin_run(connection.seat, owner, request.door, request.frame)
        self._answer_when_due(connection, request.seq, run, request.door, now)

    def step_run(self, connection: Connection, request: PakeStep, now: float) -> None:
        """PAKE, p2 to p4: a guest's is answered when it is due, an owner's at once."""
        run = RunName(request.run)
        step = self._meetings.step_run(connection.seat, run, request.frame, now)
        if step is None:
            raise ProblemError(Code.FORBIDDEN)
        if step.is_guests:
            connection.begin_request()
            self._answer_when_due(connection, request.seq, run, step.door, now)
        else:
            connection.send(Ok(seq=request.seq))

    def _answer_when_due(
        self, connection: Connection, seq: int, run: RunName, door: str, now: float
    ) -> None:
        def leave() -> None:
            frame = self._meetings.due_frame(run, self._node.clock.instant())
            connection.end_request(Paked(seq=seq, run=run, door=door, frame=frame))

        self._node.due_times.answer(now, PAKE_DELAY_S, leave)

    def open_box(self, connection: Connection, request: MailboxOpen, now: float) -> None:
        """MAILBOX, open."""
        self._node.take(Limit.MAILBOXES, connection.seat.device)
        try:
            box = self._meetings.open_box(connection.seat, request.size, now)
        except CrowdedError:
            raise ProblemError(Code.CLOSING) from None
        connection.send(MailboxOk(seq=request.seq, box=box))

    def put_mail(
        self, connection: Connection, request: MailboxSend[str] | MailboxSend[bytes], now: float
    ) -> None:
        """MAILBOX, a frame: naming a box of somebody else's for the first time is limited."""
        if not self._meetings.knows_box(connection.seat, request.box):
            self._count_box(connection, request.box)
        if not self._meetings.put_mail(connection.seat, request.box, request.frame, now):
            raise ProblemError(Code.FORBIDDEN)
        connection.send(Ok(seq=request.seq))

    def _count_box(self, connection: Connection, box: str | bytes) -> None:
        device = connection.seat.device
        if connection.scope is Scope.DEVICE:
            self._node.take(Limit.MAILBOXES, device)
        else:
            kind = b"number" if isinstance(box, str) else b"bytes"
            self._node.take(Limit.GUESTS_BOXES, device + kind)
