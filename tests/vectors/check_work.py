"""proof_of_work.json: a server knows its challenge again, and the solution is good for it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, the_list
from tests.vectors.expect import refuses
from whisp_desktop.protocol.proof_of_work import check_challenge, verify


def _work(entry: Fields) -> None:
    server_key, whole, binding, solution = entry.hex(
        "server_key", "challenge", "binding", "solution"
    )
    challenge = check_challenge(server_key, whole, entry.number("now"))
    verify(challenge, binding, solution)
    for refusal in entry.items_if_any("refused"):
        refuses(partial(verify, challenge, binding), refusal.bytes_of("solution"))


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for number, entry in enumerate(the_list(document), 1):
        yield f"work {number}", partial(_work, entry)


CHECKS: dict[str, Callable[[Any], Iterator[tuple[str, Callable[[], None]]]]] = {
    "proof_of_work.json": _entries
}
