"""server_frames.json: frames of the server's socket, in MessagePack's shortest form."""

from typing import Any

from tests.vectors.reference.primitives import digest, drawn
from tests.vectors.reference.statements import Device, bundle, manifest, revocation

Field = int | str | bytes | list[Any] | None


def pack(value: Field) -> bytes:
    """MessagePack, as far as frames need it."""
    match value:
        case None:
            return b"\xc0"
        case int():
            return _int(value)
        case str():
            raw = value.encode()
            head = bytes((0xA0 | len(raw),)) if len(raw) < 32 else bytes((0xD9, len(raw)))
            return head + raw
        case bytes():
            small = len(value) < 256
            head = b"\xc4" if small else b"\xc5"
            return head + len(value).to_bytes(1 if small else 2, "big") + value
    small = len(value) < 16
    head = bytes((0x90 | len(value),)) if small else b"\xdc" + len(value).to_bytes(2, "big")
    return head + b"".join(map(pack, value))


def _int(value: int) -> bytes:
    if value < 128:
        return bytes((value,))
    for head, size_bytes in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)):
        if value < 256**size_bytes:
            return bytes((head,)) + value.to_bytes(size_bytes, "big")
    raise ValueError(value)


_ID, _EIGHT = drawn("socket id", 16), drawn("socket eight", 8)
_M, _MEETING = drawn("socket m1", 4096), drawn("socket pake", 2048)
_WORK: Field = [drawn("socket challenge", 41), drawn("socket solution", 64)]


def document() -> Any:
    device = Device("socket")
    malformed = [
        {"why": why, "close": 4400, "frame": frame.hex()} for why, frame in _malformed().items()
    ]
    return {
        "requests": [
            {"name": name, "fields": _as_json(fields), "frame": pack(fields).hex()}
            for name, fields in _requests(device)
        ],
        "answers": [
            {"name": name, "fields": _as_json(fields), **_filled(fields, size)}
            for name, fields, size in _answers(device)
        ],
        "refused_requests": malformed + _too_large(),
        "refused_answers": _refused_answers(device),
    }


def _filled(fields: list[Field], size_bytes: int) -> dict[str, Any]:
    """A frame with a `pad` ends in zeros up to `size_bytes`; they are left out of `frame`."""
    if not size_bytes:
        return {"frame": pack(fields).hex()}
    bare = pack([*fields, b""])[:-2]
    left = size_bytes - len(bare)
    short = left <= 2 + 255
    head = b"\xc4" + bytes((left - 2,)) if short else b"\xc5" + (left - 3).to_bytes(2, "big")
    return {"frame": (bare + head).hex(), "size_bytes": size_bytes}


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return [_as_json(one) for one in value] if isinstance(value, list) else value


def _requests(device: Device) -> list[tuple[str, list[Field]]]:
    offered = bundle(device, "socket bundle")
    ids: Field = [[_ID, 1800, 0], [_ID, 0, 1]]
    return [
        ("PUBLISH", [1, 1, 0, [], []]),
        ("PUBLISH", [1, 1, 1, [offered], []]),
        ("PUBLISH", [1, 1, 2, [offered], [offered, offered]]),
        ("ANNOUNCE", [2, 2, ids]),
        ("ANNOUNCE", [2, 2, []]),
        ("WATCH", [3, 3, [_ID] * 16]),
        ("LOOK_UP", [4, 128, "bob_2", _WORK]),
        ("LOOK_UP", [4, 2**32 - 1, _ID]),
        ("KNOCK", [5, 256, _EIGHT, _M, None]),
        ("KNOCK", [5, 65_536, _EIGHT, _M, _WORK]),
        ("KNOCK", [5, 7, _EIGHT, _M, _ID]),
        ("ANSWER", [6, 8, _ID, _M]),
        ("DOOR", [7, 9, ["00", "99"], None]),
        ("DOOR", [7, 9, [], _ID]),
        ("DOOR", [7, 9, [f"{door:02}" for door in range(32)], _ID]),
        ("PAKE", [8, 10, None, "bob_2", "07", _WORK, _MEETING]),
        ("PAKE", [8, 11, _ID, _MEETING]),
        ("MAILBOX", [9, 12, "open", 4]),
        ("MAILBOX", [9, 12, "open", 8]),
        ("MAILBOX", [9, 13, "0042", _MEETING]),
        ("MAILBOX", [9, 14, _EIGHT, _MEETING]),
        ("RENEW", [10, 15]),
        ("WITHDRAW", [11, 16, _EIGHT, 0]),
        ("WITHDRAW", [11, 16, _EIGHT, 1]),
    ]


