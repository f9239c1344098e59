"""What a session tells whoever keeps it."""

from typing import TYPE_CHECKING, Protocol

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.events import Event, SessionEnd
from whisp_desktop.session.peer import Peer

if TYPE_CHECKING:
    from whisp_desktop.session.session import Session


class SessionOwner(Protocol):
    """Keeps sessions; each call is on the loop and returns at once."""

    def emit(self, event: Event) -> None:
        """Tell the front end."""

    def secured(self, session: "Session") -> None:
        """Both FINs are verified: an older session with this person ends now."""

    def kpair_agreed(self, peer: Peer, kpair: Secret, *, confirmed: bool) -> None:
        """Keep the pair's rendezvous key."""

    def kpair_confirmed(self, peer: Peer, kpair: Secret) -> None:
        """Note that the other side has the pair's key as well."""

    def news(self, peer: Peer, statements: bytes) -> bool:
        """Take statements: whether this device is still admitted. PeerError if they are wrong."""

    def ended(self, session: "Session", why: SessionEnd, *, by_me: bool) -> None:
        """Note that everything of it is erased."""
