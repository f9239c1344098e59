"""pake.json: whole runs, what both sides know on the way, and what ends a run."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from spake2.parameters.ed25519 import ParamsEd25519

from tests.vectors.document import Fields, the_list
from tests.vectors.expect import given, refuses, same
from whisp_desktop.protocol.kdf import hkdf, label, sha256
from whisp_desktop.protocol.keys import Random, Secret
from whisp_desktop.protocol.pake import (
    PakeGuest,
    PakeOwner,
    PakeUse,
    enrollment_use,
    friend_use,
)

_PARTS_OF_KEY = ("KA", "KB", "psk", "ticket")


def _use(entry: Fields) -> PakeUse:
    if "mailbox" in entry:
        return enrollment_use(entry["mailbox"])
    return friend_use(entry["username"], entry["door"])


def _password(entry: Fields) -> Secret:
    return Secret(entry["password"].encode())


def _scalar(entry: Fields, name: str) -> Random:
    """Return the randomness from which the package makes this scalar (32 bytes, little-endian)."""
    [scalar] = entry.hex(name)
    return given(int.from_bytes(scalar, "little").to_bytes(64, "big"))


def _guest(entry: Fields) -> PakeGuest:
    return PakeGuest(_use(entry), _password(entry), _scalar(entry, "x"))


def _owner(entry: Fields) -> PakeOwner:
    return PakeOwner(_use(entry), _password(entry), _scalar(entry, "y"))


def _check_run(entry: Fields) -> None:
    use = _use(entry)
    same([use.guest_id, use.owner_id], entry.hex("idA", "idB"))
    p1, p2, p3, p4, payload = entry.hex("p1", "p2", "p3", "p4", "payload")
    guest, owner = _guest(entry), _owner(entry)
    same(guest.write(), p1)
    same(owner.read(p1), p2)
    same(guest.read(p2), p3)
    owner.check(p3)
    same(owner.write(payload), p4)
    for refusal in entry.items_if_any("refused_p4"):
        refuses(guest.open, refusal.bytes_of("frame"))
    same(guest.open(p4), payload)
    for side in (guest, owner):
        keys = side._agreed()
        same(keys.transcript, entry.bytes_of("t"))
        found = [bytes(one.data) for one in (keys.confirm, keys.payload, side.psk())]
        same([*found, side.ticket()], entry.hex(*_PARTS_OF_KEY))
    _check_between(entry, p1, p2)


def _check_between(entry: Fields, p1: bytes, p2: bytes) -> None:
    """Compare what the package keeps to itself."""
    password = bytes(_password(entry).data)
    scalar = ParamsEd25519.group.password_to_scalar(password).to_bytes(32, "little")
    guest_id, owner_id, shared, spake_key, t = entry.hex("idA", "idB", "K", "spake_key", "t")
    same(scalar, entry.bytes_of("w"))
    hashed = b"".join(map(sha256, (password, guest_id, owner_id)))
    same(bytes(sha256(hashed + p1[2:34] + p2[2:34] + shared)), spake_key)
    whole = b"".join(entry.hex(*_PARTS_OF_KEY))
    same(bytes(hkdf(t, spake_key, label("pake"), 112)), whole)


def _check_refusals(entry: Fields) -> None:
    """Every refusal ends its run, or comes before it: each has sides of its own."""
    p1, p2 = entry.hex("p1", "p2")
    for refusal in entry.items_if_any("refused_p1"):
        refuses(_owner(entry).read, refusal.bytes_of("frame"))
    for refusal in entry.items_if_any("refused_p2"):
        guest = _guest(entry)
        guest.write()
        refuses(guest.read, refusal.bytes_of("frame"))
    for refusal in entry.items_if_any("refused_p3"):
        owner = _owner(entry)
        owner.read(p1)
        refuses(owner.check, refusal.bytes_of("frame"))
    for wrong in entry.items_of("wrong_guests"):
        guest, owner = PakeGuest(_use(wrong), _password(wrong), _scalar(entry, "x")), _owner(entry)
        [their_p1, their_p3] = wrong.hex("p1", "p3")
        same(guest.write(), their_p1)
        same(owner.read(their_p1), p2)
        same(guest.read(p2), their_p3)
        refuses(owner.check, their_p3)


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for entry in the_list(document):
        yield str(entry.get("name")), partial(_check_run, entry)
        yield f"{entry.get('name')}: refusals", partial(_check_refusals, entry)


CHECKS = {"pake.json": _entries}
