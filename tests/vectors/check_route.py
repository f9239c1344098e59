"""route.json: wire form, the filter of received candidates, and the session description."""

from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any

from tests.vectors.document import Fields, from_hex, the_list, the_object
from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route, describe, usable

_IS_OFFER = {"A": True, "B": False}


def _candidates(entries: list[Fields]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            CandidateKind(entry.number("kind")),
            ip_address(entry["address"]),
            entry.number("port"),
            entry.number("priority"),
        )
        for entry in entries
    )


def _check_route(entry: Fields) -> None:
    fields = entry["fields"]
    candidates = _candidates(fields["candidates"])
    route = Route(fields["ufrag"], fields["pwd"], from_hex(fields["fingerprint"]), candidates)
    whole = from_hex(entry["bytes"])
    same(route.encode(), whole)
    same(Route.parse(whole), route)
    used = usable(route, _candidates(the_list(entry["own"])), development=entry["development"])
    same([candidates.index(one) + 1 for one in used], entry["used"])
    same(describe(route, used, offer=_IS_OFFER[entry["side"]]), entry["sdp"])


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    vectors = the_object(document)
    for entry in vectors.items_of("routes"):
        yield f"route {entry.get('name')}", partial(_check_route, entry)
    for entry in vectors.items_of("refused"):
        yield (
            f"refused: {entry.get('why')}",
            partial(refuses, Route.parse, from_hex(entry["bytes"])),
        )


CHECKS = {"route.json": _entries}
