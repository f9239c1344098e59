"""The minimal server on Node in a process of its own; its packages are fetched once."""

import asyncio
import secrets
import shutil
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from tests.benchmarks.measuring import say
from tests.journeys.programs import bare_environment
from tests.journeys.windows import ROOT

BOUND_S = 20.0
INSTALL_BOUND_S = 600.0
PACKAGES = ("express@5", "ws@8", "better-sqlite3@12")
MODULES = ROOT / "build" / "benchmarks"
BUILT_LAST = MODULES / "node_modules/better-sqlite3/build/Release/better_sqlite3.node"
PROGRAM = Path(__file__).parent / "node_server.mjs"


async def install() -> None:
    """Have npm put the packages under `build`, unless they are there already."""
    if BUILT_LAST.exists():
        return
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"The other server needs {' and '.join(missing)}.")
    say("npm installs express, ws and better-sqlite3 (once, up to some minutes)")
    MODULES.mkdir(parents=True, exist_ok=True)
    flags = ("--prefix", str(MODULES), "--no-audit", "--no-fund", "--silent")
    npm = await asyncio.create_subprocess_exec("npm", "install", *flags, *PACKAGES)
    try:
        async with asyncio.timeout(INSTALL_BOUND_S):
            status = await npm.wait()
    finally:
        if npm.returncode is None:
            npm.terminate()
            await npm.wait()
    if status:
        raise SystemExit("npm did not install what the other server needs.")


class NodeServer:
    """`node_server.mjs` on a free port."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self._database = folder / f"node-{secrets.token_hex(4)}.sqlite3"
        self._process: Process | None = None

    @property
    def process_id(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> Self:
        """Start it and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            "node",
            str(PROGRAM),
            str(MODULES),
            str(self._database),
            env=bare_environment(self._database.with_suffix(".home")),
            stdout=PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(BOUND_S):
            port = int(await self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def close(self) -> None:
        """End it."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.communicate()
