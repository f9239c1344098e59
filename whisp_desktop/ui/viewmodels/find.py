"""From a name in the field to somebody who can be asked."""

import asyncio
from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import ContactEntry, Found
from whisp_desktop.session.commands import Ask, LookUp
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.errands import Errands
from whisp_desktop.ui.viewmodels.work import Work


class Finding(Enum):
    """Where the search stands."""

    LOOKING = auto()
    FOUND = auto()
    ABSENT = auto()
    REFUSED = auto()
    ASKING = auto()


class FindViewModel(QObject):
    """Looks one name up and asks; each look-up of a stranger costs proof of work.

    work -- how far the work for the look-up is
    sentence -- what to say where nobody was found, or something was refused
    """

    changed = Signal()
    asked = Signal(str, str, str)
    """Name, account key, request: the way to a conversation has begun."""
    cancelled = Signal()

    def __init__(
        self,
        bridge: Bridge,
        name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self._errand: asyncio.Task[None] | None = None
        self.work = Work(bridge, self)
        self.name = name
        self.found: Found | None = None
        self.sentence = ""
        self.finding = Finding.LOOKING

    def look_up(self) -> None:
        """Look the name up; also the answer to *Try again*."""
        self.work.forget()
        self._set(Finding.LOOKING)
        self._errand = self._errands.start(self._look_up())

    def ask(self) -> None:
        """Ask for a conversation."""
        if self.finding is Finding.FOUND:
            self._set(Finding.ASKING)
            self._errand = self._errands.start(self._ask())

    def know(self, contact: ContactEntry) -> None:
        """Show whether the numbers have been compared, also when that was just now."""
        found = self.found
        if found is not None and found.account_key == contact.account_key:
            self.found = replace(found, verified=contact.verified)
            self.changed.emit()

    def cancel(self) -> None:
        """Stop what runs; while asking, back to the one who was found."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        if self.finding is Finding.ASKING:
            self._set(Finding.FOUND)
        else:
            self.cancelled.emit()

    def end(self) -> None:
        """Nobody looks at it any more."""
        self._errands.cancel()
        self.deleteLater()

    async def _look_up(self) -> None:
        try:
            found = await self._bridge.do(LookUp(self.name))
        except RefusedError as refused:
            self._set(Finding.REFUSED, refused.say)
            return
        if found.reachable:
            self.found = found
            self._set(Finding.FOUND)
        else:
            words = self.tr("“{name}” cannot be reached now.")
            self._set(Finding.ABSENT, words.format(name=in_sentence(self.name)))

    async def _ask(self) -> None:
        """Ask; after more than a minute the core looks again by itself and stops at another key."""
        found = self.found
        if found is None:
            return
        try:
            request = await self._bridge.do(Ask(self.name))
        except RefusedError as refused:
            self._set(Finding.REFUSED, refused.say)
        else:
            self.asked.emit(self.name, found.account_key, request)

    def _set(self, finding: Finding, sentence: str = "") -> None:
        self.finding, self.sentence = finding, sentence
        self.changed.emit()
