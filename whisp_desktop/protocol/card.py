"""The contact card (statement 06): a username, and the servers where its account is to be found."""

from dataclasses import dataclass
from typing import Self

from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes, SigningKey
from whisp_desktop.protocol.names import is_host, is_username
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
)

MOST_CARD_BYTES = 205
MOST_HOSTS = 4

_BARE_CARD_BYTES = 113  # without its texts


@dataclass(frozen=True, slots=True)
class Card:
    """The account key's word for its name and hosts; `issued` is in Unix seconds."""

    account_key: AccountKeyBytes
    issued: int
    username: str
    hosts: tuple[str, ...]
    whole: bytes

    @classmethod
    def issue(
        cls, account: SigningKey, *, issued: int, username: str, hosts: tuple[str, ...]
    ) -> Self:
        """Sign a card. RefusedError `bad_name`, `bad_server` or `too_many_servers`."""
        if not is_username(username):
            raise RefusedError(
                "bad_name", "Use 3 to 24 letters a–z, digits or underscores, a letter first."
            )
        if not all(map(is_host, hosts)):
            raise RefusedError(
                "bad_server", "That is not the name of a server. Check its spelling."
            )
        if len(hosts) > MOST_HOSTS or _card_bytes(username, hosts) > MOST_CARD_BYTES:
            raise RefusedError(
                "too_many_servers",
                "These servers do not fit on your contact card. Remove one of them.",
            )
        fields = [account.public, issued.to_bytes(8, "big"), _with_length(username)]
        body = b"".join((*fields, bytes((len(hosts),)), *map(_with_length, hosts)))
        return cls.read(sign_statement(StatementType.CARD, body, account))

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read and verify. PeerError if form or signature is wrong."""
        card = cls.read(whole)
        card.check_signature()
        return card

    @classmethod
    def read(cls, whole: bytes) -> Self:
        """Check the form alone: nobody's word is taken before `check_signature`. PeerError."""
        if len(whole) > MOST_CARD_BYTES:
            raise PeerError("a card is too long")
        body = Reader(body_of(whole, StatementType.CARD))
        account_key = AccountKeyBytes(body.take(32))
        issued = body.number(8)
        username = body.text()
        count = body.number(1)
        if count > MOST_HOSTS:
            raise PeerError("a card has too many hosts")
        hosts = tuple(body.text() for _ in range(count))
        body.end()
        if not is_username(username):
            raise PeerError("a card's username has another form")
        if not all(map(is_host, hosts)):
            raise PeerError("a card's host has another form")
        return cls(account_key, issued, username, hosts, whole)

    def check_signature(self) -> None:
        """Verify the account key's signature. PeerError."""
        check_signature(self.whole, self.account_key)


def _card_bytes(username: str, hosts: tuple[str, ...]) -> int:
    return _BARE_CARD_BYTES + len(username) + sum(1 + len(host) for host in hosts)


def _with_length(text: str) -> bytes:
    return bytes((len(text),)) + text.encode()
