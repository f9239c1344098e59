"""What one's own devices tell each other: news of the account, certificates, contacts."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from whisp_desktop.chat.book import OwnDevice
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    SKEW_S,
    CertFlags,
    DeviceCert,
    day,
)
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceId, Secret
from whisp_desktop.protocol.kin import kin_key
from whisp_desktop.protocol.message_fields import PeerMessage
from whisp_desktop.protocol.peer_messages import Contact, Renew, Statements
from whisp_desktop.protocol.server_messages import Found
from whisp_desktop.protocol.statements import StatementType, split_statements, statement_type
from whisp_desktop.session.account import RENEW_S
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import ContactsOffered
from whisp_desktop.session.own_devices import OwnDevices


class Family:
    """Answers for this device in sessions with the others (session.sibling.Kin)."""

    def __init__(self, desk: Desk, devices: OwnDevices) -> None:
        self._desk = desk
        self._devices = devices
        self._told: dict[DeviceId, bytes] = {}
        self._saying: dict[DeviceId, bytes] = {}
        self._asked_to_renew: set[DeviceId] = set()
        self._offered: dict[DeviceId, list[Contact]] = {}

    @property
    def _others(self) -> dict[DeviceId, OwnDevice]:
        return self._desk.circle.book.devices

    # When there is something to say

    def is_due(self, device: DeviceId) -> bool:
        """Whether this device is to be told something, or may give a renewal."""
        news = self._told.get(device) != self._digest()
        may_renew = self.needs_renewal and device not in self._asked_to_renew
        return news or (may_renew and self._holds_account_key(device))

    @property
    def needs_renewal(self) -> bool:
        """Whether another device must sign this one's next certificate."""
        return self._desk.keys.account is None and self._desk.papers.is_due(_now())

    def ask_anew(self) -> None:
        """Let every holder of the account key be asked for a renewal once more."""
        self._asked_to_renew.clear()

    def met(self, device: DeviceId) -> None:
        """Note that what there was to say when the session began was said."""
        self._told[device] = self._saying.pop(device, b"")
        other = self._others.get(device)
        if other is not None and not other.met and device not in self._revoked():
            name = next(
                each.name for each in self._devices.entries() if each.device_id == device.hex()
            )
            self._desk.tell(ContactsOffered(device.hex(), name))

    def holders(self, found: Found | None) -> set[DeviceId]:
        """Return who of those found holds the account key. PeerError."""
        certs = [DeviceCert.parse(each.cert) for each in found.devices] if found else []
        own = self._desk.papers.cert.account_key
        return {
            cert.device_id
            for cert in certs
            if cert.account_key == own and CertFlags.HOLDS_AK in cert.flags
        }

    def admit(self, cert: DeviceCert, statements: bytes, now: int) -> None:
        """Check that a device of one's own still is one. PeerError."""
        standing = self._devices.standing()
        standing.take(statements, now)
        standing.admit(cert, now)

    # In a session

    def to_say(self, other: DeviceCert) -> Iterable[PeerMessage]:
        """Return the account's news, what this device asks for, and the contacts it may give."""
        self._saying[other.device_id] = self._digest()
        yield Statements(self._statements())
        if self.needs_renewal and CertFlags.HOLDS_AK in other.flags:
            self._asked_to_renew.add(other.device_id)
            papers, issued = self._desk.papers, day(_now())
            body = papers.cert.renewal(
                self._desk.keys.device,
                issued=issued,
                expires=issued + CERT_LIFE_S,
                epoch=papers.manifest.epoch + 1,
            )
            yield Renew(body)
        device = self._others.get(other.device_id)
        if device is not None and device.shares:
            yield from self._contacts()

    def hear(self, other: DeviceCert, message: PeerMessage) -> Iterable[PeerMessage]:
        """Take what another device said; return the answers. PeerError."""
        match message:
            case Statements(statements):
                self._devices.take(statements)
                self._learn(other, statements)
            case Renew(body):
                return [Statements(self._renew(other, body))]
            case Contact():
                self._offered.setdefault(other.device_id, []).append(message)
                self._merge(other.device_id)
            case _:
                pass
        return []

    def pair_agreed(self, other: DeviceCert, kpair: Secret, *, confirmed: bool) -> None:
        """Keep the key under which the two find each other again."""
        device = self._others.setdefault(other.device_id, OwnDevice(b"", day(_now())))
        device.cert = other.whole
        device.pair_keys.keep(Secret(kpair.data), confirmed=confirmed)
        self._desk.circle.changed()

    def pair_confirmed(self, other: DeviceCert, kpair: Secret) -> None:
        """Note that the other one has it as well."""
        self._others[other.device_id].pair_keys.confirm(kpair)
        self._desk.circle.changed()

    # Certificates

    def _statements(self) -> bytes:
        certs = [self._desk.papers.cert.whole]
        revoked = self._revoked()
        certs += [
            other.cert
            for device, other in self._others.items()
            if other.cert and device not in revoked
        ]
        return self._desk.papers.news + b"".join(certs)

    def _digest(self) -> bytes:
        shared = b"".join(device for device, other in self._others.items() if other.shares)
        return sha256(self._statements() + shared)

    def _revoked(self) -> set[DeviceId]:
        return {
            DeviceId(bytes.fromhex(each.device_id))
            for each in self._devices.entries()
            if each.revoked
        }

    def _holds_account_key(self, device: DeviceId) -> bool:
        other = self._others.get(device)
        return (
            other is not None
            and bool(other.cert)
            and CertFlags.HOLDS_AK in DeviceCert.read(other.cert).flags
        )

    def _learn(self, teller: DeviceCert, statements: bytes) -> None:
        """Take the certificates among the statements: this device's next one, and the others'."""
        for whole in split_statements(statements):
            if statement_type(whole) is StatementType.DEVICE_CERT:
                with suppress(PeerError):
                    self._take_cert(teller, DeviceCert.parse(whole))

    def _take_cert(self, teller: DeviceCert, cert: DeviceCert) -> None:
        self._devices.standing().admit(cert, _now())
        if cert.device_id == self._desk.keys.device.device_id:
            self._take_renewed(cert)
            return
        other = self._others.setdefault(cert.device_id, OwnDevice(b"", day(_now())))
        if other.cert and DeviceCert.read(other.cert).epoch >= cert.epoch:
            return
        is_first = not other.cert
        other.cert = cert.whole
        if is_first and cert.device_id != teller.device_id:
            other.pair_keys.keep(kin_key(self._desk.keys.device, cert), confirmed=True)
        self._desk.circle.changed()

    # Renewals

    def _renew(self, other: DeviceCert, body: bytes) -> bytes:
        """Sign another device's next certificate; return it and its manifest. PeerError."""
        desk, now = self._desk, _now()
        if desk.keys.account is None:
            raise PeerError("a renewal was asked of a device without the account key")
        cert = DeviceCert.certify(desk.keys.account, body)
        if (cert.signing_key, cert.agreement_key, cert.flags) != (
            other.signing_key,
            other.agreement_key,
            other.flags,
        ):
            raise PeerError("a renewal asks for more than new dates")
        if cert.epoch != desk.papers.manifest.epoch + 1 or cert.issued > now + SKEW_S:
            raise PeerError("a renewal asks for wrong numbers")
        if now < other.expires - RENEW_S:
            raise PeerError("a renewal was asked for too early")
        desk.papers = desk.papers.with_device(desk.keys, cert, day(now))
        self._others[cert.device_id].cert = cert.whole
        desk.circle.keep_account(desk.papers.kept(desk.server.api.url, registered=True))
        return cert.whole + desk.papers.manifest.whole

    def _take_renewed(self, cert: DeviceCert) -> None:
        papers, own = self._desk.papers, self._desk.papers.cert
        if cert.epoch > own.epoch and cert.flags == own.flags and papers.manifest.lists(cert):
            self._desk.papers = replace(papers, cert=cert)
            self._desk.circle.keep_account(
                self._desk.papers.kept(self._desk.server.api.url, registered=True)
            )
            self._desk.spawn(self._bring())

    async def _bring(self) -> None:
        await self._desk.server.renew(self._desk.keys, self._desk.papers)

    # Contacts

    def share(self, device_id: str, *, agreed: bool) -> None:
        """Say yes or no to share contacts with a device. RefusedError `no_such_device`."""
        device = self._others.get(_device(device_id))
        if device is None:
            raise RefusedError("no_such_device", "You have no such device.")
        device.met, device.shares = True, agreed
        if not agreed:
            self._offered.pop(_device(device_id), None)
        self._merge(_device(device_id))
        self._desk.circle.changed()

    def _contacts(self) -> Iterable[Contact]:
        for contact in self._desk.circle.book.contacts:
            if contact.card and not contact.blocked:
                yield Contact(Card.parse(contact.card), contact.verified, contact.petname)

    def _merge(self, device: DeviceId) -> None:
        """Take what was offered, once the answer here is yes."""
        if not self._others[device].shares:
            return
        contacts = self._desk.circle.book.contacts
        for offered in self._offered.pop(device, []):
            card = offered.card
            if card.account_key == self._desk.papers.cert.account_key:
                continue
            is_new = contacts.of(card.account_key) is None
            contact = contacts.add(card.account_key, card.username, card.hosts, _now())
            contact.take_card(card)
            contact.verified = contact.verified or offered.verified
            if is_new and contacts.named(offered.petname) in (None, contact):
                contact.petname = offered.petname
        self._desk.circle.changed()


def _device(device_id: str) -> DeviceId:
    try:
        return DeviceId(bytes.fromhex(device_id))
    except ValueError:
        return DeviceId(b"")


def _now() -> int:
    return int(time.time())
