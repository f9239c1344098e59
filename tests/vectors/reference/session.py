"""WHK1, FIN, the ratchet and file frames: whole sessions, with what lies between their steps."""

from typing import Any

from tests.vectors.reference.primitives import (
    NO_NONCE,
    agree,
    agreement_public,
    decapsulate,
    digest,
    drawn,
    encapsulate,
    expand,
    hkdf,
    kem_public,
    label,
    mac,
    seal,
    u8,
    u16,
    u32,
    u64,
)
from tests.vectors.reference.statements import Device, bundle

WHK1 = "Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"
SECRETS = ("rk", "hka", "nhkb", "fa", "fb", "kpair")


class Transcript:
    """h, ck and k; `steps` tells what each step did to them."""

    def __init__(self, name: str) -> None:
        self.h = self.ck = digest(name.encode())
        self.k = bytes(32)
        self.steps: list[dict[str, str]] = []

    def mix(self, what: str, data: bytes) -> None:
        self.h = digest(self.h + data)
        self.steps.append({"do": "mix", "what": what, "h": self.h.hex()})

    def key(self, what: str, secret: bytes) -> None:
        both = hkdf(self.ck, secret, b"", 64)
        self.ck, self.k = both[:32], both[32:]
        state = {"ck": self.ck.hex(), "k": self.k.hex()}
        self.steps.append({"do": "key", "what": what, "s": secret.hex(), **state})

    def enc(self, what: str, text: bytes) -> bytes:
        sealed = seal(self.k, NO_NONCE, self.h, text)
        self.h = digest(self.h + sealed)
        self.steps.append({"do": "enc", "what": what, "h": self.h.hex()})
        return sealed


def with_length(data: bytes) -> bytes:
    return u16(len(data)) + data


