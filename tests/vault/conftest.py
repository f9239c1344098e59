"""Key stores for the vault's tests, the Secret Service among them a real one."""

import gc
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from keyring.backends import SecretService as SecretServiceBackend

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
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.keychain import Keychain, adopt
from whisp_desktop.vault.passphrase import Cost

CHEAP = Cost(passes=1, memory_kib=8)


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """gnome-keyring, unlocked; this process speaks to it."""
    with SecretService(tmp_path / "desktop") as service:
        service.start_daemon()
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        yield service


@pytest.fixture
def sockets_left_by_keyring() -> Iterator[None]:
    """keyring leaves its socket to the bus to the garbage collector where it raises."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def gnome_keyring(secret_service: SecretService) -> Keychain:
    assert secret_service
    return adopt(SecretServiceBackend.Keyring())


@pytest.fixture(params=["memory", "gnome-keyring", "windows", "macos"])
def keychain(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Keychain:
    """Each keychain in turn: what holds of one holds of all."""
    makers: dict[str, Callable[[], Keychain]] = {
        "memory": MemoryKeychain,
        "gnome-keyring": lambda: request.getfixturevalue("gnome_keyring"),
        "windows": lambda: windows_keychain(monkeypatch, CredentialManager()),
        "macos": lambda: macos_keychain(monkeypatch, SecItems()),
    }
    return makers[request.param]()


@pytest.fixture
def cheap() -> Cost:
    """Argon2id at the least cost that libsodium takes."""
    return CHEAP


@pytest.fixture
def identity() -> Identity:
    return Identity(*(Secret(token_bytes(32)) for _ in range(3)))


@pytest.fixture
def in_child() -> Callable[[Callable[[], None]], str]:
    """Let a forked child do it: the code of its refusal, the signal that ended it, or `done`."""

    def run(work: Callable[[], None]) -> str:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            end = "failed"
            try:
                work()
                end = "done"
            except RefusedError as refused:
                end = refused.code
            finally:
                os.write(writer, end.encode())
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            end = pipe.read()
        status = os.waitpid(child, 0)[1]
        return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else end

    return run
