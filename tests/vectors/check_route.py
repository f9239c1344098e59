"""route.json: wire form, the filter of received candidates, and the session description."""

from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any

from tests.vectors.document import from_hex, the_object
from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route, describe, usable

_IS_OFFER = {"A": True, "B": False}


def _candidates(entries: list[dict[str, Any]]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            CandidateKind(entry["kind"]),
            ip_address(entry["address"]),
            entry["port"],
            entry["priority"],
        )
        for entry in entries
    )


def _check_route(entry: dict[str, Any]) -> None:
    fields = entry["fields"]
    candidates = _candidates(fields["candidates"])
    route = Route(fields["ufrag"], fields["pwd"], from_hex(fields["fingerprint"]), candidates)
    whole = from_hex(entry["bytes"])
    same(route.encode(), whole)
    same(Route.parse(whole), route)
    used = usable(route, _candidates(entry["own"]), development=entry["development"])
    same(used, tuple(candidates[place - 1] for place in entry["used"]))
    same(describe(route, used, offer=_IS_OFFER[entry["side"]]), entry["sdp"])


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    vectors = the_object(document)
    for entry in vectors["routes"]:
        yield entry["name"], partial(_check_route, entry)
    for entry in vectors["refused"]:
        yield (
            f"refused: {entry['why']}",
            partial(refuses, Route.parse, from_hex(entry["bytes"])),
        )


CHECKS = {"route.json": _entries}
