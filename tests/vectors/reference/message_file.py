"""peer_messages.json: what is said inside the ratchet, every kind and what is none."""

from typing import Any

from tests.vectors.reference.primitives import drawn, u8, u16, u32, u64
from tests.vectors.reference.statements import Device, cert_body, manifest

_ID = bytes.fromhex("0102030405060708")
_OTHER = bytes.fromhex("1112131415161718")
_FILE, _GROUP, _ROSTER = drawn("file id", 16), drawn("group id", 16), drawn("roster in force", 32)

Message = dict[str, Any]


def document() -> Any:
    device = Device("messages")
    about_files = [*_offers(), *_answers_to_offers()]
    in_words = [*_texts(), *_about_messages()]
    member = _GROUP + _ROSTER
    membership = {"group_id": _GROUP.hex(), "roster": _ROSTER.hex()}
    return {
        "accepted": [
            *_about_sessions(device),
            *in_words,
            *about_files,
            *(
                _to_group(message)
                for message in in_words + about_files
                if len(message["body"]) < 999
            ),
            _said("GROUP_JOIN", 0x31, member, **membership),
            _said("GROUP_LEAVE", 0x32, member, **membership),
        ],
        "refused": [
            {"kind": kind, "why": why, "body": body.hex()}
            for kind, why, body in (*_refused(device), *_refused_in_groups())
        ],
        "unknown": [{"kind": kind, "body": "00"} for kind in (0x07, 0x15, 0x24, 0x33, 0x40, 0xFF)],
    }


def _said(name: str, kind: int, body: bytes, /, **fields: Any) -> Message:
    return {"name": name, "kind": kind, "fields": fields, "body": body.hex()}


def _about_sessions(device: Device) -> list[Message]:
    listed = manifest(device.ak, {device.device_id: device.cert}, 1)
    renewed = cert_body(device) + drawn("possession", 64)
    two = listed + device.card
    return [
        _said("NOTHING", 0x00, b""),
        *(_said("BYE", 0x01, u8(reason), reason=reason) for reason in range(3)),
        _said("STATEMENTS", 0x02, listed, statements=listed.hex()),
        _said("STATEMENTS", 0x02, two, statements=two.hex()),
        _state(1, 2, 1, 3, away=True),
        _state(1, 1, 0, 2, away=False),
        _state(65_535, 0, 0, 0, away=False),
        _said("RENEW", 0x04, renewed, cert_body=renewed.hex()),
        *(_said("WAKE", 0x05, wake, wake=wake.hex()) for wake in (drawn("wake", 16), bytes(16))),
        _contact(device, "B\u00e4r", verified=True),
        _contact(device, "", verified=False),
        _contact(device, "p" * 64, verified=False),
    ]


def _state(version: int, capture: int, lock: int, marks: int, *, away: bool) -> Message:
    body = u16(version) + bytes((capture, lock, marks, away))
    fields = {"version": version, "capture": capture, "lock": lock, "marks": marks, "away": away}
    return _said("STATE", 0x03, body, **fields)


def _contact(device: Device, petname: str, *, verified: bool) -> Message:
    body = u16(len(device.card)) + device.card + u8(verified)
    body += u8(len(petname.encode())) + petname.encode()
    return _said("CONTACT", 0x06, body, card=device.card.hex(), verified=verified, petname=petname)


def _texts() -> list[Message]:
    return [
        _text(b"x", 0, None),
        _text("Gr\u00fc\u00dfe \u2602".encode(), 86_400, _OTHER),
        _text(b"\xc3\xa4" * 6000, 5, None),
    ]


def _text(words: bytes, lifetime_s: int, reply_to: bytes | None) -> Message:
    body = _ID + u32(lifetime_s) + (reply_to or bytes(8)) + words
    fields = {"reply_to": reply_to and reply_to.hex(), "text": words.hex()}
    return _said("TEXT", 0x10, body, id=_ID.hex(), lifetime_s=lifetime_s, **fields)


def _about_messages() -> list[Message]:
    lifetimes = (0, 5, 60, 3600, 86_400)
    return [
        _said("RECEIPT", 0x11, b"\1" + _ID, what=1, ids=[_ID.hex()]),
        _said("RECEIPT", 0x11, b"\2" + _ID + _OTHER, what=2, ids=[_ID.hex(), _OTHER.hex()]),
        _said("RECEIPT", 0x11, b"\2" + _ID * 256, what=2, ids=[_ID.hex()] * 256),
        *(_said("TYPING", 0x12, u8(on), on=on) for on in (True, False)),
        *(_said("TIMER", 0x13, u32(one), lifetime_s=one) for one in lifetimes),
        _said("DELETE", 0x14, _ID + _OTHER, ids=[_ID.hex(), _OTHER.hex()]),
    ]


def _offers() -> list[Message]:
    return [
        _offer(0, 0, 0, "f"),
        _offer(2**40, 0, 60, "f" * 255),
        _offer(2**24, 1, 0, "\u2602.png"),
        _offer(2**24, 2, 3600, "a file"),
    ]