def _answers(device: Device) -> list[tuple[str, list[Field], int]]:
    offered = bundle(device, "socket bundle")
    listed = manifest(device.ak, {device.device_id: device.cert}, 3)
    ended = revocation(device.account_key, device.ak, 1, digest(b"another device")[:16])
    pair: Field = [device.cert, offered]
    return [
        ("OK", [64, 1], 0),
        ("OK to KNOCK", [64, 5], 64),
        ("OK to MAILBOX", [64, 12, "0042"], 0),
        ("OK to MAILBOX", [64, 12, _EIGHT], 0),
        ("ERROR", [65, 2, "slow_down"], 0),
        ("ERROR to DOOR", [65, 9, "taken", ["07"]], 0),
        ("FOUND", [66, 4, [pair], listed, b""], 16_384),
        ("FOUND", [66, 2**32 - 1, [pair] * 4, listed, ended * 16], 16_384),
        ("UNREACHABLE", [67, 4], 16_384),
        ("UNREACHABLE", [67, 70_000], 16_384),
        ("SEEN", [68, 0, [[_ID, 1], [_ID, 0], [_ID, 2]]], 0),
        ("KNOCKED", [69, 0, _ID, "alice", 0, _M], 0),
        ("KNOCKED", [69, 0, _ID, "alice", 1, _M], 0),
        ("KNOCKED", [69, 0, _ID, "alice", 2, _M], 0),
        ("ANSWERED", [70, 0, _EIGHT, _M], 0),
        ("PAKED", [71, 11, _ID, "07", _MEETING], 2112),
        ("PAKED", [71, 0, _ID, "07", _MEETING], 2112),
        ("MAIL", [72, 0, "0042", _MEETING], 0),
        ("MAIL", [72, 0, _EIGHT, _MEETING], 0),
        ("SPENT", [73, 0, _EIGHT], 0),
        ("TOKEN", [74, 15, "token", 900], 0),
        ("REVOKED", [75, 0, ended], 0),
        ("ENDED", [76, 0, _ID, 0], 0),
        ("ENDED", [76, 0, _ID, 1], 0),
    ]


def _malformed() -> dict[str, bytes]:
    return {
        "empty": b"",
        "no array": b"\x01",
        "an array of 16, in its long form": b"\xdc\0\x02" + pack([10, 1])[1:],
        "tag 12": pack([12, 1]),
        "a tag of the server's": pack([64, 1]),
        "seq 0": pack([10, 0]),
        "seq 2^32": pack([10, 2**32]),
        "a field too many": pack([10, 1, None]),
        "a field too few": pack([6, 1, _ID]),
        "bytes after the end": pack([10, 1]) + b"\0",
        "cut": pack([10, 300])[:-1],
        "by_name 3": pack([1, 1, 3, [], []]),
        "away 2": pack([2, 1, [[_ID, 1, 2]]]),
        "1801 seconds": pack([2, 1, [[_ID, 1801, 0]]]),
        "an id of 15": pack([4, 1, _ID[:15]]),
        "a work of 40": pack([4, 1, "bob", [bytes(40), bytes(64)]]),
        "m1 of 4095": pack([5, 1, _EIGHT, _M[1:], None]),
        "a ticket of 17": pack([5, 1, _EIGHT, _M, _ID + b"\0"]),
        "m2 as text": pack([6, 1, _ID, "m2"]),
        "a door of three digits": pack([7, 1, ["007"], None]),
        "33 doors": pack([7, 1, ["07"] * 33, None]),
        "p1 of 2047": pack([8, 1, _ID, _MEETING[1:]]),
        "a mailbox of 5": pack([9, 1, "open", 5]),
        "a mailbox of three digits": pack([9, 1, "042", _MEETING]),
        "why 2": pack([11, 1, _EIGHT, 2]),
        "a number as text": pack([10, "1"]),
    }


def _too_large() -> list[dict[str, Any]]:
    """One byte above each row's size; what stands in it no longer matters."""
    kib = 1024
    sizes = {1: 6 * kib, 2: 24 * kib, 3: 80 * kib, 4: 512, 5: 5 * kib, 6: 5 * kib}
    sizes |= {7: 256, 8: 3 * kib, 9: 3 * kib, 10: 64, 11: 64}
    return [
        {
            "why": f"tag {tag}, a byte above its size",
            "close": 4413,
            "frame": bytes((0x93, tag, 1)).hex(),
            "size_bytes": size + 1,
        }
        for tag, size in sizes.items()
    ]


def _refused_answers(device: Device) -> list[dict[str, Any]]:
    pair: Field = [device.cert, bundle(device, "socket bundle")]
    other_pads = {
        "OK to KNOCK, filled to 65": _filled([64, 5], 65),
        "OK to KNOCK, filled with ones": {"frame": pack([64, 5, b"\1" * 59]).hex()},
        "UNREACHABLE, filled to 16,383": _filled([67, 1], 16_383),
        "UNREACHABLE, a one at the end of `pad`": {
            "frame": pack([67, 1, bytes(16_377) + b"\1"]).hex()
        },
        "FOUND, nobody": _filled([66, 4, [], b"", b""], 16_384),
        "FOUND, five devices": _filled([66, 4, [pair] * 5, b"", b""], 16_384),
        "PAKED, filled to 2111": _filled([71, 11, _ID, "07", _MEETING], 2111),
        "above 32 KiB": {"frame": "934b00", "size_bytes": 32 * 1024 + 1},
    }
    others = {
        "tag 77": pack([77, 0]),
        "a tag of a client's": pack([10, 1]),
        "UNREACHABLE without `pad`": pack([67, 1]),
        "SEEN, state 3": pack([68, 0, [[_ID, 3]]]),
        "KNOCKED, a name with a capital": pack([69, 0, _ID, "Alice", 0, _M]),
        "KNOCKED, how 3": pack([69, 0, _ID, "alice", 3, _M]),
        "ERROR, a list with another code": pack([65, 9, "forbidden", ["07"]]),
    }
    return [{"why": why, **entry} for why, entry in other_pads.items()] + [
        {"why": why, "frame": frame.hex()} for why, frame in others.items()
    ]
