"""The KPAIRs that this device shares with one of a contact's (wire: Finding each other again)."""

import msgspec

from whisp_desktop.protocol.keys import Secret

MOST_PAIR_KEYS = 8


class PairKey(msgspec.Struct, forbid_unknown_fields=True):
    """One KPAIR of 32 bytes; `confirmed`: the other device is known to have it too."""

    key: Secret
    confirmed: bool


class PairKeys(msgspec.Struct, forbid_unknown_fields=True):
    """The newest confirmed key and every newer one, oldest first, eight at most.

    However a link is cut, seven times in a row, both devices still share one of them.
    """

    kept: list[PairKey] = msgspec.field(default_factory=list)

    def keep(self, key: Secret, *, confirmed: bool) -> None:
        """Take ownership of a new session's key; older ones that it makes needless are wiped."""
        self.kept.append(PairKey(key, confirmed))
        if confirmed:
            self._forget(len(self.kept) - 1)
        if len(self.kept) > MOST_PAIR_KEYS:
            self.kept.pop(int(self.kept[0].confirmed)).key.close()

    def confirm(self, key: Secret) -> None:
        """Note that the other device has this key, if it is still kept."""
        for place, each in enumerate(self.kept):
            if each.key == key:
                each.confirmed = True
                self._forget(place)
                return

    def close(self) -> None:
        """Wipe all of them."""
        self._forget(len(self.kept))

    def _forget(self, count: int) -> None:
        for each in self.kept[:count]:
            each.key.close()
        del self.kept[:count]
