"""Becoming another device of an account, on the new one (wire: Enroll by QR, Enroll by code)."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Coroutine

from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.enrollment_new import Enrolled, NewDevice
from whisp_desktop.protocol.errors import PeerError, RefusedError, UnknownVersionError
from whisp_desktop.protocol.keys import DeviceKeys, Secret
from whisp_desktop.protocol.pake import PakeGuest, enrollment_use
from whisp_desktop.protocol.qr_text import parse_statement_qr
from whisp_desktop.protocol.server_messages import Mail, ServerFrame
from whisp_desktop.protocol.statements import StatementType, statement_type
from whisp_desktop.session import enrolling
from whisp_desktop.session.events import Enrolling, EnrollStep
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.session.mailbox import Box, Mailbox
from whisp_desktop.transport.server_errors import server_unreachable

_FRAME_S = 30.0
_DIGITS_S = 240.0
_CODE = re.compile(r"([0-9]{4})([0-9]{8})")


def read_token(qr: str) -> Token:
    """Read what was scanned. RefusedError: it is none, damaged, or of another version."""
    try:
        whole = parse_statement_qr(qr.strip())
        if statement_type(whole) is StatementType.CARD:
            say = "That is the code of a contact. On your other device choose Settings, Devices."
            raise RefusedError("not_a_token", say)
        token = Token.parse(whole)
    except UnknownVersionError:
        say = "Another version of Whisp made this code. Bring both devices to the same version."
        raise RefusedError("other_version", say) from None
    except PeerError:
        damaged = qr.lstrip().startswith("W1:")
        say = (
            "This code is damaged. Show it again on the other device, and scan the new one."
            if damaged
            else "That is no code for a new device. On the other one choose Settings, Devices."
        )
        raise RefusedError("bad_token", say) from None
    try:
        token.check_time(_now())
    except PeerError:
        raise enrolling.expired() from None
    return token


def read_code(typed: str) -> tuple[str, str]:
    """Return mailbox and digits of a code of 12 digits. RefusedError `bad_code`."""
    found = _CODE.fullmatch(re.sub(r"[\s·-]", "", typed))
    if found is None:
        raise RefusedError("bad_code", "The code has 12 digits. Look at them once more.")
    return found[1], found[2]


class Joining:
    """One attempt; it listens to a guest's socket (transport.server_link.ServerListener)."""

    def __init__(self, server: HomeServer, tell: Callable[[Enrolling], None]) -> None:
        self._server = server
        self._tell = tell
        self._connected = asyncio.Event()
        self._lost: asyncio.Future[Enrolled] = asyncio.get_running_loop().create_future()
        self._boxes: list[Mailbox] = []
        self._by_code = False

    async def by_token(self, token: Token, device: DeviceKeys) -> Enrolled:
        """Be certified with a scanned token. RefusedError says why it came to nothing."""
        return await self._as_guest(self._enroll(token, device))

    async def by_code(self, mailbox: str, digits: str, device: DeviceKeys) -> Enrolled:
        """Be certified with a code that was read out. RefusedError."""
        self._by_code = True
        return await self._as_guest(self._ask_for_token(mailbox, digits, device))

    def tell(self, step: EnrollStep, digits: str = "", why: RefusedError | None = None) -> None:
        """Say where it stands."""
        code, say = (why.code, why.say) if why else ("", "")
        self._tell(Enrolling(step, digits, by_code=self._by_code, code=code, say=say))

    # What the server link tells

    def connected(self) -> None:
        """Go on: there is a socket."""
        self._connected.set()

    def lost(self, _retry_in_s: float) -> None:
        """Give up: another socket would not be the same guest."""
        self.ended(server_unreachable())

    def ended(self, why: RefusedError) -> None:
        """Give up."""
        if not self._lost.done():
            self._lost.set_exception(why)

    def pushed(self, message: ServerFrame) -> None:
        """Take what the other device sent."""
        if isinstance(message, Mail):
            for mailbox in self._boxes:
                mailbox.take(message)

    # The steps

    async def _as_guest(self, work: Coroutine[None, None, Enrolled]) -> Enrolled:
        link = asyncio.create_task(self._server.run_as_guest(self))
        doing = asyncio.create_task(work)
        try:
            await asyncio.wait({doing, self._lost}, return_when=asyncio.FIRST_COMPLETED)
            return await (doing if doing.done() else self._lost)
        except (PeerError, TimeoutError):
            raise enrolling.not_finished() from None
        finally:
            doing.cancel()
            link.cancel()
            self._lost.cancel()
            await asyncio.wait({doing, link})

    async def _ask_for_token(self, number: str, digits: str, device: DeviceKeys) -> Enrolled:
        with Secret(digits.encode()) as password:
            guest = PakeGuest(enrollment_use(number), password, secrets.token_bytes)
        try:
            mailbox = await self._open(number)
            await self._first(mailbox, guest.write())
            self.tell(EnrollStep.AGREEING)
            await mailbox.send(guest.read(await mailbox.receive(_FRAME_S)))
            p4 = await mailbox.receive(_FRAME_S)
            try:
                token = Token.parse(guest.open(p4))
            except PeerError:
                raise enrolling.wrong_code() from None
        finally:
            guest.close()
        return await self._enroll(token, device)

    async def _enroll(self, token: Token, device: DeviceKeys) -> Enrolled:
        mailbox = await self._open(token.mailbox)
        new = NewDevice(token, device, _now(), secrets.token_bytes)
        try:
            await self._first(mailbox, new.write())
            self.tell(EnrollStep.AGREEING)
            e3 = new.read(await mailbox.receive(_FRAME_S))
            assert new.digits is not None
            await mailbox.send(e3)
            self.tell(EnrollStep.CONFIRM, new.digits)
            return new.open(await mailbox.receive(_DIGITS_S), _now())
        finally:
            new.close()

    async def _open(self, box: Box) -> Mailbox:
        """Be the guest of a box that the other device opened."""
        self.tell(EnrollStep.WAITING)
        await self._connected.wait()
        mailbox = Mailbox(box, self._server.put_mail)
        self._boxes.append(mailbox)
        return mailbox

    async def _first(self, mailbox: Mailbox, frame: bytes) -> None:
        """Send the first frame. RefusedError `token_used` where somebody was there before."""
        try:
            await mailbox.send(frame)
        except RefusedError as refused:
            raise enrolling.used() if refused.code == "forbidden" else refused from None


def _now() -> int:
    return int(time.time())
