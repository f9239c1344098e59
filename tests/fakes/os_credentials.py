"""What Windows and macOS offer below `keyring`, as their pages describe it: in memory.

The back ends of `keyring` above them are the real ones.
"""

import platform
from dataclasses import dataclass, field
from typing import Any

import pytest
from keyring.backends import Windows, macOS

from whisp_desktop.vault.keychain import Keychain, adopt

CRED_MAX_CREDENTIAL_BLOB_SIZE = 2_560
ERROR_NOT_FOUND, RPC_X_BAD_STUB_DATA = 1168, 1783


class PywintypesError(Exception):
    """`pywintypes.error`."""

    def __init__(self, winerror: int, funcname: str) -> None:
        super().__init__(winerror, funcname, "")
        self.winerror = winerror
        self.funcname = funcname


@dataclass
class CredentialManager:
    """`win32cred`: one credential a target, its blob at most 2,560 bytes of UTF-16."""

    credentials: dict[str, dict[str, Any]] = field(default_factory=dict)
    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_ENTERPRISE = 3

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803 -- Windows' names
        assert Type == self.CRED_TYPE_GENERIC
        if TargetName not in self.credentials:
            raise PywintypesError(ERROR_NOT_FOUND, "CredRead")
        return dict(self.credentials[TargetName])

    def CredWrite(self, credential: dict[str, Any], flags: int) -> None:  # noqa: N802 -- Windows' name
        assert flags == 0
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > CRED_MAX_CREDENTIAL_BLOB_SIZE:
            raise PywintypesError(RPC_X_BAD_STUB_DATA, "CredWrite")
        self.credentials[credential["TargetName"]] = credential | {"CredentialBlob": blob}

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803 -- Windows' names
        assert Type == self.CRED_TYPE_GENERIC
        if self.credentials.pop(TargetName, None) is None:
            raise PywintypesError(ERROR_NOT_FOUND, "CredDelete")


class SecError(Exception):
    """`api.Error` of keyring's macOS back end."""


class NotFoundError(SecError):
    """errSecItemNotFound."""


class KeychainDenied(SecError):  # noqa: N818 -- its name in keyring
    """errSecUserCanceled: the person said no, or the keychain is locked and nobody unlocked it."""


@dataclass
class SecItems:
    """The three calls of keyring's `macOS.api`."""

    items: dict[tuple[str, str], str] = field(default_factory=dict)
    denies: bool = False
    Error = SecError
    NotFound = NotFoundError
    KeychainDenied = KeychainDenied

    def find_generic_password(self, _keychain: None, service: str, username: str) -> str:
        self._ask()
        try:
            return self.items[service, username]
        except KeyError:
            raise NotFoundError from None

    def set_generic_password(
        self, _keychain: None, service: str, username: str, password: str
    ) -> None:
        self._ask()
        self.items[service, username] = password

    def delete_generic_password(self, _keychain: None, service: str, username: str) -> None:
        self.find_generic_password(None, service, username)
        del self.items[service, username]

    def _ask(self) -> None:
        if self.denies:
            raise KeychainDenied


def windows_keychain(patch: pytest.MonkeyPatch, credentials: CredentialManager) -> Keychain:
    """Return the keychain that Whisp finds on Windows."""
    patch.setattr(Windows, "win32cred", credentials, raising=False)
    patch.setattr(Windows, "pywintypes", _Pywintypes, raising=False)
    patch.setattr(Windows, "missing_deps", [])
    return adopt(Windows.WinVaultKeyring())


def macos_keychain(patch: pytest.MonkeyPatch, items: SecItems) -> Keychain:
    """Return the keychain that Whisp finds on macOS."""
    patch.setattr(macOS, "api", items, raising=False)
    patch.setattr(platform, "system", lambda: "Darwin")
    return adopt(macOS.Keyring())


class _Pywintypes:
    error = PywintypesError
