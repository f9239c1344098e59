"""One's own requests: from a name to an answer (protocol: WHK1, A's side)."""

import asyncio
import secrets
from dataclasses import dataclass

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.handshake import Agreement, Initiator
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import BundleId, encapsulate
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.server_messages import Answered, Why, Work
from whisp_desktop.session.commands import RequestId
from whisp_desktop.session.conversations import Conversations
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import Connecting, Notice, SessionEnd, Step
from whisp_desktop.session.peer import Peer
from whisp_desktop.session.search import Person, Search
from whisp_desktop.session.session import Session
from whisp_desktop.transport.peer_link import PeerLink

ANSWER_S = 120.0
"""Both sides give up this long after m1."""

_ENDS = {"no_relay": SessionEnd.NO_RELAY, "key_changed": SessionEnd.KEY_CHANGED}


@dataclass(frozen=True, slots=True)
class _Knock:
    initiator: Initiator
    cert: DeviceCert


@dataclass(frozen=True, slots=True)
class _Answer:
    bundle: BundleId
    cert: DeviceCert
    route: bytes
    agreement: Agreement


class Asking:
    """One request of ours, to every device of one person that answers to the name.

    `run` goes from the look-up to the open channel and ends `session` if anything fails.
    """

    def __init__(self, name: str, session: Session, desk: Desk, search: Search) -> None:
        self.id = RequestId(secrets.token_hex(8))
        self.name = name
        self.session = session
        self._desk = desk
        self._search = search
        self._knocks: dict[BundleId, _Knock] = {}
        self._answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._opened: _Answer | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False
        self._why = Why.WITHDRAWN
        self.has_knocked = False

    def withdraw(self) -> None:
        """Take the request back; who has answered it hears that as well, and waits no longer."""
        if self._opened is not None:
            self._desk.spawn(self._desk.server.withdraw(self._opened.bundle, Why.WITHDRAWN))
        self.session.end(SessionEnd.LEFT, by_me=True)
        self._stop()

    def yield_session(self) -> Session:
        """Forget the own knock: the other side's counts, and its answer opens this session."""
        self._why = Why.ANSWERED_ELSEWHERE
        self._stop()
        return self.session

    def _stop(self) -> None:
        self._is_stopped = True
        if self._task is not None:
            self._task.cancel()

    async def run(self) -> None:
        """Ask, wait and open; every end that is not an open conversation ends the session."""
        self._task = asyncio.current_task()
        if self._is_stopped:
            return
        try:
            await self._ask_and_open()
        except TimeoutError:
            self.session.end(SessionEnd.NO_ANSWER)
        except PeerError:
            self.session.end(SessionEnd.UNREACHABLE)
        except RefusedError as refused:
            self._desk.tell(Notice(refused.code, refused.say))
            self.session.end(_ENDS.get(refused.code, SessionEnd.UNREACHABLE))
        except Exception:
            self.session.end(SessionEnd.UNREACHABLE)
            raise

    async def _ask_and_open(self) -> None:
        self._desk.tell(Connecting(self.name, Step.ASKING))
        person = await self._search.find(self.name)
        if person is None:
            self.session.end(SessionEnd.UNREACHABLE)
            return
        link = await PeerLink.offer(
            await self._desk.server.ice(stranger=person.contact is None), self.session
        )
        try:
            answer = await self._ask(person, link)
            self._desk.tell(Connecting(self.name, Step.AGREEING))
            self._desk.tell(Connecting(self.name, Step.CONNECTING))
            await link.connect(answer.route)
        except BaseException:
            link.close()
            if self._opened is not None:
                self._opened.agreement.close()
            raise
        await self.session.open(self._peer(person, answer.cert), link, answer.agreement)

    def _peer(self, person: Person, cert: DeviceCert) -> Peer:
        contact = person.contact
        return Peer(
            cert=cert,
            username=contact.username if contact else self.name,
            hosts=contact.hosts if contact else (self._desk.server.api.host,),
            card=None,
            statements=person.statements,
            verified=contact is not None and contact.verified,
        )

    async def _ask(self, person: Person, link: PeerLink) -> _Answer:
        messages = {
            bundle.bundle_id: self._write(cert, bundle, link.route)
            for cert, bundle in person.devices
        }
        try:
            work = await self._prove(next(iter(messages.values())), by_name=not person.by_id)
            self.has_knocked = True
            for bundle, m1 in messages.items():
                self._desk.spawn(self._knock(bundle, m1, work))
                work = None
            async with asyncio.timeout(ANSWER_S):
                answer = await self._answer
        except TimeoutError:
            self._give_up(None)
            raise
        except BaseException:
            self._give_up(self._why)
            raise
        self._opened = answer
        del self._knocks[answer.bundle]
        self._give_up(Why.ANSWERED_ELSEWHERE)
        return answer

    def _write(self, cert: DeviceCert, bundle: Bundle, route: bytes) -> bytes:
        initiator = Initiator(
            self._desk.keys.device,
            self._desk.papers.cert,
            self._desk.papers.card,
            cert,
            bundle,
            None,
            secrets.token_bytes,
            encapsulate,
        )
        self._knocks[bundle.bundle_id] = _Knock(initiator, cert)
        return initiator.write(route)

    async def _prove(self, m1: bytes, *, by_name: bool) -> Work | None:
        return await self._desk.server.work(sha256(m1)) if by_name else None

    async def _knock(self, bundle: BundleId, m1: bytes, work: Work | None) -> None:
        """Knock; a refusal by the server ends the wait for an answer."""
        try:
            await self._desk.server.knock(bundle, m1, work)
        except RefusedError as refused:
            if not self._answer.done():
                self._answer.set_exception(refused)

    def answered(self, message: Answered) -> bool:
        """Take an m2, if it is for one of these knocks; a wrong one changes nothing."""
        bundle = BundleId(message.bundle_id)
        knock = self._knocks.get(bundle)
        if knock is None or self._answer.done():
            return False
        try:
            route, agreement = knock.initiator.read(message.m2)
        except PeerError:
            return True
        self._answer.set_result(_Answer(bundle, knock.cert, route, agreement))
        return True

    def _give_up(self, why: Why | None) -> None:
        """Forget every EA and ekA that is left; tell their devices, unless it ends there too."""
        knocks, self._knocks = self._knocks, {}
        for bundle, knock in knocks.items():
            knock.initiator.close()
            if self.has_knocked and why is not None:
                self._desk.spawn(self._desk.server.withdraw(bundle, why))


