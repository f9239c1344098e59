"""groups.json: rosters that follow each other, and those with which no group begins or goes on."""

from typing import Any

from tests.vectors.reference.primitives import digest, drawn, u8, u32, u64
from tests.vectors.reference.statements import NOW, Device, statement, text_field

_ID = drawn("groups id", 16)
_NO_ROSTER = bytes(32)
_MEMBERS = [Device(f"member {number}") for number in range(1, 18)]

Listed = dict[int, bool]
"""A member's number, from 1; whether an admin."""


def _roster(signer: int, epoch: int, prev: bytes, title: str, listed: Listed) -> bytes:
    ordered = sorted(listed, key=lambda number: _MEMBERS[number - 1].device_id)
    members = b"".join(_member(number, listed[number]) for number in ordered)
    return _signed(signer, epoch, prev, text_field(title) + u8(len(listed)) + members)


def _member(number: int, admin: int) -> bytes:
    member = _MEMBERS[number - 1]
    return member.account_key + member.device_id + u8(admin)


def _signed(signer: int, epoch: int, prev: bytes, rest: bytes, group_id: bytes = _ID) -> bytes:
    device = _MEMBERS[signer - 1]
    body = group_id + u32(epoch) + prev + u64(NOW + epoch) + device.device_id + rest
    return statement(7, body, device.dks)


def _entry(signer: int, epoch: int, prev: bytes, title: str, listed: Listed) -> dict[str, Any]:
    whole = _roster(signer, epoch, prev, title, listed)
    return {
        "signer": signer,
        "epoch": epoch,
        "prev": prev.hex(),
        "issued": NOW + epoch,
        "title": title,
        "listed": [{"member": number, "admin": listed[number]} for number in listed],
        "whole": whole.hex(),
        "digest": digest(whole).hex(),
    }


def document() -> Any:
    fields = ("issued", "expires", "epoch", "flags", "cert")
    seeds = ("ak_seed", "dks_seed", "dkd_private")
    rosters: list[dict[str, Any]] = []

    def follow(signer: int, title: str, listed: Listed) -> None:
        prev = bytes.fromhex(rosters[-1]["digest"]) if rosters else _NO_ROSTER
        rosters.append(_entry(signer, len(rosters) + 1, prev, title, listed))

    follow(1, "Walk \u2602", {1: True, 2: False})
    follow(1, "Walk \u2602", {1: True, 2: True, 3: False})
    follow(2, "", {2: True, 3: False})
    follow(2, "t" * 64, {number: number == 2 for number in range(1, 17)})
    return {
        "group_id": _ID.hex(),
        "members": [
            {name: member.as_json()[name] for name in (*seeds, *fields)} for member in _MEMBERS
        ],
        "rosters": rosters,
        "refused": [
            {"why": why, "signer": signer, "whole": whole.hex()}
            for why, signer, whole in _refused()
        ],
        "refused_first": [
            {"why": why, "signer": signer, "whole": whole.hex()}
            for why, signer, whole in _refused_first()
        ],
        "refused_second": [
            {"why": why, "signer": signer, "whole": whole.hex()}
            for why, signer, whole in _refused_second(bytes.fromhex(rosters[0]["digest"]))
        ],
    }


Refused = list[tuple[str, int, bytes]]


def _refused() -> Refused:
    """Statements that are no rosters."""
    whole = _roster(1, 1, _NO_ROSTER, "walk", {1: True, 2: False})
    in_order = [_member(number, 0) for number in range(1, 18)]
    in_order.sort(key=lambda member: member[32:])

    def listing(*members: bytes, title: bytes = b"\0") -> bytes:
        return _signed(1, 1, _NO_ROSTER, title + u8(len(members)) + b"".join(members))

    return [
        ("signed by another device", 2, whole),
        ("a turned bit", 1, whole[:40] + u8(whole[40] ^ 1) + whole[41:]),
        ("a byte too few", 1, whole[:-1]),
        ("a byte too many", 1, whole + b"\0"),
        ("nobody", 1, listing()),
        ("17 members", 1, listing(*in_order)),
        ("out of order", 1, listing(in_order[1], in_order[0])),
        ("a member twice", 1, listing(in_order[0], in_order[0])),
        ("neither admin nor not", 1, listing(_member(1, 2))),
        ("a title of 65 bytes", 1, listing(_member(1, 1), title=u8(65) + b"t" * 65)),
        ("a title that is not UTF-8", 1, listing(_member(1, 1), title=b"\1\xff")),
        ("more members than it says", 1, _signed(1, 1, _NO_ROSTER, b"\0\1" + _member(1, 1) * 2)),
    ]


def _refused_first() -> Refused:
    """Rosters with which no group begins."""
    both = {1: True, 2: False}
    return [
        ("epoch 0", 1, _roster(1, 0, _NO_ROSTER, "walk", both)),
        ("epoch 2", 1, _roster(1, 2, _NO_ROSTER, "walk", both)),
        ("it follows another", 1, _roster(1, 1, digest(b"another"), "walk", both)),
        ("signed by a member", 2, _roster(2, 1, _NO_ROSTER, "walk", both)),
        ("signed by a stranger", 3, _roster(3, 1, _NO_ROSTER, "walk", both)),
    ]


def _refused_second(first: bytes) -> Refused:
    """Rosters that do not follow the first."""
    three: Listed = {1: True, 2: True, 3: False}
    rest = text_field("walk") + u8(1) + _member(1, 1)
    return [
        ("the same epoch", 1, _roster(1, 1, first, "walk", three)),
        ("an epoch left out", 1, _roster(1, 3, first, "walk", three)),
        ("it follows another", 1, _roster(1, 2, digest(b"another"), "walk", three)),
        ("it follows none", 1, _roster(1, 2, _NO_ROSTER, "walk", three)),
        ("signed by who is an admin from now on", 2, _roster(2, 2, first, "walk", three)),
        ("signed by a stranger", 4, _roster(4, 2, first, "walk", three)),
        ("of another group", 1, _signed(1, 2, first, rest, group_id=drawn("another group", 16))),
    ]
