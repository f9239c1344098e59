"""Something that is asked of the core once, and whether the core has taken it."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Command
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands


class Decision(QObject):
    """What a sheet follows while somebody decides.

    trouble -- why the core did not take the last decision
    """

    changed = Signal()
    done = Signal()
    """The core has taken the decision."""
    refused = Signal(str)
    """It has not: why."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self.trouble = ""
        self.busy = False

    def decide(self, command: Command[None]) -> None:
        """Ask the core, unless it is still asked."""
        self._begin(self._do(command))

    def _begin(self, errand: Coroutine[Any, Any, None]) -> None:
        if self.busy:
            errand.close()
            return
        self.busy, self.trouble = True, ""
        self.changed.emit()
        task = self._errands.start(self._or_say(errand))
        task.add_done_callback(lambda _: errand.close())  # of a task that never began

    async def _or_say(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except RefusedError as refused:
            self.trouble = refused.say
            self.refused.emit(refused.say)
        finally:
            self.busy = False
            self.changed.emit()

    async def _do(self, command: Command[None]) -> None:
        await self._bridge.do(command)
        self.done.emit()
