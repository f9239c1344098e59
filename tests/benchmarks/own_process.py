"""A module of the benchmarks as a process of its own."""

import asyncio
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

from tests.journeys.programs import bare_environment
from tests.journeys.windows import ROOT


async def start_module(
    module: str, arguments: tuple[str, ...], home: Path, *, stdin: Any, stdout: Any, **more: str
) -> Process:
    """Start `python -m module` with a home of its own; `more` goes into its environment."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env=bare_environment(home, **more),
        cwd=ROOT,
        stdin=stdin,
        stdout=stdout,
    )
