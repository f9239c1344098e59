"""People before a server that lies, and a thief whose Whisp does not do as it is told."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.patience import until
from tests.session.nodes import Person, Server, person
from whisp_desktop.protocol.keys import AccountKeyBytes
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.attendance import Attendance
from whisp_desktop.session.events import Requested


@asynccontextmanager
async def before(folder: Path, lie: str | None, *names: str) -> AsyncIterator[list[Person]]:
    """Run people of these names at one server; None: it tells the truth."""
    lying = ("tests.threats.lying_directory", lie) if lie else ("whisp_desktop.server.main",)
    async with AsyncExitStack() as stack:
        server = Server(folder, program=lying)
        stack.callback(server.stop)
        yield [await stack.enter_async_context(person(name, folder, server.url)) for name in names]


def attendance(who: Person) -> Attendance:
    """Return the open account."""
    assert who.node._attendance is not None
    return who.node._attendance


def defy(thief: Person, patch: pytest.MonkeyPatch) -> None:
    """Let a device pass over whatever is said of its own account, its end among it."""
    patch.setattr(attendance(thief)._devices, "take", lambda _: None)


async def account(who: Person) -> answers.Account:
    """Return who somebody is."""
    found = (await who.node.do(commands.GetStatus())).account
    assert found is not None
    return found


async def revoke(owner: Person, device: Person) -> None:
    """Revoke a device of one's own that was stolen."""
    device_id = (await account(device)).device_id
    await owner.node.do(device_commands.Revoke(device_id, "stolen"))


async def has_heard(reader: Person, owner: Person, device: Person) -> None:
    """Wait until the reader holds a revocation of the owner's device."""
    who, target = await account(owner), bytes.fromhex((await account(device)).device_id)
    key = AccountKeyBytes(bytes.fromhex(who.account_key))
    await until(lambda: target in attendance(reader)._desk.circle.standing(key).revoked)


async def is_not_heard(asker: Person, asked: Person, control: Person) -> None:
    """See that one who asks is not shown, where another who asks after him is."""
    await asker.node.do(commands.Ask(asked.name))
    asking = attendance(asker)._askings
    await until(lambda: (one := asking.named(asked.name)) is not None and one.has_knocked)
    await control.node.do(commands.Ask(asked.name))
    assert (await asked.hear(Requested)).name == control.name
