"""The handshake, its route, FIN, and the frames of the ratchet."""

import secrets
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import pytest

from tests.harness import ROUTE, agreed, pair
from tests.wire_page.layout import (
    ZEROS,
    Field,
    between,
    byte,
    fixed,
    layout_of,
    number,
    rest,
)
from tests.wire_page.meeting import FirstFrame, Handshake, replay
from tests.wire_page.page import NOTHING, Check, Table, span, value_of
from tests.wire_page.samples import card
from whisp_desktop.protocol import route as routes
from whisp_desktop.protocol.card import MOST_CARD_BYTES
from whisp_desktop.protocol.chains import MOST_SKIPPED, MOST_STORED
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.fin import fin_message
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.padding import FIRST_FRAME_SIZES, FRAME_SIZES, MOST_BODY_BYTES, pad
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, LATER_IN_TURN, Ratchet
from whisp_desktop.protocol.route import MOST_CANDIDATES, Candidate, CandidateKind, Route, usable

LEAST_CARD_BYTES = len(card("abc", ()).whole)


def _route(text_bytes: Sequence[int], candidates: Sequence[Candidate]) -> bytes:
    ufrag, pwd = ("x" * size for size in text_bytes)
    whole = Route(ufrag, pwd, bytes(32), tuple(candidates)).encode()
    Route.parse(whole)
    return whole


_V4 = Candidate(CandidateKind.SRFLX, IPv4Address("203.0.113.7"), 50_000, 2**31 - 1)
_V6 = Candidate(CandidateKind.RELAY, IPv6Address("2001:db8::7"), 50_000, 7)
_LEAST_ROUTE = _route((4, 22), [_V4])
_MOST_ROUTE = _route((32, 64), [_V6] * MOST_CANDIDATES)


def _route_field(name: str) -> Field:
    return between(name, ROUTE, len(_LEAST_ROUTE), len(_MOST_ROUTE))


def card_field(name: str, whole: bytes) -> Field:
    return between(name, whole, LEAST_CARD_BYTES, MOST_CARD_BYTES)


def _messages(table: Table) -> None:
    done = Handshake()
    m1, m2, values = done.m1, done.m2, done.values
    wholes = {"m1": m1, "P1": values["P1"], "m2": m2, "P2": values["P2"]}
    fields = {
        "m1": (
            byte(1),
            fixed("bundle_id", done.b.bundle.bundle.bundle_id),
            fixed("EA", values["EA"].public),
            fixed("ct1", m1[41:1129]),
            fixed("sealed_cert_A", m1[1129 : 1129 + 252 + 16]),
            fixed("sealed_P1", m1[-16 - len(values["P1"]) :]),
        ),
        "P1": (
            fixed("ekA", done.p1[:1184]),
            number("card_length", 2, len(done.a.card.whole)),
            card_field("card_A", done.a.card.whole),
            number("route_length", 2, len(ROUTE)),
            _route_field("route_A"),
            ZEROS,
        ),
        "m2": (
            byte(2),
            fixed("EB", values["EB"].public),
            fixed("ct2", m2[33:1121]),
            fixed("sealed_P2", m2[-16 - len(values["P2"]) :]),
        ),
        "P2": (
            fixed("ekR", done.ekr.public),
            number("route_length", 2, len(ROUTE)),
            _route_field("route_B"),
            ZEROS,
        ),
    }
    rows = [
        (name, str(len(wholes[name])), layout_of(wholes[name], *each))
        for name, each in fields.items()
    ]
    table.compare(rows, "message", "bytes", "layout")


def _steps(table: Table) -> None:
    done = Handshake()
    sealed = {
        "m1 Enc(cert_A)": done.m1[1129:1397],
        "m1 Enc(P1)": done.m1[1397:],
        "m2 Enc(P2)": done.m2[1121:],
    }
    sid, ck = replay(table, done.values, sealed)["m2"]
    assert sid == done.agreed_a.sid == done.agreed_b.sid
    split = value_of("Expand(ck, <split> ‖ sid, 192)", {"ck": ck, "sid": sid})
    assert split == b"".join(done.leaves.values())


def _leaves(table: Table) -> None:
    done = Handshake()
    places = [(name, str(32 * place)) for place, name in enumerate(done.leaves)]
    table.compare(places, "secret", "bytes from", prose="for")


def _routes(table: Table) -> None:
    for wrong in ((3, 22), (33, 22), (4, 21), (4, 65)):
        with pytest.raises(PeerError):
            _route(wrong, [_V4])
    for count in (0, MOST_CANDIDATES + 1):
        with pytest.raises(PeerError):
            _route((4, 22), [_V4] * count)
    read = Route.parse(_LEAST_ROUTE)
    one, most = len(_V4.encode()), MOST_CANDIDATES * len(_V6.encode())
    layout = layout_of(
        _LEAST_ROUTE,
        number("ufrag_length", 1, len(read.ufrag)),
        between("ufrag", read.ufrag.encode(), 4, 32),
        number("pwd_length", 1, len(read.pwd)),
        between("pwd", read.pwd.encode(), 22, 64),
        fixed("fingerprint", read.fingerprint),
        number("count", 1, 1),
        between("candidates", _V4.encode(), one, most),
    )
    rows = [("route", span(len(_LEAST_ROUTE), len(_MOST_ROUTE)), layout)]
    for candidate in (_V4, _V6):
        whole, version = candidate.encode(), candidate.address.version
        fields = (
            number("kind", 1, candidate.kind),
            byte(version),
            fixed("address", candidate.address.packed),
            number("port", 2, candidate.port),
            byte(0),
            number("priority", 4, candidate.priority),
        )
        rows.append(
            (f"candidate, IPv{version}", str(len(whole)), layout_of(whole, *fields)),
        )
    table.compare(rows, "what", "bytes", "layout")


