"""enrollment.json: a new device joins an account, e1 to e4, and what ends or must not end that."""

from collections.abc import Callable
from typing import Any

from tests.vectors.reference.primitives import (
    agree,
    agreement_public,
    drawn,
    encapsulate,
    expand,
    kem_public,
    label,
    sign,
    u8,
)
from tests.vectors.reference.session import Transcript, with_length
from tests.vectors.reference.statements import (
    DAY,
    NOW,
    TODAY,
    Device,
    cert_body,
    manifest,
    token,
)

_NAME = "Whisp_Enroll_25519_MLKEM768_ChaChaPoly_SHA256_v1"
_FRAMES = ("e1", "e2", "e3", "e4")

Change = Callable[["Enrollment"], None]


class Enrollment:
    """One run; the attributes are what goes in, and may be made wrong on purpose."""

    def __init__(self, name: str, flags: int, host: str) -> None:
        self.name, self.host = name, host
        self.old = Device(f"{name} old", epoch=1)
        self.new = Device(f"{name} new", account=f"{name} old", epoch=2, flags=flags)
        self.token = token(self.old.ak, name, NOW + 120, host)
        self.psk, self.eph = drawn(f"{name} psk", 16), drawn(f"{name} eph", 32)
        self.en, self.ekn_seed = drawn(f"{name} EN", 32), drawn(f"{name} ekN", 64)
        self.eo, self.m = drawn(f"{name} EO", 32), drawn(f"{name} ctN", 32)
        self.ekn = kem_public(self.ekn_seed)
        self.offer = cert_body(self.new)
        self.shown_keys = self.new.keys
        self.proof = sign(self.new.dks, label("devpop") + self.offer)
        self.cert, self.card = self.new.cert, self.old.card
        self.listed = {one.device_id: one.cert for one in (self.old, self.new)}
        self.epoch = 2
        self.seed = self.old.ak if flags & 2 else bytes(32)
        self.tail = b""

    def write(self) -> None:
        state = Transcript(_NAME)
        state.mix("token", self.token)
        clear = b"\x30" + agreement_public(self.en) + self.ekn
        state.mix("the first 1217 bytes of e1", clear)
        state.key("DH(EN, EPH)", agree(self.en, agreement_public(self.eph)))
        state.key("psk", self.psk)
        self.e1 = _fill(clear + state.enc("DKs, DKd", self.shown_keys))
        ct, ss = encapsulate(kem_public(self.ekn_seed), self.m)
        clear = b"\x31" + agreement_public(self.eo) + ct
        state.mix("the first 1121 bytes of e2", clear)
        state.key("DH(EO, EN)", agree(self.eo, agreement_public(self.en)))
        state.key("ssN", ss)
        self.e2 = _fill(clear + state.enc("the first 117 bytes of the cert's body", self.offer))
        number = int.from_bytes(expand(state.ck, label("digits") + state.h, 8), "big")
        self.digits = f"{number % 10**6:06}"
        self.e3 = _last(b"\x32", state, "PoP", self.proof)
        self.manifest = manifest(self.old.ak, self.listed, self.epoch)
        last = self.cert + self.seed + with_length(self.card) + with_length(self.manifest)
        self.e4 = _last(b"\x33", state, "the rest", (last + self.tail).ljust(1984, b"\0"))
        self.kpair = expand(state.ck, label("enroll-pair") + state.h, 32)
        self.steps = state.steps

    def as_json(self) -> dict[str, Any]:
        fields = ("issued", "expires", "epoch", "flags")
        return {
            "name": self.name,
            "now": NOW,
            "ak_seed": self.old.ak.hex(),
            "token": {
                "mailbox": drawn(f"{self.name} mailbox", 8).hex(),
                "eph_private": self.eph.hex(),
                "psk": self.psk.hex(),
                "host": self.host,
                "whole": self.token.hex(),
            },
            "new": {"dks_seed": self.new.dks.hex(), "dkd_private": self.new.dkd.hex()},
            "EN_private": self.en.hex(),
            "ekN_seed_d_z": self.ekn_seed.hex(),
            "EO_private": self.eo.hex(),
            "kem_m": self.m.hex(),
            "offer": {field: getattr(self.new, field) for field in fields},
            **{frame: getattr(self, frame).hex() for frame in _FRAMES},
            "steps": self.steps,
            "digits": self.digits,
            "wrong_digits": _wrong_digits(self.digits),
            "cert": self.cert.hex(),
            "card": self.card.hex(),
            "manifest": self.manifest.hex(),
            "account_seed": self.seed.hex(),
            "kpair": self.kpair.hex(),
        }


