"""What each frame of the socket does, in the order of the checks: form, limits, work, then others.

What depends on the asker alone is answered at once. From there on an answer leaves when it is due,
with what is there then.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from whisp_desktop.protocol.certificates import SKEW_S, DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import BundleId
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.server_messages import (
    Announce,
    Answer,
    Error,
    Knock,
    KnockOk,
    LookUpId,
    LookUpName,
    MailboxOpen,
    MailboxSend,
    NewToken,
    Ok,
    OpenDoors,
    PakeStart,
    PakeStep,
    Publish,
    Renew,
    Request,
    SeenState,
    TooLargeError,
    Watch,
    Withdraw,
    Work,
    decode_request,
)
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.connection import Connection
from whisp_desktop.server.knocks import KnockName
from whisp_desktop.server.limits import Limit
from whisp_desktop.server.look_ups import LookUps
from whisp_desktop.server.meeting_frames import MeetingFrames
from whisp_desktop.server.node import Node
from whisp_desktop.server.presence.base import Announced, RendezvousId, Stocked
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.timing import STRANGER_DELAY_S
from whisp_desktop.server.tokens import LIFE_S, Scope

_BUNDLE_NAME: Final = slice(1, 9)

Left = Coroutine[Any, Any, None] | None
"""What is left to do of a frame, if it has to wait for something."""

Act = Callable[[Connection, Any, float], Left]


class Frames:
    """Takes the frames of every socket of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        look_ups = LookUps(node)
        meetings = MeetingFrames(node)
        self._acts: dict[type, Act] = {
            Publish: self._publish,
            Announce: self._announce,
            Watch: self._watch,
            LookUpName: look_ups.by_name,
            LookUpId: look_ups.by_id,
            Knock: self._knock,
            Answer: self._answer,
            OpenDoors: meetings.open_doors,
            PakeStart: meetings.start_run,
            PakeStep: meetings.step_run,
            MailboxOpen: meetings.open_box,
            MailboxSend: meetings.put_mail,
            Renew: self._renew,
            Withdraw: self._withdraw,
        }

    def take(self, connection: Connection, data: bytes) -> Left:
        """Act on one frame, answer it or refuse it, or close the socket; return what is left."""
        now = self._node.clock.instant()
        if self._node.buckets.take(Limit.FRAMES, connection.seat.device, now) > 0:
            connection.close(CloseCode.TOO_FAST)
            return None
        try:
            request = decode_request(data)
        except TooLargeError:
            connection.close(CloseCode.ABOVE_ROW)
            return None
        except PeerError:
            connection.close(CloseCode.MALFORMED)
            return None
        try:
            left = self._act(connection, request, now)
        except ProblemError as problem:
            connection.send(Error(seq=request.seq, code=problem.code))
            return None
        return None if left is None else self._finish(connection, request.seq, left)

    def _act(self, connection: Connection, request: Request, now: float) -> Left:
        if connection.scope is Scope.GUEST and not isinstance(request, MailboxSend):
            raise ProblemError(Code.FORBIDDEN)
        return self._acts[type(request)](connection, request, now)

    async def _finish(
        self, connection: Connection, seq: int, left: Coroutine[Any, Any, None]
    ) -> None:
        try:
            await left
        except ProblemError as problem:
            connection.send(Error(seq=seq, code=problem.code))
        except SQLAlchemyError:
            connection.send(Error(seq=seq, code=Code.CLOSING))

    async def _publish(self, connection: Connection, request: Publish, now: float) -> None:
        unix_now = self._node.clock.unix()
        cert = DeviceCert.read(connection.cert)
        try:
            strangers = _read_bundles(request.stranger_bundles, cert, unix_now)
            contacts = _read_bundles(request.contact_bundles, cert, unix_now)
        except PeerError:
            raise ProblemError(Code.BAD_REQUEST) from None
        connection.remember_bundles([*strangers, *contacts], unix_now)
        await self._node.switchboard.publish(
            connection.seat, request.by_name, strangers, contacts, now
        )
        connection.send(Ok(seq=request.seq))

    async def _announce(self, connection: Connection, request: Announce, now: float) -> None:
        self._node.take(Limit.ANNOUNCEMENTS, connection.seat.device)
        ids = [
            Announced(
                RendezvousId(each.id),
                now + each.left_s,
                SeenState.AWAY if each.away else SeenState.HERE,
            )
            for each in request.ids
        ]
        await self._node.switchboard.announce(connection.seat, ids, now)
        connection.send(Ok(seq=request.seq))

    async def _watch(self, connection: Connection, request: Watch, now: float) -> None:
        self._node.take(Limit.WATCHES, connection.seat.device)
        connection.send(Ok(seq=request.seq))
        await self._node.switchboard.watch(connection.seat, map(RendezvousId, request.ids), now)

    def _knock(self, connection: Connection, request: Knock, now: float) -> Left:
        if request.m1[_BUNDLE_NAME] != request.bundle_id:
            raise ProblemError(Code.BAD_REQUEST)
        self._node.take(Limit.KNOCKS, connection.seat.device)
        if isinstance(request.proof, Work):
            return self._knock_with_work(connection, request, request.proof, now)
        self._bring(connection, request, now, ticket=request.proof)
        return None

    async def _knock_with_work(
        self, connection: Connection, request: Knock, work: Work, now: float
    ) -> None:
        await self._node.check_work(work, sha256(request.m1))
        self._bring(connection, request, now, has_work=True)

    def _bring(
        self,
        connection: Connection,
        request: Knock,
        now: float,
        *,
        ticket: bytes | None = None,
        has_work: bool = False,
    ) -> None:
        connection.begin_request()
        asker, bundle_id, m1 = connection.seat, BundleId(request.bundle_id), request.m1
        if ticket is not None:
            self._node.switchboard.knock_with_ticket(asker, bundle_id, m1, ticket, now)
        else:
            self._node.switchboard.knock(asker, bundle_id, m1, has_work=has_work, now=now)
        ok = KnockOk(seq=request.seq)
        self._node.due_times.answer(now, STRANGER_DELAY_S, lambda: connection.end_request(ok))

    def _answer(self, connection: Connection, request: Answer, now: float) -> None:
        name = KnockName(request.knock)
        self._node.switchboard.answer(connection.seat, name, request.m2, now)
        connection.send(Ok(seq=request.seq))

    def _withdraw(self, connection: Connection, request: Withdraw, _: float) -> None:
        bundle_id = BundleId(request.bundle_id)
        self._node.switchboard.withdraw(connection.seat, bundle_id, request.why)
        connection.send(Ok(seq=request.seq))

    async def _renew(self, connection: Connection, request: Renew, _: float) -> None:
        device = await self._node.registered(connection.seat.device)
        if device is None:
            connection.close(CloseCode.TOKEN)
            return
        unix_now = self._node.clock.unix()
        connection.cert, connection.ends = device.cert, unix_now + LIFE_S
        token = self._node.tokens.issue(device.device_id, Scope.DEVICE, unix_now)
        connection.send(NewToken(seq=request.seq, token=token, expires_in=LIFE_S))


def _read_bundles(wholes: Sequence[bytes], cert: DeviceCert, unix_now: int) -> list[Stocked]:
    """Verify bundles of a device. PeerError."""
    stocked = []
    for whole in wholes:
        bundle = Bundle.parse(whole, cert)
        bundle.check_time(unix_now)
        stocked.append(Stocked(bundle.bundle_id, bundle.expires + SKEW_S, whole))
    return stocked
