"""What can be decided of one contact, and whether the core has taken it."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import ContactEntry, Safety
from whisp_desktop.session.commands import (
    BlockContact,
    Command,
    GetSafety,
    Remove,
    Rename,
    Unblock,
    Verify,
)
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.errands import Errands


class PersonViewModel(QObject):
    """One contact, as long as somebody decides.

    safety -- what there is to compare, once `compare` has fetched it
    trouble -- why the core did not take the last decision
    """

    changed = Signal()
    done = Signal()
    """The core has taken the decision."""
    refused = Signal(str)
    """It has not: why."""

    def __init__(self, bridge: Bridge, contact: ContactEntry) -> None:
        super().__init__()
        self._bridge = bridge
        self._errands = Errands()
        self.contact = contact
        self.safety: Safety | None = None
        self.trouble = ""
        self.busy = False

    @property
    def who(self) -> str:
        """The name as it stands in a sentence."""
        return in_sentence(self.contact.petname)

    def compare(self) -> None:
        """Fetch the safety number."""
        self._begin(self._compare())

    def verify(self) -> None:
        """Both have the same number."""
        if self.safety is not None:
            self._decide(Verify(self.contact.petname, self.safety.safety_number))

    def rename(self, petname: str) -> None:
        """Show them under another name, here alone."""
        self._decide(Rename(self.contact.petname, petname))

    def remove(self) -> None:
        """Forget them."""
        self._decide(Remove(self.contact.petname))

    def block(self) -> None:
        """Never hear of them again."""
        self._decide(BlockContact(self.contact.petname))

    def unblock(self) -> None:
        """Hear of them again."""
        self._decide(Unblock(self.contact.petname))

    def _decide(self, command: Command[None]) -> None:
        self._begin(self._do(command))

    def _begin(self, errand: Coroutine[Any, Any, None]) -> None:
        if self.busy:
            errand.close()
            return
        self.busy, self.trouble = True, ""
        self.changed.emit()
        self._errands.start(self._or_say(errand))

    async def _or_say(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except RefusedError as refused:
            self.trouble = refused.say
            self.refused.emit(refused.say)
        finally:
            self.busy = False
            self.changed.emit()

    async def _compare(self) -> None:
        self.safety = await self._bridge.do(GetSafety(self.contact.petname))

    async def _do(self, command: Command[None]) -> None:
        await self._bridge.do(command)
        self.done.emit()
