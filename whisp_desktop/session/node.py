"""The core behind every front end: it opens the profile, keeps the server, answers commands."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TypeVar, cast

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.account import Papers
from whisp_desktop.session.attendance import Attendance
from whisp_desktop.session.beginning import Beginning
from whisp_desktop.session.circle import Circle
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import AccountEnded, Event, Notice, Solving
from whisp_desktop.session.holdings import Holdings
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.session.key_care import KeyCare, KeyCommand
from whisp_desktop.vault.profile import Profile, ProfileState

Answer = TypeVar("Answer")

_log = get_log("session")

_REACHABLE_S = 3.0


class Node:
    """One profile and all that runs for it; the owner of every task.

    `run` lives until `close`; `do` may be called from when it runs. Events go to `listener`, on
    the loop, in the order in which they happen.
    """

    def __init__(
        self, profile: Profile, server_url: str | None, listener: Callable[[Event], None]
    ) -> None:
        self._profile = profile
        self._server_url = server_url
        self._listener = listener
        self._closing = asyncio.Event()
        self._opened = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._own = Holdings(profile)
        self._care = KeyCare(profile, listener)
        self._attendance: Attendance | None = None
        self._beginning = Beginning(
            self._own, server_url, self._home, self._spawn, listener, self._arrive
        )

    async def run(self) -> None:
        """Open the profile and live. RefusedError: why the profile cannot be opened."""
        await self._care.open()
        try:
            if self._profile.state is ProfileState.OPEN:
                self._own.take()
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._attend_if_registered()
                self._spawn(self._care.watch())
                self._opened.set()
                await self._closing.wait()
                await self._end()
        finally:
            self._profile.close()

    async def close(self) -> None:
        """End every conversation, then let `run` return."""
        self._closing.set()
        if not self._opened.is_set():
            self._profile.stop_waiting()

    async def _end(self) -> None:
        await self._part(self._attendance)
        await self._care.look_at_last()
        self._own.close()

    async def _part(self, attendance: Attendance | None) -> None:
        """Leave everybody and end every task."""
        if attendance is not None:
            await attendance.leave()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        if attendance is not None:
            await attendance.end()

    def _over(self, ended: AccountEnded) -> None:
        """End the account, in a task that outlives all others."""
        assert self._tasks is not None
        self._tasks.create_task(self._guard(self._end_account(ended)))

    async def _end_account(self, ended: AccountEnded) -> None:
        """Destroy the keys of an account that is over on this device."""
        attendance, self._attendance = self._attendance, None
        if attendance is not None:
            await self._part(attendance)
            self._own.close()
            await asyncio.to_thread(self._profile.destroy)
            self._spawn(self._care.watch())
            self._listener(ended)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run a task of this node; a refusal is told, save that the server is away: all know."""
        assert self._tasks is not None
        task = self._tasks.create_task(self._guard(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: work.close())  # of a task that never began
        return task

    async def _guard(self, work: Awaitable[None]) -> None:
        try:
            await work
        except RefusedError as refused:
            if refused.code != "server_unreachable":
                self._listener(Notice(refused.code, refused.say))
        except Exception:  # noqa: BLE001  # one task's fault must not cost the other conversations
            failure = _failure()
            self._listener(Notice(failure.code, failure.say))

    # The account

    def _attend_if_registered(self) -> None:
        account = self._own.account
        if account is not None and account.registered:
            self._attend(self._server_url or account.servers[0])

    def _attend(self, server: str) -> None:
        assert self._own.keys is not None
        assert self._own.account is not None
        device_id, papers = self._own.keys.device.device_id, Papers.read(self._own.account)
        account_key = papers.cert.account_key
        self._attendance = Attendance(
            Desk(
                keys=self._own.keys,
                papers=papers,
                circle=Circle(
                    self._own.book, self._profile, account_key, device_id, self._listener
                ),
                server=self._home(server),
                spawn=self._spawn,
                tell=self._listener,
            ),
            self._over,
        )
        self._attendance.begin()

    async def _do_with_keys(self, command: KeyCommand) -> object:
        async with self._beginning.turn:
            if isinstance(command, commands.ChoosePassphrase):
                self._own.check_none()
            answer = await self._care.do(command)
        if self._profile.state is ProfileState.OPEN and self._own.keys is None:
            self._own.take()
            self._attend_if_registered()
        return answer

    async def _arrive(self, server: str) -> None:
        """Attend a new account; wait a little: whoever hears of it at once should reach us."""
        self._attend(server)
        assert self._attendance is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(_REACHABLE_S):
                await self._attendance.reachable.wait()

    def _home(self, server: str) -> HomeServer:
        return HomeServer(server, lambda fraction: self._listener(Solving(fraction)))

    # Commands

    async def do(self, command: commands.Command[Answer]) -> Answer:
        """Answer a command, once the profile is open. RefusedError says why not."""
        await self._opened.wait()
        if self._closing.is_set():
            raise RefusedError("closing", "Whisp is closing.")
        self._care.check(command)
        try:
            return cast("Answer", await self._answer(command))
        except RefusedError:
            raise
        except Exception:  # noqa: BLE001  # nor must a command's
            raise _failure() from None

    async def _answer(self, command: commands.Command[Answer]) -> object:
        answer: object = None
        match command:
            case commands.GetStatus():
                answer = self._status()
            case (
                commands.Unlock()
                | commands.ChoosePassphrase()
                | device_commands.ChangePassphrase()
                | device_commands.MoveKeys()
                | device_commands.SetAside()
            ):
                answer = await self._do_with_keys(command)
            case (
                commands.CheckName()
                | commands.CreateAccount()
                | device_commands.Recover()
                | device_commands.ScanToken()
                | device_commands.EnterCode()
            ):
                answer = await self._beginning.do(command)
            case device_commands.StopEnrolling() if self._attendance is None:
                self._beginning.stop()
            case commands.GetHistory() if self._attendance is None:
                answer = ()
            case _:
                answer = await self._present().do(command)
        return answer

    def _present(self) -> Attendance:
        if self._attendance is not None:
            return self._attendance
        if self._profile.state is ProfileState.LOCKED:
            raise RefusedError("locked", "Whisp is locked. Type the passphrase first.")
        raise RefusedError("no_account", "There is no account here yet. Create one first.")

    def _status(self) -> answers.Status:
        attendance = self._attendance
        locked = self._profile.state is ProfileState.LOCKED
        account = self._own.account
        known = account.servers[0] if account else ""
        settings = self._own.book.settings
        return answers.Status(
            profile="open" if attendance else "locked" if locked else "new",
            account=self._own.who() if attendance else None,
            key_store=self._profile.key_store,
            keychain_refused=self._profile.no_keychain.say if self._profile.no_keychain else "",
            presence=settings.presence,
            discovery=settings.discovery,
            route="any",
            server_url=attendance.server_url if attendance else self._server_url or known,
            server_connected=attendance is not None and attendance.is_connected,
            sessions=attendance.conversations.names() if attendance else (),
            capture="absent",
            lock="absent",
            hotkey="absent",
        )


def _failure() -> RefusedError:
    """Note that a part of Whisp failed: a traceback would tell too much."""
    _log.error("a task of the core failed")
    say = "Something in Whisp failed. What is open goes on; try again what did not work."
    return RefusedError("internal", say)
