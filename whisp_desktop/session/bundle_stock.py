"""The private halves of the bundles that the server hands out for us (protocol: Bundle)."""

from dataclasses import dataclass

from whisp_desktop.protocol.certificates import SKEW_S
from whisp_desktop.protocol.keys import BundleId, DeviceKeys, Random
from whisp_desktop.protocol.prekeys import PrivateBundle

REFRESH_S = 240
"""A bundle lives for 300 s: new ones are out a minute before the old ones end."""

_POOL_BUNDLES = 2
_MOST_BUNDLES = 64
"""Handed-out bundles are replaced no further than this until the first of them end."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What to publish: whole bundles for strangers and for contacts."""

    strangers: tuple[bytes, ...]
    contacts: tuple[bytes, ...]


class BundleStock:
    """Every bundle whose private half still opens an m1, each for one use."""

    def __init__(self, device: DeviceKeys, random: Random) -> None:
        self._device = device
        self._random = random
        self._bundles: dict[BundleId, PrivateBundle] = {}
        self._for_contacts: set[BundleId] = set()

    def fill(self, now: int) -> Offer:
        """Make both pools anew: two for strangers, two for contacts."""
        self._drop_old(now)
        strangers = tuple(self._make(now, for_contacts=False) for _ in range(_POOL_BUNDLES))
        contacts = tuple(self._make(now, for_contacts=True) for _ in range(_POOL_BUNDLES))
        return Offer(strangers, contacts)

    def replace(self, spent: BundleId, now: int) -> Offer | None:
        """Make another bundle for the pool of one that was handed out; None for no room."""
        self._drop_old(now)
        if spent not in self._bundles or len(self._bundles) >= _MOST_BUNDLES:
            return None
        for_contacts = spent in self._for_contacts
        made = (self._make(now, for_contacts=for_contacts),)
        return Offer((), made) if for_contacts else Offer(made, ())

    def get(self, bundle: BundleId, now: int) -> PrivateBundle | None:
        """Return a bundle that still opens an m1."""
        self._drop_old(now)
        return self._bundles.get(bundle)

    def consume(self, bundle: BundleId) -> None:
        """Forget the private half: an m1 was good under it, and a replay finds nothing."""
        gone = self._bundles.pop(bundle, None)
        self._for_contacts.discard(bundle)
        if gone is not None:
            gone.close()

    def close(self) -> None:
        """Forget every private half, as on going offline."""
        for bundle in list(self._bundles):
            self.consume(bundle)

    def _make(self, now: int, *, for_contacts: bool) -> bytes:
        made = PrivateBundle.make(self._device, now, self._random)
        self._bundles[made.bundle.bundle_id] = made
        if for_contacts:
            self._for_contacts.add(made.bundle.bundle_id)
        return made.bundle.whole

    def _drop_old(self, now: int) -> None:
        old = [each for each, made in self._bundles.items() if made.bundle.expires + SKEW_S <= now]
        for bundle in old:
            self.consume(bundle)
