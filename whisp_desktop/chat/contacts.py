"""The people one knows: by their account keys, with what was seen of them and how to meet again."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from whisp_desktop.chat.pair_keys import PairKeys
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import MOST_DEVICES, DeviceCert, day
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, Secret


class KnownDevice(msgspec.Struct, forbid_unknown_fields=True):
    """One device of a contact: its newest certificate and the keys to find it by."""

    cert: bytes
    pair_keys: PairKeys = msgspec.field(default_factory=PairKeys)


class Contact(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A person, as this account knows them; `petname` is the name shown, and unique.

    `added` is a UTC day in Unix seconds; `card_issued` is that of the newest card that came (0:
    none has), `card` the whole of it; `statements` are the newest manifest and all revocations of
    the account.
    `changed_key` is another account key that answered under this name and was not looked at yet,
    or empty.
    """

    account_key: Annotated[AccountKeyBytes, msgspec.Meta(min_length=32, max_length=32)]
    petname: str
    username: str
    hosts: tuple[str, ...]
    added: int
    card_issued: int = 0
    card: bytes = b""
    verified: bool = False
    blocked: bool = False
    changed_key: Annotated[bytes, msgspec.Meta(max_length=32)] = b""
    statements: bytes = b""
    devices: dict[DeviceId, KnownDevice] = msgspec.field(default_factory=dict)

    def take_card(self, card: Card) -> None:
        """Believe the account's card, unless one that was issued on a later day has come.

        PeerError if it is of another account.
        """
        if card.account_key != self.account_key:
            raise PeerError("a card is of another account")
        if card.issued >= self.card_issued:
            self.username, self.hosts, self.card_issued = card.username, card.hosts, card.issued
            self.card = card.whole

    def meet(self, cert: DeviceCert, key: Secret, *, confirmed: bool) -> None:
        """Remember a device and take ownership of the KPAIR of a session with it.

        Of more devices than a manifest lists, the one met longest ago is forgotten.
        """
        device = self.devices.pop(cert.device_id, None) or KnownDevice(cert.whole)
        device.cert = cert.whole
        device.pair_keys.keep(key, confirmed=confirmed)
        self.devices[cert.device_id] = device
        if len(self.devices) > MOST_DEVICES:
            self.forget(next(iter(self.devices)))

    def block(self) -> None:
        """Never hear of them again, nor be found by them: every shared key is wiped."""
        self.blocked = True
        self.forget_devices()

    def forget_devices(self) -> None:
        """Wipe every key that is shared with them."""
        for device in tuple(self.devices):
            self.forget(device)

    def forget(self, device: DeviceId) -> None:
        """Wipe every key that is shared with a device."""
        self.devices.pop(device).pair_keys.close()


class ContactBook:
    """All contacts, the first met first."""

    def __init__(self, contacts: list[Contact]) -> None:
        """Take ownership of the contacts. ValueError if two have one account key or petname."""
        self._contacts = {contact.account_key: contact for contact in contacts}
        petnames = {contact.petname for contact in contacts}
        if len(self._contacts) != len(contacts) or len(petnames) != len(contacts):
            raise ValueError("two contacts share an account key or a petname")

    def of(self, account_key: AccountKeyBytes) -> Contact | None:
        """Return the contact with this account key."""
        return self._contacts.get(account_key)

    def named(self, name: str) -> Contact | None:
        """Return who goes by this petname, else the one contact with this username."""
        for contact in self:
            if contact.petname == name:
                return contact
        others = [contact for contact in self if contact.username == name]
        return others[0] if len(others) == 1 else None

    def add(
        self, account_key: AccountKeyBytes, username: str, hosts: tuple[str, ...], now: int
    ) -> Contact:
        """Return the contact with this key, new if need be; its petname starts as the username."""
        contact = self.of(account_key)
        if contact is None:
            contact = Contact(
                account_key=account_key,
                petname=self._free_petname(username),
                username=username,
                hosts=hosts,
                added=day(now),
            )
            self._contacts[account_key] = contact
        return contact

    def change_key(self, contact: Contact, account_key: AccountKeyBytes) -> None:
        """Make it the contact's key, of which nothing is known: neither devices nor statements.

        ValueError if somebody else has it.
        """
        if self.of(account_key) not in (None, contact):
            raise ValueError("two contacts would share an account key")
        contact.forget_devices()
        contact.account_key = account_key
        contact.card_issued, contact.card, contact.statements = 0, b"", b""
        contact.verified = False
        self._contacts = {each.account_key: each for each in self}

    def remove(self, contact: Contact) -> None:
        """Forget somebody, and wipe every key that is shared with them."""
        self._contacts.pop(contact.account_key).forget_devices()

    def close(self) -> None:
        """Wipe every key and forget everybody."""
        for contact in self:
            self.remove(contact)

    def _free_petname(self, username: str) -> str:
        taken = {contact.petname for contact in self}
        petname, count = username, 1
        while petname in taken:
            count += 1
            petname = f"{username} {count}"
        return petname

    def __iter__(self) -> Iterator[Contact]:
        return iter(tuple(self._contacts.values()))

    def __len__(self) -> int:
        return len(self._contacts)
