"""Questions to a keychain, which may take as long as a person needs, or for ever.

Each is asked in a thread of its own that nobody has to wait for: not even the end of the program.
"""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.keychain import Keychain

Answer = TypeVar("Answer")


class Patience:
    """Waits for an answer until it comes, `bound_s` have passed, or somebody calls `stop`."""

    def __init__(self, bound_s: float = 60.0) -> None:
        self._bound_s = bound_s
        self._waiting: set[Future[Any]] = set()
        self._stopped = threading.Event()

    def ask(self, question: Callable[[], Answer], whom: str) -> Answer:
        """Return the answer. RefusedError `keychain_slow`; whatever the question raises."""
        answer: Future[Answer] = Future()
        self._waiting.add(answer)
        try:
            if self._stopped.is_set():
                answer.cancel()
            threading.Thread(
                target=_answer, args=(question, answer), name="keychain", daemon=True
            ).start()
            return answer.result(self._bound_s)
        except (CancelledError, TimeoutError):
            answer.cancel()
            say = f"{whom} does not answer. If it asks you something, answer it, and try again."
            raise RefusedError("keychain_slow", say) from None
        finally:
            self._waiting.discard(answer)

    def stop(self) -> None:
        """Wait no more, now and later."""
        self._stopped.set()
        for answer in tuple(self._waiting):
            answer.cancel()


class PatientKeychain:
    """A keychain that is asked with patience."""

    def __init__(self, keychain: Keychain, patience: Patience) -> None:
        self._keychain = keychain
        self._patience = patience
        self.name = keychain.name

    def read(self, entry: str) -> Secret | None:
        """Return what is kept under this name, None if nothing is. ValueError if it is not ours."""
        return self._ask(lambda: self._keychain.read(entry))

    def write(self, entry: str, value: Secret) -> None:
        """Keep a secret under a name that is new."""
        self._ask(lambda: self._keychain.write(entry, value))

    def delete(self, entry: str) -> None:
        """Forget the entry; one that is not there is forgotten already."""
        self._ask(lambda: self._keychain.delete(entry))

    def has_lost(self, entry: str) -> bool:
        """Whether the entry is certainly not there; no person is asked for anything."""
        return self._ask(lambda: self._keychain.has_lost(entry))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        return self._patience.ask(question, f"The keychain ({self.name})")


def _answer(question: Callable[[], Answer], answer: Future[Answer]) -> None:
    try:
        found = question()
    except BaseException as error:  # noqa: BLE001 -- it belongs to the one who asked
        if answer.set_running_or_notify_cancel():
            answer.set_exception(error)
        return
    if answer.set_running_or_notify_cancel():
        answer.set_result(found)
    elif isinstance(found, Secret):
        found.close()
