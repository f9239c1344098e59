"""A server's REST: sign-up, tokens, challenges, relays. Answers are parsed exactly or refused."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, TypeVar

import aiohttp
import msgspec
from msgspec import Meta

from whisp_desktop.protocol.names import USERNAME_PATTERN, is_host
from whisp_desktop.protocol.server_messages import Work
from whisp_desktop.transport import http_client
from whisp_desktop.transport.ice import IceServer, is_ice_url
from whisp_desktop.transport.server_errors import (
    ServerRefusedError,
    is_refusal,
    server_unreachable,
    server_wrong,
)
from whisp_desktop.transport.server_url import read_server_url

_CHALLENGE_BYTES = 41
_MOST_HOSTS = 16
_MOST_ICE_URLS = 8
_MOST_BITS = 255
_MOST_TOKEN_CHARACTERS = 4096
_MOST_LIFE_S = 86_400

_Seconds = Annotated[int, Meta(ge=1, le=_MOST_LIFE_S)]
_TokenText = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9._~+/=-]+\Z", max_length=_MOST_TOKEN_CHARACTERS)
]


@dataclass(frozen=True, slots=True)
class Login:
    """A challenge of the server and its signature by this device's keys."""

    challenge: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """What stands for a signed-in device; `ends_at` is an instant of `time.monotonic()`."""

    text: str = field(repr=False)
    life_s: int
    ends_at: float

    @classmethod
    def starting_now(cls, text: str, life_s: int) -> "Token":
        """Return a token that the server has just given."""
        return cls(text, life_s, time.monotonic() + life_s)


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server says of itself.

    hosts -- its names in cards; bits -- the work that a challenge would ask of us now;
    turn, push, limits -- whether it has a relay, posts wake-ups, counts requests
    """

    version: int
    hosts: Annotated[tuple[str, ...], Meta(min_length=1, max_length=_MOST_HOSTS)]
    bits: Annotated[int, Meta(ge=0, le=_MOST_BITS)]
    turn: bool
    push: bool
    limits: bool


class _Challenge(msgspec.Struct, forbid_unknown_fields=True):
    challenge: str


class _Free(msgspec.Struct, forbid_unknown_fields=True):
    free: bool


class _Token(msgspec.Struct, forbid_unknown_fields=True):
    token: _TokenText
    expires_in: _Seconds


class _RenewedDevice(_Token):
    username: Annotated[str, Meta(pattern=USERNAME_PATTERN)]


class _Turn(msgspec.Struct, forbid_unknown_fields=True):
    urls: Annotated[list[str], Meta(max_length=_MOST_ICE_URLS)]
    username: Annotated[str, Meta(max_length=512)]
    credential: Annotated[str, Meta(max_length=512)]
    ttl: _Seconds


class _Problem(msgspec.Struct):
    """RFC 9457; other members are allowed there."""

    code: str
    epoch: Annotated[int, Meta(ge=0, le=2**32 - 1)] | None = None
    statements: str = ""


_A = TypeVar("_A")


class ServerApi:
    """The REST of the server at one address. Every call ends within seconds.

    All raise RefusedError: `server_unreachable`; `server_wrong` for an answer that is none; else a
    `ServerRefusedError` with the server's code.
    """

    def __init__(self, url: str) -> None:
        """Take an address as people type it; RefusedError `bad_server` if it is none."""
        self.host, self.url = read_server_url(url)
        self._session: aiohttp.ClientSession | None = None

    async def parameters(self) -> Parameters:
        """Ask what this server is."""
        parameters = await self._ask("GET", "/v1/parameters", None, Parameters)
        if not all(is_host(host) for host in parameters.hosts):
            raise server_wrong()
        return parameters

    async def challenge(self) -> bytes:
        """Get a fresh challenge, 41 bytes, good for 120 s."""
        answer = await self._ask("POST", "/v1/challenges", {}, _Challenge)
        return _from_base64url(answer.challenge, _CHALLENGE_BYTES)

    async def name_free(self, username: str, work: Work) -> bool:
        """Whether nobody has that name; the work's binding is H(username)."""
        body = {"username": username, "work": _work(work)}
        return (await self._ask("POST", "/v1/usernames", body, _Free)).free

    async def sign_up(
        self, card: bytes, cert: bytes, manifest: bytes, work: Work, login: Login
    ) -> Token:
        """Register an account (whole statements; the work's binding is H(card))."""
        body = {
            "card": _to_base64url(card),
            "cert": _to_base64url(cert),
            "manifest": _to_base64url(manifest),
            "work": _work(work),
            "login": _login(login),
        }
        return _token(await self._ask("POST", "/v1/accounts", body, _Token, HTTPStatus.CREATED))

    async def renew_device(self, cert: bytes, manifest: bytes, login: Login) -> tuple[Token, str]:
        """Bring a device's new certificate; return its token and the account's username."""
        body = {
            "cert": _to_base64url(cert),
            "manifest": _to_base64url(manifest),
            "login": _login(login),
        }
        answer = await self._ask("PUT", "/v1/devices", body, _RenewedDevice, HTTPStatus.CREATED)
        return _token(answer), answer.username

    async def token(self, device_id: bytes, login: Login) -> Token:
        """Sign in. `bad_proof` if the server does not know this device, or not any longer."""
        body = {"device_id": _to_base64url(device_id), "login": _login(login)}
        return _token(await self._ask("POST", "/v1/tokens", body, _Token))

    async def revoke(self, statements: bytes, work: Work) -> None:
        """Bring revocations, each after its signer's certificate; the binding is their hash."""
        body = {"statements": _to_base64url(statements), "work": _work(work)}
        await self._call("POST", "/v1/revocations", body, HTTPStatus.NO_CONTENT)

    async def guest_token(self, work: Work) -> Token:
        """Get a token for mailboxes alone; the work's binding is that of guests."""
        return _token(await self._ask("POST", "/v1/tokens", {"work": _work(work)}, _Token))

    async def turn(self, token: Token) -> IceServer | None:
        """Get the relay's addresses and a credential for ten minutes; None: there is no relay."""
        answer = await self._ask("POST", "/v1/turn", {}, _Turn, token=token)
        if not all(is_ice_url(url) for url in answer.urls):
            raise server_wrong()
        if not answer.urls:
            return None
        return IceServer(tuple(answer.urls), answer.username, answer.credential)

    async def open_socket(self, token: Token) -> aiohttp.ClientWebSocketResponse:
        """Open the device's socket; for `ServerLink`, which tells aiohttp's errors apart."""
        return await http_client.open_socket(self._http, token.text)

    async def close(self) -> None:
        """Close the connections; later calls open new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = http_client.open_session(self.url)
        return self._session

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        answer: type[_A],
        status: HTTPStatus = HTTPStatus.OK,
        *,
        token: Token | None = None,
    ) -> _A:
        reply = await self._call(method, path, body, status, token=token)
        if reply.media_type != "application/json":
            raise server_wrong()
        try:
            return msgspec.json.decode(reply.body, type=answer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise server_wrong() from error

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        status: HTTPStatus,
        *,
        token: Token | None = None,
    ) -> http_client.Reply:
        raw = None if body is None else msgspec.json.encode(body)
        reply = await http_client.ask(
            self._http, method, path, raw, None if token is None else token.text
        )
        if reply.status != status:
            raise _refusal(reply)
        return reply


def _refusal(reply: http_client.Reply) -> Exception:
    if reply.media_type == "application/problem+json":
        try:
            problem = msgspec.json.decode(reply.body, type=_Problem)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return server_wrong()
        if is_refusal(problem.code, reply.status):
            return ServerRefusedError(
                problem.code,
                retry_after_s=http_client.read_retry_after(reply.retry_after),
                epoch=problem.epoch,
                statements=_from_base64url(problem.statements),
            )
    elif reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return server_unreachable()
    return server_wrong()


def _token(answer: _Token) -> Token:
    return Token.starting_now(answer.token, answer.expires_in)


def _work(work: Work) -> dict[str, str]:
    return {
        "challenge": _to_base64url(work.challenge),
        "solution": _to_base64url(work.solution),
    }


def _login(login: Login) -> dict[str, str]:
    return {
        "challenge": _to_base64url(login.challenge),
        "signature": _to_base64url(login.signature),
    }


def _to_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _from_base64url(text: str, size_bytes: int | None = None) -> bytes:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise server_wrong() from error
    if size_bytes not in {None, len(data)} or _to_base64url(data) != text:
        raise server_wrong()
    return data
