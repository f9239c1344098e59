"""`alice` and `bob` find each other and talk: what `packaging/start-dev.sh` shows."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.demo.people import PersonOfLines, PersonOfWindow
from tests.demo.stage import Stage, stage
from tests.demo.story import Story, meet, talk
from tests.journeys.programs import INSTALLED, Programs
from tests.journeys.windows import ROOT

FOLDER = ROOT / "build" / "demo"
SCREEN_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE")


async def _by_lines(on: Stage) -> None:
    alice = PersonOfLines("alice", await on.client("alice"))
    bob = PersonOfLines("bob", await on.client("bob"))
    story = Story()
    await meet(alice, bob, story)
    await talk(alice, bob, story, on.folder)
    for person in (alice, bob):
        await person.close()
    story.end()


async def _by_windows(on: Stage) -> None:
    alice = PersonOfWindow("alice", await on.window("alice"))
    bob = PersonOfWindow("bob", await on.window("bob"))
    story = Story()
    await meet(alice, bob, story)
    await talk(alice, bob, story, on.folder)
    for person in (alice, bob):
        await person.close()
    story.end()


async def _on_a_screen(on: Stage) -> None:
    """Show both windows side by side, let them meet, and leave them to whoever sits there."""
    screen = {name: os.environ[name] for name in SCREEN_VARIABLES if name in os.environ}
    screen["XAUTHORITY"] = os.environ.get("XAUTHORITY", str(Path.home() / ".Xauthority"))
    windows = [await on.window(name, **screen) for name in ("alice", "bob")]
    for window, side in zip(windows, (0, 1), strict=True):
        await window.order("half", side=side)
    alice, bob = (PersonOfWindow(n, w) for n, w in zip(("alice", "bob"), windows, strict=True))
    await meet(alice, bob, Story())
    print("Both windows are yours now. Close them to end.", flush=True)
    for window in windows:
        await window.ended(None)


def _bundled(folder: Path) -> Programs:
    return Programs((str(folder / "whisp"),), (str(folder / "whisp-server"),))


async def _demonstrate(given: argparse.Namespace) -> None:
    if given.bundle:
        nowhere = str(FOLDER / "no-programs")
        async with stage(FOLDER, _bundled(given.bundle), PATH=nowhere) as on:
            await _by_lines(on)
        return
    async with stage(FOLDER, INSTALLED) as on:
        if given.headless:
            await _by_lines(on)
        elif "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ:
            await _on_a_screen(on)
        else:
            await _by_windows(on)


async def _until_told() -> None:
    """Run the demonstration; a signal ends it and everything that it started."""
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    assert this is not None
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, this.cancel)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--bundle", type=Path)
    await _demonstrate(parser.parse_args())


def main() -> int:
    """Return 0 only if every step has really happened."""
    try:
        asyncio.run(_until_told())
    except (AssertionError, TimeoutError) as wrong:
        print(f"FAILED: {wrong or 'a step took too long'}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