def _offer(size: int, view: int, lifetime_s: int, name: str) -> Message:
    body = _ID + _FILE + u64(size) + u8(view) + u32(lifetime_s) + name.encode()
    fields = {"size_bytes": size, "view": view, "lifetime_s": lifetime_s, "name": name}
    return _said("FILE_OFFER", 0x20, body, id=_ID.hex(), file_id=_FILE.hex(), **fields)


def _answers_to_offers() -> list[Message]:
    secret, whole = drawn("file secret", 32), drawn("file digest", 32)
    return [
        _said(
            *("FILE_ACCEPT", 0x21, _FILE + u32(7) + secret),
            file_id=_FILE.hex(),
            first_chunk=7,
            secret=secret.hex(),
        ),
        _said("FILE_DONE", 0x22, _FILE + whole, file_id=_FILE.hex(), digest=whole.hex()),
        *(
            _said("FILE_CANCEL", 0x23, _FILE + u8(reason), file_id=_FILE.hex(), reason=reason)
            for reason in range(4)
        ),
    ]


def _to_group(message: Message) -> Message:
    kind, inside = message["kind"], bytes.fromhex(message["body"])
    return _said(
        *("GROUP", 0x30, _GROUP + _ROSTER + u8(kind) + inside),
        group_id=_GROUP.hex(),
        roster=_ROSTER.hex(),
        message={"kind": kind, "fields": message["fields"]},
    )


Refused = list[tuple[int, str, bytes]]


def _refused_in_groups() -> Refused:
    head = _GROUP + _ROSTER
    return [
        (0x30, "no kind", head),
        (0x30, "a roster's hash of 31", head[:-1] + b"\x12"),
        *((0x30, f"kind {kind:02x}", head + u8(kind)) for kind in (0, 1, 3, 0x15, 0x24, 0x31)),
        (0x30, "a group message in another", head + b"\x30" + head + b"\x12\1"),
        (0x30, "a wrong body inside", head + b"\x12\2"),
        *((kind, "a byte too few", head[:-1]) for kind in (0x31, 0x32)),
        *((kind, "a byte too many", head + b"\0") for kind in (0x31, 0x32)),
    ]


def _refused(device: Device) -> Refused:
    text, offer = _ID + u32(5) + bytes(8), _ID + _FILE
    card = u16(len(device.card)) + device.card
    forged = u16(len(device.card)) + device.card[:-1] + u8(device.card[-1] ^ 1)
    return [
        (0x00, "a byte too many", b"\0"),
        (0x01, "reason 3", b"\3"),
        (0x01, "empty", b""),
        (0x02, "no statement", b""),
        (0x02, "a cut statement", device.card[:-1]),
        (0x02, "type 9", device.card[:4] + b"\x09" + device.card[5:]),
        (0x03, "capture 3", u16(1) + bytes((3, 0, 0, 0))),
        (0x03, "lock 2", u16(1) + bytes((0, 2, 0, 0))),
        (0x03, "marks 4", u16(1) + bytes((0, 0, 4, 0))),
        (0x03, "away 2", u16(1) + bytes((0, 0, 0, 2))),
        (0x04, "180 bytes", bytes(180)),
        (0x05, "15 bytes", bytes(15)),
        (0x06, "verified 2", card + b"\2\0"),
        (0x06, "a petname of 65", card + b"\0" + u8(65) + b"p" * 65),
        (0x06, "a petname that is not UTF-8", card + b"\0\1\xff"),
        (0x06, "a card with a wrong signature", forged + b"\0\0"),
        (0x10, "no words", text),
        (0x10, "12,001 bytes", text + b"x" * 12_001),
        (0x10, "not UTF-8", text + b"\xff"),
        (0x10, "a surrogate", text + b"\xed\xa0\x80"),
        (0x10, "id of zeros", bytes(8) + text[8:] + b"x"),
        (0x10, "lifetime 6", _ID + u32(6) + bytes(8) + b"x"),
        (0x11, "what 0", b"\0" + _ID),
        (0x11, "what 3", b"\3" + _ID),
        (0x11, "no id", b"\1"),
        (0x11, "257 ids", b"\1" + _ID * 257),
        (0x11, "half an id", b"\1" + _ID + _ID[:4]),
        (0x11, "id of zeros", b"\1" + bytes(8)),
        (0x12, "2", b"\2"),
        (0x13, "lifetime 1", u32(1)),
        (0x14, "no id", b""),
        (0x20, "size above 2^40", offer + u64(2**40 + 1) + b"\0" + u32(0) + b"f"),
        (0x20, "view once above 2^24", offer + u64(2**24 + 1) + b"\1" + u32(0) + b"f"),
        (0x20, "view 3", offer + u64(1) + b"\3" + u32(0) + b"f"),
        (0x20, "no name", offer + u64(1) + b"\0" + u32(0)),
        (0x20, "a name of 256", offer + u64(1) + b"\0" + u32(0) + b"f" * 256),
        (0x21, "a byte too few", _FILE + u32(0) + bytes(31)),
        (0x22, "a byte too many", _FILE + bytes(33)),
        (0x23, "reason 4", _FILE + b"\4"),
    ]
