"""Adding a device, on the one that holds the account key (wire: Enroll by QR, Enroll by code)."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal

from whisp_desktop.chat.book import OwnDevice
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    MOST_DEVICES,
    CertFlags,
    DeviceCert,
    day,
)
from whisp_desktop.protocol.enrollment import TOKEN_LIFE_S
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import Secret, SigningKey, encapsulate
from whisp_desktop.protocol.pake import PakeOwner, enrollment_use
from whisp_desktop.protocol.qr_text import statement_qr
from whisp_desktop.protocol.server_messages import Mail
from whisp_desktop.session import enrolling
from whisp_desktop.session.answers import ShownCode, ShownToken
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.device_commands import MakeCode, ShowToken
from whisp_desktop.session.events import DevicesChanged, Enrolling, EnrollStep
from whisp_desktop.session.mailbox import Box, Mailbox
from whisp_desktop.transport.server_errors import server_unreachable

Work = Callable[[], Awaitable[None]]

CODE_LIFE_S = 300
_DIGITS_S = 180.0
_FRAME_S = 30.0


class _Run:
    """One token or code, from when it is shown until it is used up."""

    def __init__(self, account: SigningKey, flags: CertFlags, *, by_code: bool) -> None:
        self.account = account
        self.flags = flags
        self.by_code = by_code
        self.boxes: list[Mailbox] = []
        self.old: OldDevice | None = None
        self.owner: PakeOwner | None = None
        self.task: asyncio.Task[None] | None = None
        self.certified: asyncio.Future[DeviceCert] = asyncio.get_running_loop().create_future()
        self.asks_digits = False
        self.cancelled = enrolling.burnt()

    def close(self) -> None:
        """Forget every key of it."""
        for machine in (self.old, self.owner):
            if machine is not None:
                machine.close()


class Adding:
    """What is shown to a new device now: one token or one code at most.

    spread -- tells everybody who is here what the account has become
    """

    def __init__(self, desk: Desk, spread: Callable[[], None]) -> None:
        self._desk = desk
        self._spread = spread
        self._run: _Run | None = None

    async def show_token(self, command: ShowToken) -> ShownToken:
        """Begin anew with a token. RefusedError `no_account_key`, `too_many_devices`."""
        run = self._begin(command, by_code=False)
        token = await self._make_token(run)
        self._start(run, partial(self._by_token, run, TOKEN_LIFE_S))
        return ShownToken(statement_qr(token), TOKEN_LIFE_S)

    async def make_code(self, command: MakeCode) -> ShownCode:
        """Begin anew with a code. RefusedError as `show_token`."""
        run = self._begin(command, by_code=True)
        mailbox = await self._open_box(run, 4)
        assert isinstance(mailbox.box, str)
        digits = f"{secrets.randbelow(10**8):08}"
        with Secret(digits.encode()) as password:
            run.owner = PakeOwner(enrollment_use(mailbox.box), password, secrets.token_bytes)
        self._start(run, partial(self._by_code, run, mailbox, run.owner))
        return ShownCode(f"{mailbox.box} {digits[:4]} {digits[4:]}", CODE_LIFE_S)

    def confirm(self, digits: str) -> None:
        """Take the six digits that the new device shows. RefusedError `wrong_digits`: it is over.

        `nothing_to_confirm`: no device waits for them.
        """
        run = self._run
        if run is None or run.old is None or not run.asks_digits or run.certified.done():
            say = "No device waits for digits. Show a new code first."
            raise RefusedError("nothing_to_confirm", say)
        try:
            run.certified.set_result(run.old.certify(digits))
        except RefusedError as refused:
            run.certified.set_exception(refused)
            raise

    def stop(self) -> None:
        """Burn what is shown."""
        if self._run is not None and self._run.task is not None:
            self._run.task.cancel()
            self._run.close()

    def lost(self) -> None:
        """End it: the mailbox went with the connection to the server."""
        if self._run is not None:
            self._run.cancelled = server_unreachable()
        self.stop()

    def mail(self, mail: Mail[Box]) -> None:
        """Take what the server brings from the other device."""
        for mailbox in self._run.boxes if self._run else ():
            mailbox.take(mail)

    def _begin(self, command: ShowToken | MakeCode, *, by_code: bool) -> _Run:
        if len(self._desk.papers.manifest.entries) >= MOST_DEVICES:
            say = f"An account has {MOST_DEVICES} devices at most. Revoke one first."
            raise RefusedError("too_many_devices", say)
        account = self._desk.keys.vouching
        flags = CertFlags(0)
        if command.may_revoke:
            flags |= CertFlags.CAN_REVOKE
        if command.hand_over_account_key:
            flags |= CertFlags.HOLDS_AK
        self.stop()
        self._run = _Run(account, flags, by_code=by_code)
        return self._run

    def _start(self, run: _Run, work: Work) -> None:
        self._tell(run, EnrollStep.WAITING)
        run.task = self._desk.spawn(self._see_through(run, work))

    async def _see_through(self, run: _Run, work: Work) -> None:
        """Run it to its end, of which both screens hear."""
        try:
            await work()
        except RefusedError as refused:
            self._stopped(run, refused)
        except PeerError:
            self._stopped(run, enrolling.interfered())
        except TimeoutError:
            self._stopped(run, enrolling.ran_out())
        except asyncio.CancelledError:
            self._stopped(run, run.cancelled)
            raise
        finally:
            run.close()
            if self._run is run:
                self._run = None

    def _stopped(self, run: _Run, why: RefusedError) -> None:
        if self._run is run:
            self._tell(run, EnrollStep.STOPPED, why)
        if run.asks_digits:
            self._desk.spawn(run.boxes[-1].send(enrolling.no_certificate(secrets.token_bytes)))

    def _tell(self, run: _Run, step: EnrollStep, why: RefusedError | None = None) -> None:
        code, say = (why.code, why.say) if why else ("", "")
        self._desk.tell(Enrolling(step, by_code=run.by_code, code=code, say=say))

    async def _open_box(self, run: _Run, size: Literal[4, 8]) -> Mailbox:
        server = self._desk.server
        mailbox = Mailbox(await server.open_mailbox(size), server.put_mail)
        run.boxes.append(mailbox)
        return mailbox

    async def _make_token(self, run: _Run) -> bytes:
        mailbox = await self._open_box(run, 8)
        assert isinstance(mailbox.box, bytes)
        run.old = OldDevice(
            run.account,
            mailbox=mailbox.box,
            host=self._desk.server.api.host,
            now=_now(),
            random=secrets.token_bytes,
        )
        return run.old.token.whole

    async def _by_code(self, run: _Run, mailbox: Mailbox, owner: PakeOwner) -> None:
        """Give the token to whoever has the code; one guess burns it."""
        await mailbox.send(owner.read(await mailbox.receive(CODE_LIFE_S)))
        self._tell(run, EnrollStep.AGREEING)
        p3 = await mailbox.receive(_FRAME_S)
        try:
            owner.check(p3)
        except PeerError:
            await mailbox.send(enrolling.no_token(secrets.token_bytes))
            raise enrolling.guessed() from None
        token = await self._make_token(run)
        await mailbox.send(owner.write(token))
        await self._by_token(run, _FRAME_S)

    async def _by_token(self, run: _Run, wait_s: float) -> None:
        """Certify whoever has the token, once the user has typed that device's digits."""
        old, mailbox, desk = run.old, run.boxes[-1], self._desk
        assert old is not None
        old.read(await mailbox.receive(wait_s), _now())
        self._tell(run, EnrollStep.AGREEING)
        issued = day(_now())
        e2 = old.write(
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=desk.papers.manifest.epoch + 1,
            flags=run.flags,
            random=secrets.token_bytes,
            encapsulate=encapsulate,
        )
        await mailbox.send(e2)
        old.read_proof(await mailbox.receive(_FRAME_S))
        run.asks_digits = True
        self._tell(run, EnrollStep.CONFIRM)
        async with asyncio.timeout(_DIGITS_S):
            cert = await run.certified
        if cert.epoch != desk.papers.manifest.epoch + 1:
            raise enrolling.overtaken()
        run.asks_digits = False
        self._tell(run, EnrollStep.FINISHING)
        papers = desk.papers.with_device(desk.keys, cert, issued)
        e4, kpair = old.write_last(papers.card, papers.manifest)
        device = OwnDevice(cert.whole, added=issued)
        device.pair_keys.keep(kpair, confirmed=True)
        desk.circle.book.devices[cert.device_id] = device
        desk.papers = papers
        desk.circle.keep_account(papers.kept(desk.server.api.url, registered=True))
        await mailbox.send(e4)
        desk.circle.changed()
        self._spread()
        self._tell(run, EnrollStep.DONE)
        desk.tell(DevicesChanged())


def _now() -> int:
    return int(time.time())
