"""`python -m tests.benchmarks.bench_server`: what `whisp-server` costs beside a server on Node.

Both run at the same time, each in a process of its own, and get the same traffic in turns. Printed
is the CPU time (user and system) of the server's process. Nothing passes or fails.
"""

import asyncio
import itertools
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from tests.benchmarks.measuring import compare, cpu_s, own_bytes, say, say_machine
from tests.benchmarks.node_rival import NodeServer, install
from tests.benchmarks.relaying import Pair, WhispPair, node_pair, whisp_pair
from tests.journeys.programs import INSTALLED, Programs, Server
from tests.server.server_caller import Caller, Person, b64
from whisp_desktop.protocol.keys import Secret, SigningKey

ROUNDS = 9
PAIRS = 64
SIGN_UPS = 64
AT_ONCE = 8
BASIS = 96
IDLE = 480
KIB = 1024
WITH_LETTERS = Programs(server=(*INSTALLED.server[:2], "tests.benchmarks.letter_server"))

Trip = Callable[[Pair], Awaitable[int]]


class WhispServer(Server):
    """The server without limits and with the least work."""

    def __init__(self, folder: Path, programs: Programs = INSTALLED) -> None:
        folder.mkdir()
        super().__init__(folder, programs, POW_BITS="3", LIMITS="off", PYTHONPATH=str(Path.cwd()))

    @property
    def process_id(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid


@dataclass
class Side:
    """A server and the pairs of sockets at it."""

    process_id: int
    pairs: Sequence[Pair]

    async def cpu_us(self, trip: Trip, trips: int) -> float:
        """Let every pair make so many trips; return the CPU time for one frame that was brought."""

        async def make(pair: Pair) -> int:
            return sum([await trip(pair) for _ in range(trips)])

        before_s = cpu_s(self.process_id)
        brought = sum(await asyncio.gather(*map(make, self.pairs)))
        await asyncio.gather(*(pair.settle() for pair in self.pairs))
        return (cpu_s(self.process_id) - before_s) / brought * 1e6


async def relays(whisp: Side, letters: Side, node: Side) -> None:
    """Compare what goes from socket to socket."""
    table: tuple[tuple[str, Side, Trip, int], ...] = (
        ("1 KiB, the server's socket code", letters, lambda pair: pair.letter(1 * KIB), 40),
        ("6 KiB, the server's socket code", letters, lambda pair: pair.letter(6 * KIB), 40),
        ("2 KiB, MAILBOX brought as MAIL", whisp, lambda pair: pair.mail(), 5),
        ("4 KiB, KNOCK as KNOCKED, ANSWER as ANSWERED", whisp, lambda pair: pair.knock(), 10),
    )
    for title, ours, trip, trips in table:
        rounds: dict[str, list[float]] = {"whisp-server": [], "node": []}
        for _ in range(ROUNDS):
            rounds["whisp-server"].append(await ours.cpu_us(trip, trips))
            rounds["node"].append(await node.cpu_us(trip, trips))
        compare(title, rounds, "µs")


async def publishing(whisp: Side, node: Side) -> None:
    """Compare the one frame of 6 KiB at most that a client sends: four bundles, verified."""
    rounds: dict[str, list[float]] = {"whisp-server": [], "node": []}
    for _ in range(ROUNDS):
        made = [pair.bundles() for pair in whisp.pairs if isinstance(pair, WhispPair)]
        for name, side in (("whisp-server", whisp), ("node", node)):
            rounds[name].append(await side.cpu_us(_publishing(side.pairs, made), 1))
    compare("5.4 KiB, PUBLISH: four bundles verified, not brought", rounds, "µs")


def _publishing(pairs: Sequence[Pair], made: Sequence[tuple[bytes, list[bytes]]]) -> Trip:
    bundles_of = dict(zip(pairs, made, strict=True))
    return lambda pair: pair.publish(*bundles_of[pair])


class SignUps:
    """New people at both servers."""

    def __init__(
        self, whisp: WhispServer, node: NodeServer, session: aiohttp.ClientSession
    ) -> None:
        self._whisp = whisp
        self._node = node
        self._caller = Caller(whisp.url, session)
        self._node_caller = Caller(node.url, session)
        self._numbers = itertools.count()
        self.tokens: list[str] = []

    async def compare(self) -> None:
        """Compare the calls that make an account."""
        rounds: dict[str, list[float]] = {
            "whisp-server: five signatures, work, two rows": [],
            "node: five signatures, one row": [],
            "node: one signature, one row": [],
            "whisp-server with both challenges": [],
        }
        ours, node_five, node_one, ours_whole = rounds.values()
        for _ in range(ROUNDS):
            before_s = cpu_s(self._whisp.process_id)
            bodies = await self._bodies()
            ours.append(await self._cpu_ms(self._whisp.process_id, self._sign_up, bodies))
            whole_s = cpu_s(self._whisp.process_id) - before_s
            ours_whole.append(whole_s / SIGN_UPS * 1e3)
            for signatures, figures in ((5, node_five), (1, node_one)):
                forms = [self._form(signatures) for _ in range(SIGN_UPS)]
                figures.append(await self._cpu_ms(self._node.process_id, self._fill_in, forms))
        compare(f"sign-up, {AT_ONCE} at once", rounds, "ms", 2)

    async def _bodies(self) -> list[dict[str, Any]]:
        people = [
            Person(f"new_{next(self._numbers)}", (self._caller.host,)) for _ in range(SIGN_UPS)
        ]
        return [await self._caller.sign_up_body(person) for person in people]

    def _form(self, signatures: int) -> dict[str, Any]:
        keys = [SigningKey(Secret(secrets.token_bytes(32))) for _ in range(signatures)]
        statements = [secrets.token_bytes(150) for _ in keys]
        signed = zip(keys, statements, strict=True)
        return {
            "username": f"new_{next(self._numbers)}",
            "keys": [b64(key.public) for key in keys],
            "statements": [b64(statement) for statement in statements],
            "signatures": [b64(key.sign(statement)) for key, statement in signed],
        }

    async def _sign_up(self, body: dict[str, Any]) -> None:
        answer = await self._caller.call("POST", "/v1/accounts", body)
        assert answer.status == 201, answer
        self.tokens.append(answer.fields["token"])

    async def _fill_in(self, form: dict[str, Any]) -> None:
        answer = await self._node_caller.call("POST", "/accounts", form)
        assert answer.status == 201, answer

    async def _cpu_ms(
        self, process_id: int, call: Callable[[dict[str, Any]], Awaitable[None]], bodies: Any
    ) -> float:
        waiting = iter(bodies)

        async def one_after_the_other() -> None:
            for body in waiting:
                await call(body)

        before_s = cpu_s(process_id)
        await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
        return (cpu_s(process_id) - before_s) / len(bodies) * 1e3


async def idle_sockets(
    whisp: WhispServer, node: NodeServer, tokens: Sequence[str], session: aiohttp.ClientSession
) -> None:
    """Compare the memory of sockets that do nothing."""
    caller = Caller(whisp.url, session)

    async def open_whisp(number: int) -> aiohttp.ClientWebSocketResponse:
        return (await caller.open(tokens[number])).socket

    async def open_node(_: int) -> aiohttp.ClientWebSocketResponse:
        return await session.ws_connect(node.url, compress=0)

    say(f"an idle socket, {IDLE} of them, memory of the process alone")
    for name, process_id, connect in (
        ("whisp-server", whisp.process_id, open_whisp),
        ("node", node.process_id, open_node),
    ):
        sockets = [await connect(number) for number in range(BASIS)]
        before = own_bytes(process_id)
        sockets += [await connect(number) for number in range(BASIS, BASIS + IDLE)]
        kib = (own_bytes(process_id) - before) / IDLE / KIB
        say(f"  {name:44}{kib:9.1f} KiB")
        await asyncio.gather(*(socket.close() for socket in sockets))


async def newcomers(folder: Path) -> None:
    """Sign people up at new servers, then let them be idle there."""
    async with AsyncExitStack() as ends:
        whisp, node = WhispServer(folder / "newcomers"), NodeServer(folder)
        session = await _start(ends, whisp, node)
        sign_ups = SignUps(whisp, node, session)
        await sign_ups.compare()
        await idle_sockets(whisp, node, sign_ups.tokens, session)


async def talkers(folder: Path) -> None:
    """Let pairs of sockets send through new servers."""
    async with AsyncExitStack() as ends:
        whisp, node = WhispServer(folder / "talkers"), NodeServer(folder)
        letters = WhispServer(folder / "letters", WITH_LETTERS)
        session = await _start(ends, whisp, letters, node)
        sides = []
        for ours in (whisp, letters):
            caller = Caller(ours.url, session)
            pairs: list[Pair] = [await whisp_pair(caller, number) for number in range(PAIRS)]
            sides.append(Side(ours.process_id, pairs))
        pairs = [await node_pair(node.url, session) for _ in range(PAIRS)]
        sides.append(Side(node.process_id, pairs))
        await relays(*sides)
        await publishing(sides[0], sides[2])


async def _start(ends: AsyncExitStack, *servers: WhispServer | NodeServer) -> aiohttp.ClientSession:
    for server in servers:
        ends.push_async_callback(server.close)
        await server.start()
    connector = aiohttp.TCPConnector(limit=0)
    return await ends.enter_async_context(aiohttp.ClientSession(connector=connector))


async def _measure() -> None:
    await install()
    with tempfile.TemporaryDirectory() as folder:
        await newcomers(Path(folder))
        await talkers(Path(folder))


def main() -> None:
    """Measure everything."""
    say_machine()
    uvloop.run(_measure())
    say_machine()


if __name__ == "__main__":
    main()
