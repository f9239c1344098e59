"""One open socket to a server: questions out, answers matched to them, news passed on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import aiohttp
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from msgspec.structs import replace

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.server_messages import (
    Announce,
    Answer,
    Answered,
    DoorsTaken,
    Ended,
    Error,
    Found,
    Knock,
    Knocked,
    KnockOk,
    LookUpId,
    LookUpName,
    Mail,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    NewToken,
    Ok,
    OpenDoors,
    Paked,
    PakeStart,
    PakeStep,
    Publish,
    Renew,
    Request,
    Revoked,
    Seen,
    ServerFrame,
    Spent,
    Unreachable,
    Watch,
    Withdraw,
    decode_answer,
    encode_request,
)
from whisp_desktop.transport.server_errors import server_unreachable

CLOSED_ABNORMALLY: Final = 1006
_MOST_IN_FLIGHT = 16
_MOST_SEQ = 2**32 - 1
_SILENCE_S = 45.0
"""The server pings every 20 s; two missed and some patience."""

_ANSWERS: Mapping[type[Request], tuple[type[ServerFrame], ...]] = {
    Publish: (Ok,),
    Announce: (Ok,),
    Watch: (Ok,),
    LookUpName: (Found, Unreachable),
    LookUpId: (Found, Unreachable),
    Knock: (KnockOk,),
    Answer: (Ok,),
    OpenDoors: (Ok, DoorsTaken),
    PakeStart: (Paked,),
    PakeStep: (Paked, Ok),
    MailboxOpen: (MailboxOk,),
    MailboxSend: (Ok,),
    Renew: (NewToken,),
    Withdraw: (Ok,),
}
_NEWS = (Seen, Knocked, Answered, Paked, Mail, Spent, Revoked, Ended)


def key_pin(certificate: bytes) -> bytes:
    """Return SHA-256 of the SubjectPublicKeyInfo of an X.509 certificate in DER."""
    key = load_der_x509_certificate(certificate).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


_Waiting = tuple[tuple[type[ServerFrame], ...], asyncio.Future[ServerFrame]]


class ServerSocket:
    """A socket that has been opened; `read` runs until it closes."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, pushed: Callable[[ServerFrame], None]
    ) -> None:
        self._socket = socket
        self._pushed = pushed
        self._seq = 0
        self._waiting: dict[int, _Waiting] = {}
        self._in_flight = asyncio.Semaphore(_MOST_IN_FLIGHT)

    @property
    def pin(self) -> bytes | None:
        """SHA-256 of the SubjectPublicKeyInfo of the server's TLS key; None without TLS."""
        tls = self._socket.get_extra_info("ssl_object")
        return None if tls is None else key_pin(tls.getpeercert(binary_form=True))

    async def ask(self, request: Request) -> ServerFrame:
        """Send a request under a `seq` of ours, and return its answer or an `Error`.

        The caller bounds the wait. RefusedError `server_unreachable`: the socket has closed.
        """
        async with self._in_flight:
            seq = self._seq = self._seq % _MOST_SEQ + 1
            answer: asyncio.Future[ServerFrame] = asyncio.get_running_loop().create_future()
            self._waiting[seq] = ((*_ANSWERS[type(request)], Error), answer)
            try:
                await self._socket.send_bytes(encode_request(replace(request, seq=seq)))
                return await answer
            except OSError as error:
                raise server_unreachable() from error
            finally:
                del self._waiting[seq]

    async def read(self) -> int:
        """Take frames until the socket closes; return its close code (RFC 6455 section 7.4)."""
        while True:
            try:
                message = await self._socket.receive(_SILENCE_S)
            except TimeoutError:
                return CLOSED_ABNORMALLY
            if message.type is aiohttp.WSMsgType.BINARY:
                self._take(message.data)
            elif message.type is not aiohttp.WSMsgType.TEXT:
                return self._socket.close_code or CLOSED_ABNORMALLY

    async def close(self) -> None:
        """Close the socket; whoever waits for an answer is told that none comes."""
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(server_unreachable())
        await self._socket.close()

    def _take(self, data: bytes) -> None:
        """Pass over what cannot be read and what was not asked for."""
        try:
            frame = decode_answer(data)
        except PeerError:
            return
        if frame.seq == 0:
            if isinstance(frame, _NEWS):
                self._pushed(frame)
            return
        kinds, answer = self._waiting.get(frame.seq, ((), None))
        if answer is not None and isinstance(frame, kinds) and not answer.done():
            answer.set_result(frame)
