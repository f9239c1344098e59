"""A server, and two sessions over a link in memory, with a clock that a test moves."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from tests.fakes.memory_link import MemoryLink
from tests.fakes.stepping_clock import SteppingClock
from tests.harness import Client
from tests.session.nodes import Server
from tests.session.town import Town
from whisp_desktop.protocol.certificates import Manifest, day
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.keys import Secret, encapsulate
from whisp_desktop.protocol.peer_messages import State
from whisp_desktop.session.events import Event, SessionEnd
from whisp_desktop.session.peer import Peer
from whisp_desktop.session.session import Session
from whisp_desktop.transport.ice import IcePolicy

NOW = 1_800_000_000
ICE = IcePolicy(relay_only=False, servers=(), development=True)
STATE = State(version=1, capture=0, lock=0, marks=3, away=False)

E = TypeVar("E", bound=Event)


class RememberingOwner:
    """A `SessionOwner` that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.secured_sessions: list[Session] = []
        self.kpairs: list[tuple[bytes, bool]] = []
        self.statements: list[bytes] = []
        self.admits = True
        self.end: tuple[SessionEnd, bool] | None = None

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def secured(self, session: Session) -> None:
        self.secured_sessions.append(session)

    def kpair_agreed(self, peer: Peer, kpair: Secret, *, confirmed: bool) -> None:
        assert peer.username
        self.kpairs.append((bytes(kpair.data), confirmed))

    def kpair_confirmed(self, peer: Peer, kpair: Secret) -> None:
        assert peer.username
        self.kpairs.append((bytes(kpair.data), True))

    def news(self, peer: Peer, statements: bytes) -> bool:
        assert peer.username
        if statements == b"wrong":
            raise PeerError("statements are wrong")
        self.statements.append(statements)
        return self.admits

    def ended(self, session: Session, why: SessionEnd, *, by_me: bool) -> None:
        assert session.is_ended
        assert self.end is None
        self.end = (why, by_me)

    def told(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


class Side:
    """One of the two: who it is, its session, its link and its owner."""

    def __init__(self, client: Client, other: Client, clock: SteppingClock) -> None:
        self.client = client
        self.owner = RememberingOwner()
        self.clock = clock
        manifest = Manifest.issue(client.account, [client.cert], epoch=1, issued=day(NOW))
        self.session = Session(
            other.card.username, self.owner, state=STATE, statements=manifest.whole, clock=clock
        )
        self.peer = Peer(
            cert=other.cert,
            username=other.card.username,
            hosts=other.card.hosts,
            card=other.card,
            statements=b"",
            verified=False,
        )
        self.agreement: Agreement
        self.link: MemoryLink

    def open(self) -> "asyncio.Task[None]":
        link: object = self.link
        opening = self.session.open(self.peer, link, self.agreement)  # type: ignore[arg-type]
        return asyncio.get_running_loop().create_task(opening)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds, with a bound."""
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come to that")


async def settle() -> None:
    """Let everything that is queued arrive."""
    for _ in range(20):
        await asyncio.sleep(0)


class Two:
    """Alice, who asked, and Bob, who accepted; `open` brings their sessions up."""

    def __init__(self) -> None:
        self.clock = SteppingClock()
        alice, bob = Client("alice"), Client("bob")
        self.alice = Side(alice, bob, self.clock)
        self.bob = Side(bob, alice, self.clock)

    async def agree(self) -> None:
        """Do the handshake and connect the links, without opening the sessions."""
        alice, bob = self.alice, self.bob
        alice.link = await MemoryLink.offer(ICE, alice.session)
        initiator = alice.client.initiator(bob.client)
        responder = bob.client.responder(initiator.write(alice.link.route), now=NOW)
        bob.link = await MemoryLink.answer(responder.route, ICE, bob.session)
        m2, bob.agreement = responder.write(bob.link.route, secrets.token_bytes, encapsulate)
        route, alice.agreement = initiator.read(m2)
        await alice.link.connect(route)

    async def open(self) -> None:
        """Bring both sessions up."""
        await self.agree()
        async with asyncio.timeout(5):
            await asyncio.gather(self.alice.open(), self.bob.open())
        await settle()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own for each file."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
async def town(server: Server, tmp_path: Path) -> AsyncIterator[Town]:
    """People of the file's server, each of a name of their own."""
    async with AsyncExitStack() as stack:
        yield Town(stack, tmp_path, server.url)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    """Return two whose receipts wait a turn of the loop, and no time."""
    monkeypatch.setattr("whisp_desktop.session.session.ANSWER_AFTER_S", 0)
    monkeypatch.setattr("whisp_desktop.session.channel.PREPARE_AFTER_S", 0)
    return Two()
