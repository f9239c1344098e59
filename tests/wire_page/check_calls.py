"""The REST calls: each made once at a real node, with its body, its status and its answer."""

import asyncio
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.json import encode

from tests.fakes.account import Account
from tests.wire_page.page import NOTHING, Check, Table
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert, day, login_signature
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING, Challenge, solve
from whisp_desktop.server import rest
from whisp_desktop.server.bodies import Body
from whisp_desktop.server.calls import Asker, Reply
from whisp_desktop.server.clock import Clock
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.node import Node
from whisp_desktop.server.rest import Rest
from whisp_desktop.server.settings import Environment, Settings

HOST = "whisp.example"
_GETS = ("/v1/health", "/v1/ready", "/v1/parameters")


class _Node:
    """A real node, and an account that is made at it call by call."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.account = Account()
        self.issued = day(int(time.time()))
        self.cert = self._certified()
        self.manifest = self.account.manifest((self.cert,))
        self.card = Card.issue(
            self.account.signing, issued=self.issued, username="alice", hosts=(HOST,)
        )

    def _certified(self) -> DeviceCert:
        return self.account.cert(issued=self.issued, flags=CertFlags.CAN_REVOKE)

    def _challenge(self) -> bytes:
        return self.node.challenges.mint(3, self.node.clock.unix())

    def _work(self, binding: bytes) -> dict[str, bytes]:
        asked = self._challenge()
        solution = solve(Challenge.parse(asked), binding, lambda _: True)
        return {"challenge": asked, "solution": solution}

    def _login(self, cert: DeviceCert) -> dict[str, bytes]:
        asked = self._challenge()
        signature = login_signature(self.account.device(cert).signing, HOST, asked)
        return {"challenge": asked, "signature": signature}

    def calls(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Method, path and body of each call, in an order in which all of them succeed."""
        second = self._certified()
        both = self.account.manifest((self.cert, second), epoch=2)
        revoked = self.account.revoke(second).statements
        device_id = self.cert.device_id
        papers = {"cert": self.cert.whole, "manifest": self.manifest.whole}
        return [
            ("POST", "/v1/challenges", {}),
            (
                "POST",
                "/v1/usernames",
                {"username": "alice", "work": self._work(sha256(b"alice"))},
            ),
            (
                "POST",
                "/v1/accounts",
                {
                    "card": self.card.whole,
                    **papers,
                    "work": self._work(sha256(self.card.whole)),
                    "login": self._login(self.cert),
                },
            ),
            ("PUT", "/v1/accounts", {"card": self.card.whole}),
            (
                "PUT",
                "/v1/devices",
                {"cert": second.whole, "manifest": both.whole, "login": self._login(second)},
            ),
            (
                "POST",
                "/v1/revocations",
                {"statements": revoked, "work": self._work(sha256(revoked))},
            ),
            (
                "POST",
                "/v1/tokens",
                {"device_id": device_id, "login": self._login(self.cert)},
            ),
            ("POST", "/v1/tokens", {"work": self._work(GUEST_BINDING)}),
            ("POST", "/v1/directory", {"prefix": "al"}),
            ("POST", "/v1/turn", {}),
        ]

    async def make(self, method: str, path: str, fields: dict[str, Any]) -> tuple[str, ...]:
        """Make one call as the row of the table says; return that row."""
        body = rest._READERS[method, path].read(encode(_as_text(fields)))
        (call,) = [each for each in rest._CALLS[method, path] if isinstance(body, each.body)]
        device = None
        if call.needs_device:
            device = await self.node.registered(self.cert.device_id)
            assert device is not None
        reply = await call.act(self.node, Asker(None, device), body)
        return (
            f"{method} {path}",
            _body_fields(call.body),
            *_answered(reply),
            "device" if call.needs_device else NOTHING,
        )


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return urlsafe_b64encode(value).rstrip(b"=").decode()
    if isinstance(value, Mapping):
        return {name: _as_text(each) for name, each in value.items()}
    return value


def _body_fields(body: type[Body]) -> str:
    return ", ".join(body.__struct_fields__) or "{}"


def _answered(reply: Reply) -> tuple[str, str]:
    return str(reply.status), NOTHING if reply.fields is None else ", ".join(reply.fields)


async def _all_rows(folder: Path) -> list[tuple[str, ...]]:
    directory = await Directory.open(f"sqlite:///{folder / 'page.sqlite3'}")
    clock = Clock(lambda: int(time.time()), time.monotonic)
    settings = Settings(whisp_env=Environment.DEVELOPMENT, pow_bits=3, limits="off")
    node = Node(settings, (HOST,), directory, clock, asyncio.get_running_loop())
    try:
        there = _Node(node)
        rows = [await there.make(*call) for call in there.calls()]
        for path in _GETS:
            reply = await Rest(node)._get(path, Asker(None))
            rows.append((f"GET {path}", NOTHING, *_answered(reply), NOTHING))
    finally:
        await directory.close()
    return rows


def _paths_in_code() -> set[str]:
    source = Path(str(rest.__file__)).read_text("utf-8")
    return set(re.findall(r'"(/v1/[a-z]+)"', source))


def _calls(table: Table) -> None:
    with TemporaryDirectory() as folder:
        rows = asyncio.run(_all_rows(Path(folder)))
    rows.append((f"GET {rest._SOCKET_PATH}", NOTHING, "101", NOTHING, "device or guest"))
    table.compare(rows, "call", "body", "status", "answer", "token")
    assert {call.partition(" ")[2] for (call,) in table.cells("call")} == _paths_in_code()
    made = dict.fromkeys(rest._CALLS, 0)
    for call, *_ in rows:
        method, _, path = call.partition(" ")
        if (method, path) in made:
            made[method, path] += 1
    assert made == {key: len(row) for key, row in rest._CALLS.items()}


CHECKS: dict[str, Check] = {"Calls": _calls}
