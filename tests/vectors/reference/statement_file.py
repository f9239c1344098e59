"""statements.json: each statement and text once, and what must not pass."""

from typing import Any

from tests.vectors.reference import statements as make
from tests.vectors.reference.primitives import (
    digest,
    drawn,
    label,
    sign,
    signing_public,
    u8,
    u32,
    u64,
)
from tests.vectors.reference.statements import DAY, NOW, TODAY, Device

_ONION = "c" * 56 + ".onion"
_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493


def document() -> Any:
    device = Device("statements")
    card, token = device.card, make.token(device.ak, "token", NOW + 120, "chat.example:8443")
    challenge = drawn("login challenge", 41)
    host = "chat.example"
    login = sign(device.dks, label("login") + digest(host.encode()) + challenge)
    listed = make.manifest(device.ak, {device.device_id: device.cert}, device.epoch)
    starts = {"from": NOW, "expires": NOW + 300}
    return {
        "now": NOW,
        "device": device.as_json(),
        "device_id": device.device_id.hex(),
        "cert_hash": digest(device.cert).hex(),
        "bundle": {
            "bundle_id": drawn("bundle bundle_id", 8).hex(),
            "spk_private": drawn("bundle spk", 32).hex(),
            "ek_seed_d_z": drawn("bundle ek", 64).hex(),
            **starts,
            "whole": make.bundle(device, "bundle").hex(),
        },
        "manifest": {"epoch": device.epoch, "issued": TODAY, "whole": listed.hex()},
        **_revocations(device),
        "token": {
            "mailbox": drawn("token mailbox", 8).hex(),
            "eph_private": drawn("token eph", 32).hex(),
            "psk": drawn("token psk", 16).hex(),
            "expires": NOW + 120,
            "host": "chat.example:8443",
            "whole": token.hex(),
            "qr": "W1:" + make.base45(token),
        },
        "card_qr": "W1:" + make.base45(card),
        "refused_qr": [
            {"why": why, "text": text} for why, text in _refused_qr(device, card, token).items()
        ],
        "roster": _roster(device),
        "login": {"host": host, "challenge": challenge.hex(), "signature": login.hex()},
        "onion_card": {
            "username": "z" * 24,
            "servers": [_ONION],
            "issued": TODAY,
            "whole": make.card(device.ak, "z" * 24, (_ONION,), TODAY).hex(),
        },
        "invite": _invite(device),
        "refused": {why: whole.hex() for why, whole in _refused(device).items()},
    }


def _refused_qr(device: Device, card: bytes, token: bytes) -> dict[str, str]:
    text = "W1:" + make.base45(card)
    listed = make.manifest(device.ak, {device.device_id: device.cert}, device.epoch)
    return {
        "empty": "",
        "nothing in it": "W1:",
        "small letters": text.lower(),
        "another version": "W2" + text[2:],
        "a recovery sheet's": "W1R" + text[2:],
        "a blank in front": " " + text,
        "a character too many": text + "0",
        "a character too few": text[:-1],
        "a character that base45 has not": text[:-1] + "_",
        "three characters above 65,535": "W1:::::" + text[7:],
        "two statements": "W1:" + make.base45(card + token),
        "a manifest": "W1:" + make.base45(listed),
    }


def _revocations(device: Device) -> dict[str, Any]:
    target = drawn("another device", 16)
    by_device = make.revocation(
        device.account_key, device.dks, 2, target, signer=device.device_id, reason=2
    )
    by_ak = make.revocation(device.account_key, device.ak, 1, device.device_id, reason=3)
    return {
        "revocation_by_ak": {
            "kind": 1,
            "target": device.device_id.hex(),
            "issued": NOW,
            "reason": 3,
            "whole": by_ak.hex(),
        },
        "revocation_by_device": {
            "kind": 2,
            "target": target.hex(),
            "issued": NOW,
            "reason": 2,
            "whole": by_device.hex(),
        },
    }


def _roster(device: Device) -> dict[str, Any]:
    group_id, other = drawn("group id", 16), Device("other member", username="bob")
    whole = make.roster(device, group_id, 1, bytes(32), "Spaziergang ☂", [device, other])
    fields = {"title": "Spaziergang ☂", "epoch": 1, "issued": NOW}
    return {"group_id": group_id.hex(), **fields, "whole": whole.hex()}


def _invite(device: Device) -> dict[str, Any]:
    servers = ("chat.example", _ONION)
    card = make.card(device.ak, "alice", servers, TODAY)
    pin = drawn("pin", 32)
    link = f"whisp:1#{make.base64url(card)}.{make.base64url(pin)}."
    bare = make.card(device.ak, "alice", (), TODAY)
    refused = {
        "scheme in capitals": "W" + link[1:].replace("hisp", "HISP", 1),
        "another version": link.replace(":1#", ":2#"),
        "no card": "whisp:1#",
        "a pin too few": link[:-1],
        "a pin too many": link + ".",
        "a pin of 31 bytes": f"whisp:1#{make.base64url(card)}.{make.base64url(pin[:31])}.",
        "padded": f"whisp:1#{make.base64url(card)}.{make.base64url(pin)}=.",
        "a blank in front": " " + link,
        "a token in it": "whisp:1#" + make.base64url(make.token(device.ak, "token", NOW, "")),
        "the last character's spare bits": link[:-2] + _next_character(link[-2]) + ".",
    }
    return {
        "card": card.hex(),
        "servers": list(servers),
        "pins": [pin.hex(), None],
        "link": link,
        "without_hosts": "whisp:1#" + make.base64url(bare),
        "refused": [{"why": why, "link": wrong} for why, wrong in refused.items()],
    }


