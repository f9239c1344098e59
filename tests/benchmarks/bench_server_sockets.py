"""How much memory an idle socket costs the server, and how fast people sign up.

Run: python -m tests.benchmarks.bench_server_sockets [SOCKETS]
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from conftest import Running
from server_caller import Caller, Line, Person


def resident_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4096


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def measure(running: Running, sockets: int) -> None:
    pid = running.process.pid
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        caller = Caller(running.url, session)
        bodies = []
        for number in range(sockets):
            person = Person(f"person_{number}", (caller.host,))
            bodies.append(await caller.sign_up_body(person))
        before_s, at = cpu_s(pid), time.perf_counter()
        tokens = []
        for body in bodies:
            answer = await caller.call("POST", "/v1/accounts", body)
            tokens.append(answer.fields["token"])
        took_s = time.perf_counter() - at
        print(f"sign-up: {(cpu_s(pid) - before_s) / sockets * 1e3:.2f} ms CPU each,", end=" ")
        print(f"{sockets / took_s:.0f} a second, one after the other")
        lines: list[Line] = [await caller.open(token) for token in tokens[:50]]
        before = resident_bytes(pid)
        lines += [await caller.open(token) for token in tokens[50:]]
        opened = len(lines) - 50
        print(f"idle socket: {(resident_bytes(pid) - before) / opened / 1024:.1f} KiB")
        await asyncio.gather(*[line.close() for line in lines])


def main() -> None:
    sockets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder))
        try:
            asyncio.run(measure(running, sockets))
        finally:
            running.stop()


if __name__ == "__main__":
    main()
