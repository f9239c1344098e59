"""How the keys of an open profile move: after a crash at any step one place opens.

The record names a new place as a spare one before anything is kept there, and the former place as
a spare one once the keys were read back from the new one. What lies in spare places is destroyed.
"""

from contextlib import closing

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.identity import KeptKeys
from whisp_desktop.vault.key_places import KeyPlaces
from whisp_desktop.vault.key_store_record import OS_KEYCHAIN, KeyStoreRecord, Place
from whisp_desktop.vault.keychain import Keychain, check
from whisp_desktop.vault.passphrase import check_passphrase


class KeyMoves:
    """What can be done about the place of these keys; passphrases stay their caller's.

    After a RefusedError they are where they were. Every method may block, and only one at a time
    works.
    """

    def __init__(self, places: KeyPlaces, keys: KeptKeys) -> None:
        self._places = places
        self._keys = keys

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Let another passphrase open the profile.

        RefusedError `wrong_passphrase`, `passphrase_bad`, `passphrase_not_needed`, `no_memory`,
        `keys_damaged`, `not_saved`.
        """
        check_passphrase(new)
        with self._places.moving:
            if not self._place.is_file:
                raise not_needed()
            self._places.store(self._place, old).read().close()
            self._to_file(new)

    def replace_passphrase(self, new: Secret) -> None:
        """Let another passphrase open the profile, whatever the former was. RefusedError."""
        check_passphrase(new)
        with self._places.moving:
            self._to_file(new)

    def to_file(self, passphrase: Secret) -> None:
        """Keep the keys in a sealed file.

        RefusedError `already_there`, `passphrase_bad`, `no_memory`, `not_saved`.
        """
        check_passphrase(passphrase)
        with self._places.moving:
            if self._place.is_file:
                raise RefusedError(
                    "already_there",
                    "Your keys are in a sealed file already. Change its passphrase instead.",
                )
            self._to_file(passphrase)

    def to_keychain(self) -> None:
        """Keep the keys in this computer's keychain.

        RefusedError `already_there`, `keychain_…`, `not_saved`.
        """
        with self._places.moving:
            keychain = self._places.find_keychain()
            place = self._place
            if place.store == OS_KEYCHAIN + keychain.name and not keychain.has_lost(place.entry):
                raise RefusedError("already_there", "Your keys are in the keychain already.")
            self._to_keychain(keychain)

    def tidy(self) -> None:
        """Destroy what a move has left; a keychain may ask its owner before it deletes."""
        with self._places.moving:
            self._places.tidy()

    def tend(self) -> bool:
        """Put back what the keychain has lost: True if it had.

        RefusedError `entry_lost` if it does not take it back, `keychain_…` if it does not answer.
        """
        with self._places.moving:
            if not self._places.have_lost():
                return False
            try:
                self._to_keychain(self._places.find_keychain())
            except RefusedError as refusal:
                raise RefusedError(
                    "entry_lost",
                    f"The keychain has lost your keys. Whisp still has them. {refusal.say} Or move"
                    " them into a sealed file before you close Whisp.",
                ) from None
            return True

    @property
    def _place(self) -> Place:
        assert self._places.record is not None
        return self._places.record.place

    def _to_keychain(self, keychain: Keychain) -> None:
        check(keychain)
        self._move(self._places.new_place(keychain), None)

    def _to_file(self, passphrase: Secret) -> None:
        self._move(self._places.new_place(None), passphrase)

    def _move(self, to: Place, passphrase: Secret | None) -> None:
        places = self._places
        assert places.record is not None
        former = places.record.place
        others = tuple(each for each in places.record.spares if each != to)
        places.write(places.record.with_spares(*others, to))
        try:
            store = places.store(to, passphrase)
            store.keep(self._keys)
            with closing(store.read()) as kept:
                if kept != self._keys:
                    say = "Your keys could not be read back from there. They are where they were."
                    raise RefusedError("keys_not_kept", say)
            places.write(KeyStoreRecord.of(to, complete=True, spares=(*others, former)))
        finally:
            places.tidy()


def not_needed() -> RefusedError:
    """Return what is said where the keys are not under a passphrase."""
    return RefusedError("passphrase_not_needed", "No passphrase is asked for here.")
