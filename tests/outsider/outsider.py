"""A client written from the wire page alone: it shares no line with the product.

Statements, hashes and ciphers are those of the vectors' second implementation.
"""

import asyncio
import base64
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import aiohttp
import msgspec

from tests.outsider.link import Link
from tests.outsider.turns import Pairs, Turns, unseal
from tests.vectors.reference.primitives import (
    NO_NONCE,
    agree,
    agreement_public,
    decapsulate,
    digest,
    drawn,
    encapsulate,
    expand,
    kem_public,
    label,
    mac,
    sign,
    u8,
    u16,
    u32,
    u64,
)
from tests.vectors.reference.session import SECRETS, WHK1, Transcript, with_length
from tests.vectors.reference.statements import DAY, Device, base64url, bundle, manifest

BOUND_S = 20.0
_LOOK_UP, _KNOCK, _ANSWER, _PUBLISH = 4, 5, 6, 1
_FOUND, _KNOCKED, _ANSWERED = 66, 69, 70


@dataclass
class Talk:
    """A conversation: its link, its secrets of the handshake and its ratchet."""

    link: Link
    secrets: dict[str, bytes]
    turns: Turns

    def fin(self, secret: str) -> bytes:
        bound = label("fin") + self.turns.sid + self.link.binding()
        return b"\x03" + mac(self.secrets[secret], bound)

    async def secure(self) -> None:
        """Exchange FINs; A speaks first, and both declare themselves."""
        own, theirs = ("fa", "fb") if self.link.is_a else ("fb", "fa")
        await asyncio.wait_for(self.link.opened.wait(), BOUND_S)
        self.link.send(self.fin(own))
        assert await asyncio.wait_for(self.link.heard.get(), BOUND_S) == self.fin(theirs)
        if self.link.is_a:
            self.say(0)
        else:
            await self.hear(0)
        self.say(3, u16(1) + bytes((0, 0, 3, 0)))

    def say(self, kind: int, body: bytes = b"") -> None:
        self.link.send(self.turns.write(kind, body))

    def text(self, text: bytes, *, id_: bytes = b"") -> bytes:
        """Send text that stays; return its id."""
        id_ = id_ or os.urandom(8)
        self.say(0x10, id_ + u32(0) + bytes(8) + text)
        return id_

    async def hear(self, kind: int) -> bytes:
        """Return the body of the next message of this kind."""
        async with asyncio.timeout(BOUND_S):
            while (frame := await self.link.heard.get()) is not None:
                found, body = self.turns.read(frame)
                if found == kind:
                    return body
        raise AssertionError("the channel has closed")


