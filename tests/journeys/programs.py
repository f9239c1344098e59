"""The real programs, each in a process of its own, and how a journey speaks to them.

Nothing here waits without a bound, and whatever was started is ended by `close`.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.journeys.tied import tied

BOUND_S = 60.0
MOST_LINE_BYTES = 2 * 1024 * 1024

Line = dict[str, Any]


@dataclass(frozen=True)
class Programs:
    """How the two programs are started; a bundle has others."""

    client: tuple[str, ...] = (sys.executable, "-m", "whisp_desktop")
    server: tuple[str, ...] = (sys.executable, "-m", "whisp_desktop.server.main")


INSTALLED = Programs()


def bare_environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of somebody who has nothing but a home: no bus, no display."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "WHISP_ENV": "development",
        **more,
    }


class RefusedAnswerError(AssertionError):
    """A command was answered with `ok: false`."""

    def __init__(self, answer: Line) -> None:
        super().__init__(f"{answer['code']}: {answer['say']}")
        self.code: str = answer["code"]
        self.say: str = answer["say"]


class Server:
    """`whisp-server` on a free port of this computer; restarted, it keeps port and directory."""

    def __init__(self, folder: Path, programs: Programs = INSTALLED, **settings: str) -> None:
        self.url = ""
        self._programs = programs
        self._settings = {
            "PORT": "0",
            "POW_BITS": "10",
            "DATABASE_URL": f"sqlite:///{folder / 'directory.sqlite3'}",
            **settings,
        }
        self._folder = folder
        self._process: Process | None = None

    async def start(self) -> Self:
        """Start it and wait until it says that it listens."""
        self._process = await asyncio.create_subprocess_exec(
            *tied(*self._programs.server),
            env=bare_environment(self._folder / "home", **self._settings),
            cwd=self._folder,
            stdout=PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(BOUND_S):
            line = (await self._process.stdout.readline()).decode()
        words, _, self.url = line.strip().rpartition(" ")
        assert words == "whisp-server listening on", f"the server said {line!r}"
        self._settings["PORT"] = self.url.rpartition(":")[2]
        return self

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return await self._ended(self._process)

    async def close(self) -> None:
        """See that it is not there any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._ended(self._process)

    async def _ended(self, process: Process) -> int:
        async with asyncio.timeout(BOUND_S):
            await process.communicate()
        assert process.returncode is not None
        return process.returncode


@dataclass(eq=False)
class Client:
    """`whisp headless`, told what to do and heard in the order in which it speaks.

    passphrase -- of its vault; None where it has a keychain (`environment` names its bus)
    """

    profile: Path
    server_url: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    passphrase: str | None = "correct horse battery staple"
    programs: Programs = INSTALLED
    events: list[Line] = field(default_factory=list)
    _answers: dict[int, Line] = field(default_factory=dict)
    _process: Process | None = None
    _reading: asyncio.Task[None] | None = None
    _orders: int = 0

    def __post_init__(self) -> None:
        self.changed = asyncio.Condition()

    # Life

    async def start(self) -> Self:
        """Start it and wait for its first line; open its vault if it has one."""
        self.events.clear()
        server = () if self.server_url is None else ("--server", self.server_url)
        self._process = await asyncio.create_subprocess_exec(
            *tied(*self.programs.client, "headless", "--profile", str(self.profile), *server),
            env=bare_environment(self.profile.with_suffix(".home"), **self.environment),
            stdin=PIPE,
            stdout=PIPE,
            limit=MOST_LINE_BYTES,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        await self.event("ready")
        if self.passphrase is not None:
            await self.do("unlock", passphrase=self.passphrase)
        return self

    async def sign_up(self, name: str) -> Line:
        """Make an account, and wait until others can reach it."""
        account = await self.do("create_account", name=name, server=self.server_url)
        await self.reachable()
        return account

    async def reachable(self) -> None:
        """Wait until the server knows that this client is there."""
        await self.event("notice", code="server_reached")

    async def end_input(self) -> int:
        """Close its input, as a program does that goes away, and return its exit status."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        return await self.ended()

    async def stop(self, how: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until the process has ended and all its lines were read."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(BOUND_S):
            await self._reading
            return await self._process.wait()

    async def close(self) -> None:
        """See that it is not there any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self.ended()

    @property
    def process_id(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def last_order(self) -> int:
        """The id of the newest command."""
        return self._orders

    # Talk

    async def do(self, command: str, /, **fields: Any) -> Line:
        """Give a command and return its answer. RefusedAnswerError if it is not `ok`."""
        return await self.answer(await self.give(command, **fields))

    async def give(self, command: str, /, **fields: Any) -> int:
        """Give a command and return its id: the answer is asked for later."""
        self._orders += 1
        line = json.dumps({"id": self._orders, "do": command, **fields}, ensure_ascii=False)
        await self.write(line.encode() + b"\n")
        return self._orders

    async def write(self, data: bytes) -> None:
        """Write bytes to its input as they are."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        await self._process.stdin.drain()

    async def answer(self, order: int, bound_s: float = BOUND_S) -> Line:
        """Wait for the answer of a command."""
        async with asyncio.timeout(bound_s), self.changed:
            await self.changed.wait_for(lambda: order in self._answers)
        answer = self._answers.pop(order)
        if not answer["ok"]:
            raise RefusedAnswerError(answer)
        return answer

    async def refusal(self, command: str, /, **fields: Any) -> RefusedAnswerError:
        """Give a command that must be refused; return how it was."""
        try:
            answer = await self.do(command, **fields)
        except RefusedAnswerError as refused:
            return refused
        raise AssertionError(f"{command} was not refused: {answer}")

    async def event(self, kind: str, /, bound_s: float = BOUND_S, **fields: Any) -> Line:
        """Wait for the first event with these fields that nobody has waited for, and take it."""
        wanted = {"event": kind, **fields}
        async with self.changed:
            try:
                async with asyncio.timeout(bound_s):
                    await self.changed.wait_for(lambda: self._find(wanted) is not None)
            except TimeoutError:
                heard = "\n".join(map(str, self.events))
                raise AssertionError(f"not heard: {wanted}; heard instead:\n{heard}") from None
        found = self._find(wanted)
        assert found is not None
        self.events.remove(found)
        return found

    def _find(self, wanted: Line) -> Line | None:
        return next((each for each in self.events if wanted.items() <= each.items()), None)

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            found = json.loads(line)
            async with self.changed:
                if "event" in found:
                    self.events.append(found)
                elif found["id"] is not None:
                    self._answers[found["id"]] = found
                self.changed.notify_all()
