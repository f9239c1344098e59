"""Keychains keep what they are given, or are refused by name with a way out."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from keyring.backends import SecretService as SecretServiceBackend
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from tests.fakes.memory_keychain import MemoryKeychain
from tests.fakes.os_credentials import (
    CredentialManager,
    SecItems,
    macos_keychain,
    windows_keychain,
)
from tests.fakes.secret_service import SecretService
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.identity import Identity, KeptKeys
from whisp_desktop.vault.key_stores import KeychainEntry
from whisp_desktop.vault.keychain import Keychain, adopt, check

VALUE = bytes(range(129))

unclosed_sockets = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
leaves_sockets = pytest.mark.usefixtures("sockets_left_by_keyring")


def refusal(question: object, *arguments: object) -> RefusedError:
    assert callable(question)
    with pytest.raises(RefusedError) as refused:
        question(*arguments)
    return refused.value


class TestEveryKeychain:
    def test_it_keeps_what_it_is_given(self, keychain: Keychain) -> None:
        keychain.write("entry", Secret(VALUE))
        assert keychain.read("entry") == Secret(VALUE)

    def test_it_knows_what_it_does_not_have(self, keychain: Keychain) -> None:
        assert keychain.read("entry") is None

    def test_it_forgets_what_it_is_told_to(self, keychain: Keychain) -> None:
        keychain.write("entry", Secret(VALUE))
        keychain.delete("entry")
        assert keychain.read("entry") is None
        keychain.delete("entry")

    def test_entries_do_not_mix(self, keychain: Keychain) -> None:
        keychain.write("one", Secret(b"1" * 129))
        keychain.write("two", Secret(b"2" * 129))
        keychain.delete("one")
        assert keychain.read("two") == Secret(b"2" * 129)

    def test_what_is_read_is_a_copy(self, keychain: Keychain) -> None:
        keychain.write("entry", Secret(VALUE))
        first = keychain.read("entry")
        assert first is not None
        first.close()
        assert keychain.read("entry") == Secret(VALUE)

    def test_it_has_a_name(self, keychain: Keychain) -> None:
        assert keychain.name

    def test_it_passes_the_check_and_nothing_stays(self, keychain: Keychain) -> None:
        check(keychain)
        if isinstance(keychain, MemoryKeychain):
            assert keychain.entries == {}


class TestCheck:
    def test_a_locked_keychain_is_refused(self) -> None:
        keychain = MemoryKeychain()
        keychain.locked = True
        assert refusal(check, keychain).code == "keychain_locked"

    def test_one_that_forgets_is_refused(self) -> None:
        class Forgetful(MemoryKeychain):
            def write(self, entry: str, value: Secret) -> None:
                pass

        assert refusal(check, Forgetful()).code == "keychain_failing"

    def test_one_that_changes_what_it_is_given_is_refused(self) -> None:
        class Careless(MemoryKeychain):
            def write(self, entry: str, value: Secret) -> None:
                super().write(entry, Secret(bytes(len(value))))

        assert refusal(check, Careless()).code == "keychain_failing"

    def test_one_that_cannot_delete_is_refused(self) -> None:
        class Clinging(MemoryKeychain):
            def delete(self, entry: str) -> None:
                pass

        assert refusal(check, Clinging()).code == "keychain_failing"


class TestSecretService:
    def test_it_is_named(self, gnome_keyring: Keychain) -> None:
        assert gnome_keyring.name == "SecretService"

    @unclosed_sockets  # keyring's: it raises before it closes them
    @leaves_sockets
    def test_a_locked_collection_is_refused(
        self, secret_service: SecretService, gnome_keyring: Keychain
    ) -> None:
        gnome_keyring.write("entry", Secret(VALUE))
        secret_service.lock()
        for question in (gnome_keyring.read, gnome_keyring.delete):
            refused = refusal(question, "entry")
            assert refused.code == "keychain_locked"
            assert "SecretService" in refused.say
            assert "Unlock it" in refused.say

    def test_a_wiped_collection_has_no_entry(
        self, secret_service: SecretService, gnome_keyring: Keychain
    ) -> None:
        gnome_keyring.write("entry", Secret(VALUE))
        secret_service.wipe()
        assert gnome_keyring.read("entry") is None

    def test_a_restarted_daemon_has_it_still(
        self, secret_service: SecretService, gnome_keyring: Keychain
    ) -> None:
        gnome_keyring.write("entry", Secret(VALUE))
        secret_service.stop_daemon()
        secret_service.start_daemon()
        assert gnome_keyring.read("entry") == Secret(VALUE)

    @unclosed_sockets  # keyring's: it raises before it closes them
    @leaves_sockets
    def test_one_that_was_never_unlocked_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("DISPLAY", raising=False)
        with SecretService(tmp_path / "desktop") as service:
            for name, value in service.environment.items():
                monkeypatch.setenv(name, value)
            assert refusal(check, adopt(SecretServiceBackend.Keyring())).code == "keychain_locked"


class TestWindows:
    def test_it_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keychain = windows_keychain(monkeypatch, CredentialManager())
        assert keychain.name == "Windows Credential Manager"

    def test_every_entry_is_a_credential_of_its_own_and_leaves_no_copy(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        credentials = CredentialManager()
        keychain = windows_keychain(monkeypatch, credentials)
        for entry in ("one", "two"):
            keychain.write(entry, Secret(VALUE))
        assert len(credentials.credentials) == 2
        keychain.delete("one")
        keychain.delete("two")
        assert credentials.credentials == {}

    def test_the_largest_entry_is_as_windows_has_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keychain = windows_keychain(monkeypatch, CredentialManager())
        keychain.write("largest", Secret(bytes(960)))
        assert keychain.read("largest") == Secret(bytes(960))
        with pytest.raises(ValueError, match="too large"):
            keychain.write("larger", Secret(bytes(961)))

    def test_the_keys_of_a_profile_are_far_below_what_windows_takes(
        self, monkeypatch: pytest.MonkeyPatch, identity: Identity
    ) -> None:
        credentials = CredentialManager()
        store = KeychainEntry(windows_keychain(monkeypatch, credentials), "entry")
        keys = KeptKeys(identity, Secret(bytes(32)))
        store.keep(keys)
        (credential,) = credentials.credentials.values()
        assert len(credential["CredentialBlob"]) == 344
        assert store.read() == keys

    def test_what_windows_has_lost_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        credentials = CredentialManager()
        keychain = windows_keychain(monkeypatch, credentials)
        keychain.write("entry", Secret(VALUE))
        assert not keychain.has_lost("entry")
        credentials.credentials.clear()
        assert keychain.has_lost("entry")

    def test_an_error_of_windows_is_refused_by_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Broken(CredentialManager):
            def CredRead(self, Type: int, TargetName: str) -> dict[str, object]:  # noqa: N802, N803 -- Windows' names
                raise OSError(Type, TargetName)

        refused = refusal(windows_keychain(monkeypatch, Broken()).read, "entry")
        assert refused.code == "keychain_failing"
        assert "Windows Credential Manager" in refused.say


class TestMacOS:
    def test_a_person_is_not_asked_only_to_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not macos_keychain(monkeypatch, SecItems(denies=True)).has_lost("entry")

    def test_it_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert macos_keychain(monkeypatch, SecItems()).name == "macOS Keychain"

    def test_a_person_who_says_no_is_taken_at_their_word(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        denying = macos_keychain(monkeypatch, SecItems(denies=True))
        for question in (
            lambda: denying.read("entry"),
            lambda: denying.write("entry", Secret(VALUE)),
            lambda: denying.delete("entry"),
        ):
            refused = refusal(question)
            assert refused.code == "keychain_denied"
            assert "(macOS Keychain) was not opened for Whisp. Allow it" in refused.say


_KEYRINGS_OF_OTHERS = """
from keyring.backend import KeyringBackend