class Askings:
    """All own requests that are under way, one a person."""

    def __init__(self, desk: Desk, search: Search, conversations: Conversations) -> None:
        self._desk = desk
        self._search = search
        self._conversations = conversations
        self._by_name: dict[str, Asking] = {}

    def ask(self, name: str) -> RequestId:
        """Begin to ask. RefusedError `already_talking`, `already_asking`."""
        if self._conversations.is_open(name):
            raise RefusedError("already_talking", f"You and {name} are talking already.")
        if self.named(name) is not None:
            raise RefusedError("already_asking", f"{name} has been asked already. Wait a moment.")
        asking = Asking(name, self._conversations.begin(name), self._desk, self._search)
        self._by_name[name] = asking
        self._desk.spawn(self._see_through(asking))
        return asking.id

    async def _see_through(self, asking: Asking) -> None:
        try:
            await asking.run()
        finally:
            if self._by_name.get(asking.name) is asking:
                del self._by_name[asking.name]

    def named(self, name: str) -> Asking | None:
        """Return the request to this person that is under way."""
        asking = self._by_name.get(name)
        return None if asking is None or asking.session.is_ended else asking

    def withdraw(self, id_: RequestId) -> None:
        """Take a request back. RefusedError `no_such_request`."""
        for asking in self._by_name.values():
            if asking.id == id_ and not asking.session.is_ended:
                asking.withdraw()
                return
        raise RefusedError("no_such_request", "That request is no longer there.")

    def answered(self, message: Answered) -> None:
        """Bring an m2 to the request that it answers."""
        for asking in self._by_name.values():
            if asking.answered(message):
                return
