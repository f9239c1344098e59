"""Who answers under a name: what the server found, verified before anybody believes it."""

import time
from dataclasses import dataclass

from whisp_desktop.chat.contacts import Contact
from whisp_desktop.protocol.certificates import DeviceCert, Manifest
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.names import is_username
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.server_messages import Found, FoundDevice
from whisp_desktop.session.circle import Circle
from whisp_desktop.session.home_server import HomeServer

_FRESH_S = 50.0
"""A bundle takes its one knock within 60 s of the look-up, work included."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was found: the devices that can be asked, with one bundle each.

    `by_id`: a contact, found by a rendezvous id: the knock costs no work. `found_at` is an
    instant of the monotonic clock.
    """

    account_key: AccountKeyBytes
    devices: tuple[tuple[DeviceCert, Bundle], ...]
    statements: bytes
    contact: Contact | None
    by_id: bool
    found_at: float


class Search:
    """Looks people up at one's own server; the last answer serves the question that follows it."""

    def __init__(self, circle: Circle, server: HomeServer, own_device: DeviceId) -> None:
        self._circle = circle
        self._server = server
        self._own_device = own_device
        self._last: tuple[str, Person] | None = None

    def check_name(self, name: str) -> None:
        """Refuse what is neither a contact's name nor a username (`bad_name`)."""
        if self._circle.book.contacts.named(name) is None and not is_username(name):
            raise RefusedError(
                "bad_name", "Use 3 to 24 letters a–z, digits or underscores, a letter first."
            )

    async def look_up(self, name: str) -> Person | None:
        """Ask the server now.

        RefusedError `key_changed`, `bad_name`, `other_server`, `server_unreachable`.
        """
        self._last = None
        contact = self._circle.book.contacts.named(name)
        ids = self._circle.ids_here(contact.account_key) if contact else []
        self.check_name(name)
        by_id = bool(ids)
        if contact is not None and not by_id:
            self._check_here(contact)
        if by_id:
            found = await self._server.look_up_id(ids[0])
        else:
            found = await self._server.look_up_name(contact.username if contact else name)
        if found is None:
            return None
        try:
            person = self._verify(found, contact, by_id=by_id)
        except PeerError:
            raise RefusedError(
                "server_wrong",
                "The server's answer was not used: it is wrong, or the clock here is.",
            ) from None
        self._last = (name, person)
        return person

    async def find(self, name: str) -> Person | None:
        """Return the last answer while its bundles take a knock, once; else look up again.

        RefusedError `key_changed`, too, if another account answers now than the one just shown.
        """
        shown, self._last = self._last, None
        if shown is None or shown[0] != name:
            return await self._take(name)
        person = shown[1]
        if time.monotonic() - person.found_at < _FRESH_S:
            return person
        again = await self._take(name)
        if again is not None and again.account_key != person.account_key:
            raise _key_changed(name)
        return again

    async def _take(self, name: str) -> Person | None:
        person = await self.look_up(name)
        self._last = None
        return person

    def _verify(self, found: Found, contact: Contact | None, *, by_id: bool) -> Person:
        """Check the whole answer: one account, its manifest, admitted devices, valid bundles."""
        now = int(time.time())
        devices = [self._verify_device(device, now) for device in found.devices]
        if len({cert.device_id for cert, _ in devices}) != len(devices):
            raise PeerError("a look-up names a device twice")
        accounts = {cert.account_key for cert, _ in devices}
        accounts.add(Manifest.read(found.manifest).account_key)
        if len(accounts) != 1:
            raise PeerError("a look-up names several accounts")
        (account_key,) = accounts
        standing = self._circle.standing(account_key)
        standing.take(found.manifest + found.statements, now)
        self._circle.learned(standing)
        if standing.frozen and not self._circle.book.contacts.of(account_key):
            raise PeerError("the account of a look-up has ended")
        for cert, _ in devices:
            standing.admit(cert, now)
        others = tuple(each for each in devices if each[0].device_id != self._own_device)
        if not others:
            raise RefusedError("yourself", "That is your own username.")
        if contact is not None and contact.account_key != account_key:
            self._circle.key_changed(contact, account_key)
            raise _key_changed(contact.petname)
        statements = standing.statements()
        return Person(account_key, others, statements, contact, by_id, time.monotonic())

    def _check_here(self, contact: Contact) -> None:
        """RefusedError unless a name that the server knows can be this contact's."""
        if not set(contact.hosts) & set(self._server.hosts):
            where = ", ".join(contact.hosts)
            say = f"{contact.petname} is not at your server, and is to be found at: {where}."
            raise RefusedError("other_server", say)

    def _verify_device(self, device: FoundDevice, now: int) -> tuple[DeviceCert, Bundle]:
        cert = DeviceCert.parse(device.cert)
        cert.check_time(now)
        bundle = Bundle.parse(device.bundle, cert)
        bundle.check_time(now)
        return cert, bundle


def _key_changed(name: str) -> RefusedError:
    return RefusedError(
        "key_changed",
        f"{name}’s key is not the one you know. Ask in another way before you talk here.",
    )