class PlaintextKeyring(KeyringBackend):
    priority = 5

    def get_password(self, service, username):
        raise AssertionError("asked for a secret")

    set_password = get_password


class EncryptedKeyring(PlaintextKeyring):
    pass


class Keyring(PlaintextKeyring):
    pass
"""

_FIND = """
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.vault.keychain import find_keychain

try:
    print(find_keychain().name)
except RefusedError as refusal:
    print(refusal.code, refusal.say)
"""


@pytest.mark.parametrize(
    ("backend", "code", "names"),
    [
        ("keyring.backends.null.Keyring", "keychain_null", "keyring.backends.null.Keyring"),
        ("keyring.backends.fail.Keyring", "keychain_absent", "No keychain"),
        (
            "keyrings.alt.file.PlaintextKeyring",
            "keychain_plaintext",
            "keyrings.alt.file.PlaintextKeyring",
        ),
        (
            "keyrings.alt.file.EncryptedKeyring",
            "keychain_unknown",
            "keyrings.alt.file.EncryptedKeyring",
        ),
        ("somebodys_keyring.Keyring", "keychain_unknown", "somebodys_keyring.Keyring"),
        ("nobodys_keyring.Keyring", "keychain_failing", "cannot be loaded"),
        ("keyring.backends.Windows.WinVaultKeyring", "keychain_failing", "cannot be loaded"),
        (None, "keychain_absent", "No keychain"),
    ],
)
def test_what_keyring_may_be_set_to_is_refused_by_name(
    tmp_path: Path, backend: str | None, code: str, names: str
) -> None:
    for module in ("keyrings/alt/file.py", "somebodys_keyring.py"):
        path = tmp_path / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_KEYRINGS_OF_OTHERS)
    environment = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path)),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus",
    } | ({} if backend is None else {"PYTHON_KEYRING_BACKEND": backend})
    answer = subprocess.run(
        [sys.executable, "-c", _FIND], check=True, capture_output=True, env=environment, text=True
    )
    found, _, say = answer.stdout.strip().partition(" ")
    assert found == code
    assert names in say
    assert say.count(". ") >= 1, "there is no way out"


class TestAdopting:
    def test_of_a_chain_the_first_good_one_is_used(self) -> None:
        fail = _backend("keyring.backends.fail.Keyring", 0)
        good = _backend("keyring.backends.SecretService.Keyring", 5)
        chain = _backend("keyring.backends.chainer.ChainerBackend", 10, backends=[fail, good])
        assert adopt(chain).name == "SecretService"

    @pytest.mark.parametrize("backends", [[], [("keyrings.alt.file.PlaintextKeyring", 5)]])
    def test_a_chain_without_a_good_one_is_none(self, backends: list[tuple[str, float]]) -> None:
        chained = [_backend(*each) for each in backends]
        chain = _backend("keyring.backends.chainer.ChainerBackend", 10, backends=chained)
        assert refusal(adopt, chain).code == "keychain_absent"

    def test_a_back_end_that_is_not_recommended_is_none(self) -> None:
        unfit = _backend("keyring.backends.SecretService.Keyring", 0.5)
        assert refusal(adopt, unfit).code == "keychain_absent"

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (InitError(), "keychain_locked"),
            (KeyringLocked(), "keychain_locked"),
            (PasswordSetError(), "keychain_failing"),
            (OSError(), "keychain_failing"),
        ],
    )
    def test_whatever_a_back_end_raises_has_a_sentence(self, error: Exception, code: str) -> None:
        def fail(*_arguments: str) -> None:
            raise error

        kwallet = _backend("keyring.backends.kwallet.DBusKeyring", 5, get_password=fail)
        refused = refusal(adopt(kwallet).read, "entry")
        assert refused.code == code
        assert "KWallet" in refused.say


def _backend(kind: str, priority: float, **more: object) -> Any:
    module, _, name = kind.rpartition(".")
    made = type(name, (), {"__module__": module, "priority": priority})()
    vars(made).update(more)
    return made


def test_something_else_in_the_entry_is_not_taken(
    gnome_keyring: Keychain, secret_service: SecretService
) -> None:
    assert secret_service
    SecretServiceBackend.Keyring().set_password("Whisp entry", "keys", "not base64: é")
    with pytest.raises(ValueError, match="ASCII"):
        gnome_keyring.read("entry")


def test_importing_the_vault_does_not_import_keyring() -> None:
    program = "import sys, whisp_desktop.vault.profile; print('keyring' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, env=os.environ, text=True
    )
    assert answer.stdout == "False\n"
