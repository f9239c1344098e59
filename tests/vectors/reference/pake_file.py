"""pake.json: runs of the PAKE, by libsodium's Ed25519 instead of the package that the product uses.

SPAKE2 as in the package `spake2` 0.9: p1 and p2 carry X* = xB + wM and Y* = yB + wN, after a
letter for the side; both sides know K = xyB.
"""

from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from tests.vectors.reference.primitives import (
    NO_NONCE,
    digest,
    drawn,
    hkdf,
    label,
    mac,
    seal,
    u8,
    u16,
)
from tests.vectors.reference.statements import NOW, Device, bundle, token

_M = bytes.fromhex("15cfd18e385952982b6a8f8c7854963b58e34388c8e6dae891db756481a02312")
_N = bytes.fromhex("f04f2e7eb734b2a8f8b472eaf9c3c632576ac64aea650b496a8a20ff00e583c3")
_ORDER = 2**252 + 27742317777372353535851937790883648493
_NEUTRAL = b"\1" + bytes(31)

Use = dict[str, str]


def document() -> Any:
    owner = Device("pake owner")
    offer = owner.cert + bundle(owner, "pake bundle")
    longest = drawn("longest payload", 2029)
    invited = token(owner.ak, "pake token", NOW + 120, "")
    friend, box = {"username": "alice", "door": "07"}, {"mailbox": "0042"}
    rotating = _run("rotating friend code", friend, "01234567", offer)
    return [
        _with_refusals(rotating, friend),
        _run("printed friend code", {"username": "bob_2", "door": "99"}, "ABCDEFGHJK", offer),
        _run("enrollment by code", box, "99999999", invited),
        _run("empty payload", friend, "00000000", b""),
        _run("longest payload", box, "12345678", longest),
    ]


def _ids(use: Use) -> tuple[bytes, bytes]:
    if "mailbox" in use:
        return label("enroll-guest"), label("enroll-owner") + use["mailbox"].encode()
    return label("friend-guest"), label("friend-owner") + (use["username"] + use["door"]).encode()


def _password_scalar(password: str) -> bytes:
    oversized = HKDF(SHA256(), 48, b"", b"SPAKE2 pw").derive(password.encode())
    return (int.from_bytes(oversized, "big") % _ORDER).to_bytes(32, "little")


def _fill(message: bytes) -> bytes:
    return message.ljust(2048, b"\0")


class _Keys:
    """What both sides have from p2 on, if their codes and uses are the same."""

    def __init__(self, use: Use, password: str, run: str) -> None:
        self.x, self.y = (
            (int.from_bytes(drawn(f"{run} {one}", 64), "big") % _ORDER).to_bytes(32, "little")
            for one in "xy"
        )
        self.w = _password_scalar(password)
        blinded = (
            crypto_core_ed25519_add(
                crypto_scalarmult_ed25519_base_noclamp(scalar),
                crypto_scalarmult_ed25519_noclamp(self.w, element),
            )
            for scalar, element in ((self.x, _M), (self.y, _N))
        )
        self.X, self.Y = blinded
        self.p1, self.p2 = _fill(b"\x40A" + self.X), _fill(b"\x41B" + self.Y)
        self.ids = _ids(use)
        self.hear(password, self.Y)

    def hear(self, password: str, their_y: bytes) -> None:
        """Compute the guest's keys from what came as Y*."""
        blinding = crypto_scalarmult_ed25519_noclamp(self.w, _N)
        unblinded = crypto_core_ed25519_sub(their_y, blinding)
        self.K = crypto_scalarmult_ed25519_noclamp(self.x, unblinded)
        hashed = b"".join(map(digest, (password.encode(), *self.ids)))
        self.spake_key = digest(hashed + self.X + their_y + self.K)
        self.t = digest(self.p1 + _fill(b"\x41B" + their_y))
        whole = hkdf(self.t, self.spake_key, label("pake"), 112)
        self.KA, self.KB, self.psk, self.ticket = whole[:32], whole[32:64], whole[64:96], whole[96:]
        self.p3 = _fill(b"\x42" + mac(self.KA, self.t))


_SHOWN = ("x", "y", "w", "p1", "p2", "K", "spake_key", "t", "KA", "KB", "psk", "ticket", "p3")


