"""A core without keys, server or network, for the real bridge and the real window."""

import asyncio
from collections.abc import Callable
from typing import Any

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands
from whisp_desktop.session.answers import Account, ContactEntry, Found, Status
from whisp_desktop.session.commands import Command
from whisp_desktop.session.device_commands import GetDevices
from whisp_desktop.session.events import Event

ALICE_KEY = "00" * 32
BOB_KEY = "01" * 32
CAROL_KEY = "02" * 32
DAVE_KEY = "03" * 32
NUMBER = "305187742091663048575220918746661309758240071238958135469018"


class FakeNode:
    """What a test wants of the core.

    profile -- `new`, `locked` or `open`
    refuse -- what `run` refuses with, as a keychain does at the start
    answers -- by type of command: an answer, a `RefusedError`, or a function of the command
    """

    def __init__(self, profile: str = "open") -> None:
        self.profile = profile
        self.name = "alice"
        self.key_store = "os-keychain:SecretService"
        self.passphrase = b"correct horse"
        self.needs_passphrase = False
        self.refuse: RefusedError | None = None
        self.taken: set[str] = {"bob"}
        self.people: dict[str, Found] = {}
        self.contacts: tuple[ContactEntry, ...] = ()
        self.answers: dict[type[Command[Any]], object] = {}
        self.commands: list[Command[Any]] = []
        self.cancelled: list[Command[Any]] = []
        self.held: set[type[Command[Any]]] = set()
        self.connected = True
        self.stubborn = False
        self.starts = 0
        self.closed = 0
        self._death: Exception | None = None
        self._let_go = asyncio.Event()
        self._closing = asyncio.Event()
        self._opened = asyncio.Event()
        self._listener: Callable[[Event], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def make(self, listener: Callable[[Event], None]) -> "FakeNode":
        """What the bridge calls in the core's thread."""
        self._listener = listener
        self._let_go = asyncio.Event()
        self._closing = asyncio.Event()
        self._opened = asyncio.Event()
        return self

    def tell(self, *events: Event) -> None:
        """Let these events happen, in the core's thread."""
        assert self._loop is not None
        assert self._listener is not None
        for event in events:
            self._loop.call_soon_threadsafe(self._listener, event)

    def release(self, *kinds: type[Command[Any]]) -> None:
        """Answer commands of these kinds that were held back."""
        assert self._loop is not None
        self.held -= set(kinds)
        self._loop.call_soon_threadsafe(self._wake)

    def asked(self, kind: type[Command[Any]]) -> list[Any]:
        """The commands of one kind, in order."""
        return [command for command in self.commands if isinstance(command, kind)]

    def die(self, error: Exception) -> None:
        """Let `run` end as a mistake of ours would end it."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._break, error)

    def _break(self, error: Exception) -> None:
        self._death = error
        self._closing.set()

    def _wake(self) -> None:
        self._let_go.set()
        self._let_go = asyncio.Event()

    # The core's own interface

    async def run(self) -> None:
        self.starts += 1
        self._loop = asyncio.get_running_loop()
        if self.refuse is not None:
            raise self.refuse
        self._opened.set()
        await self._closing.wait()
        if self._death is not None:
            death, self._death = self._death, None
            raise death

    async def close(self) -> None:
        self.closed += 1
        if not self.stubborn:
            self._closing.set()

    async def do(self, command: Command[Any]) -> Any:
        await self._opened.wait()
        self.commands.append(command)
        try:
            while type(command) in self.held:
                await self._let_go.wait()
        except asyncio.CancelledError:
            self.cancelled.append(command)
            raise
        answer = self.answers.get(type(command), self._answer)
        if isinstance(answer, RefusedError):
            raise answer
        return answer(command) if callable(answer) else answer

    def _answer(self, command: Command[Any]) -> Any:
        answer: Any = None
        match command:
            case commands.GetStatus():
                answer = self.status()
            case commands.Unlock() | commands.ChoosePassphrase():
                self._unlock(bytes(command.passphrase.data))
            case commands.CheckName():
                answer = command.name not in self.taken
            case commands.CreateAccount():
                answer = self._create(command.name)
            case commands.LookUp():
                answer = self.people.get(command.name, Found(command.name, reachable=False))
            case commands.Ask():
                answer = commands.RequestId("ask-1")
            case commands.GetContacts():
                answer = self.contacts
            case GetDevices():
                answer = ()
        return answer

    def _unlock(self, passphrase: bytes) -> None:
        if self.profile == "new":
            self.key_store, self.needs_passphrase = "passphrase", False
            self.passphrase = passphrase
        elif passphrase == self.passphrase:
            self.profile = "open"
        else:
            raise RefusedError("wrong_passphrase", "That passphrase did not work.")

    def _create(self, name: str) -> Account:
        if self.needs_passphrase:
            raise RefusedError("passphrase_needed", "There is no keychain. Type a passphrase.")
        if name in self.taken:
            raise RefusedError("name_taken", f"“{name}” is taken. Try another one.")
        self.name, self.profile = name, "open"
        return self.account()

    def account(self) -> Account:
        return Account(self.name, ALICE_KEY, "07" * 16, self.key_store)

    def status(self) -> Status:
        return Status(
            profile=self.profile,
            account=self.account() if self.profile == "open" else None,
            key_store=self.key_store,
            keychain_refused="",
            presence="online",
            discovery="default",
            route="any",
            server_url="https://whisp.example.org" if self.profile == "open" else "",
            server_connected=self.connected,
            sessions=(),
            capture="absent",
            lock="absent",
            hotkey="absent",
        )


def found(name: str, account_key: str = BOB_KEY, **more: Any) -> Found:
    """Somebody who can be reached."""
    return Found(name, reachable=True, account_key=account_key, safety_number=NUMBER, **more)


def contact(
    name: str, account_key: str, online: str = "online", *, verified: bool = True
) -> ContactEntry:
    """A line of the contact list."""
    return ContactEntry(name.lower(), name, account_key, verified, blocked=False, online=online)
