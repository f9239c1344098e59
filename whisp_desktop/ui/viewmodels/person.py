"""What can be decided of one contact, and whether the core has taken it."""

from whisp_desktop.session.answers import ContactEntry, Safety
from whisp_desktop.session.commands import (
    BlockContact,
    GetSafety,
    Remove,
    Rename,
    Unblock,
    Verify,
)
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.decision import Decision


class PersonViewModel(Decision):
    """One contact, as long as somebody decides.

    safety -- what there is to compare, once `compare` has fetched it
    """

    def __init__(self, bridge: Bridge, contact: ContactEntry) -> None:
        super().__init__(bridge)
        self.contact = contact
        self.safety: Safety | None = None

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
            self.decide(Verify(self.contact.petname, self.safety.safety_number))

    def rename(self, petname: str) -> None:
        """Show them under another name, here alone."""
        self.decide(Rename(self.contact.petname, petname))

    def remove(self) -> None:
        """Forget them."""
        self.decide(Remove(self.contact.petname))

    def block(self) -> None:
        """Never hear of them again."""
        self.decide(BlockContact(self.contact.petname))

    def unblock(self) -> None:
        """Hear of them again."""
        self.decide(Unblock(self.contact.petname))

    async def _compare(self) -> None:
        self.safety = await self._bridge.do(GetSafety(self.contact.petname))
