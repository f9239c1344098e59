"""Safety numbers, friend codes, rendezvous ids, recovery sheets and proofs of work."""

import hashlib
import hmac
import unicodedata
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.vectors.reference.primitives import (
    NO_NONCE,
    agree,
    agreement_public,
    digest,
    drawn,
    hkdf,
    label,
    mac,
    seal,
    signing_public,
    u8,
    u64,
)
from tests.vectors.reference.statements import NOW, Device, base45, card, roster

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def safety_numbers() -> Any:
    keys = [signing_public(drawn(f"safety {number}", 32)) for number in range(4)]
    pairs = [(0, 1), (2, 3), (1, 0), (2, 2)]
    return [_safety_number(keys[one], keys[other]) for one, other in pairs]


def _safety_number(one: bytes, other: bytes) -> dict[str, str]:
    halves = sorted(map(_half, (one, other)))
    return {"ak_one": one.hex(), "ak_other": other.hex(), "digits": "".join(halves)}


def _half(account_key: bytes) -> str:
    key = b"\x05" + account_key
    state = b"\0\0" + key + account_key
    for _ in range(5200):
        hashed = hashlib.new("sha512")
        hashed.update(state)
        hashed.update(key)
        state = hashed.digest()
    return "".join(
        str(int(state[at : at + 5].hex(), 16) % 100_000).zfill(5) for at in range(0, 30, 5)
    )


def friend_codes() -> Any:
    seed = drawn("friend code seed", 32)
    cases = [(0, 60, NOW), (0, 60, NOW + 60), (49, 60, NOW), (7, 90, NOW), (7, 120, NOW + 119)]
    cases += [(13, 61, 61), (13, 61, 2**33)]
    kpair, member = drawn("kpair", 32), Device("member", epoch=1)
    listed = roster(member, drawn("group", 16), 1, bytes(32), "walk", [member])
    windows = (NOW, NOW + 599, NOW + 600, NOW - 600)
    return {
        "codes": [_code(seed, *case) for case in cases],
        "printed_normal": [
            ["AbCdE-fGhJk", "ABCDEFGHJK"],
            [" ooil0 1-23 4 zZ".replace("zZ", "z"), "0011012" + "34Z"],
            ["iIlLoO 9 8 7 6", "1111009876"],
        ],
        "rendezvous": [
            {
                "kpair": kpair.hex(),
                "announcer": member.device_id.hex(),
                "now": now,
                "id": _seen(kpair, "seen", member.device_id, now),
            }
            for now in windows
        ],
        "kin": [_kin("kin one", "kin other"), _kin("kin other", "kin one")],
        "group_rendezvous": [
            {
                "roster": listed.hex(),
                "announcer": member.device_id.hex(),
                "now": now,
                "id": _seen(digest(listed), "group-seen", member.device_id, now),
            }
            for now in windows
        ],
    }


def _kin(own: str, other: str) -> dict[str, Any]:
    one, two = Device(own, epoch=1), Device(other, epoch=1)
    ids = b"".join(sorted((one.device_id, two.device_id)))
    shared = agree(one.dkd, agreement_public(two.dkd))
    return {
        "signing_seed": one.dks.hex(),
        "agreement_private": one.dkd.hex(),
        "cert": two.cert.hex(),
        "kpair": hkdf(ids, shared, label("kin"), 32).hex(),
    }


def _code(seed: bytes, slot: int, period: int, now: int) -> dict[str, Any]:
    window = now // period
    hashed = hmac.new(seed, u64(window), hashlib.sha256).digest()
    start = hashed[31] % 16
    number = int(hashed[start : start + 4].hex(), 16) % 2**31
    code = f"{2 * slot + window % 2:02d}{number % 10**8:08d}"
    return {"seed": seed.hex(), "slot": slot, "period": period, "now": now, "code": code}


def _seen(key: bytes, name: str, announcer: bytes, now: int) -> str:
    return mac(key, label(name) + announcer + u64(now // 600))[:16].hex()


def recovery_sheets() -> Any:
    """The second passphrase is not in NFC: e and a combining acute."""
    return [
        _sheet(name, words)
        for name, words in (("sheet 1", "seven quiet rivers"), ("sheet 2", "cafe\u0301 at noon"))
    ]


def _sheet(name: str, passphrase: str) -> dict[str, str]:
    salt, seed = drawn(f"{name} salt", 16), drawn(f"{name} seed", 32)
    derived = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=2**18)
    key = derived.derive(unicodedata.normalize("NFC", passphrase).encode())
    sheet = b"\x50" + salt + seal(key, NO_NONCE, b"\x50" + salt, seed)
    bits = "".join(f"{byte:08b}" for byte in sheet)
    text = "".join(_CROCKFORD[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    return {
        "passphrase": passphrase,
        "salt": salt.hex(),
        "ak_seed": seed.hex(),
        "sheet": sheet.hex(),
        "qr": "W1R:" + base45(sheet),
        "text": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    }


def proofs_of_work() -> Any:
    bindings = {
        "m1": digest(drawn("an m1", 4096)),
        "card": digest(card(drawn("work ak", 32), "carol", (), NOW)),
        "username": digest(b"carol"),
        "guest": digest(label("guest")),
    }
    return [_work(what, binding, 8 + at) for at, (what, binding) in enumerate(bindings.items())]


def _work(what: str, binding: bytes, bits: int) -> dict[str, Any]:
    server_key = drawn("server key", 32)
    unsigned = u8(bits) + u64(NOW + 120) + drawn(f"{what} salt", 16)
    challenge = unsigned + mac(server_key, label("pow-mac") + unsigned)[:16]
    solution = b""
    for part in range(8):
        nonce = 0
        head = label("pow") + challenge + binding + u8(part)
        while int.from_bytes(digest(head + u64(nonce)), "big") >> (256 - bits + 3):
            nonce += 1
        solution += u64(nonce)
    return {
        "what": what,
        "server_key": server_key.hex(),
        "now": NOW,
        "challenge": challenge.hex(),
        "binding": binding.hex(),
        "solution": solution.hex(),
        "note": "other nonces that satisfy the rule are as good",
        "refused": _wrong_solutions(challenge, binding, solution, bits),
    }


def _wrong_solutions(challenge: bytes, binding: bytes, solution: bytes, bits: int) -> Any:
    """Return solutions that miss the rule in one place; no chance of a lucky nonce."""
    nonce = 0
    head = label("pow") + challenge + binding + u8(7)
    while not int.from_bytes(digest(head + u64(nonce)), "big") >> (256 - bits + 3):
        nonce += 1
    return [
        {"why": "the last nonce is none", "solution": (solution[:56] + u64(nonce)).hex()},
        {"why": "a nonce too few", "solution": solution[:56].hex()},
        {"why": "a byte too many", "solution": (solution + b"\0").hex()},
    ]
