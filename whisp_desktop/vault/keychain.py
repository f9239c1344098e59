"""The operating system's keychain, through `keyring`: imported here alone, and on first use.

Only back ends that are known to keep a secret are used. Any other is refused by its name.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import closing
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING, Protocol, TypeVar

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NAMES = {
    "keyring.backends.SecretService.Keyring": "SecretService",
    "keyring.backends.libsecret.Keyring": "libsecret",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
_CHAINER = "keyring.backends.chainer.ChainerBackend"
_USER = "keys"
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"

MOST_ENTRY_BYTES = 2_560
"""Windows keeps so many bytes of UTF-16 in one entry; no entry of ours is larger anywhere."""

Answer = TypeVar("Answer")


class Keychain(Protocol):
    """Keeps secrets under entry names, each written once.

    Every call may take as long as a person needs to answer a prompt, and may raise RefusedError
    `keychain_locked`, `keychain_denied` or `keychain_failing`.
    """

    name: str

    def read(self, entry: str) -> Secret | None:
        """Return what is kept under this name, None if nothing is. ValueError if it is not ours."""

    def write(self, entry: str, value: Secret) -> None:
        """Keep a secret under a name that is new."""

    def delete(self, entry: str) -> None:
        """Forget the entry; one that is not there is forgotten already."""

    def has_lost(self, entry: str) -> bool:
        """Whether the entry is certainly not there; no person is asked for anything."""


class OsKeychain:
    """A keychain behind one of the back ends of `keyring`.

    The service's name is new for each entry: Windows has one entry a service, and on a second
    write `keyring` leaves a copy of the first.
    """

    def __init__(self, backend: "KeyringBackend", name: str) -> None:
        self._backend = backend
        self.name = name

    def read(self, entry: str) -> Secret | None:
        """Return what is kept under this name, None if nothing is. ValueError if it is not ours."""
        kept = self._ask(lambda: self._backend.get_password(_service(entry), _USER))
        return None if kept is None else Secret(urlsafe_b64decode(kept))

    def write(self, entry: str, value: Secret) -> None:
        """Keep a secret under a name that is new."""
        text = urlsafe_b64encode(value.data).decode()
        if len(text.encode("utf-16-le")) > MOST_ENTRY_BYTES:
            raise ValueError("too large for an entry")
        self._ask(lambda: self._backend.set_password(_service(entry), _USER, text))

    def delete(self, entry: str) -> None:
        """Forget the entry; one that is not there is forgotten already."""
        if self.read(entry) is not None:
            self._ask(lambda: self._backend.delete_password(_service(entry), _USER))

    def has_lost(self, entry: str) -> bool:
        """Whether the entry is certainly not there; no person is asked for anything.

        macOS and KWallet would ask: what they have lost shows at the next start.
        """
        try:
            match self.name:
                case "SecretService":
                    return _service_has_lost(entry)
                case "Windows Credential Manager":
                    return self._backend.get_password(_service(entry), _USER) is None
        except Exception:  # noqa: BLE001 -- a back end raises whatever its system's library does
            return False
        return False

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        from keyring.errors import InitError, KeyringLocked  # noqa: PLC0415 -- after the first paint

        try:
            return question()
        except Exception as error:  # noqa: BLE001 -- a back end raises whatever its system's library does
            if _was_denied(error):
                code, say = "keychain_denied", "was not opened for Whisp. Allow it, and try again."
            elif isinstance(error, InitError | KeyringLocked):
                code, say = "keychain_locked", "is locked. Unlock it and try again."
            else:
                code, say = (
                    "keychain_failing",
                    "failed. Restart it, or this computer, and try again.",
                )
            raise RefusedError(code, f"The keychain ({self.name}) {say}") from None


def _was_denied(error: Exception) -> bool:
    """Whether a person said no: errSecUserCanceled on macOS; KWallet has only words for it."""
    return type(error.__cause__).__name__ == "KeychainDenied" or "Cancelled by user" in str(error)


def _service_has_lost(entry: str) -> bool:
    """Ask the Secret Service without a prompt; of a locked collection it is not known."""
    import secretstorage  # noqa: PLC0415 -- after the first paint

    with closing(secretstorage.dbus_init()) as connection:
        wanted = {"service": _service(entry), "username": _USER}
        if any(secretstorage.search_items(connection, wanted)):
            return False
        try:
            return not secretstorage.Collection(connection, _DEFAULT_COLLECTION).is_locked()
        except secretstorage.ItemNotFoundException:
            return True


def find_keychain() -> Keychain:
    """Return the keychain that `keyring` is set to use on this computer, untried.

    RefusedError `keychain_absent`, `keychain_plaintext`, `keychain_null`, `keychain_unknown`,
    `keychain_failing`: the sentence names the back end and a way out.
    """
    import keyring  # noqa: PLC0415 -- after the first paint

    try:
        return adopt(keyring.get_keyring())
    except RefusedError:
        raise
    except Exception:  # noqa: BLE001 -- a back end raises whatever its system's library does
        say = (
            "The keychain that keyring is set to use cannot be loaded. Correct keyring’s settings."
        )
        raise RefusedError("keychain_failing", say) from None


def adopt(backend: "KeyringBackend") -> Keychain:
    """Return the keychain behind this back end, or refuse it as `find_keychain` does."""
    kind = _kind(backend)
    if kind == _CHAINER:
        chained: list[KeyringBackend] = getattr(backend, "backends", [])
        backend = next((each for each in chained if _kind(each) in _NAMES), backend)
        kind = _kind(backend)
    if kind in _NAMES and backend.priority >= 1:
        return OsKeychain(backend, _NAMES[kind])
    raise _refusal(kind)


def check(keychain: Keychain) -> None:
    """Write, read and delete an entry of no meaning. RefusedError if any of it fails."""
    entry = f"probe {token_hex(8)}"
    with Secret(token_bytes(16)) as written:
        keychain.write(entry, written)
        found = keychain.read(entry)
        keychain.delete(entry)
        if found is None or found != written or keychain.read(entry) is not None:
            say = f"The keychain ({keychain.name}) does not keep what it is given. Restart it."
            raise RefusedError("keychain_failing", say)


def _service(entry: str) -> str:
    return f"Whisp {entry}"


def _kind(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _refusal(kind: str) -> RefusedError:
    if kind.startswith(("keyring.backends.fail.", _CHAINER)) or kind in _NAMES:
        say = "No keychain answers on this computer. Start one, then start Whisp again."
        return RefusedError("keychain_absent", say)
    way_out = "Set keyring to the system’s keychain, then start Whisp again."
    if kind.startswith("keyring.backends.null."):
        return RefusedError("keychain_null", f"The keyring {kind} keeps nothing. {way_out}")
    if kind.startswith("keyrings.alt.") and "Plaintext" in kind:
        say = f"The keyring {kind} keeps keys in readable files. {way_out}"
        return RefusedError("keychain_plaintext", say)
    return RefusedError("keychain_unknown", f"Whisp does not know the keyring {kind}. {way_out}")
