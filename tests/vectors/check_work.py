"""proof_of_work.json: a server knows its challenge again, and the solution is good for it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.expect import refuses
from whisp_desktop.protocol.proof_of_work import check_challenge, verify

_hex = bytes.fromhex


def _work(entry: dict[str, Any]) -> None:
    challenge = check_challenge(_hex(entry["server_key"]), _hex(entry["challenge"]), entry["now"])
    binding = _hex(entry["binding"])
    verify(challenge, binding, _hex(entry["solution"]))
    for refusal in entry.get("refused", ()):
        refuses(partial(verify, challenge, binding), _hex(refusal["solution"]))


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for number, entry in enumerate(document, 1):
        yield f"work {number}", partial(_work, entry)


CHECKS: dict[str, Callable[[Any], Iterator[tuple[str, Callable[[], None]]]]] = {
    "proof_of_work.json": _entries
}
