"""An account that is there: its socket, its door, its requests and its conversations."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import isawaitable
from typing import Any, TypeVar

from msgspec.structs import replace

from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.safety_number import safety_number
from whisp_desktop.protocol.server_messages import (
    Answered,
    Ended,
    Knocked,
    Mail,
    Revoked,
    Seen,
    ServerFrame,
    Spent,
)
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.account import Papers
from whisp_desktop.session.adding import Adding
from whisp_desktop.session.asking import Askings
from whisp_desktop.session.cards import Cards
from whisp_desktop.session.conversations import Conversations
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.doorman import Doorman
from whisp_desktop.session.events import AccountEnded, Notice, ServerChanged, SessionEnd
from whisp_desktop.session.family import Family
from whisp_desktop.session.own_devices import OwnDevices
from whisp_desktop.session.people import People
from whisp_desktop.session.recovering import make_sheet
from whisp_desktop.session.search import Search
from whisp_desktop.session.siblings import Siblings
from whisp_desktop.transport.endpoint import all_gone
from whisp_desktop.transport.network import is_offline
from whisp_desktop.transport.server_errors import (
    ServerRefusedError,
    revoked,
    server_unreachable,
)

Answer = TypeVar("Answer")

_GOODBYE_S = 1.0


class Attendance:
    """Everything that runs while an account is open; it listens to its server's socket."""

    def __init__(self, desk: Desk, over: Callable[[AccountEnded], None]) -> None:
        self.is_connected = False
        self.reachable = asyncio.Event()
        self.conversations = Conversations(desk.circle, self._statements, desk.tell)
        self._desk = desk
        self._search = Search(desk.circle, desk.server, desk.keys.device.device_id)
        self._askings = Askings(desk, self._search, self.conversations)
        self._adding = Adding(desk, self._spread)
        self._devices = OwnDevices(desk, self._spread, over)
        self._family = Family(desk, self._devices)
        self._siblings = Siblings(desk, self._family)
        self._doorman = Doorman(desk, self.conversations, self._askings, self._siblings)
        self._people = People(desk, self._is_busy, self._part)
        self._while_connected: list[asyncio.Task[None]] = []
        self._refusal_told: str | None = None
        self._answers = self._all_answers()

    @property
    def server_url(self) -> str:
        """The server that this account is at."""
        return self._desk.server.api.url

    def _statements(self) -> bytes:
        return self._desk.papers.news

    def _papers(self) -> Papers:
        return self._desk.papers

    def _spread(self) -> None:
        """Tell the news of one's own account to everybody who is here."""
        self.conversations.spread()
        self._siblings.look()

    def _share(self, command: device_commands.ShareContacts) -> None:
        self._family.share(command.device_id, agreed=command.agreed)
        self._siblings.look()

    def begin(self) -> None:
        """Go to the server and stay there."""
        self._desk.spawn(self._desk.server.run(self._desk.keys, self._papers, self, self._refused))
        self._desk.spawn(self._desk.circle.keep_saving())

    async def leave(self) -> None:
        """Leave every conversation, forget every request, and seal what changed."""
        self._doorman.close()
        self.conversations.end_all(SessionEnd.LEFT)
        await self._desk.circle.flush()

    async def end(self) -> None:
        """Close the connections, once no task uses them any more; bounded."""
        await all_gone(_GOODBYE_S)
        await self._desk.server.close()

    # What the server link tells (transport.server_link.ServerListener)

    def connected(self) -> None:
        """Publish, announce and watch: the socket is open and empty."""
        self.is_connected = True
        self._refusal_told = None
        self._desk.spawn(self._devices.renew_this())
        self._while_connected = [
            self._desk.spawn(self._doorman.keep_published(self._published)),
            self._desk.spawn(self._desk.circle.keep_meeting(self._desk.server)),
            self._desk.spawn(self._devices.bring()),
            self._desk.spawn(self._siblings.keep_renewed()),
        ]

    def _published(self) -> None:
        """Say that the server is reached once it has what others need to reach us."""
        if not self.reachable.is_set():
            self.reachable.set()
            self._desk.tell(ServerChanged(connected=True, retry_at=None))

    def lost(self, retry_in_s: float) -> None:
        """Say that there is no socket, and when it is tried again."""
        self._disconnected()
        retry_at = time.monotonic() + retry_in_s
        self._desk.tell(ServerChanged(connected=False, retry_at=retry_at, offline=is_offline()))

    def ended(self, why: RefusedError) -> None:
        """Say that there is no socket, and that none is tried."""
        self._disconnected()
        self._desk.tell(Notice(why.code, why.say))
        self._desk.tell(ServerChanged(connected=False, retry_at=None))

    def pushed(self, message: ServerFrame) -> None:
        """Bring news to whom they concern."""
        match message:
            case Knocked():
                self._doorman.knocked(message)
            case Answered():
                self._askings.answered(message)
                self._siblings.answered(message)
            case Ended():
                self._doorman.ended(message)
            case Spent():
                self._doorman.spent(message)
            case Revoked(statements=statements):
                self._hear_of_account(statements)
            case Mail():
                self._adding.mail(message)
            case Seen():
                self._desk.circle.seen(message)
                self._siblings.look()
            case _:
                pass

    def _hear_of_account(self, statements: bytes) -> None:
        """Believe what the server brings only for its signatures."""
        with suppress(PeerError):
            self._devices.take(statements)

    def _disconnected(self) -> None:
        self.is_connected = False
        self.reachable.clear()
        for task in self._while_connected:
            task.cancel()
        self._while_connected = []
        self._adding.lost()
        self._desk.circle.lost()

    def _refused(self, why: RefusedError) -> None:
        """Say why there is no socket: once, however often it is tried again."""
        if isinstance(why, ServerRefusedError) and why.code == "forbidden":
            self._hear_of_account(why.statements)
            why = revoked()
        if why.code not in {"server_unreachable", self._refusal_told}:
            self._refusal_told = why.code
            self._desk.tell(Notice(why.code, why.say))

    # Commands

    async def do(self, command: commands.Command[Answer]) -> object:
        """Answer a command of an open account."""
        answer = self._answers.get(type(command))
        if answer is None:
            raise RefusedError("not_available", "This version of Whisp cannot do that yet.")
        answered = answer(command)
        return await answered if isawaitable(answered) else answered

    def _all_answers(self) -> dict[type[commands.Command[Any]], Callable[[Any], object]]:
        named, door, people = self.conversations.named, self._doorman, self._people
        keys = self._desk.keys
        cards = Cards(self._desk)
        return {
            commands.Retry: lambda _: self._desk.server.retry(),
            commands.LookUp: lambda it: self._look_up(it.name),
            commands.GetContacts: lambda _: self._desk.circle.entries(),
            commands.Ask: lambda it: self._ask(it.name),
            commands.Withdraw: lambda it: self._askings.withdraw(it.request),
            commands.Accept: lambda it: self._accept(it.request),
            commands.Decline: lambda it: door.decline(it.request),
            commands.Block: lambda it: door.block(it.request),
            commands.Rename: lambda it: people.rename(it.name, it.petname),
            commands.Remove: lambda it: people.remove(it.name),
            commands.BlockContact: lambda it: people.block(it.name),
            commands.Unblock: lambda it: people.unblock(it.name),
            commands.GetSafety: lambda it: people.safety(it.name),
            commands.Verify: lambda it: people.verify(it.name, it.digits),
            device_commands.GetDevices: lambda _: self._devices.entries(),
            device_commands.RenameDevice: lambda it: self._devices.rename(it.device_id, it.name),
            device_commands.Revoke: lambda it: self._devices.revoke(it.device_id, it.reason),
            device_commands.ShareContacts: self._share,
            device_commands.DeleteAccount: lambda _: self._devices.delete(),
            commands.VerifyCard: lambda it: people.verify_card(it.name, it.qr),
            commands.GetChangedKey: lambda it: people.changed_key(it.name),
            commands.TakeChangedKey: lambda it: people.take_changed_key(it.name),
            commands.KeepKnownKey: lambda it: people.keep_known_key(it.name),
            commands.GetCard: lambda _: cards.own(),
            commands.ReadCard: lambda it: cards.read(it.text),
            commands.AddContact: lambda it: cards.add(it.text, in_person=it.in_person),
            device_commands.ShowToken: self._adding.show_token,
            device_commands.MakeCode: self._adding.make_code,
            device_commands.ConfirmDigits: lambda it: self._adding.confirm(it.digits),
            device_commands.StopEnrolling: lambda _: self._adding.stop(),
            device_commands.MakeRecoverySheet: lambda it: make_sheet(keys, it.passphrase),
            commands.Leave: lambda it: self._leave(it.peer),
            commands.GetHistory: lambda it: self.conversations.history(it.peer),
            commands.SetMarks: self._set_marks,
            commands.Send: self._send,
            commands.MarkSeen: lambda it: named(it.peer).mark_seen(it.messages),
            commands.SetTimer: lambda it: named(it.peer).set_timer(it.lifetime_s),
            commands.DeleteMessage: lambda it: named(it.peer).delete(it.message),
            commands.SetTyping: lambda it: named(it.peer).set_typing(typing=it.typing),
        }

    def _send(self, command: commands.Send) -> commands.MessageId:
        self._people.check_key(command.peer)
        session = self.conversations.named(command.peer)
        return session.write(command.text, command.lifetime_s, command.reply_to)

    async def _look_up(self, name: str) -> answers.Found:
        person = await self._search.look_up(name)
        if person is None:
            return answers.Found(name=name, reachable=False)
        self.conversations.cut_off(person.account_key)
        return answers.Found(
            name=name,
            reachable=True,
            account_key=person.account_key.hex(),
            safety_number=safety_number(self._desk.papers.cert.account_key, person.account_key),
            verified=person.contact is not None and person.contact.verified,
            devices=len(person.devices),
            shows_address=not self._desk.server.has_relay,
        )

    def _ask(self, name: str) -> commands.RequestId:
        """Ask, or answer a request of theirs that waits already."""
        name = self._desk.circle.name_shown(name)
        self._search.check_name(name)
        self._people.check_not_blocked(name)
        self._people.check_key(name)
        if name == self._desk.papers.card.username:
            raise RefusedError("yourself", "That is your own username.")
        waiting = self._doorman.waiting(name)
        if waiting is not None:
            self._doorman.accept(waiting.id)
            return waiting.id
        if not self.is_connected:
            raise server_unreachable()
        return self._askings.ask(name)

    def _accept(self, request: commands.RequestId) -> None:
        self._people.check_key(self._doorman.asker(request))
        self._doorman.accept(request)

    def _is_busy(self, name: str) -> bool:
        return self.conversations.has(name) or self._doorman.waiting(name) is not None

    def _part(self, name: str) -> None:
        self._doorman.forget(name)
        if self.conversations.has(name):
            self._leave(name)

    def _leave(self, peer: str) -> None:
        asking = self._askings.named(peer)
        if asking is not None:
            asking.withdraw()
        else:
            self.conversations.leave(peer)

    def _set_marks(self, command: commands.SetMarks) -> None:
        settings = self._desk.circle.settings
        chosen = replace(settings, typing_marks=command.typing, seen_marks=command.seen)
        self._desk.circle.choose(chosen)
        self.conversations.declare()