def _candidate_kinds(table: Table) -> None:
    rows = [(str(int(kind)), kind.name.lower()) for kind in CandidateKind]
    table.compare(rows, "kind", "name")


def _dropped(table: Table) -> None:
    """Both as the program lists them, and as it treats an address of each."""
    listed = {str(network): "always" for network in routes._DROPPED}
    listed |= {str(network): "unless shared" for network in routes._PRIVATE}
    table.compare(listed.items(), "network", "dropped")
    for network, dropped in table.cells("network", "dropped"):
        address = ip_network(network)[-1]
        candidate = Candidate(CandidateKind.HOST, address, 5000, 1)
        assert not _uses(candidate, [])
        assert _uses(candidate, [candidate]) == (dropped == "unless shared")
    assert isinstance(routes._PUBLIC_IPV6, IPv6Network)
    for text, used in (("2000::1", True), ("1fff::1", False), ("4000::1", False)):
        assert _uses(Candidate(CandidateKind.HOST, ip_address(text), 5000, 1), []) == used


def _uses(candidate: Candidate, own: Sequence[Candidate]) -> bool:
    return bool(usable(Route("", "", b"", (candidate,)), own, development=False))


def _fin(table: Table) -> None:
    whole = fin_message(Secret(bytes(32)), *(secrets.token_bytes(32) for _ in range(4)))
    layout = layout_of(whole, byte(3), fixed("mac", whole[1:]))
    table.compare([("FIN", str(len(whole)), layout)], "what", "bytes", "layout")


def _frames(table: Table) -> None:
    first = FirstFrame()
    plaintext = first.open(first.message_key())
    later = first.ratchet.encrypt(first.kind, first.body)
    cipher: Any = first.ratchet._sending
    header = cipher.header_cipher.decrypt(later[1:13], later[13:69], b"\x10" + first.sid)
    heads = [(fixed("DHs", header[:32]), number("pn", 4, 0), number("n", 4, n)) for n in range(2)]
    keys = (fixed("ek", first.header[40:1224]), fixed("ct", first.header[1224:]))
    layouts = {
        "frame": layout_of(
            later,
            byte(LATER_IN_TURN),
            fixed("hn", later[1:13]),
            fixed("sealed_header", later[13:69]),
            rest("sealed_plaintext", later[69:]),
        ),
        "header": layout_of(header, *heads[1]),
        "frame, first of a turn": layout_of(
            first.frame,
            byte(FIRST_OF_TURN),
            fixed("hn", first.hn),
            fixed("sealed_header", first.sealed_header),
            rest("sealed_plaintext", first.frame[2341:]),
        ),
    }
    first_header = layout_of(first.header, *heads[0], *keys)
    plain = layout_of(
        plaintext,
        number("kind", 1, first.kind),
        number("body_length", 2, len(first.body)),
        between("body", first.body, 0, MOST_BODY_BYTES),
        ZEROS,
    )
    assert plaintext == pad(first.kind, first.body, len(plaintext))
    rows = [
        ("10", "frame", ", ".join(map(str, FRAME_SIZES)), layouts["frame"]),
        ("10", "header", str(len(header)), layouts["header"]),
        (
            "11",
            "frame, first of a turn",
            ", ".join(map(str, FIRST_FRAME_SIZES)),
            layouts["frame, first of a turn"],
        ),
        ("11", "header", str(len(first.header)), first_header),
        ("10, 11", "plaintext", "rest", plain),
    ]
    table.compare(rows, "T", "what", "bytes", "layout")


def _room(table: Table) -> None:
    alice, _ = pair()
    rows = []
    for size in FRAME_SIZES:
        later = _largest_body(alice.ratchet, size)
        first = NOTHING
        if size in FIRST_FRAME_SIZES:
            first = str(_largest_first_body(size))
        rows.append((str(size), str(later), first))
    table.compare(rows, "frame", "T = 10", "T = 11")


def _largest_body(ratchet: Ratchet, size: int) -> int:
    return _search(lambda body: len(ratchet.encrypt(0, body)) <= size)


def _largest_first_body(size: int) -> int:
    return _search(lambda body: len(agreed()[0].ratchet.encrypt(0, body)) <= size)


def _search(fits: Callable[[bytes], bool]) -> int:
    """The largest body that fits, by halving."""
    least, beyond = 0, MOST_BODY_BYTES + 1
    while beyond - least > 1:
        middle = (least + beyond) // 2
        if fits(bytes(middle)):
            least = middle
        else:
            beyond = middle
    return least


def _bounds(table: Table) -> None:
    numbers = {
        "keys skipped by one frame in one chain, at most": MOST_SKIPPED,
        "skipped keys stored in all (the oldest go)": MOST_STORED,
        "bytes of a body": MOST_BODY_BYTES,
    }
    table.compare_numbers(numbers, "what", "number")


CHECKS: dict[str, Check] = {
    "Handshake messages": _messages,
    "Steps of the handshake": _steps,
    "What a handshake leaves": _leaves,
    "Route": _routes,
    "Candidate kinds": _candidate_kinds,
    "Addresses that are dropped": _dropped,
    "FIN": _fin,
    "Ratchet frames": _frames,
    "Room in a frame": _room,
    "Bounds of the ratchet": _bounds,
}
