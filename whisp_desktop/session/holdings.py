"""What an open profile holds: the private keys, and the book."""

import asyncio

from whisp_desktop.chat.book import Book, OwnAccount
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.account import OwnKeys
from whisp_desktop.session.answers import Account
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.profile import Profile


class Holdings:
    """`keys` is None until the profile is open and has some; `book` is empty until then."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.keys: OwnKeys | None = None
        self.book = Book()

    @property
    def account(self) -> OwnAccount | None:
        """What is kept of one's own account."""
        return self.book.account

    def check_none(self) -> None:
        """Refuse where there is an account that a server has taken. RefusedError."""
        if self.account is not None and self.account.registered:
            raise RefusedError("account_exists", "This profile has an account already.")

    def who(self) -> Account:
        """Return who one is. There is an account."""
        assert self.keys is not None
        assert self.account is not None
        return Account(
            name=self.account.username,
            account_key=DeviceCert.parse(self.account.cert).account_key.hex(),
            device_id=self.keys.device.device_id.hex(),
            key_store=self.profile.key_store,
        )

    def take(self) -> None:
        """Take the keys and the book out of the open profile. RefusedError."""
        self.keys = OwnKeys.of(self.profile.identity)
        if self.profile.book:
            self.book = Book.decode(self.profile.book)

    async def make_room(self) -> None:
        """Let other keys come: those of an account that no server has taken are destroyed.

        RefusedError `profile_exists`, `passphrase_needed`.
        """
        if self.account is not None and not self.account.registered:
            self.close()
            await asyncio.to_thread(self.profile.destroy)
        self.profile.check_ready()

    async def create(self, identity: Identity, book: Book) -> OwnKeys:
        """Keep new keys, which the profile owns from now on, and a book. RefusedError."""
        await asyncio.to_thread(self.profile.create, identity, book.encode())
        self.book = book
        self.keys = OwnKeys.of(self.profile.identity)
        return self.keys

    async def keep(self, account: OwnAccount) -> None:
        """Keep another state of one's own account, on disk when this returns. RefusedError."""
        self.book.account = account
        await asyncio.to_thread(self.profile.save_book, self.book.encode())

    def close(self) -> None:
        """Wipe keys and book; there are none then."""
        if self.keys is not None:
            self.keys.close()
            self.keys = None
        self.book.close()
        self.book = Book()
