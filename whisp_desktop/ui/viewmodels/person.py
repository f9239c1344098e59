"""What can be decided of one contact, and whether the core has taken it."""

from whisp_desktop.session.answers import ChangedKey, ContactEntry, Safety
from whisp_desktop.session.commands import (
    BlockContact,
    GetChangedKey,
    GetSafety,
    KeepKnownKey,
    Remove,
    Rename,
    TakeChangedKey,
    Unblock,
    Verify,
    VerifyCard,
)
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.decision import Decision


class PersonViewModel(Decision):
    """One contact, as long as somebody decides.

    safety -- what there is to compare, once `compare` has fetched it
    changed_key -- the new key beside the known one, where there is one, fetched by `compare` too
    """

    def __init__(self, bridge: Bridge, contact: ContactEntry) -> None:
        super().__init__(bridge)
        self.contact = contact
        self.safety: Safety | None = None
        self.changed_key: ChangedKey | None = None

    @property
    def who(self) -> str:
        """The name as it stands in a sentence."""
        return in_sentence(self.contact.petname)

    @property
    def number(self) -> str:
        """The 60 digits to be compared: those of a new key, if there is one."""
        if self.changed_key is not None:
            return self.changed_key.number_now
        return self.safety.safety_number if self.safety is not None else ""

    def end(self) -> None:
        """Nobody decides any more."""
        self._errands.cancel()

    def compare(self) -> None:
        """Fetch the safety number, of a new key too."""
        self._begin(self._compare())

    def verify(self) -> None:
        """Both have the same number."""
        if self.number:
            self.decide(Verify(self.contact.petname, self.number))

    def verify_card(self, qr: str) -> None:
        """Compare with what was scanned from their own screen."""
        self.decide(VerifyCard(self.contact.petname, qr))

    def take_changed_key(self) -> None:
        """Go on with the new key, which nobody has compared."""
        self.decide(TakeChangedKey(self.contact.petname))

    def keep_known_key(self) -> None:
        """Go on with the known key: the new one is somebody else's."""
        self.decide(KeepKnownKey(self.contact.petname))

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
        if self.contact.key_changed:
            self.changed_key = await self._bridge.do(GetChangedKey(self.contact.petname))
