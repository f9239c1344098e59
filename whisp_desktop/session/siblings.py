"""One's own devices find each other, and tell each other what becomes of the account."""

import asyncio
import secrets
import time
from contextlib import suppress
from functools import partial

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.handshake import Initiator, Responder
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import BundleId, DeviceId, encapsulate
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.server_messages import Answered, Found
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import Notice
from whisp_desktop.session.family import Family
from whisp_desktop.session.sibling import SiblingSession
from whisp_desktop.transport.peer_link import PeerLink

_ANSWER_S = 30.0
_HOLDER_AFTER_S = 10.0
_PATIENCE_S = 5.0
"""The device of the larger id lets the other one begin; and nobody asks without a pause."""


class Siblings:
    """Asks own devices that are here and to be told something, and answers theirs at once."""

    def __init__(self, desk: Desk, family: Family) -> None:
        self._desk = desk
        self._family = family
        self._asking: dict[DeviceId, asyncio.Task[None]] = {}
        self._asked_once: set[DeviceId] = set()
        self._answering: set[DeviceId] = set()
        self._knocks: dict[BundleId, asyncio.Future[bytes]] = {}

    def look(self) -> None:
        """See who of the own devices is here, and ask those who are to be told something."""
        this = self._desk.keys.device.device_id
        busy = self._asking.keys() | self._answering
        for device, rendezvous_id in self._desk.circle.own_devices_here().items():
            if device not in busy and self._family.is_due(device):
                wait_s = 0.0 if this < device and device not in self._asked_once else _PATIENCE_S
                task = self._desk.spawn(self._ask(device, rendezvous_id, wait_s))
                self._asking[device] = task
                task.add_done_callback(partial(self._asked, device))

    def _asked(self, device: DeviceId, task: asyncio.Task[None]) -> None:
        del self._asking[device]
        self._asked_once.add(device)
        if not task.cancelled():
            self.look()

    async def _ask(self, device: DeviceId, rendezvous_id: bytes, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        if device not in self._answering and self._family.is_due(device):
            with suppress(PeerError, TimeoutError):
                found = await self._desk.server.look_up_id(rendezvous_id)
                await self._meet(found, {device})

    async def _look_for_holder(self) -> None:
        """Where no holder of the account key is known to be here: look under one's own name.

        It costs work, and finds those whom strangers find. RefusedError, PeerError, TimeoutError.
        """
        username = self._desk.papers.card.username
        found = await self._desk.server.look_up_name(username)
        holders = self._family.holders(found)
        await self._meet(found, holders, by_name=True)

    async def _meet(
        self, found: Found | None, devices: set[DeviceId], *, by_name: bool = False
    ) -> None:
        """Ask the first of these devices among those that were found."""
        for each in found.devices if found else ():
            cert = DeviceCert.parse(each.cert)
            if cert.device_id in devices:
                now = int(time.time())
                self._family.admit(cert, found.manifest + found.statements if found else b"", now)
                bundle = Bundle.parse(each.bundle, cert)
                bundle.check_time(now)
                await self._knock(cert, bundle, by_name=by_name)
                return

    async def _knock(self, cert: DeviceCert, bundle: Bundle, *, by_name: bool) -> None:
        desk = self._desk
        session = SiblingSession(cert, self._family)
        link = await PeerLink.offer(await desk.server.ice(stranger=True), session)
        initiator = Initiator(
            desk.keys.device,
            desk.papers.cert,
            desk.papers.card,
            cert,
            bundle,
            None,
            secrets.token_bytes,
            encapsulate,
        )
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._knocks[bundle.bundle_id] = answer
        try:
            m1 = initiator.write(link.route)
            work = await desk.server.work(sha256(m1)) if by_name else None
            await desk.server.knock(bundle.bundle_id, m1, work)
            async with asyncio.timeout(_ANSWER_S):
                route, agreement = initiator.read(await answer)
            await link.connect(route)
        except BaseException:
            link.close()
            raise
        finally:
            initiator.close()
            del self._knocks[bundle.bundle_id]
        await session.run(link, agreement)
        self._family.met(cert.device_id)

    def answered(self, message: Answered) -> None:
        """Take an m2, if it is for one of these knocks."""
        answer = self._knocks.get(BundleId(message.bundle_id))
        if answer is not None and not answer.done():
            answer.set_result(message.m2)

    def knocked(self, knock: bytes, responder: Responder) -> bool:
        """Answer another device of one's own, if it still is one; nobody need be asked."""
        if not self._lets_in(responder.cert.device_id):
            responder.close()
            return False
        try:
            self._family.admit(responder.cert, b"", int(time.time()))
        except PeerError:
            responder.close()
            return False
        self._answering.add(responder.cert.device_id)
        self._desk.spawn(self._answer(knock, responder))
        return True

    def _lets_in(self, device: DeviceId) -> bool:
        """Whether a knock counts: of two that cross, only that of the smaller id does.

        Two sessions at once would leave two keys, and each side the other one.
        """
        this, asking = self._desk.keys.device.device_id, self._asking.get(device)
        if device == this or device in self._answering or (asking is not None and this < device):
            return False
        if asking is not None:
            asking.cancel()
        return True

    async def keep_renewed(self) -> None:
        """Where the certificate needs another device: say so, and look for one by name too."""
        self._family.ask_anew()
        if not self._family.needs_renewal:
            return
        say = (
            "This device has to be renewed by one of yours that holds the account key. Start Whisp"
            " there, too, within the next days."
        )
        self._desk.tell(Notice("renewal_due", say))
        await asyncio.sleep(_HOLDER_AFTER_S)
        if self._family.needs_renewal:
            with suppress(PeerError, TimeoutError):
                await self._look_for_holder()

    async def _answer(self, knock: bytes, responder: Responder) -> None:
        desk, cert = self._desk, responder.cert
        session = SiblingSession(cert, self._family)
        try:
            ice = await desk.server.ice(stranger=True)
            link = await PeerLink.answer(responder.route, ice, session)
            m2, agreement = responder.write(link.route, secrets.token_bytes, encapsulate)
            await desk.server.answer(knock, m2)
            await session.run(link, agreement)
        except PeerError:
            return
        finally:
            self._answering.discard(cert.device_id)
            responder.close()
        self._family.met(cert.device_id)
        self.look()