def _fill(message: bytes) -> bytes:
    return message.ljust(2048, b"\0")


def _last(kind: bytes, state: Transcript, what: str, text: bytes) -> bytes:
    state.mix("type", kind)
    state.key("nothing", b"")
    return _fill(kind + state.enc(what, text))


def _wrong_digits(digits: str) -> list[str]:
    return [digits[:-1] + str((int(digits[-1]) + 1) % 10), digits[:-1], digits + "0", ""]


def document() -> Any:
    plain = Enrollment("by QR", 1, "chat.example:8443")
    holder = Enrollment("by QR, with the account's seed", 3, "")
    return [_whole(plain), _whole(holder)]


def _whole(run: Enrollment) -> dict[str, Any]:
    run.write()
    return run.as_json() | {
        f"refused_{frame}": _refused(run, frame, changes)
        for frame, changes in zip(_FRAMES, _changes(run), strict=True)
    }


def _refused(run: Enrollment, frame: str, changes: dict[str, Change]) -> list[dict[str, str]]:
    genuine = getattr(run, frame)
    wrong = {
        "a byte too few": genuine[:-1],
        "another type": u8(genuine[0] ^ 1) + genuine[1:],
        "not filled with zeros": genuine[:-1] + b"\1",
        "a turned bit": genuine[:40] + u8(genuine[40] ^ 1) + genuine[41:],
    }
    for why, change in changes.items():
        made = Enrollment(run.name, run.new.flags, run.host)
        change(made)
        made.write()
        wrong[why] = getattr(made, frame)
    return [{"why": why, "frame": made.hex()} for why, made in wrong.items()]


def _set(**values: Any) -> Change:
    def change(run: Enrollment) -> None:
        for name, value in values.items():
            setattr(run, name, value)

    return change


def _changes(run: Enrollment) -> tuple[dict[str, Change], ...]:
    stranger = Device("stranger", username="eve", epoch=2)
    holds = bool(run.new.flags & 2)
    return (
        {
            "another psk": _set(psk=drawn("guessed", 16)),
            "to another token": _set(token=token(run.old.ak, "another", NOW + 120, "")),
            "ekN with a number that is not reduced": _set(ekn=b"\xff\xff" + run.ekn[2:]),
        },
        {
            "a cert for other keys": _set(offer=cert_body(stranger)),
            "a cert with an unknown flag": _set(offer=cert_body(run.new, flags=8)),
            "a cert of 91 days": _set(offer=cert_body(_lives(run, 91))),
            "to another e1": _set(en=drawn("another EN", 32)),
        },
        {
            "no possession": _set(proof=bytes(64)),
            "possession of another device's": _set(
                proof=sign(stranger.dks, label("devpop") + run.offer)
            ),
        },
        {
            "another cert than was offered": _set(cert=_lives(run, 30).cert),
            "a cert with a wrong signature": _set(cert=run.cert[:-1] + u8(run.cert[-1] ^ 1)),
            "another account's card": _set(card=stranger.card),
            "a manifest without the new device": _set(listed={run.old.device_id: run.old.cert}),
            "a manifest of another epoch": _set(epoch=3),
            "another seed": _set(seed=stranger.ak),
            "the seed in the wrong case": _set(seed=bytes(32) if holds else run.old.ak),
            "an end that is not zeros": _set(tail=b"\0\1"),
        },
    )


def _lives(run: Enrollment, days: int) -> Device:
    return Device(
        run.new.name,
        account=run.old.name,
        epoch=2,
        flags=run.new.flags,
        expires=TODAY + days * DAY,
    )