class Handshake:
    """One session's m1 and m2; the attributes are inputs, and may be made wrong on purpose."""

    def __init__(self, name: str, a: Device, b: Device, psk: bytes = bytes(32)) -> None:
        self.name, self.a, self.b, self.psk = name, a, b, psk
        self.cert_a, self.card_a = a.cert, a.card
        self.bundle = bundle(b, name)
        self.spk, self.ek_seed = drawn(f"{name} spk", 32), drawn(f"{name} ek", 64)
        self.ea, self.eka_seed = drawn(f"{name} EA", 32), drawn(f"{name} ekA", 64)
        self.ea_public, self.eka = agreement_public(self.ea), kem_public(self.eka_seed)
        self.eb, self.ekr_seed = drawn(f"{name} EB", 32), drawn(f"{name} ekR", 64)
        self.eb_public, self.ekr = agreement_public(self.eb), kem_public(self.ekr_seed)
        self.route_a, self.route_b = route(f"{name} A"), route(f"{name} B")
        self.tail = b""
        self.bundle_id = drawn(f"{name} bundle_id", 8)

    def write(self) -> None:
        """Compute m1, m2 and all that follows from them."""
        state = Transcript(WHK1)
        state.mix("cert_B", self.b.cert)
        state.mix("bundle_B", self.bundle)
        self.m1 = self._write_m1(state)
        self.m2 = self._write_m2(state)
        self.sid, self.steps = state.h, state.steps
        whole = expand(state.ck, label("split") + state.h, 192)
        self.secrets = {name: whole[32 * at :][:32] for at, name in enumerate(SECRETS)}

    def _write_m1(self, state: Transcript) -> bytes:
        spk = agreement_public(self.spk)
        ct1, ss1 = encapsulate(kem_public(self.ek_seed), drawn(f"{self.name} ct1", 32))
        clear = b"\x01" + self.bundle_id + self.ea_public + ct1
        state.mix("the first 1129 bytes of m1", clear)
        state.key("DH(EA, SPK_B)", self._small(self.ea_public) or agree(self.ea, spk))
        theirs = agreement_public(self.b.dkd)
        state.key("DH(EA, DKd_B)", self._small(self.ea_public) or agree(self.ea, theirs))
        state.key("ss1", ss1)
        sealed_cert = state.enc("cert_A", self.cert_a)
        state.key("DH(DKd_A, SPK_B)", agree(self.a.dkd, spk))
        state.key("psk", self.psk)
        first = self.eka + with_length(self.card_a) + with_length(self.route_a)
        first = (first + self.tail).ljust(2683, b"\0")
        return clear + sealed_cert + state.enc("P1", first)

    def _write_m2(self, state: Transcript) -> bytes:
        ct2, ss2 = encapsulate(kem_public(self.eka_seed), drawn(f"{self.name} ct2", 32))
        clear = b"\x02" + self.eb_public + ct2
        state.mix("the first 1121 bytes of m2", clear)
        small = self._small(self.eb_public)
        state.key("DH(EB, EA)", small or agree(self.eb, agreement_public(self.ea)))
        state.key("DH(EB, DKd_A)", small or agree(self.eb, agreement_public(self.a.dkd)))
        state.key("ss2", ss2)
        second = self.ekr + with_length(self.route_b)
        return clear + state.enc("P2", (second + self.tail).ljust(2959, b"\0"))

    @staticmethod
    def _small(public: bytes) -> bytes:
        """Return what DH with a public key of small order is: zeros, which must be refused."""
        return bytes(32) if public in (bytes(32), b"\x01" + bytes(31)) else b""

    def fin(self) -> dict[str, str]:
        prints = [drawn(f"{self.name} {one}", 32) for one in ("fpA", "fpB", "exporter")]
        bound = label("fin") + self.sid + b"".join(prints)
        return {
            **dict(zip(("fpA", "fpB", "exporter"), (one.hex() for one in prints), strict=True)),
            "from_A": (b"\x03" + mac(self.secrets["fa"], bound)).hex(),
            "from_B": (b"\x03" + mac(self.secrets["fb"], bound)).hex(),
        }

    def as_json(self) -> dict[str, Any]:
        ids = {"bundle_id": self.bundle_id.hex(), "spk_private": self.spk.hex()}
        return {
            "name": self.name,
            "now": 1_850_000_000,
            "psk": self.psk.hex(),
            "A": self.a.as_json(),
            "B": self.b.as_json(),
            "bundle": {**ids, "ek_seed_d_z": self.ek_seed.hex(), "whole": self.bundle.hex()},
            "route_A": self.route_a.hex(),
            "route_B": self.route_b.hex(),
            "EA_private": self.ea.hex(),
            "ekA_seed_d_z": self.eka_seed.hex(),
            "EB_private": self.eb.hex(),
            "ekR_seed_d_z": self.ekr_seed.hex(),
            "kem_m": {one: drawn(f"{self.name} {one}", 32).hex() for one in ("ct1", "ct2")},
            "m1": self.m1.hex(),
            "m2": self.m2.hex(),
            "steps": self.steps,
            "secrets": {"sid": self.sid.hex()} | {k: v.hex() for k, v in self.secrets.items()},
            "fin": self.fin(),
        }


def route(name: str) -> bytes:
    """Return a route with one candidate."""
    ufrag, pwd = drawn(f"{name} ufrag", 2).hex(), drawn(f"{name} pwd", 11).hex()
    candidate = bytes((2, 4, 198, 51, 100, 7)) + u16(3478) + b"\0" + u32(41819903)
    credentials = u8(len(ufrag)) + ufrag.encode() + u8(len(pwd)) + pwd.encode()
    return credentials + drawn(f"{name} fingerprint", 32) + b"\x01" + candidate


