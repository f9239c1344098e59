"""What each frame of the socket does, in the order of the checks: form, limits, work, then others.

What depends on the asker alone is answered at once. From there on an answer leaves when it is due,
with what is there then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from whisp_desktop.protocol.certificates import SKEW_S, DeviceCert, Manifest, is_username
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import BundleId, DeviceId
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.server_messages import (
    Announce,
    Answer,
    Error,
    Found,
    Knock,
    KnockOk,
    LookUpId,
    LookUpName,
    NewToken,
    Ok,
    Publish,
    Renew,
    Request,
    SeenState,
    TooLargeError,
    Unreachable,
    Watch,
    Withdraw,
    Work,
    decode_request,
)
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.connection import Connection
from whisp_desktop.server.knocks import KnockName
from whisp_desktop.server.limits import Limit, Rate
from whisp_desktop.server.node import Node
from whisp_desktop.server.presence.base import Announced, Pool, RendezvousId, Stocked
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.timing import STRANGER_DELAY_S
from whisp_desktop.server.tokens import LIFE_S, Scope

_BUNDLE_NAME: Final = slice(1, 9)


class Frames:
    """Takes the frames of every socket of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._searches: set[asyncio.Task[None]] = set()
        self._acts: dict[type, Callable[[Connection, Any, float], Awaitable[None]]] = {
            Publish: self._publish,
            Announce: self._announce,
            Watch: self._watch,
            LookUpName: self._look_up_name,
            LookUpId: self._look_up_id,
            Knock: self._knock,
            Answer: self._answer,
            Withdraw: self._withdraw,
            Renew: self._renew,
        }

    async def take(self, connection: Connection, data: bytes) -> None:
        """Act on one frame, answer it or refuse it, or close the socket."""
        if connection.is_closing:
            return
        now = self._node.clock.instant()
        if self._node.buckets.take(Limit.FRAMES, connection.seat.device, now) > 0:
            connection.close(CloseCode.TOO_FAST)
            return
        try:
            request = decode_request(data)
        except TooLargeError:
            connection.close(CloseCode.ABOVE_ROW)
            return
        except PeerError:
            connection.close(CloseCode.MALFORMED)
            return
        try:
            await self._act(connection, request, now)
        except ProblemError as problem:
            connection.send(Error(seq=request.seq, code=problem.code))
        except SQLAlchemyError:
            connection.send(Error(seq=request.seq, code=Code.CLOSING))

    async def _act(self, connection: Connection, request: Request, now: float) -> None:
        act = self._acts.get(type(request))
        if act is None or connection.scope is Scope.GUEST:
            raise ProblemError(Code.FORBIDDEN)
        await act(connection, request, now)

    async def _publish(self, connection: Connection, request: Publish, _: float) -> None:
        unix_now = self._node.clock.unix()
        cert = DeviceCert.read(connection.cert)
        try:
            strangers = _read_bundles(request.stranger_bundles, cert, unix_now)
            contacts = _read_bundles(request.contact_bundles, cert, unix_now)
        except PeerError:
            raise ProblemError(Code.BAD_REQUEST) from None
        connection.remember_bundles([*strangers, *contacts], unix_now)
        await self._node.switchboard.publish(connection.seat, request.by_name, strangers, contacts)
        connection.send(Ok(seq=request.seq))

    async def _announce(self, connection: Connection, request: Announce, now: float) -> None:
        self._limit(Limit.ANNOUNCEMENTS, connection, now)
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
        self._limit(Limit.WATCHES, connection, now)
        connection.send(Ok(seq=request.seq))
        await self._node.switchboard.watch(connection.seat, map(RendezvousId, request.ids), now)

    async def _look_up_name(self, connection: Connection, request: LookUpName, now: float) -> None:
        if not is_username(request.name):
            raise ProblemError(Code.BAD_REQUEST)
        self._limit(Limit.LOOK_UPS, connection, now)
        await self._check_work(request.work, sha256(request.name.encode()))
        connection.begin_request()
        found: list[Found] = []
        search = asyncio.create_task(self._search(connection, request, found, now))
        self._searches.add(search)
        search.add_done_callback(self._searches.discard)

        def leave() -> None:
            connection.in_flight -= 1
            connection.send(found[0] if found else Unreachable(seq=request.seq))

        self._node.due_times.answer(now, STRANGER_DELAY_S, leave)

    async def _search(
        self, connection: Connection, request: LookUpName, found: list[Found], now: float
    ) -> None:
        switchboard = self._node.switchboard
        devices = await switchboard.named(connection.seat, request.name)
        account = switchboard.account_of(devices[0]) if devices else None
        if account is None or not switchboard.takes_strangers(account, now):
            return
        try:
            answer = await self._find(connection, request.seq, devices, Pool.STRANGERS, now)
        except SQLAlchemyError:
            return
        if answer is not None:
            found.append(answer)

    async def _look_up_id(self, connection: Connection, request: LookUpId, now: float) -> None:
        devices = await self._node.switchboard.identified(
            connection.seat, RendezvousId(request.id), now
        )
        found = await self._find(connection, request.seq, devices, Pool.CONTACTS, now)
        connection.send(found or Unreachable(seq=request.seq))

    async def _find(
        self,
        connection: Connection,
        seq: int,
        devices: Sequence[DeviceId],
        pool: Pool,
        now: float,
    ) -> Found | None:
        """Hand out bundles of an account's devices, with all that proves them."""
        switchboard = self._node.switchboard
        account_key = switchboard.account_of(devices[0]) if devices else None
        standing = await self._node.directory.standing(account_key) if account_key else None
        if standing is None:
            return None
        account, certs = standing
        manifest = Manifest.read(account.manifest)
        unix_now = self._node.clock.unix()
        able = [
            (device, certs[device])
            for device in devices
            if device in certs and _counts(certs[device], manifest, unix_now)
        ]
        found = await switchboard.hand_out(connection.seat, pool, able, now, unix_now)
        if not found:
            return None
        return Found(
            seq=seq,
            devices=tuple(found),
            manifest=account.manifest,
            statements=b"".join(account.revocations),
        )

    async def _knock(self, connection: Connection, request: Knock, now: float) -> None:
        if request.m1[_BUNDLE_NAME] != request.bundle_id:
            raise ProblemError(Code.BAD_REQUEST)
        self._limit(Limit.KNOCKS, connection, now)
        work = request.proof if isinstance(request.proof, Work) else None
        if work is not None:
            await self._check_work(work, sha256(request.m1))
        connection.begin_request()
        self._node.switchboard.knock(
            connection.seat,
            BundleId(request.bundle_id),
            request.m1,
            has_work=work is not None,
            now=now,
        )

        def leave() -> None:
            connection.in_flight -= 1
            connection.send(KnockOk(seq=request.seq))

        self._node.due_times.answer(now, STRANGER_DELAY_S, leave)

    async def _answer(self, connection: Connection, request: Answer, now: float) -> None:
        self._node.switchboard.answer(connection.seat, KnockName(request.knock), request.m2, now)
        connection.send(Ok(seq=request.seq))

    async def _withdraw(self, connection: Connection, request: Withdraw, _: float) -> None:
        self._node.switchboard.withdraw(connection.seat, BundleId(request.bundle_id), request.why)
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

    def _limit(self, limit: Rate, connection: Connection, now: float) -> None:
        if self._node.buckets.take(limit, connection.seat.device, now) > 0:
            raise ProblemError(Code.SLOW_DOWN)

    async def _check_work(self, work: Work, binding: bytes) -> None:
        unix_now = self._node.clock.unix()
        await self._node.challenges.check_work(work.challenge, binding, work.solution, unix_now)


def _read_bundles(wholes: Sequence[bytes], cert: DeviceCert, unix_now: int) -> list[Stocked]:
    """Verify bundles of a device. PeerError."""
    stocked = []
    for whole in wholes:
        bundle = Bundle.parse(whole, cert)
        bundle.check_time(unix_now)
        stocked.append(Stocked(bundle.bundle_id, bundle.expires + SKEW_S, whole))
    return stocked


def _counts(whole: bytes, manifest: Manifest, unix_now: int) -> bool:
    """Tell whether a registered certificate may be shown to others now."""
    cert = DeviceCert.read(whole)
    admitted = cert.epoch > manifest.epoch or manifest.lists(cert)
    return admitted and cert.lives_at(unix_now)
