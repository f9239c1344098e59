"""standing.json: what is heard of accounts, in order, and which certificates count after it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, the_list
from tests.vectors.expect import at, refuses, same
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AccountKeyBytes
from whisp_desktop.protocol.revocation import Standing


def _check_history(entry: Fields) -> None:
    account_key = entry.bytes_of("account_key")
    standing = Standing(AccountKeyBytes(account_key))
    for number, event in enumerate(entry.items_of("events"), 1):
        with at(f"event {number}"):
            _play(event, standing)
            same((standing.frozen, standing.ended), (event["frozen"], event["ended"]))
    same(sorted(cert.digest.hex() for cert in standing.held), entry["held"])
    statements = entry.bytes_of("statements")
    same(standing.statements(), statements)
    kept = Standing(AccountKeyBytes(account_key), statements=statements, held=standing.held)
    same((kept.statements(), kept.held), (statements, standing.held))


def _play(event: Fields, standing: Standing) -> None:
    now = event.number("now")
    match event["do"]:
        case "take":
            same(standing.take(event.bytes_of("statements"), now), True)
        case "pass over":
            same(standing.take(event.bytes_of("passed_over"), now), False)
        case "refuse":
            refuses(partial(standing.take, now=now), event.bytes_of("refused"))
        case "admit":
            same(
                _admits(standing, DeviceCert.parse(event.bytes_of("cert")), now), event["admitted"]
            )
        case _:
            raise AssertionError("an event is none of those known here")


def _admits(standing: Standing, cert: DeviceCert, now: int) -> bool:
    try:
        standing.admit(cert, now)
    except PeerError:
        return False
    return True


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for entry in the_list(document):
        yield str(entry.get("name")), partial(_check_history, entry)


CHECKS = {"standing.json": _entries}
