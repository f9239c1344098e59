"""Client and server: frames both ways, JSON both ways, tokens, addresses."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import msgspec

from tests.fakes.account import NOW
from tests.fuzz.statement_targets import CERT, MANIFEST
from tests.fuzz.target import Target, from_text
from tests.fuzz.world import ALICE
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.names import is_host, is_username
from whisp_desktop.protocol.server_messages import (
    Found,
    FoundDevice,
    KnockOk,
    Paked,
    Unreachable,
    Work,
    decode_answer,
    decode_request,
    encode_answer,
)
from whisp_desktop.server import bodies
from whisp_desktop.server.addresses import asker_address
from whisp_desktop.server.problems import ProblemError
from whisp_desktop.server.tokens import Scope, Tokens
from whisp_desktop.transport.http_client import read_retry_after
from whisp_desktop.transport.ice import is_ice_url
from whisp_desktop.transport.server_api import Login, ServerApi, Token
from whisp_desktop.transport.server_errors import ServerRefusedError
from whisp_desktop.transport.server_url import read_server_url

ID, EIGHT, M, PAKE = b"i" * 16, b"b" * 8, b"m" * 4096, b"p" * 2048
RAW_WORK = [bytes(41), bytes(64)]
WORK, LOGIN, TOKEN = Work(bytes(41), bytes(64)), Login(bytes(41), bytes(64)), Token("t", 900, 0.0)
REQUESTS: tuple[list[Any], ...] = (
    [1, 1, 1, [b"s"], [b"c", b"d"]],
    [2, 2, [[ID, 1800, 1]]],
    [3, 3, [ID]],
    [4, 4, "bob", RAW_WORK],
    [4, 4, ID],
    [5, 5, EIGHT, M, RAW_WORK],
    [5, 5, EIGHT, M, ID],
    [6, 6, ID, M],
    [7, 7, ["00", "99"], ID],
    [8, 8, None, "bob", "01", RAW_WORK, PAKE],
    [8, 8, ID, PAKE],
    [9, 9, "open", 4],
    [9, 9, EIGHT, PAKE],
    [10, 10],
    [11, 11, EIGHT, 1],
)
ANSWERS: tuple[list[Any], ...] = (
    [64, 1],
    [64, 1, "0123"],
    [65, 1, "bad_request"],
    [65, 1, "taken", ["07"]],
    [68, 0, [[ID, 2]]],
    [69, 0, ID, "bob", 2, M],
    [70, 0, EIGHT, M],
    [72, 0, "0123", PAKE],
    [73, 0, EIGHT],
    [74, 1, "token", 900],
    [75, 0, b"r"],
    [76, 0, ID, 0],
)
FILLED = (
    KnockOk(1),
    Found(1, (FoundDevice(CERT.whole, ALICE.bundle.bundle.whole),), MANIFEST.whole, b""),
    Unreachable(1),
    Paked(seq=0, run=ID, door="01", frame=PAKE),
)


def _json(**fields: object) -> bytes:
    return msgspec.json.encode(fields)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


_WORK = {"challenge": _text(bytes(41)), "solution": _text(bytes(64))}
_LOGIN = {"challenge": _text(bytes(41)), "signature": _text(bytes(64))}
_STATEMENTS = {"cert": _text(CERT.whole), "manifest": _text(MANIFEST.whole)}
BODIES: dict[type[bodies.Body], bytes] = {
    bodies.Nothing: b"{}",
    bodies.NameCheck: _json(username="bob", work=_WORK),
    bodies.SignUp: _json(card=_text(ALICE.card.whole), **_STATEMENTS, work=_WORK, login=_LOGIN),
    bodies.NewCard: _json(card=_text(ALICE.card.whole)),
    bodies.NewDevice: _json(**_STATEMENTS, login=_LOGIN),
    bodies.NewRevocations: _json(statements=_text(CERT.whole), work=_WORK),
    bodies.DeviceLogin: _json(device_id=_text(ID), login=_LOGIN),
    bodies.GuestLogin: _json(work=_WORK),
    bodies.ListQuestion: _json(prefix="bo"),
}


class _OneAnswer:
    """An HTTP client whose server has one answer to everything."""

    def __init__(self, body: bytes, status: int, media_type: str) -> None:
        self._body = body
        self._status = status
        self._media_type = media_type

    @asynccontextmanager
    async def request(self, *_: object, **__: object) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(
            status=self._status,
            content_type=self._media_type,
            headers={"Retry-After": "9"},
            content=SimpleNamespace(iter_any=self._pieces),
        )

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self._body


Ask = Callable[[ServerApi], Coroutine[Any, Any, object]]


def _asked(ask: Ask, status: int = 200, kind: str = "json") -> Callable[[bytes], object]:
    """Return a parser of what a server answers to this question."""

    def parse(body: bytes) -> object:
        api = ServerApi("whisp.example")
        api._session = _OneAnswer(body, status, f"application/{kind}")  # type: ignore[assignment]
        try:
            ask(api).send(None)  # nothing in it waits
        except StopIteration as done:
            return done.value
        raise AssertionError("the question waits for something")

    return parse


_TOKEN_ANSWER = {"token": "t.t", "expires_in": 900}
_TURN = _json(urls=["turn:turn.example:3478"], username="u", credential="c", ttl=600)
_PARAMETERS = _json(version=1, hosts=["a.example"], bits=20, turn=True, push=False, limits=True)
API: Mapping[str, tuple[Callable[[bytes], object], bytes]] = {
    "parameters": (_asked(lambda api: api.parameters()), _PARAMETERS),
    "challenge": (_asked(lambda api: api.challenge()), _json(challenge=_text(bytes(41)))),
    "name_free": (_asked(lambda api: api.name_free("bob", WORK)), _json(free=True)),
    "sign_up": (
        _asked(lambda api: api.sign_up(b"", b"", b"", WORK, LOGIN), 201),
        _json(**_TOKEN_ANSWER),
    ),
    "renew_device": (
        _asked(lambda api: api.renew_device(b"", b"", LOGIN), 201),
        _json(**_TOKEN_ANSWER, username="bob"),
    ),
    "token": (_asked(lambda api: api.token(ID, LOGIN)), _json(**_TOKEN_ANSWER)),
    "turn": (_asked(lambda api: api.turn(TOKEN)), _TURN),
}


def _problem(body: bytes) -> None:
    """Read a problem document: what it comes to is a refusal in any case."""
    try:
        _asked(lambda api: api.challenge(), 409, "problem+json")(body)
    except ServerRefusedError:
        return  # one of ours, well said
    raise AssertionError("a problem was taken for an answer")


_TOKENS = Tokens("whisp.example", ["k" * 32])
_PROXIES = (ip_network("10.0.0.0/8"),)

SERVERS = (
    Target(
        "protocol.server_messages.decode_request",
        decode_request,
        tuple(msgspec.msgpack.encode(each) for each in REQUESTS),
    ),
    Target(
        "protocol.server_messages.decode_answer",
        decode_answer,
        (
            *(msgspec.msgpack.encode(each) for each in ANSWERS),
            *(encode_answer(each) for each in FILLED),
        ),
    ),
    *(
        Target(
            f"server.bodies.BodyReader.read {kind.__name__}",
            bodies.BodyReader(kind).read,
            (seed,),
            ProblemError,
        )
        for kind, seed in BODIES.items()
    ),
    *(
        Target(f"transport.server_api.ServerApi.{name}", parse, (seed,), RefusedError)
        for name, (parse, seed) in API.items()
    ),
    Target(
        "transport.server_api.ServerApi.challenge problem",
        _problem,
        (_json(code="stale", epoch=3, more=[1, {"x": None}]),),
        RefusedError,
    ),
    Target(
        "server.tokens.Tokens.read",
        from_text(lambda text: _TOKENS.read(text, NOW)),
        (_TOKENS.issue(ID, Scope.DEVICE, NOW).encode(),),
    ),
    Target(
        "server.addresses.asker_address",
        from_text(lambda text: asker_address("10.0.0.1", text.split("\n"), _PROXIES)),
        (b"203.0.113.7, 10.0.0.2\n::ffff:10.0.0.3", b"fe80::1%eth0"),
    ),
    Target("transport.http_client.read_retry_after", from_text(read_retry_after), (b"60",)),
    Target(
        "transport.ice.is_ice_url",
        from_text(is_ice_url),
        (b"turn:turn.example:3478?transport=udp", b"stun:a:1", b"turns:a"),
    ),
    Target("protocol.names.is_host", from_text(is_host), (b"a.example:1",)),
    Target("protocol.names.is_username", from_text(is_username), (b"alice_1",)),
    Target(
        "transport.server_url.read_server_url",
        from_text(read_server_url),
        (b"https://Whisp.example:8443/", b"localhost:80", b"a.onion"),
        RefusedError,
    ),
)
