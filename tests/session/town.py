"""People of one server, and how one of them comes by a second device."""

import itertools
from contextlib import AsyncExitStack
from pathlib import Path

from tests.session.nodes import Person, person
from whisp_desktop.session import device_commands
from whisp_desktop.session.events import Enrolling, EnrollStep


async def step(who: Person, wanted: EnrollStep) -> Enrolling:
    """Return the event of this step; a stop that was not wanted fails at once."""
    while True:
        event = await who.hear(Enrolling)
        if event.step is wanted:
            return event
        assert event.step is not EnrollStep.STOPPED, event


async def enroll(old: Person, new: Person, *, holds: bool = False, may_revoke: bool = True) -> None:
    """Make `new` a device of `old`'s account, by QR code."""
    shown = await old.node.do(device_commands.ShowToken(holds, may_revoke))
    await new.node.do(device_commands.ScanToken(shown.qr))
    await finish(old, new)


async def finish(old: Person, new: Person) -> None:
    digits = (await step(new, EnrollStep.CONFIRM)).digits
    await step(old, EnrollStep.CONFIRM)
    await old.node.do(device_commands.ConfirmDigits(digits))
    await step(old, EnrollStep.DONE)
    await step(new, EnrollStep.DONE)


_COUNT = itertools.count()


class Town:
    """Runs people who share one server."""

    def __init__(self, stack: AsyncExitStack, folder: Path, url: str) -> None:
        self._stack = stack
        self._folder = folder
        self._url = url

    async def person(self, name: str) -> Person:
        """Run somebody; the server of this file has not heard the name before."""
        named = f"{name}_{next(_COUNT)}"
        return await self._stack.enter_async_context(person(named, self._folder, self._url))

    async def people(self, *names: str) -> list[Person]:
        """Run several."""
        return [await self.person(name) for name in names]
