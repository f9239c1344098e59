"""LOOK_UP: who is behind a name or a watched id, and a bundle of each of their devices."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from whisp_desktop.protocol.certificates import DeviceCert, Manifest, is_username
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.server_messages import Found, LookUpId, LookUpName, Unreachable
from whisp_desktop.server.connection import Connection
from whisp_desktop.server.limits import Limit
from whisp_desktop.server.node import Node
from whisp_desktop.server.presence.base import Pool, RendezvousId
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.timing import STRANGER_DELAY_S


class LookUps:
    """Answers look-ups; by name with one answer for absent, offline, invisible and exhausted."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._searches: set[asyncio.Task[None]] = set()

    async def by_name(self, connection: Connection, request: LookUpName, now: float) -> None:
        """Check what depends on the asker, search in a task, and answer when it is due."""
        if not is_username(request.name):
            raise ProblemError(Code.BAD_REQUEST)
        self._node.take(Limit.LOOK_UPS, connection.seat.device)
        await self._node.check_work(request.work, sha256(request.name.encode()))
        connection.begin_request()
        found: list[Found] = []
        search = asyncio.create_task(self._search(connection, request, found, now))
        self._searches.add(search)
        search.add_done_callback(self._searches.discard)

        def leave() -> None:
            connection.end_request(found[0] if found else Unreachable(seq=request.seq))

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

    async def by_id(self, connection: Connection, request: LookUpId, now: float) -> None:
        """Answer at once: who knows an id may know."""
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


def _counts(whole: bytes, manifest: Manifest, unix_now: int) -> bool:
    """Tell whether a registered certificate may be shown to others now."""
    cert = DeviceCert.read(whole)
    admitted = cert.epoch > manifest.epoch or manifest.lists(cert)
    return admitted and cert.lives_at(unix_now)
