"""route.json: wire form, the filter of received candidates, and the session description."""

from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any

from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route, describe, usable


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
    route = Route(fields["ufrag"], fields["pwd"], bytes.fromhex(fields["fingerprint"]), candidates)
    whole = bytes.fromhex(entry["bytes"])
    same(route.encode(), whole)
    same(Route.parse(whole), route)
    used = usable(route, _candidates(entry["own"]), development=entry["development"])
    same(used, tuple(candidates[place - 1] for place in entry["used"]))
    same(describe(route, used, offer=entry["side"] == "A"), entry["sdp"])


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for entry in document.get("routes", ()):
        yield entry["name"], partial(_check_route, entry)
    for entry in document.get("refused", ()):
        yield (
            f"refused: {entry['why']}",
            partial(refuses, Route.parse, bytes.fromhex(entry["bytes"])),
        )


CHECKS = {"route.json": _entries}
