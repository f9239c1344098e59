"""Every session there is, and what each means for the others, the contacts and the window."""

import time
from collections.abc import Callable

from whisp_desktop.chat.book import Settings
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes, Secret
from whisp_desktop.protocol.peer_messages import ByeReason, State
from whisp_desktop.protocol.revocation import Standing
from whisp_desktop.protocol.statements import StatementType, split_statements, statement_type
from whisp_desktop.session.circle import Circle
from whisp_desktop.session.commands import HistoryEntry
from whisp_desktop.session.events import Closed, Event, SessionEnd
from whisp_desktop.session.peer import Peer
from whisp_desktop.session.session import Session
from whisp_desktop.shields.process import trim_heap

_WIRE_VERSION = 1


def own_state(settings: Settings) -> State:
    """Return what this app declares of itself: no capture exclusion and no app lock are built."""
    marks = (1 if settings.typing_marks else 0) | (2 if settings.seen_marks else 0)
    return State(version=_WIRE_VERSION, capture=0, lock=0, marks=marks, away=False)


def _cards(statements: bytes) -> list[Card]:
    """Return the cards among the statements. PeerError."""
    return [
        Card.parse(whole)
        for whole in split_statements(statements)
        if statement_type(whole) is StatementType.CARD
    ]


def _admits(standing: Standing, peer: Peer) -> bool:
    try:
        standing.admit(peer.cert, int(time.time()))
    except PeerError:
        return False
    return True


class Conversations:
    """Keeps the open sessions, one a person, by the name that is shown."""

    def __init__(
        self,
        circle: Circle,
        statements: Callable[[], bytes],
        listener: Callable[[Event], None],
    ) -> None:
        self._circle = circle
        self._statements = statements
        self._listener = listener
        self._open: dict[str, Session] = {}
        self._beginning: set[Session] = set()

    def begin(self, name: str) -> Session:
        """Make a session that is not connected yet."""
        state = own_state(self._circle.settings)
        session = Session(name, self, state=state, statements=self._statements())
        self._beginning.add(session)
        return session

    def named(self, name: str) -> Session:
        """Return the open conversation with this person. RefusedError `not_connected`."""
        session = self._open.get(name)
        if session is None:
            raise RefusedError(
                "not_connected", f"There is no conversation with {name} now. Ask to talk first."
            )
        return session

    def leave(self, name: str) -> None:
        """End the conversation, or what is on the way to one. RefusedError `not_connected`."""
        beginning = next((each for each in self._beginning if each.name == name), None)
        session = beginning if beginning and name not in self._open else self.named(name)
        session.end(SessionEnd.LEFT, by_me=True, bye=ByeReason.LEFT)

    def names(self) -> tuple[str, ...]:
        """Return whom one talks to now."""
        return tuple(self._open)

    def is_open(self, name: str) -> bool:
        """Whether one talks to this person now."""
        return name in self._open

    def has(self, name: str) -> bool:
        """Whether one talks to this person, or is on the way to it."""
        return name in self._open or any(each.name == name for each in self._beginning)

    def history(self, name: str) -> tuple[HistoryEntry, ...]:
        """Return what is in memory of a conversation; nothing where there is none."""
        return self._open[name].history() if name in self._open else ()

    def declare(self) -> None:
        """Tell everybody what the settings have become."""
        for session in self._open.values():
            session.set_state(own_state(self._circle.settings))

    def end_all(self, why: SessionEnd) -> None:
        """Leave everybody, and stop what is beginning."""
        for session in (*self._open.values(), *self._beginning):
            session.end(why, by_me=True, bye=ByeReason.LEFT)

    def cut_off(self, account_key: AccountKeyBytes) -> None:
        """Part from a device of this account that is not admitted any more."""
        standing = self._circle.standing(account_key)
        for session in tuple(self._open.values()):
            if session.peer.cert.account_key == account_key and not _admits(standing, session.peer):
                session.end(SessionEnd.PROTOCOL, bye=ByeReason.REVOKED)

    def spread(self) -> None:
        """Tell everybody what one's own account has become."""
        for session in self._open.values():
            session.set_statements(self._statements())

    # What sessions tell (session.SessionOwner)

    def emit(self, event: Event) -> None:
        """Tell the front end."""
        self._listener(event)

    def secured(self, session: Session) -> None:
        """Let the newest session with a person be the one that counts."""
        old = self._open.get(session.name)
        self._open[session.name] = session
        self._beginning.discard(session)
        if old is not None:
            old.end(SessionEnd.LEFT, bye=ByeReason.LEFT)

    def kpair_agreed(self, peer: Peer, kpair: Secret, *, confirmed: bool) -> None:
        """Keep who answered as a contact."""
        self._circle.met(peer, kpair, confirmed=confirmed)

    def kpair_confirmed(self, peer: Peer, kpair: Secret) -> None:
        """Note that the other side has the pair's key as well."""
        self._circle.confirmed(peer, kpair)

    def news(self, peer: Peer, statements: bytes) -> bool:
        """Take news of the other's account: whether they still admit its device. PeerError."""
        now = int(time.time())
        standing = self._circle.standing(peer.cert.account_key)
        standing.take(statements, now)
        self._circle.learned(standing, _cards(statements))
        return _admits(standing, peer)

    def ended(self, session: Session, why: SessionEnd, *, by_me: bool) -> None:
        """Say so, unless another session with this person lives on."""
        self._beginning.discard(session)
        if self._open.get(session.name) is session:
            del self._open[session.name]
        trim_heap()
        if session.name not in self._open:
            self._listener(Closed(session.name, why, by_me))