def _run(name: str, use: Use, password: str, payload: bytes) -> dict[str, Any]:
    keys = _Keys(use, password, name)
    p4 = b"\x43" + seal(keys.KB, NO_NONCE, keys.t, (u16(len(payload)) + payload).ljust(2031, b"\0"))
    return {
        "name": name,
        **use,
        "password": password,
        "idA": keys.ids[0].hex(),
        "idB": keys.ids[1].hex(),
        **{one: getattr(keys, one).hex() for one in _SHOWN},
        "payload": payload.hex(),
        "p4": p4.hex(),
        "wrong_guests": _wrong_guests(name, use, password, keys),
    }


def _with_refusals(run: dict[str, Any], use: Use) -> dict[str, Any]:
    keys = _Keys(use, run["password"], run["name"])
    payload, p4 = bytes.fromhex(run["payload"]), bytes.fromhex(run["p4"])
    return run | {
        "refused_p1": _refused(_wrong_points(b"\x40", b"A", keys.X, keys.Y, keys.p1)),
        "refused_p2": _refused(_wrong_points(b"\x41", b"B", keys.Y, keys.X, keys.p2)),
        "refused_p3": _refused(_wrong_p3(keys)),
        "refused_p4": _refused(_wrong_p4(keys, payload, p4)),
    }


def _wrong_guests(name: str, use: Use, password: str, right: _Keys) -> list[dict[str, str]]:
    """Guests whose p1 is well formed, and whose p3 shows that they have not the code."""
    other_place = {one: value[:-1] + "1" for one, value in use.items()}
    guests = {
        "another code": (use, password[:-1] + ("9" if password[-1] == "8" else "8")),
        "another place": (other_place, password),
    }
    return [_wrong_guest(name, why, *guest, right) for why, guest in guests.items()]


def _wrong_guest(name: str, why: str, use: Use, password: str, right: _Keys) -> dict[str, str]:
    keys = _Keys(use, password, name)
    keys.hear(password, right.Y)
    return {"why": why, **use, "password": password, "p1": keys.p1.hex(), "p3": keys.p3.hex()}


def _refused(cases: dict[str, bytes]) -> list[dict[str, str]]:
    return [{"why": why, "frame": frame.hex()} for why, frame in cases.items()]


def _wrong_points(
    kind: bytes, side: bytes, point: bytes, theirs: bytes, whole: bytes
) -> dict[str, bytes]:
    off_curve = next(y.to_bytes(32, "little") for y in range(2, 99) if not _may_be_on_curve(y))
    other = {b"A": b"B", b"B": b"A"}[side]
    return {
        "a byte too few": whole[:-1],
        "a byte too many": whole + b"\0",
        "another type": _fill(u8(kind[0] ^ 1) + side + point),
        "not filled with zeros": whole[:-1] + b"\1",
        "the other side's letter": _fill(kind + other + point),
        "the other's own point": _fill(kind + side + theirs),
        "no point": _fill(kind + side + off_curve),
        "the neutral element": _fill(kind + side + _NEUTRAL),
    }


def _may_be_on_curve(y: int) -> bool:
    """Whether x exists with -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1)."""
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime)
    square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
    return square == 0 or pow(square, (prime - 1) // 2, prime) == 1


def _wrong_p3(keys: _Keys) -> dict[str, bytes]:
    tag = mac(keys.KA, keys.t)
    return {
        "a byte too few": keys.p3[:-1],
        "another type": _fill(b"\x43" + tag),
        "not filled with zeros": keys.p3[:-1] + b"\1",
        "a turned bit": _fill(b"\x42" + u8(tag[0] ^ 1) + tag[1:]),
        "under KB": _fill(b"\x42" + mac(keys.KB, keys.t)),
    }


def _wrong_p4(keys: _Keys, payload: bytes, p4: bytes) -> dict[str, bytes]:
    plain = (u16(len(payload)) + payload).ljust(2031, b"\0")
    longer = u16(2030) + plain[2:]
    return {
        "a byte too few": p4[:-1],
        "another type": b"\x42" + p4[1:],
        "a turned bit": p4[:-1] + u8(p4[-1] ^ 1),
        "under KA": b"\x43" + seal(keys.KA, NO_NONCE, keys.t, plain),
        "a payload longer than the frame": b"\x43" + seal(keys.KB, NO_NONCE, keys.t, longer),
    }