class Side:
    """One side of the ratchet, as far as writing frames needs it."""

    def __init__(self, shake: Handshake, name: str) -> None:
        self.name, self.session, self.sid = name, shake.name, shake.sid
        self.rk = shake.secrets["rk"]
        self.nhk_s = shake.secrets["hka" if name == "A" else "nhkb"]
        self.my_turn = name == "A"
        self.their_dh, self.their_ek = shake.eb_public, shake.ekr
        self.dh, self.ek_seed = shake.eb, shake.ekr_seed
        self.sent_in_turn = self.written = 0
        self.hk = self.ck = b""

    def write(self, kind: int, body: bytes) -> dict[str, Any]:
        """Return the next frame with its inputs and the keys that made it."""
        self.written += 1
        draw = f"{self.session} {self.name} frame {self.written}"
        hn = drawn(f"{draw} hn", 12)
        event: dict[str, Any] = {"do": "write", "from": self.name, "kind": kind}
        event |= {"body": body.hex(), "hn": hn.hex()}
        first, pn = self.my_turn, self.sent_in_turn
        extra = self._begin_turn(draw, event) if first else b""
        self.pn = pn if first else self.pn
        step = expand(self.ck, label("ck"), 64)
        self.ck, mk = step[:32], step[32:]
        header = agreement_public(self.dh) + u32(self.pn) + u32(self.sent_in_turn) + extra
        kind_of_frame = b"\x11" if first else b"\x10"
        prefix = kind_of_frame + hn + seal(self.hk, hn, kind_of_frame + self.sid, header)
        sizes = (4096, 8192, 16384) if first else (256, 512, 1024, 2048, 4096, 8192, 16384)
        size = next(one for one in sizes if one >= len(prefix) + 3 + len(body) + 16)
        plain = (u8(kind) + u16(len(body)) + body).ljust(size - len(prefix) - 16, b"\0")
        frame = prefix + seal(mk, NO_NONCE, self.sid + prefix, plain)
        self.sent_in_turn += 1
        keys = {"rk": self.rk, "hk": self.hk, "ck": self.ck, "mk": mk}
        return event | {"frame": frame.hex()} | {name: key.hex() for name, key in keys.items()}

    def _begin_turn(self, draw: str, event: dict[str, Any]) -> bytes:
        self.sent_in_turn, self.my_turn, self.hk = 0, False, self.nhk_s
        self.dh, self.ek_seed = drawn(f"{draw} DHs", 32), drawn(f"{draw} ek", 64)
        m = drawn(f"{draw} m", 32)
        ct, ss = encapsulate(self.their_ek, m)
        root = hkdf(self.rk, agree(self.dh, self.their_dh) + ss, label("rk"), 96)
        self.rk, self.ck, self.nhk_s = root[:32], root[32:64], root[64:]
        self.ct = ct
        event |= {"DHs_private": self.dh.hex(), "ek_seed_d_z": self.ek_seed.hex()}
        event["kem_m"] = m.hex()
        return kem_public(self.ek_seed) + ct

    def hear_turn(self, other: "Side") -> None:
        """Take over what the first frame of the other's turn carries."""
        self.their_dh, self.their_ek = agreement_public(other.dh), kem_public(other.ek_seed)
        both = agree(self.dh, self.their_dh) + decapsulate(self.ek_seed, other.ct)
        self.rk = hkdf(self.rk, both, label("rk"), 96)[:32]
        self.my_turn = True


def file_of(shake: Handshake, size: int) -> dict[str, Any]:
    """Return a pass over a file, and one that goes on after its first chunk; byte i is 11 i."""
    data = bytes(11 * place % 256 for place in range(size))
    file_id = drawn(f"{shake.name} file_id", 16)
    first, frames = _file_pass(shake, file_id, "secret", data, 0)
    resumed, _ = _file_pass(shake, file_id, "second secret", data, 1)
    return {
        "file_id": file_id.hex(),
        "size": size,
        "data": "byte i is 11 i mod 256",
        "sha256": digest(data).hex(),
        **first,
        "frame_1_head_and_tag": [frames[1][:21].hex(), frames[1][-16:].hex()],
        "resumed": {"from": 1, **resumed},
    }


def _file_pass(
    shake: Handshake, file_id: bytes, name: str, data: bytes, start: int
) -> tuple[dict[str, Any], list[bytes]]:
    secret, size = drawn(f"{shake.name} {name}", 32), len(data)
    keys = expand(secret, label("file") + shake.sid + file_id, 48)
    frames = []
    for index in range(start, -(-size // 16384)):
        head = b"\x12" + keys[:16] + u32(index)
        chunk = data[16384 * index :][:16384].ljust(16384, b"\0")
        nonce = bytes(8) + u32(index)
        frames.append(head + seal(keys[16:], nonce, shake.sid + head + u64(size), chunk))
    shown = {"secret": secret.hex(), "pass": keys[:16].hex(), "key": keys[16:].hex()}
    return shown | {"frame_sha256": [digest(frame).hex() for frame in frames]}, frames
