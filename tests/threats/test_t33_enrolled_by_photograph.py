"""T33: a device enrolled with a photographed, forwarded or raced QR code, or with a guessed code.

The thief has the picture, is faster than the device it was meant for, and writes whatever he
likes; the user types only the six digits that their own device shows.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.session.nodes import Person, Server, person
from tests.session.town import step
from tests.threats.guessing import at_least, count
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.enrollment_frames import E3, E3_END
from whisp_desktop.protocol.enrollment_new import Enrolled, NewDevice
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import DeviceKeys
from whisp_desktop.protocol.padding import fill_meeting
from whisp_desktop.session import commands, device_commands
from whisp_desktop.session.events import Enrolling, EnrollStep
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.session.joining import Joining, read_token

BOUND_S = 20.0


class Thief(Joining):
    """Goes on whatever comes, and keeps the digits that his own run has given him."""

    digits = ""

    async def _enroll(self, token: Token, device: DeviceKeys) -> Enrolled:
        mailbox = await self._open(token.mailbox)
        new = NewDevice(token, device, int(time.time()), secrets.token_bytes)
        await mailbox.send(new.write())
        self.tell(EnrollStep.AGREEING)
        e2 = await mailbox.receive(BOUND_S)
        try:
            e3 = new.read(e2)
        except PeerError:
            e3 = fill_meeting(E3 + secrets.token_bytes(E3_END - 1))
        self.digits = new.digits or ""
        self.tell(EnrollStep.CONFIRM, self.digits)
        await mailbox.send(e3)
        e4 = await mailbox.receive(BOUND_S)
        if not self.digits:
            raise PeerError("it is sealed for another")
        return new.open(e4, int(time.time()))


@asynccontextmanager
async def thief_at(url: str, qr: str) -> AsyncIterator[tuple[Thief, "asyncio.Task[Enrolled]"]]:
    """Let a thief scan, until he is where his digits would be, or waits for e2."""
    told: asyncio.Queue[Enrolling] = asyncio.Queue()
    home = HomeServer(url, lambda _: None)
    thief = Thief(home, told.put_nowait)
    keys = DeviceKeys.generate(secrets.token_bytes)
    run = asyncio.create_task(thief.by_token(read_token(qr), keys))
    try:
        async with asyncio.timeout(BOUND_S):
            while (await told.get()).step is not EnrollStep.AGREEING:
                pass
        yield thief, run
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError, RefusedError):
            await run
        await home.close()
        keys.close()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.stop()


def helping(folder: Path, order: str) -> AbstractContextManager[Server]:
    return running(Server(folder, program=("tests.threats.helping_server", order)))


def _devices(who: Person) -> set[str]:
    """Return the devices that the account vouches for: the server knows no others."""
    attendance = who.node._attendance
    assert attendance is not None
    return {device.hex() for device, _ in attendance._desk.papers.manifest.entries}


async def _device(who: Person) -> str:
    account = (await who.node.do(commands.GetStatus())).account
    assert account is not None
    return account.device_id


async def _got_nothing(run: "asyncio.Task[Enrolled]") -> bool:
    with pytest.raises(RefusedError) as refused:
        async with asyncio.timeout(BOUND_S):
            await run
    return refused.value.code == "enroll_failed"


@pytest.mark.parametrize("helped", [False, True])
async def test_who_was_first_shows_digits_that_the_users_device_does_not(
    tmp_path: Path, *, helped: bool
) -> None:
    with helping(tmp_path, "11 12") if helped else running(Server(tmp_path)) as server:
        async with (
            person("alice", tmp_path, server.url) as alice,
            person("laptop", tmp_path, server.url) as laptop,
        ):
            await alice.register()
            show = device_commands.ShowToken(hand_over_account_key=True)
            qr = (await alice.node.do(show)).qr
            async with thief_at(server.url, qr) as (thief, run):
                await step(alice, EnrollStep.CONFIRM)
                assert len(thief.digits) == 6
                await laptop.node.do(device_commands.ScanToken(qr))
                stopped = await step(laptop, EnrollStep.STOPPED)
                assert stopped.code == ("enroll_failed" if helped else "token_used")
                assert not any(isinstance(it, Enrolling) and it.digits for it in laptop.told)
                await _guess_digits(alice, but_not=thief.digits)
                assert await _got_nothing(run)
            assert _devices(alice) == {await _device(alice)}


async def _guess_digits(old: Person, but_not: str) -> None:
    """Type what a user types who has no digits to read: a guess, and there is one."""
    guess = "000000" if but_not != "000000" else "111111"
    with pytest.raises(RefusedError) as refused:
        await old.node.do(device_commands.ConfirmDigits(guess))
    assert refused.value.code == "wrong_digits"
    with pytest.raises(RefusedError) as refused:
        await old.node.do(device_commands.ConfirmDigits(but_not))
    assert refused.value.code == "nothing_to_confirm"


async def test_who_listens_to_the_whole_run_cannot_open_it(tmp_path: Path) -> None:
    with helping(tmp_path, "21 22") as server:
        async with (
            person("alice", tmp_path, server.url) as alice,
            person("laptop", tmp_path, server.url) as laptop,
        ):
            await alice.register()
            show = device_commands.ShowToken(hand_over_account_key=True)
            qr = (await alice.node.do(show)).qr
            async with thief_at(server.url, qr) as (thief, run):
                await laptop.node.do(device_commands.ScanToken(qr))
                digits = (await step(laptop, EnrollStep.CONFIRM)).digits
                await step(alice, EnrollStep.CONFIRM)
                await alice.node.do(device_commands.ConfirmDigits(digits))
                await step(laptop, EnrollStep.DONE)
                assert await _got_nothing(run)
                assert not thief.digits
            assert _devices(alice) == {await _device(alice), await _device(laptop)}


async def test_who_steps_in_before_the_digits_ends_it(tmp_path: Path) -> None:
    with helping(tmp_path, "21 12") as server:
        async with (
            person("alice", tmp_path, server.url) as alice,
            person("laptop", tmp_path, server.url) as laptop,
        ):
            await alice.register()
            qr = (await alice.node.do(device_commands.ShowToken())).qr
            async with thief_at(server.url, qr) as (thief, _):
                await laptop.node.do(device_commands.ScanToken(qr))
                digits = (await step(laptop, EnrollStep.CONFIRM)).digits
                assert (await step(alice, EnrollStep.STOPPED)).code == "enroll_failed"
                with pytest.raises(RefusedError) as refused:
                    await alice.node.do(device_commands.ConfirmDigits(digits))
                assert refused.value.code == "nothing_to_confirm"
                assert not thief.digits
            assert _devices(alice) == {await _device(alice)}


@pytest.mark.parametrize("order", ["11 12", "11 12 21 22", "11 22"])
async def test_a_code_admits_one_guess_however_the_server_helps(tmp_path: Path, order: str) -> None:
    with helping(tmp_path, order) as server:
        async with (
            person("alice", tmp_path, server.url) as alice,
            person("guesser", tmp_path, server.url) as guesser,
            person("second", tmp_path, server.url) as second,
        ):
            await alice.register()
            code = (await alice.node.do(device_commands.MakeCode())).code
            wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
            await guesser.node.do(device_commands.EnterCode("", wrong))
            await step(guesser, EnrollStep.AGREEING)
            await second.node.do(device_commands.EnterCode("", code))
            assert (await step(alice, EnrollStep.STOPPED)).code == "wrong_code"
            assert (await step(guesser, EnrollStep.STOPPED)).code == "wrong_code"
            assert (await step(second, EnrollStep.STOPPED)).code in {"wrong_code", "token_used"}
            assert _devices(alice) == {await _device(alice)}
            steps = [event.step for event in alice.told if isinstance(event, Enrolling)]
            assert steps == [EnrollStep.WAITING, EnrollStep.AGREEING, EnrollStep.STOPPED]


def test_a_guesser_is_right_no_oftener_than_by_chance() -> None:
    runs, codes = 60, 6
    right, same = count(runs, codes)
    assert right == same > 0
    assert at_least(right, runs, 1 / codes) > 1e-3
