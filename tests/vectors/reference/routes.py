"""Routes: which candidates are used stands here by hand, as the page says it."""

from ipaddress import ip_address
from typing import Any

from tests.vectors.reference.primitives import drawn, u8, u16, u32

_KINDS = ("host", "srflx", "relay")
_HEAD = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=sctp-port:5000\r\na=max-message-size:262144\r\n"
)

Given = tuple[int, str, int]
"""kind, address, port"""


def routes() -> Any:
    shared: list[Given] = [(0, "192.168.7.20", 40000), (2, "10.9.8.7", 41000)]
    mixed: list[Given] = [
        (2, "198.51.100.7", 3478),
        (2, "198.51.100.7", 3478),  # seen before
        (1, "203.0.113.9", 1024),
        (1, "203.0.113.9", 1023),  # a low port
        (0, "192.168.7.99", 50000),  # the reader's own /24
        (0, "192.168.8.99", 50000),  # another
        (0, "10.9.8.7", 50001),  # the reader's own relay
        (0, "10.9.8.8", 50001),
        (0, "127.0.0.1", 50002),
        (0, "169.254.1.1", 50002),
        (1, "224.0.0.1", 50002),
        (1, "240.0.0.1", 50002),
        (1, "0.1.2.3", 50002),
        (1, "100.64.0.1", 50002),
        (1, "172.31.255.255", 50002),
        (1, "172.32.0.0", 65535),
    ]
    sixes: list[Given] = [
        (0, "2001:db8::1", 40000),
        (1, "2001::1", 40000),  # Teredo
        (1, "2002::1", 40000),  # 6to4
        (0, "fe80::1", 40000),
        (0, "fd00:1:2:3::9", 40000),  # the reader's own /64
        (0, "fd00:1:2:4::9", 40000),
        (0, "::1", 40000),
        (2, "3fff::ffff", 1024),
        (0, "4000::1", 40000),
        (0, "::ffff:192.0.2.1", 40000),
    ]
    loopback: list[Given] = [(0, "127.0.0.1", 1), (0, "::1", 80), (0, "10.0.0.1", 2000)]
    home: list[Given] = [(0, "fd00:1:2:3::1", 4000)]
    return [
        _route("one host", [(0, "203.0.113.7", 1024)], [1], side="A"),
        _route("families of addresses", mixed, [1, 3, 5, 7, 16], side="B", own=shared),
        _route("nothing shared", mixed, [1, 3, 16], side="A"),
        _route("version 6", sixes, [1, 5, 8], side="B", own=home),
        _route("loopback for developers", loopback, [1, 2], side="A", development=True),
        _route("loopback otherwise", loopback, [], side="A"),
        _route(
            "longest", [(1, f"2a00::{n:x}", 9999) for n in range(16)], [*range(1, 17)], long=True
        ),
    ]


def _fields(name: str, given: list[Given], *, long: bool) -> dict[str, Any]:
    ufrag = drawn(f"route {name} ufrag", 16 if long else 2).hex()
    pwd = (drawn(f"route {name} pwd", 31).hex() + "+/") if long else "+/" * 11
    listed = [
        {"kind": kind, "address": address, "port": port, "priority": 2**31 - 1 - place}
        for place, (kind, address, port) in enumerate(given)
    ]
    print_ = drawn(f"route {name} fingerprint", 32).hex()
    return {"ufrag": ufrag, "pwd": pwd, "fingerprint": print_, "candidates": listed}


def _wire(fields: dict[str, Any]) -> bytes:
    whole = b"".join(u8(len(fields[one])) + fields[one].encode() for one in ("ufrag", "pwd"))
    whole += bytes.fromhex(fields["fingerprint"]) + u8(len(fields["candidates"]))
    for one in fields["candidates"]:
        address = ip_address(one["address"])
        whole += u8(one["kind"]) + u8(address.version) + address.packed
        whole += u16(one["port"]) + b"\0" + u32(one["priority"])
    return whole


def _route(
    name: str,
    given: list[Given],
    used: list[int],
    *,
    side: str = "A",
    own: list[Given] | None = None,
    development: bool = False,
    long: bool = False,
) -> dict[str, Any]:
    fields = _fields(name, given, long=long)
    mine = _fields("own", own or [], long=False)["candidates"]
    lines = "".join(
        _line(number, fields["candidates"][place - 1]) for number, place in enumerate(used, 1)
    )
    print_ = ":".join(f"{byte:02X}" for byte in bytes.fromhex(fields["fingerprint"]))
    tail = (
        f"a=end-of-candidates\r\na=ice-ufrag:{fields['ufrag']}\r\na=ice-pwd:{fields['pwd']}\r\n"
        f"a=fingerprint:sha-256 {print_}\r\na=setup:{'actpass' if side == 'A' else 'active'}\r\n"
    )
    return {
        "name": name,
        "fields": fields,
        "bytes": _wire(fields).hex(),
        "own": mine,
        "development": development,
        "used": used,
        "side": side,
        "sdp": _HEAD + lines + tail,
    }


def _line(number: int, one: dict[str, Any]) -> str:
    nowhere = "::" if ":" in one["address"] else "0.0.0.0"
    tail = f" raddr {nowhere} rport 9" if one["kind"] else ""
    where = f"{ip_address(one['address'])} {one['port']}"
    start = f"a=candidate:{number} 1 udp {one['priority']} {where}"
    return f"{start} typ {_KINDS[one['kind']]}{tail}\r\n"


def refused_routes() -> Any:
    fields = _fields("refused", [(0, "203.0.113.7", 1024)], long=False)
    whole = _wire(fields)
    one = whole[-13:]

    def changed(at: int, *values: int) -> bytes:
        start = len(whole) - 13 + at
        return whole[:start] + bytes(values) + whole[start + len(values) :]

    def with_credentials(ufrag: str, pwd: str) -> bytes:
        return _wire(fields | {"ufrag": ufrag, "pwd": pwd})

    cases = {
        "empty": b"",
        "a byte too few": whole[:-1],
        "a byte too many": whole + b"\0",
        "no candidate": whole[:-14] + b"\0",
        "17 candidates": whole[:-14] + b"\x11" + 17 * one,
        "fewer candidates than it says": whole[:-14] + b"\x02" + one,
        "kind 3": changed(0, 3),
        "family 5": changed(1, 5),
        "family 6 with an address of 4 bytes": changed(1, 6),
        "port 0": changed(6, 0, 0),
        "transport 1": changed(8, 1),
        "priority 0": changed(9, 0, 0, 0, 0),
        "priority 2^31": changed(9, 128, 0, 0, 0),
        "ufrag of 3": with_credentials("abc", "p" * 22),
        "ufrag of 33": with_credentials("a" * 33, "p" * 22),
        "pwd of 21": with_credentials("abcd", "p" * 21),
        "pwd of 65": with_credentials("abcd", "p" * 65),
        "a line feed in ufrag": with_credentials("abcd\n", "p" * 22),
        "a hyphen in pwd": with_credentials("abcd", "-" * 22),
    }
    return [{"why": why, "bytes": refused.hex()} for why, refused in cases.items()]


def document() -> Any:
    return {"routes": routes(), "refused": refused_routes()}
