"""The enrollment token (statement 05): what an old device shows to a new one."""

from dataclasses import dataclass
from struct import Struct
from typing import Self

from whisp_desktop.protocol.certificates import SKEW_S
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AccountKeyBytes, SigningKey
from whisp_desktop.protocol.names import is_host
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.statements import (
    StatementType,
    body_of,
    check_signature,
    sign_statement,
)

TOKEN_LIFE_S = 120
MOST_HOST_BYTES = 37

_FIXED = Struct(">32s8s32s16sQ")


@dataclass(frozen=True, slots=True)
class Token:
    """The account key's invitation to a new device.

    `mailbox` 8 bytes, `ephemeral_key` 32 (X25519), `psk` 16; `expires` in Unix seconds; `host` is
    empty where the user names the server. `psk` and `whole` are on the old device's screen.
    """

    account_key: AccountKeyBytes
    mailbox: bytes
    ephemeral_key: bytes
    psk: bytes
    expires: int
    host: str
    whole: bytes

    @classmethod
    def issue(
        cls,
        account: SigningKey,
        *,
        mailbox: bytes,
        ephemeral_key: bytes,
        psk: bytes,
        expires: int,
        host: str,
    ) -> Self:
        """Sign a token; a host of more than 37 bytes is left out, and the user names it."""
        named = host if len(host) <= MOST_HOST_BYTES else ""
        body = _FIXED.pack(account.public, mailbox, ephemeral_key, psk, expires)
        body += bytes((len(named),)) + named.encode()
        return cls.parse(sign_statement(StatementType.TOKEN, body, account))

    @classmethod
    def parse(cls, whole: bytes) -> Self:
        """Read and verify. PeerError if form or signature is wrong."""
        body = Reader(body_of(whole, StatementType.TOKEN))
        account_key, mailbox, ephemeral_key, psk, expires = _FIXED.unpack(body.take(_FIXED.size))
        host = body.text()
        body.end()
        if len(host) > MOST_HOST_BYTES or (host and not is_host(host)):
            raise PeerError("a token's host has another form")
        check_signature(whole, account_key)
        return cls(AccountKeyBytes(account_key), mailbox, ephemeral_key, psk, expires, host, whole)

    def check_time(self, now: int) -> None:
        """PeerError if the token ran out, or expires more than 120 s after `now`."""
        if not now - SKEW_S < self.expires <= now + TOKEN_LIFE_S:
            raise PeerError("a token does not count at this time")