class Outsider:
    """An account of one device at a server, and its socket."""

    def __init__(self, name: str, url: str) -> None:
        host = url.removeprefix("http://")
        today = int(time.time()) // DAY * DAY
        self.me = Device(os.urandom(8).hex(), "", name, (host,), today, today + 90 * DAY, epoch=1)
        self._host = host
        self._http = aiohttp.ClientSession(url)
        self._seq = 0
        self._bundles: dict[bytes, tuple[str, bytes]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._frames: asyncio.Queue[list[Any]] = asyncio.Queue()

    async def start(self) -> Self:
        """Sign up, open the socket and publish."""
        me, challenge, work = self.me, await self._challenge(), await self._work(self.me.card)
        login = label("login") + digest(self._host.encode()) + challenge
        certs = {me.device_id: me.cert}
        signed_up = await self._post(
            "/v1/accounts",
            card=base64url(me.card),
            cert=base64url(me.cert),
            manifest=base64url(manifest(me.ak, certs, 1, me.issued)),
            work={"challenge": base64url(work[0]), "solution": base64url(work[1])},
            login={"challenge": base64url(challenge), "signature": base64url(sign(me.dks, login))},
        )
        self._socket = await self._http.ws_connect(
            "/v1/socket",
            protocols=["whisp.v1"],
            headers={"Authorization": f"Bearer {signed_up['token']}"},
        )
        self._reading = asyncio.create_task(self._read())
        await self._ask(_PUBLISH, 2, [self._bundle(), self._bundle()], [])
        return self

    async def close(self) -> None:
        await self._http.close()
        if self._reading is not None:
            await self._reading

    # The server

    async def _post(self, path: str, **body: Any) -> Any:
        async with self._http.post(path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def _challenge(self) -> bytes:
        said = (await self._post("/v1/challenges"))["challenge"]
        return base64.urlsafe_b64decode(said + "=")

    async def _work(self, work_for: bytes) -> tuple[bytes, bytes]:
        challenge = await self._challenge()
        least = 1 << 256 - (challenge[0] - 3)
        nonces = []
        for place in range(8):
            head = label("pow") + challenge + digest(work_for) + u8(place)
            tries = (
                nonce for nonce in count() if int.from_bytes(digest(head + u64(nonce))) < least
            )
            nonces.append(u64(next(tries)))
        return challenge, b"".join(nonces)

    async def _ask(self, tag: int, *fields: Any) -> list[Any]:
        self._seq += 1
        seq = self._seq
        await self._socket.send_bytes(msgspec.msgpack.encode([tag, seq, *fields]))
        return await self._frame(lambda frame: frame[1] == seq)

    async def _frame(self, is_wanted: Callable[[list[Any]], bool]) -> list[Any]:
        passed_over: list[list[Any]] = []
        async with asyncio.timeout(BOUND_S):
            while not is_wanted(frame := await self._frames.get()):
                passed_over.append(frame)
        for each in passed_over:
            self._frames.put_nowait(each)
        return frame

    async def _read(self) -> None:
        """Read all the time: who does not, answers no ping and is taken for gone."""
        async for message in self._socket:
            self._frames.put_nowait(msgspec.msgpack.decode(message.data, type=list[Any]))

    def _bundle(self) -> bytes:
        name = os.urandom(8).hex()
        whole = bundle(self.me, name, starts=int(time.time()))
        self._bundles[whole[23:31]] = name, whole
        return whole

    # A's side

    async def ask(self, name: str) -> Talk:
        """Ask, wait for the yes, and connect; FINs are the caller's."""
        found = await self._ask(_LOOK_UP, name, await self._work(name.encode()))
        assert found[0] == _FOUND
        cert_b, bundle_b = found[2][0]
        link, state, ea, kem = Link(is_a=True), Transcript(WHK1), os.urandom(32), os.urandom(64)
        m1 = self._m1(state, cert_b, bundle_b, ea, kem, await link.offer())
        await self._ask(_KNOCK, bundle_b[23:31], m1, await self._work(m1))
        m2 = (await self._frame(lambda frame: frame[0] == _ANSWERED))[3]
        eb = m2[1:33]
        state.mix("m2", m2[:1121])
        state.key("DH(EB, EA)", agree(ea, eb))
        state.key("DH(EB, DKd_A)", agree(self.me.dkd, eb))
        state.key("ss2", decapsulate(kem, m2[33:1121]))
        second = _open(state, m2[1121:])
        await link.connect(_with_length(second[1184:])[0])
        secrets = _split(state)
        turns = Turns(state.h, secrets["rk"], secrets["hka"], secrets["nhkb"], my_turn=True)
        turns.their_dh, turns.their_ek = eb, second[:1184]
        return Talk(link, secrets, turns)

    def _m1(
        self, state: Transcript, cert: bytes, theirs: bytes, ea: bytes, kem: bytes, route: bytes
    ) -> bytes:
        spk, dkd = theirs[31:63], cert[71:103]
        ct, ss = encapsulate(theirs[63:1247], os.urandom(32))
        clear = b"\x01" + theirs[23:31] + agreement_public(ea) + ct
        for what in (cert, theirs, clear):
            state.mix("", what)
        for secret in (agree(ea, spk), agree(ea, dkd), ss):
            state.key("", secret)
        sealed = state.enc("cert_A", self.me.cert)
        state.key("DH(DKd_A, SPK_B)", agree(self.me.dkd, spk))
        state.key("psk", bytes(32))
        first = kem_public(kem) + with_length(self.me.card) + with_length(route)
        return clear + sealed + state.enc("P1", first.ljust(2683, b"\0"))

    # B's side

    async def answer(self) -> Talk:
        """Wait until somebody asks, say yes, and wait for the link; FINs are the caller's."""
        _, _, knock, _, _, m1 = await self._frame(lambda frame: frame[0] == _KNOCKED)
        name, own_bundle = self._bundles.pop(m1[1:9])
        spk, ek, ea = drawn(f"{name} spk", 32), drawn(f"{name} ek", 64), m1[9:41]
        state = Transcript(WHK1)
        for what in (self.me.cert, own_bundle, m1[:1129]):
            state.mix("", what)
        for secret in (agree(spk, ea), agree(self.me.dkd, ea), decapsulate(ek, m1[41:1129])):
            state.key("", secret)
        dkd = _open(state, m1[1129:1397])[71:103]
        state.key("DH(DKd_A, SPK_B)", agree(spk, dkd))
        state.key("psk", bytes(32))
        first = _open(state, m1[1397:])
        _, rest = _with_length(first[1184:])
        link, own = Link(is_a=False), Pairs()
        ct, ss = encapsulate(first[:1184], os.urandom(32))
        clear = b"\x02" + agreement_public(own.dh) + ct
        second = kem_public(own.kem) + with_length(await link.answer(_with_length(rest)[0]))
        state.mix("m2", clear)
        for secret in (agree(own.dh, ea), agree(own.dh, dkd), ss):
            state.key("", secret)
        m2 = clear + state.enc("P2", second.ljust(2959, b"\0"))
        await self._ask(_ANSWER, knock, m2)
        secrets = _split(state)
        turns = Turns(state.h, secrets["rk"], secrets["nhkb"], secrets["hka"], False, own)
        return Talk(link, secrets, turns)


def _open(state: Transcript, sealed: bytes) -> bytes:
    text = unseal(state.k, NO_NONCE, state.h, sealed)
    state.mix("", sealed)
    return text


def _split(state: Transcript) -> dict[str, bytes]:
    whole = expand(state.ck, label("split") + state.h, 192)
    return {name: whole[32 * at :][:32] for at, name in enumerate(SECRETS)}


def _with_length(data: bytes) -> tuple[bytes, bytes]:
    """Return what a u16 counts, and the rest."""
    end = 2 + int.from_bytes(data[:2], "big")
    return data[2:end], data[end:]
