"""`alice` and `bob` find each other and talk: what `packaging/start-dev.sh` shows."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from tests.demo.people import Person, PersonOfLines, PersonOfWindow
from tests.demo.screen import find_screen
from tests.demo.stage import Stage, stage
from tests.demo.story import Story, greet, lose_and_leave, meet, say
from tests.journeys.programs import BOUND_S, INSTALLED, Programs, bare_environment
from tests.journeys.tied import tied
from tests.journeys.windows import ROOT

FOLDER = ROOT / "build" / "demo"


async def by_lines(on: Stage) -> None:
    """Let two `whisp headless` meet, talk and leave."""
    alice = PersonOfLines("alice", await on.client("alice"))
    bob = PersonOfLines("bob", await on.client("bob"))
    await _whole_story(alice, bob, on.pictures)


async def by_windows(on: Stage) -> None:
    """Let two windows do the same."""
    alice = PersonOfWindow("alice", await on.window("alice"))
    bob = PersonOfWindow("bob", await on.window("bob"))
    await _whole_story(alice, bob, on.pictures)


async def _whole_story(alice: Person, bob: Person, pictures: Path) -> None:
    story = Story()
    await meet(alice, bob, story)
    await greet(alice, bob, story)
    await lose_and_leave(alice, bob, story, pictures)
    for person in (alice, bob):
        await person.close()
    story.end()


async def on_a_screen(on: Stage, screen: dict[str, str]) -> None:
    """Show both windows side by side, let them meet, and leave them to whoever sits there."""
    windows = [await on.window(name, **screen) for name in ("alice", "bob")]
    for side, window in enumerate(windows):
        await window.order("half", side=side)
    alice, bob = PersonOfWindow("alice", windows[0]), PersonOfWindow("bob", windows[1])
    story = Story()
    await meet(alice, bob, story)
    await greet(alice, bob, story)
    say("Both windows are yours now. Close them to end, or press Ctrl-C here.")
    for window in windows:
        await window.ended(None)


async def _window_opens(on: Stage) -> None:
    """See that the window of a bundle comes up with its core, and ends when it is told to."""
    profile = on.folder / "carol"
    environment = bare_environment(
        on.folder / "carol.home", QT_QPA_PLATFORM="offscreen", **on.environment
    )
    window = await asyncio.create_subprocess_exec(
        *tied(*on.programs.client),
        "--profile",
        profile,
        "--server",
        on.server.url,
        env=environment,
    )
    try:
        async with asyncio.timeout(BOUND_S):
            while not _is_locked(profile):  # noqa: ASYNC110 -- it is another process
                await asyncio.sleep(0.05)
            window.terminate()
            status = await window.wait()
    finally:
        if window.returncode is None:
            window.kill()
            await window.wait()
    assert status == 0, f"the window ended with exit status {status}"
    say("carol: the window of the bundle opens and closes")


def _is_locked(profile: Path) -> bool:
    """Tell whether a core has taken the profile: then the window has been painted."""
    return (profile / "lock").exists()


def _bundled(folder: Path) -> Programs:
    return Programs((str(folder / "whisp"),), (str(folder / "whisp-server"),))


async def _demonstrate(given: argparse.Namespace) -> None:
    if given.bundle:
        nowhere = str(FOLDER / "no-programs")
        async with stage(FOLDER, _bundled(given.bundle), PATH=nowhere) as on:
            await by_lines(on)
            await _window_opens(on)
        return
    async with stage(FOLDER, INSTALLED) as on:
        say(f"A server listens on {on.server.url}. How long each step took, and what happened:")
        if given.headless:
            await by_lines(on)
        elif screen := await find_screen():
            await on_a_screen(on, screen)
        else:
            await by_windows(on)


async def _until_told() -> None:
    """Run the demonstration; a signal ends it and everything that it started."""
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    assert this is not None
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, this.cancel)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--bundle", type=lambda given: Path(given).resolve())
    await _demonstrate(parser.parse_args())


def main() -> int:
    """Return 0 only if every step has really happened."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_until_told())
    except (AssertionError, OSError) as wrong:
        say(f"FAILED: {str(wrong) or 'a step took too long'}")
        return 1
    except asyncio.CancelledError:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
