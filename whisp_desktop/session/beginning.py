"""How a new profile gets its account: a new one, or as another device of one that there is."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial

from whisp_desktop.chat.book import Book, OwnDevice
from whisp_desktop.protocol.enrollment_new import Enrolled
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import DeviceKeys, Secret
from whisp_desktop.protocol.names import is_username
from whisp_desktop.session import enrolling
from whisp_desktop.session.account import Papers, new_identity
from whisp_desktop.session.answers import Account
from whisp_desktop.session.commands import CheckName, CreateAccount
from whisp_desktop.session.desk import Spawn
from whisp_desktop.session.device_commands import EnterCode, Recover, ScanToken
from whisp_desktop.session.events import EnrollStep, Event
from whisp_desktop.session.holdings import Holdings
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.session.joining import Joining, read_code, read_token
from whisp_desktop.session.recovering import recover_account
from whisp_desktop.transport.server_url import read_server_url
from whisp_desktop.vault.identity import Identity

Certify = Callable[[DeviceKeys], Awaitable[Enrolled]]


BeginningCommand = CheckName | CreateAccount | Recover | ScanToken | EnterCode


class UnknownServerError(RefusedError):
    """The scanned code is of a server that nobody here has agreed to: `host`."""

    def __init__(self, host: str) -> None:
        say = f"Your other device is at {host}. Whoever runs it sees your network address."
        super().__init__("server_to_confirm", say)
        self.host = host


class Beginning:
    """Every way to an account, one at a time: whoever takes keys away meanwhile waits for `turn`.

    own_server -- where an account is looked for if a command names no server; home -- the server
    at an address; arrive -- told the URL of an account's server, once its keys are kept
    """

    def __init__(
        self,
        holdings: Holdings,
        own_server: str | None,
        home: Callable[[str], HomeServer],
        spawn: Spawn,
        tell: Callable[[Event], None],
        arrive: Callable[[str], Awaitable[None]],
    ) -> None:
        self.turn = asyncio.Lock()
        self._holdings = holdings
        self._own_server = own_server
        self._home = home
        self._arrive = arrive
        self._entering = Entering(holdings, home, spawn, tell, arrive)

    async def do(self, command: BeginningCommand) -> object:
        """Answer a command of a profile without an account. RefusedError."""
        match command:
            case CheckName(name=name, server=server):
                return await self._check_name(name, server)
            case CreateAccount(name=name, server=server):
                _check_username(name)
                return await self._come_by(server, partial(create_account, username=name))
            case Recover(text=text, passphrase=passphrase, server=server):
                with passphrase:
                    recover = partial(recover_account, text=text, passphrase=passphrase)
                    return await self._come_by(server, recover)
            case _:
                await self._enter(command)
                return None

    def stop(self) -> None:
        """Stop becoming another device."""
        self._entering.stop()

    async def _check_name(self, name: str, server_given: str) -> bool:
        _check_username(name)
        server = self._home(self._choose_server(server_given))
        try:
            return await server.name_free(name)
        finally:
            await server.close()

    async def _come_by(
        self, server_given: str, come_by: Callable[[Holdings, HomeServer], Awaitable[None]]
    ) -> Account:
        async with self.turn:
            self._holdings.check_none()
            server = self._home(self._choose_server(server_given))
            try:
                await come_by(self._holdings, server)
            finally:
                await server.close()
            await self._arrive(server.api.url)
        return self._holdings.who()

    async def _enter(self, command: ScanToken | EnterCode) -> None:
        async with self.turn:
            self._holdings.check_none()
            if isinstance(command, ScanToken):
                await self._entering.scan(command.qr, command.server, self._own_server)
            else:
                server = command.server or self._own_server or ""
                await self._entering.enter(command.code, server)

    def _choose_server(self, given: str) -> str:
        account = self._holdings.account
        server = given or self._own_server or (account.servers[0] if account else "")
        if not server:
            raise RefusedError("no_server", "Name a server first, or use an invite link.")
        return server


async def create_account(holdings: Holdings, server: HomeServer, username: str) -> None:
    """Keep the keys first, then register them: a crash in between loses no name.

    After a refusal the keys stay for the next try with another name. RefusedError `name_taken`.
    """
    await server.check()
    keys = holdings.keys or await holdings.create(new_identity(), holdings.book)
    papers = Papers.sign(keys, username, server.api.host, now=_now())
    await holdings.keep(papers.kept(server.api.url, registered=False))
    try:
        await server.sign_up(keys, papers)
    except RefusedError as refused:
        if refused.code != "taken":
            raise
        if not await server.knows(keys):
            say = f"“{username}” is taken. Try another one."
            raise RefusedError("name_taken", say) from None
        papers = await server.recover(keys, server.api.host, _now())
    await holdings.keep(papers.kept(server.api.url, registered=True))


class Entering:
    """The attempt of a new profile to become another device of an account that there is.

    home -- the server at an address; entered -- told the URL of the server, once keys are kept
    """

    def __init__(
        self,
        holdings: Holdings,
        home: Callable[[str], HomeServer],
        spawn: Spawn,
        tell: Callable[[Event], None],
        entered: Callable[[str], Awaitable[None]],
    ) -> None:
        self._holdings = holdings
        self._home = home
        self._spawn = spawn
        self._tell = tell
        self._entered = entered
        self._task: asyncio.Task[None] | None = None

    async def scan(self, qr: str, server: str, own_server: str | None) -> None:
        """Begin with a scanned token, whose host is asked about unless it is `own_server`.

        RefusedError `bad_token` and others of `read_token`; `UnknownServerError`; `no_server`;
        `profile_exists`, `passphrase_needed`.
        """
        token = read_token(qr)
        server = server or own_server or ""
        if token.host and not (server and read_server_url(server)[0] == token.host):
            raise UnknownServerError(token.host)
        await self._begin(server, lambda joining: partial(joining.by_token, token))

    async def enter(self, typed: str, server: str) -> None:
        """Begin with a code that was read out. RefusedError `bad_code`, and as `scan`."""
        mailbox, digits = read_code(typed)
        await self._begin(server, lambda joining: partial(joining.by_code, mailbox, digits))

    def stop(self) -> None:
        """Give the attempt up."""
        if self._task is not None:
            self._task.cancel()

    async def _begin(self, server: str, certify: Callable[[Joining], Certify]) -> None:
        if not server:
            raise RefusedError("no_server", "Name the server of your other device first.")
        await self._holdings.make_room()
        self.stop()
        home = self._home(server)
        joining = Joining(home, self._tell)
        self._task = self._spawn(self._see_through(home, joining, certify(joining)))

    async def _see_through(self, home: HomeServer, joining: Joining, certify: Certify) -> None:
        try:
            await join_account(self._holdings, home, certify)
            joining.tell(EnrollStep.FINISHING)
            await self._entered(home.api.url)
            joining.tell(EnrollStep.DONE)
        except RefusedError as refused:
            joining.tell(EnrollStep.STOPPED, why=refused)
        except asyncio.CancelledError:
            joining.tell(EnrollStep.STOPPED, why=enrolling.burnt())
            raise
        finally:
            await home.close()


async def join_account(holdings: Holdings, server: HomeServer, certify: Certify) -> None:
    """Become another device of an account; once its keys are kept, a crash loses nothing.

    certify -- has the other device certify these keys. Who of the devices on the manifest that was
    is not known before they meet: the key that is shared with it is kept for each of them.
    """
    await server.check()
    device = DeviceKeys.generate(secrets.token_bytes)
    try:
        enrolled = await certify(device)
    except BaseException:
        device.close()
        raise
    papers = Papers(enrolled.cert, enrolled.manifest, enrolled.card)
    book = Book(papers.kept(server.api.url, registered=True))
    for device_id, _ in papers.manifest.entries:
        if device_id != device.device_id:
            other = OwnDevice(cert=b"", added=papers.manifest.issued)
            other.pair_keys.keep(Secret(enrolled.kpair.data), confirmed=True)
            book.devices[device_id] = other
    enrolled.kpair.close()
    seeds = device.signing.seed, device.agreement.private
    await holdings.create(Identity(enrolled.account_seed, *seeds), book)


def _check_username(name: str) -> None:
    if not is_username(name):
        raise RefusedError(
            "bad_name", "Use 3 to 24 letters a–z, digits or underscores, a letter first."
        )


def _now() -> int:
    return int(time.time())
