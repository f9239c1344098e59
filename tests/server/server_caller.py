"""A person at a server: keys, statements, REST calls and the socket, all real."""

import asyncio
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    CertFlags,
    DeviceCert,
    Manifest,
    day,
    login_signature,
)
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceKeys, SigningKey
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING, Challenge, solve
from whisp_desktop.protocol.server_messages import (
    Request,
    ServerFrame,
    Work,
    decode_answer,
    encode_request,
)

PATIENCE_S = 10


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unix_now() -> int:
    return int(time.time())


@dataclass
class Answer:
    """What a REST call gave back."""

    status: int
    fields: dict[str, Any]
    headers: Any

    @property
    def code(self) -> str:
        return str(self.fields.get("code", ""))


@dataclass
class Person:
    """An account and one of its devices, before any server knows them."""

    name: str
    hosts: tuple[str, ...]
    account: SigningKey = field(default_factory=lambda: SigningKey.generate(secrets.token_bytes))
    device: DeviceKeys = field(default_factory=lambda: DeviceKeys.generate(secrets.token_bytes))
    epoch: int = 1
    flags: CertFlags = CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK
    issued: int = field(default_factory=lambda: day(unix_now()))

    def __post_init__(self) -> None:
        self.cert = self.certify(self.device)
        self.manifest = self.list(self.cert)
        self.card = self.claim(self.name)

    def certify(self, device: DeviceKeys, **changes: Any) -> DeviceCert:
        fields = {
            "issued": self.issued,
            "expires": self.issued + CERT_LIFE_S,
            "epoch": self.epoch,
            "flags": self.flags,
        }
        return DeviceCert.issue(self.account, device, **{**fields, **changes})

    def list(self, *certs: DeviceCert, epoch: int | None = None) -> Manifest:
        epoch = self.epoch if epoch is None else epoch
        return Manifest.issue(self.account, certs, epoch=epoch, issued=self.issued)

    def claim(self, name: str, issued: int | None = None) -> Card:
        return Card.issue(
            self.account,
            issued=self.issued if issued is None else issued,
            username=name,
            hosts=self.hosts,
        )

    def other_device(self, **changes: Any) -> "Person":
        """A second device of the same account, not listed by anybody yet."""
        return Person(self.name, self.hosts, account=self.account, issued=self.issued, **changes)


class Line:
    """One socket to the server."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seq = 0
        self.news: list[ServerFrame] = []

    async def send(self, request: Request) -> None:
        await self.socket.send_bytes(encode_request(request))

    async def next_bytes(self) -> bytes:
        message = await self.socket.receive(PATIENCE_S)
        assert message.type is aiohttp.WSMsgType.BINARY, message
        return bytes(message.data)

    async def next(self) -> ServerFrame:
        """The next frame that is no answer of ours already taken."""
        if self.news:
            return self.news.pop(0)
        return decode_answer(await self.next_bytes())

    async def ask(self, kind: type[Any], **fields: Any) -> Any:
        """Send a request and return the answer under its seq; other frames wait in `news`."""
        self.seq += 1
        await self.send(kind(seq=self.seq, **fields))
        while True:
            answer = decode_answer(await self.next_bytes())
            if answer.seq == self.seq:
                return answer
            self.news.append(answer)

    async def close_code(self) -> int | None:
        """Read on until the server closes; return its code."""
        while True:
            message = await self.socket.receive(PATIENCE_S)
            if message.type is not aiohttp.WSMsgType.BINARY:
                return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()


class Caller:
    """Speaks REST with one server, as anybody."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.host = url.partition("://")[2]
        self.session = session

    async def call(
        self,
        method: str,
        path: str,
        fields: Any = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answer:
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        if data is not None:
            given.setdefault("Content-Type", "application/json")
        url = self.url + path
        async with self.session.request(
            method, url, json=None if data is not None else fields, data=data, headers=given
        ) as response:
            text = await response.read()
            is_json = response.content_type.endswith("json")
            answer = await response.json(content_type=None) if is_json else {}
            assert is_json or not text
            return Answer(response.status, answer, response.headers)

    async def challenge(self) -> bytes:
        answer = await self.call("POST", "/v1/challenges", {})
        assert answer.status == 200, answer
        return unb64(answer.fields["challenge"])

    async def work(self, binding: bytes) -> dict[str, str]:
        challenge = await self.challenge()
        solution = solve(Challenge.parse(challenge), binding, lambda _: True)
        return {"challenge": b64(challenge), "solution": b64(solution)}

    async def frame_work(self, binding: bytes) -> Work:
        challenge = await self.challenge()
        return Work(challenge, solve(Challenge.parse(challenge), binding, lambda _: True))

    async def login(self, person: Person, host: str | None = None) -> dict[str, str]:
        challenge = await self.challenge()
        signature = login_signature(person.device.signing, host or self.host, challenge)
        return {"challenge": b64(challenge), "signature": b64(signature)}

    async def sign_up_body(self, person: Person) -> dict[str, Any]:
        return {
            "card": b64(person.card.whole),
            "cert": b64(person.cert.whole),
            "manifest": b64(person.manifest.whole),
            "work": await self.work(sha256(person.card.whole)),
            "login": await self.login(person),
        }

    async def sign_up(self, person: Person) -> Answer:
        return await self.call("POST", "/v1/accounts", await self.sign_up_body(person))

    async def token(self, person: Person) -> str:
        body = {"device_id": b64(person.device.device_id), "login": await self.login(person)}
        answer = await self.call("POST", "/v1/tokens", body)
        assert answer.status == 200, answer
        return str(answer.fields["token"])

    async def guest_token(self) -> str:
        answer = await self.call("POST", "/v1/tokens", {"work": await self.work(GUEST_BINDING)})
        assert answer.status == 200, answer
        return str(answer.fields["token"])

    async def open(self, token: str, **options: Any) -> Line:
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        options.setdefault("protocols", ("whisp.v1",))
        socket = await self.session.ws_connect(
            self.url + "/v1/socket", headers=headers, max_msg_size=0, **options
        )
        return Line(socket)

    async def joined(self, name: str) -> tuple[Person, Line]:
        """Sign somebody up and connect his device."""
        person = Person(name, (self.host,))
        answer = await self.sign_up(person)
        assert answer.status == 201, answer
        return person, await self.open(answer.fields["token"])


def bundles(person: Person, count: int = 1) -> list[bytes]:
    """New bundles of a person's device."""
    return [
        PrivateBundle.make(person.device, unix_now(), secrets.token_bytes).bundle.whole
        for _ in range(count)
    ]


def m1_for(bundle: bytes) -> bytes:
    """Something that looks like an m1 for this bundle."""
    return b"\x01" + bundle[23:31] + secrets.token_bytes(4087)


async def wait_until(condition: Any, patience_s: float = PATIENCE_S) -> None:
    """Wait until a condition holds, with a bound."""
    async with asyncio.timeout(patience_s):
        while not condition():  # noqa: ASYNC110 -- the condition may lie in another process
            await asyncio.sleep(0.01)
