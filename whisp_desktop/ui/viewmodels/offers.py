"""Devices of one's own that were met for the first time, and whether contacts are shared."""

from PySide6.QtCore import QObject

from whisp_desktop.session.device_commands import ShareContacts
from whisp_desktop.session.events import ContactsOffered, Event
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.decision import Decision


class OffersViewModel(Decision):
    """Asks about one device after the other."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(bridge, parent)
        self._offers: dict[str, ContactsOffered] = {}
        bridge.event.connect(self._hear)

    @property
    def question(self) -> str:
        """The question of now, or nothing."""
        if not self._offers:
            return ""
        offer = next(iter(self._offers.values()))
        who = in_sentence(offer.name or self.tr("Another device of yours"))
        return self.tr(
            "{who} is here for the first time. Share contacts and verified marks with it? Both"
            " devices have to say yes."
        ).format(who=who)

    def answer(self, *, agreed: bool) -> None:
        """Answer the question of now."""
        if self._offers:
            self._begin(self._answer(next(iter(self._offers)), agreed=agreed))

    async def _answer(self, device_id: str, *, agreed: bool) -> None:
        await self._bridge.do(ShareContacts(device_id, agreed))
        self._offers.pop(device_id, None)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ContactsOffered):
            self._offers[event.device_id] = event
            self.changed.emit()
