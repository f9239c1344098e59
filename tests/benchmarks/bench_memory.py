"""`python -m tests.benchmarks.bench_memory`: own memory of the programs, and how often they wake.

Own memory is what would be free if the process ended (USS), with a second one of its kind beside
it, so that libraries are shared. A wake-up is one voluntary context switch of one thread. Beside
them: a bare PySide6 window and a bare interpreter. Nothing passes or fails.
"""

import asyncio
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.measuring import MIB, own_bytes, say, say_machine, wakeups
from tests.benchmarks.timed_window import TimedWindow
from tests.demo.people import Person, PersonOfLines, PersonOfWindow
from tests.journeys.programs import Client, Server, bare_environment

QUIET_S = 20.0
SETTLE_S = 3.0
BARE_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(1120, 720)
window.show()
application.processEvents()
print("ready", flush=True)
application.exec()
"""
BARE_PYTHON = """
import threading
print("ready", flush=True)
threading.Event().wait()
"""


class Watched:
    """Processes by name, and what was read of them."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def add(self, name: str, process_id: int) -> None:
        """Watch a process."""
        self._ids[name] = process_id

    async def say_memory(self, when: str) -> None:
        """Let things settle, then print the own memory of each."""
        await asyncio.sleep(SETTLE_S)
        say(f"own memory {when}")
        for name, process_id in self._ids.items():
            own = own_bytes(process_id) / MIB
            dirty = own_bytes(process_id, "Private_Dirty") / MIB
            say(f"  {name:32}{own:8.1f} MiB, written to {dirty:6.1f} MiB")

    async def say_wakeups(self, when: str) -> None:
        """Print how often each woke in a while, and which threads did."""
        before = {name: wakeups(process_id) for name, process_id in self._ids.items()}
        await asyncio.sleep(QUIET_S)
        say(f"wake-ups {when}, {QUIET_S:.0f} s")
        for name, process_id in self._ids.items():
            woken: Counter[str] = Counter()
            for thread, count in wakeups(process_id).items():
                woken[thread.split(maxsplit=1)[1]] += count - before[name].get(thread, 0)
            threads = ", ".join(f"{thread} {n}" for thread, n in woken.most_common() if n)
            say(f"  {name:32}{woken.total() / QUIET_S:8.2f} a second   ({threads})")


async def _bare(program: str, folder: Path, ends: AsyncExitStack) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        env=bare_environment(folder / "bare", QT_QPA_PLATFORM="offscreen"),
        stdout=PIPE,
    )

    async def end() -> None:
        process.kill()
        await process.communicate()

    ends.push_async_callback(end)
    assert process.stdout is not None
    await process.stdout.readline()
    return process.pid


async def _windows(folder: Path, server: Server, ends: AsyncExitStack) -> list[TimedWindow]:
    windows = [TimedWindow(folder / name, server.url) for name in ("alice", "bob")]
    for window in windows:
        ends.push_async_callback(window.close)
        await window.start()
    return windows


async def _lines(folder: Path, server: Server, ends: AsyncExitStack) -> list[Client]:
    clients = [Client(folder / name, server.url) for name in ("carol", "dave")]
    for client in clients:
        ends.push_async_callback(client.close)
        await client.start()
    return clients


async def measure(folder: Path, ends: AsyncExitStack) -> None:
    """Start two windows and two headless clients; measure them before and in a conversation."""
    (folder / "server").mkdir()
    server = Server(folder / "server", POW_BITS="3", LIMITS="off")
    ends.push_async_callback(server.close)
    await server.start()
    windows = await _windows(folder, server, ends)
    clients = await _lines(folder, server, ends)
    watched = Watched()
    for window in windows:
        watched.add(f"window of {window.profile.name}", window.process_id)
    for client in clients:
        watched.add(f"headless of {client.profile.name}", client.process_id)
    watched.add("bare PySide6 window", await _bare(BARE_WINDOW, folder, ends))
    watched.add("bare interpreter", await _bare(BARE_PYTHON, folder, ends))
    people: tuple[Person, ...] = (
        *(PersonOfWindow(each.profile.name, each) for each in windows),
        *(PersonOfLines(each.profile.name, each) for each in clients),
    )
    await watched.say_memory("before an account")
    for person in people:
        await person.claim_name()
    await watched.say_memory("with an account, before the first conversation")
    await watched.say_wakeups("with an account, no conversation")
    for asker, other in (people[:2], people[2:]):
        await asker.look_up(other.name)
        await asker.ask(other.name)
        await other.is_asked()
        await other.accept()
        await other.can_write(asker.name)
        await asker.can_write(other.name)
        for number in range(20):
            await asker.write(f"message {number} of twenty")
        await other.reads("message 19 of twenty")
    await watched.say_memory("in a conversation, after 20 messages")
    await watched.say_wakeups("in a conversation, nobody writes")
    for person in people[1::2]:
        await person.leave()
    await watched.say_memory("after the conversation")
    await watched.say_wakeups("after the conversation")


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as ends:
            await measure(Path(folder), ends)


def main() -> None:
    """Measure everything."""
    say_machine()
    asyncio.run(_measure())
    say_machine()


if __name__ == "__main__":
    main()
