"""One's own contact card, and the card of somebody who is not kept before a click."""

from whisp_desktop.session.answers import CardFound, OwnCard
from whisp_desktop.session.commands import AddContact, GetCard, ReadCard
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.decision import Decision


class OwnCardViewModel(Decision):
    """The card, once `fetch` has come back."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.card: OwnCard | None = None

    def fetch(self) -> None:
        """Have the card made: its link pins the key that one's server shows now."""
        self._begin(self._fetch())

    async def _fetch(self) -> None:
        self.card = await self._bridge.do(GetCard())


class AddContactViewModel(Decision):
    """Reads a card or a link, and adds whom it names when somebody says so.

    found -- whose card it is, None before one was read; `in_person`: it came from the camera
    """

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.found: CardFound | None = None
        self.in_person = False
        self._text = ""

    @property
    def can_add(self) -> bool:
        """Whether it tells anything new."""
        return self.found is not None and (self.in_person or not self.found.known)

    def read(self, text: str, *, in_person: bool = False) -> None:
        """Look at a QR code's text or a link; nothing is kept or connected to."""
        self._text, self.in_person, self.found = text, in_person, None
        self._begin(self._read())

    def add(self) -> None:
        """Keep whom it names; `done` tells when that has happened."""
        if self.can_add:
            self._begin(self._add())

    def end(self) -> None:
        """Nobody looks at it any more."""
        self._errands.cancel()

    async def _read(self) -> None:
        self.found = await self._bridge.do(ReadCard(self._text))

    async def _add(self) -> None:
        await self._bridge.do(AddContact(self._text, in_person=self.in_person))
        self.done.emit()
