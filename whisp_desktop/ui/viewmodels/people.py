"""Everybody in the left column: who wants to talk, who is talking, and the contacts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from whisp_desktop.chat.admission import How
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.session.commands import GetContacts, RequestId
from whisp_desktop.session.events import (
    Arrived,
    Closed,
    Connecting,
    ContactsChanged,
    Event,
    Opened,
    PresenceChanged,
    Requested,
    RequestGone,
)
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands
from whisp_desktop.ui.viewmodels.people_rows import (
    Row,
    RowKind,
    blocked_row,
    contact_row,
    section,
    spoken,
)

TICK_MS = 20_000


@dataclass(frozen=True, slots=True)
class _Talk:
    account_key: str
    verified: bool
    since: float
    unread: int = 0


class PeopleViewModel(QObject):
    """Keeps `rows` as the core's events say; it ticks only while a row counts minutes."""

    changed = Signal()
    requested = Signal(object)
    """A `Requested` that has just come in."""
    request_gone = Signal(object)
    """A `RequestGone`."""
    request_met = Signal(str)
    """A request whose conversation has begun."""

    def __init__(
        self,
        bridge: Bridge,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._clock = clock
        self._errands = Errands()
        self._requests: dict[RequestId, tuple[Requested, float]] = {}
        self._talks: dict[str, _Talk] = {}
        self._on_the_way: set[str] = set()
        self._contacts: tuple[ContactEntry, ...] = ()
        self._shown = ""
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.changed)
        bridge.event.connect(self._hear)
        bridge.ended.connect(self._forget_all)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows from top to bottom; a section without members is left out."""
        requests = tuple(self._request_row(*waiting) for waiting in self._requests.values())
        talks = tuple(self._talk_row(peer, talk) for peer, talk in self._talks.items())
        contacts = tuple(
            contact_row(entry, connecting=entry.petname in self._on_the_way)
            for entry in self._contacts
            if not entry.blocked and entry.petname not in self._talks
        )
        blocked = tuple(blocked_row(entry) for entry in self._contacts if entry.blocked)
        return (
            *section(self.tr("Wants to talk"), requests, count=len(requests)),
            *section(self.tr("Talking now"), talks),
            *section(self.tr("Contacts"), contacts),
            *section(self.tr("Blocked"), blocked),
        )

    @property
    def conversations(self) -> tuple[str, ...]:
        """The peers of the open conversations, in the order of the list."""
        return tuple(self._talks)

    @property
    def waiting(self) -> tuple[Requested, ...]:
        """The requests that nobody has answered yet."""
        return tuple(asked for asked, _ in self._requests.values())

    def contact(self, account_key: str) -> ContactEntry | None:
        """Return the contact with this account key."""
        return next((one for one in self._contacts if one.account_key == account_key), None)

    def contact_named(self, name: str) -> ContactEntry | None:
        """Return who goes by this petname, else the one contact with this username."""
        for one in self._contacts:
            if one.petname == name:
                return one
        others = [one for one in self._contacts if one.name == name]
        return others[0] if len(others) == 1 else None

    def is_busy(self, peer: str) -> bool:
        """Whether a conversation is open or on the way, or a request of theirs waits."""
        asks = any(asked.name == peer for asked in self.waiting)
        return asks or peer in self._talks or peer in self._on_the_way

    def begin(self) -> None:
        """Fetch the contacts."""
        self._errands.start(self._fetch())

    def show(self, peer: str) -> None:
        """Note whose conversation is in view: its messages are not counted. Empty: nobody's."""
        self._shown = peer
        talk = self._talks.get(peer)
        if talk is not None and talk.unread:
            self._talks[peer] = replace(talk, unread=0)
            self.changed.emit()

    def forget(self, request: RequestId) -> None:
        """Take away a request that has been answered here."""
        if self._requests.pop(request, None) is not None:
            self._renew()

    async def _fetch(self) -> None:
        try:
            self._contacts = await self._bridge.do(GetContacts())
        except RefusedError:
            return
        self._renew()

    def _hear(self, event: Event) -> None:
        match event:
            case Requested():
                self._requests[event.request] = (event, self._clock())
                self.requested.emit(event)
            case RequestGone():
                self._requests.pop(event.request, None)
                self.request_gone.emit(event)
            case Connecting():
                self._on_the_way.add(event.peer)
                self._forget_requests_of(event.peer)
            case Opened():
                self._on_the_way.discard(event.peer)
                self._talks[event.peer] = _Talk(event.account_key, event.verified, self._clock())
            case Closed():
                self._on_the_way.discard(event.peer)
                self._talks.pop(event.peer, None)
            case Arrived() if event.peer != self._shown and event.peer in self._talks:
                talk = self._talks[event.peer]
                self._talks[event.peer] = replace(talk, unread=talk.unread + 1)
            case PresenceChanged():
                self._contacts = tuple(
                    replace(one, online=event.state) if one.petname == event.name else one
                    for one in self._contacts
                )
            case ContactsChanged():
                self.begin()
                return
            case _:
                return
        self._renew()

    def _forget_all(self) -> None:
        """Nothing that a core knew outlives it."""
        self._requests.clear()
        self._talks.clear()
        self._on_the_way.clear()
        self._contacts = ()
        self._renew()

    def _forget_requests_of(self, peer: str) -> None:
        """Take away what was met, be it by asking back."""
        for request, (asked, _) in tuple(self._requests.items()):
            if asked.name == peer:
                del self._requests[request]
                self.request_met.emit(request)

    def _renew(self) -> None:
        if self._requests or self._talks:
            self._tick.start()
        else:
            self._tick.stop()
        self.changed.emit()

    def _request_row(self, asked: Requested, since: float) -> Row:
        contact = self.contact(asked.account_key)
        verified = contact is not None and contact.verified
        sentence = (
            self.tr("{name} wants to talk, verified")
            if verified
            else self.tr("{name} wants to talk, not verified")
        )
        return Row(
            RowKind.REQUEST,
            asked.request,
            asked.name,
            self._request_line(asked.how, self._minutes_since(since)),
            asked.account_key,
            verified,
            spoken=sentence.format(name=asked.name),
        )

    def _request_line(self, how: How, minutes: int) -> str:
        match how, minutes:
            case How.NAME, 0:
                return self.tr("Typed your username, just now")
            case How.NAME, _:
                return self.tr("Typed your username, %n min ago", "", minutes)
            case How.FRIEND_CODE, 0:
                return self.tr("Used a friend code, just now")
            case How.FRIEND_CODE, _:
                return self.tr("Used a friend code, %n min ago", "", minutes)
            case _, 0:
                return self.tr("A contact of yours, just now")
            case _:
                return self.tr("A contact of yours, %n min ago", "", minutes)

    def _talk_row(self, peer: str, talk: _Talk) -> Row:
        contact = self.contact(talk.account_key)
        verified = contact.verified if contact is not None else talk.verified
        minutes = self._minutes_since(talk.since)
        line = self.tr("Talking, %n min", "", minutes) if minutes else self.tr("Talking")
        key_changed = contact is not None and contact.key_changed
        if key_changed:
            line = self.tr("Talking, key changed")
        return Row(
            RowKind.TALKING,
            peer,
            peer,
            line,
            talk.account_key,
            verified,
            "online",
            talk.unread,
            spoken(peer, line, verified=verified),
            key_changed,
        )

    def _minutes_since(self, since: float) -> int:
        return int(self._clock() - since) // 60
