"""A bridge without a core: it keeps what it was asked and tells what the test lets it tell."""

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Command
from whisp_desktop.session.events import Event


class FakeBridge(QObject):
    """Answers each kind of command with what `answers` holds for it, else with None.

    An answer that is a `RefusedError` is raised; between `hold` and `let_go` no answer comes.
    """

    event = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Command[Any]] = []
        self.answers: dict[type, object] = {}
        self._held: list[tuple[Command[Any], asyncio.Future[Any]]] | None = None

    def do(self, command: Command[Any]) -> asyncio.Future[Any]:
        """Keep the command; the future holds its answer."""
        self.commands.append(command)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._held is not None:
            self._held.append((command, future))
        else:
            self._answer(command, future)
        return future

    def hold(self) -> None:
        """Answer nothing from now on."""
        self._held = []

    def let_go(self) -> None:
        """Answer everything that waits, and all that comes."""
        held, self._held = self._held or [], None
        for command, future in held:
            self._answer(command, future)

    def asked(self, kind: type) -> list[Any]:
        """The commands of one kind, in order."""
        return [command for command in self.commands if isinstance(command, kind)]

    def tell(self, *events: Event) -> None:
        """Let the core say something."""
        for event in events:
            self.event.emit(event)

    def _answer(self, command: Command[Any], future: asyncio.Future[Any]) -> None:
        answer = self.answers.get(type(command))
        if isinstance(answer, RefusedError):
            future.set_exception(answer)
        elif not future.done():
            future.set_result(answer)