def _next_character(character: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return letters[letters.index(character) + 1]


def _refused(device: Device) -> dict[str, bytes]:
    whole = device.cert
    ak, key = device.ak, device.account_key
    flipped = bytes((whole[20] ^ 1,))
    s = int.from_bytes(whole[-32:], "little") + _ORDER
    return {
        "one bit of the body": whole[:20] + flipped + whole[21:],
        "one bit of the signature": whole[:-40] + bytes((whole[-40] ^ 128,)) + whole[-39:],
        "a signature's S not reduced": whole[:-32] + s.to_bytes(32, "little"),
        "a byte too many": whole + b"\0",
        "a byte too few": whole[:-1],
        "a small-order AK and signature": _small_order_manifest(1),
        "a small-order AK, not in its shortest form": _small_order_manifest(_PRIME + 1),
        "a cert of 90 days and a second": Device("long", expires=TODAY + 90 * DAY + 1).cert,
        "a cert that ends when it begins": Device("short", expires=TODAY).cert,
        "a cert from tomorrow": Device("new", issued=TODAY + DAY).cert,
        "a cert of last week": Device("old", issued=TODAY - 9 * DAY, expires=TODAY - DAY).cert,
        "an unknown flag": make.cert(device, flags=4),
        "no proof of possession": make.statement(1, make.cert_body(device) + bytes(64), ak),
        "signed by the device instead of the AK": make.statement(1, whole[7:-64], device.dks),
        "a manifest out of order": _manifest(ak, [b"\2" * 16, b"\1" * 16]),
        "a device twice in a manifest": _manifest(ak, [b"\1" * 16, b"\1" * 16]),
        "a manifest of 17": _manifest(ak, [bytes((n,)) * 16 for n in range(17)]),
        "revocation of kind 4": make.revocation(key, ak, 4, b"\1" * 16),
        "revocation with reason 4": make.revocation(key, ak, 1, b"\1" * 16, reason=4),
        "an account's end with a target": make.revocation(key, ak, 3, b"\1" * 16),
        "a device's end without one": make.revocation(key, ak, 1, bytes(16)),
        "a device ends the account": make.revocation(
            key, device.dks, 3, bytes(16), signer=device.device_id
        ),
        "issued when the signer's cert was none": make.revocation(
            key, device.dks, 1, b"\1" * 16, signer=device.device_id, issued=TODAY + 91 * DAY
        ),
        "suite 2": make.bundle(device, "bundle", suite=2),
        "a bundle of 301 s": make.bundle(device, "bundle", lives=301),
        "a bundle that ran out": make.bundle(device, "bundle", starts=NOW - 420),
        "a bundle from later": make.bundle(device, "bundle", starts=NOW + 121),
        "a token that ran out": make.token(ak, "token", NOW - 120, ""),
        "a token for 121 s": make.token(ak, "token", NOW + 121, ""),
        "a token's host of 38": make.token(ak, "token", NOW + 60, "h" * 38),
        "a name with a capital": make.card(ak, "Alice", (), TODAY),
        "a name of 2": make.card(ak, "al", (), TODAY),
        "a name of 25": make.card(ak, "a" * 25, (), TODAY),
        "a digit first": make.card(ak, "1alice", (), TODAY),
        "a host of 63": make.card(ak, "alice", ("h" * 63,), TODAY),
        "a port of 6 digits": make.card(ak, "alice", ("chat.example:123456",), TODAY),
        "five hosts": make.card(ak, "alice", ("a.b", "c.d", "e.f", "g.h", "i.j"), TODAY),
        "a card of 206": make.card(ak, "alice", ("h" * 43, "i" * 43), TODAY),
        "type 8": make.statement(8, whole[7:-64], ak),
        "a roster of nobody": _roster_of(device, u8(0)),
        "admin 2": _roster_of(device, u8(1) + key + device.device_id + u8(2)),
        "a title of 65": _roster_of(
            device, u8(1) + key + device.device_id + u8(1), title=u8(65) + b"t" * 65
        ),
    }


def _manifest(ak: bytes, ids: list[bytes]) -> bytes:
    entries = b"".join(one + bytes(32) for one in ids)
    return make.statement(2, signing_public(ak) + u32(3) + u64(TODAY) + entries, ak)


def _small_order_manifest(encoded: int) -> bytes:
    """R = A = the neutral element and S = 0: the equation holds for every message."""
    key = encoded.to_bytes(32, "little")
    unsigned = make.statement(2, key + u32(1) + u64(TODAY), drawn("any", 32))[:-64]
    return unsigned + (1).to_bytes(32, "little") + bytes(32)


def _roster_of(device: Device, members: bytes, title: bytes = b"\0") -> bytes:
    body = drawn("group id", 16) + u32(1) + bytes(32) + u64(NOW) + device.device_id
    return make.statement(7, body + title + members, device.dks)
