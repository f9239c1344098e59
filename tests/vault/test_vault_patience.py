"""A keychain that does not answer keeps nobody: there is a bound, and a way to stop."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.patience import Patience, PatientKeychain
from whisp_desktop.vault.profile import Profile

BOUND_S = 20.0


class SlowKeychain(MemoryKeychain):
    """Answers when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.let_go = threading.Event()
        self.given: list[Secret] = []

    def read(self, entry: str) -> Secret | None:
        self.asked.set()
        assert self.let_go.wait(BOUND_S)
        found = super().read(entry)
        self.given += [found] if found else []
        return found


@pytest.fixture
def slow() -> Iterator[SlowKeychain]:
    keychain = SlowKeychain()
    yield keychain
    keychain.let_go.set()


def test_what_it_answers_is_passed_on(slow: SlowKeychain) -> None:
    patient = PatientKeychain(slow, Patience())
    patient.write("entry", Secret(b"secret"))
    slow.let_go.set()
    assert patient.read("entry") == Secret(b"secret")
    assert not patient.has_lost("entry")
    patient.delete("entry")
    assert patient.has_lost("entry")
    slow.locked = True
    with pytest.raises(RefusedError, match="locked"):
        patient.read("entry")


def test_after_the_bound_a_sentence_says_so_and_a_late_secret_is_wiped(slow: SlowKeychain) -> None:
    slow.write("entry", Secret(b"secret"))
    with pytest.raises(RefusedError) as refused:
        PatientKeychain(slow, Patience(bound_s=0.01)).read("entry")
    assert refused.value.code == "keychain_slow"
    assert refused.value.say.startswith("The keychain (Memory) does not answer. If it asks you")
    slow.let_go.set()
    deadline = time.monotonic() + BOUND_S
    while not (slow.given and slow.given[0].closed):
        assert time.monotonic() < deadline


def test_a_profile_that_waits_can_be_stopped_and_lets_the_folder_go(
    tmp_path: Path, slow: SlowKeychain
) -> None:
    keychain = MemoryKeychain()
    with closing(Profile(tmp_path, lambda: keychain)) as made:
        made.open()
        made.create(Identity(*(Secret(bytes([n]) * 32) for n in (1, 2, 3))), b"a book")
    slow.entries = keychain.entries
    profile = Profile(tmp_path, lambda: slow, patience=Patience(BOUND_S))
    refused: list[RefusedError] = []

    def opening() -> None:
        try:
            profile.open()
        except RefusedError as error:
            refused.append(error)

    opener = threading.Thread(target=opening)
    opener.start()
    assert slow.asked.wait(BOUND_S)
    profile.stop_waiting()
    opener.join(BOUND_S)
    opening()
    assert [each.code for each in refused] == ["keychain_slow"] * 2
    with closing(Profile(tmp_path, lambda: keychain)) as again:
        again.open()
        assert again.state == "open"
