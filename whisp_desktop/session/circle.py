"""One's contacts: who they are, how to meet them again, and who of them is here."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from whisp_desktop.chat.book import Book, OwnAccount, Settings
from whisp_desktop.chat.contacts import Contact
from whisp_desktop.chat.presence import (
    Pair,
    Visibility,
    announced_ids,
    pairs_of,
    watched_ids,
    window_left_s,
)
from whisp_desktop.chat.roll import Roll, WhereaboutsChanged
from whisp_desktop.protocol.certificates import Card, DeviceCert
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, Secret
from whisp_desktop.protocol.revocation import Standing
from whisp_desktop.protocol.server_messages import Seen
from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.session.events import ContactsChanged, Event, KeyChanged, Notice, PresenceChanged
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.session.peer import Peer
from whisp_desktop.vault.profile import Profile

_BETWEEN_MEETINGS_S = 7
"""A server takes ten announcements a minute."""

_OVERLAP_S = 30
"""The ids of a window stay until those of the next one replace them."""

_TRY_AGAIN_S = 30


class Circle:
    """The contact book with the roll of who is here; every change of it is sealed soon."""

    def __init__(
        self,
        book: Book,
        profile: Profile,
        own_account: AccountKeyBytes,
        own_device: DeviceId,
        listener: Callable[[Event], None],
    ) -> None:
        self.book = book
        self._profile = profile
        self._own_account = own_account
        self._own_device = own_device
        self._listener = listener
        self._roll = Roll()
        self._changed = asyncio.Event()
        self._saving = asyncio.Lock()
        self._to_meet = asyncio.Event()

    @property
    def settings(self) -> Settings:
        """What one chose."""
        return self.book.settings

    @property
    def visibility(self) -> Visibility:
        """Who may find one."""
        settings = self.book.settings
        return Visibility.of(settings.presence, settings.visible_to, settings.discovery)

    def name_shown(self, name: str) -> str:
        """Return a contact's petname if its username was typed; else what was typed."""
        contact = self.book.contacts.named(name)
        return contact.petname if contact else name

    def entries(self) -> tuple[ContactEntry, ...]:
        """Return the contact list."""
        return tuple(
            ContactEntry(
                name=contact.username,
                petname=contact.petname,
                account_key=contact.account_key.hex(),
                verified=contact.verified,
                blocked=contact.blocked,
                online=self._roll.where(contact.account_key),
                key_changed=bool(contact.changed_key),
            )
            for contact in self.book.contacts
        )

    def ids_here(self, account_key: AccountKeyBytes) -> list[bytes]:
        """Return the ids by which devices of a contact can be asked now."""
        return self._roll.devices(account_key)

    # What is learned of people

    def met(self, peer: Peer, kpair: Secret, *, confirmed: bool) -> None:
        """Keep a person, and the key under which two devices find each other again."""
        contacts = self.book.contacts
        known = contacts.of(peer.cert.account_key)
        contact = known or contacts.add(peer.cert.account_key, peer.username, peer.hosts, _now())
        contact.statements = contact.statements or peer.statements
        if peer.card is not None:
            contact.take_card(peer.card)
        contact.meet(peer.cert, Secret(kpair.data), confirmed=confirmed)
        self._save()
        self._to_meet.set()
        if known is None:
            self._listener(ContactsChanged())

    def confirmed(self, peer: Peer, kpair: Secret) -> None:
        """Note that the other device has that key too."""
        contact = self.book.contacts.of(peer.cert.account_key)
        device = contact.devices.get(peer.cert.device_id) if contact else None
        if device is not None:
            device.pair_keys.confirm(kpair)
            self._save()
            self._to_meet.set()

    def standing(self, account_key: AccountKeyBytes) -> Standing:
        """Return what is held of an account: of a contact all that was kept, else nothing."""
        contact = self.book.contacts.of(account_key)
        if contact is None:
            return Standing(account_key)
        held = [DeviceCert.read(device.cert) for device in contact.devices.values()]
        return Standing(account_key, statements=contact.statements, held=held)

    def learned(self, standing: Standing, cards: Iterable[Card] = ()) -> None:
        """Keep the newest statements of a contact's account, and its card.

        A revoked device is forgotten: it sees no more who is here.
        """
        contact = self.book.contacts.of(standing.account_key)
        if contact is None:
            return
        before = contact.statements, contact.card
        contact.statements = standing.statements()
        for card in cards:
            if card.account_key == contact.account_key:
                contact.take_card(card)
        for device in standing.revoked & contact.devices.keys():
            contact.forget(device)
            self._to_meet.set()
        if before != (contact.statements, contact.card):
            self._save()

    def block(self, account_key: AccountKeyBytes, username: str, hosts: tuple[str, ...]) -> None:
        """Never hear of this account again."""
        self.book.contacts.add(account_key, username, hosts, _now()).block()
        self.changed()

    def key_changed(self, contact: Contact, account_key: AccountKeyBytes) -> None:
        """Note that another key answers under a contact's name; the first such one stays noted."""
        if not contact.changed_key:
            contact.changed_key = account_key
            self.changed()
            self._listener(KeyChanged(contact.petname))

    def changed(self) -> None:
        """Keep what has become of a contact, and tell of it."""
        self._save()
        self._to_meet.set()
        self._listener(ContactsChanged())

    def keep_account(self, account: OwnAccount) -> None:
        """Keep renewed papers of one's own account."""
        self.book.account = account
        self._save()

    def choose(self, settings: Settings) -> None:
        """Keep another choice of settings."""
        self.book.settings = settings
        self._save()

    # Meeting again

    async def keep_meeting(self, server: HomeServer) -> None:
        """Announce and watch the ids of this window, now, at each next one and at each change.

        What the server leaves unanswered is asked again.
        """
        while True:
            self._to_meet.clear()
            now = _now()
            wait_s = window_left_s(now) - _BETWEEN_MEETINGS_S
            try:
                await self._meet(server, now, window_left_s(now))
            except RefusedError as refused:
                if refused.code != "server_unreachable":
                    raise
                wait_s = _TRY_AGAIN_S
            await asyncio.sleep(_BETWEEN_MEETINGS_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0, wait_s)):
                    await self._to_meet.wait()

    async def _meet(self, server: HomeServer, now: int, left_s: int) -> None:
        own, others = self._own_pairs(), pairs_of(self.book.contacts)
        shown = [*own, *others] if self.visibility.to_contacts else own
        ids = announced_ids(shown, self._own_device, now)
        watched = watched_ids([*own, *others], now)
        await server.announce(ids, left_s + _OVERLAP_S)
        self._tell(self._roll.watch(watched))
        await server.watch(watched)

    def _own_pairs(self) -> list[Pair]:
        """Return the keys shared with own devices, which find each other in every mode."""
        return [
            Pair(self._own_account, device, tuple(each.key for each in other.pair_keys.kept))
            for device, other in self.book.devices.items()
        ]

    def own_devices_here(self) -> dict[DeviceId, bytes]:
        """Return which own devices are here, each with an id by which it can be asked."""
        return self._roll.devices_by_id(self._own_account)

    def seen(self, message: Seen) -> None:
        """Take what the server says of the watched ids."""
        self._tell(self._roll.seen((each.id, each.state) for each in message.ids))

    def lost(self) -> None:
        """Know nothing of anybody: the server is lost."""
        self._tell(self._roll.lose())

    def _tell(self, changes: Iterable[WhereaboutsChanged]) -> None:
        for change in changes:
            contact = self.book.contacts.of(change.account_key)
            if contact is not None:
                self._listener(PresenceChanged(contact.petname, change.whereabouts))

    # Keeping the book

    def _save(self) -> None:
        self._changed.set()

    async def keep_saving(self) -> None:
        """Seal the book at every change; what could not be written is tried again."""
        while True:
            await self._changed.wait()
            if not await self.flush():
                await asyncio.sleep(_TRY_AGAIN_S)

    async def flush(self) -> bool:
        """Seal the book if it has changed, in a thread; whether all of it is on disk."""
        async with self._saving:
            if not self._changed.is_set():
                return True
            self._changed.clear()
            try:
                await asyncio.to_thread(self._profile.save_book, self.book.encode())
            except RefusedError as refused:
                self._changed.set()
                self._listener(Notice(refused.code, refused.say))
                return False
            return True


def _now() -> int:
    return int(time.time())
