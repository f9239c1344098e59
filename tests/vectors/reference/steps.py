"""Single steps of the key schedules, and padding."""

from typing import Any

from tests.vectors.reference.primitives import digest, drawn, expand, hkdf, label, mac, u8, u16
from tests.vectors.reference.session import WHK1, Transcript


def kdf_steps() -> Any:
    state = Transcript(WHK1)
    start = state.h
    state.mix("abc", b"abc")
    mixed, secret, text = state.h, drawn("step s", 32), b"hello, world"
    state.key("s", secret)
    key = {"s": secret.hex(), "ck": state.ck.hex(), "k": state.k.hex()}
    sealed = state.enc("p", text)
    return {
        "whk1_start": start.hex(),
        "mix_abc": mixed.hex(),
        "key": key,
        "enc": {"p": text.hex(), "c": sealed.hex(), "h": state.h.hex()},
        "split": _split(),
        "fin": _fin(),
        "kdf_rk": _kdf_rk(),
        "kdf_ck": _kdf_ck(),
    }


def _inputs(*names: str) -> dict[str, bytes]:
    return {name: drawn(f"step {name}", 32) for name in names}


def _as_hex(values: dict[str, bytes]) -> dict[str, str]:
    return {name: value.hex() for name, value in values.items()}


def _split() -> dict[str, str]:
    given = _inputs("ck", "sid")
    return _as_hex(given | {"out": expand(given["ck"], label("split") + given["sid"], 192)})


def _fin() -> dict[str, str]:
    given = _inputs("F", "sid", "fpA", "fpB", "exporter")
    bound = b"".join([label("fin"), *list(given.values())[1:]])
    return _as_hex(given | {"out": b"\x03" + mac(given["F"], bound)})


def _kdf_rk() -> dict[str, str]:
    given = _inputs("RK", "DH", "ss")
    out = hkdf(given["RK"], given["DH"] + given["ss"], label("rk"), 96)
    return _as_hex(given | {"RK_out": out[:32], "CK_out": out[32:64], "NHK_out": out[64:]})


def _kdf_ck() -> dict[str, str]:
    given = _inputs("CK")
    out = expand(given["CK"], label("ck"), 64)
    return _as_hex(given | {"CK_out": out[:32], "MK_out": out[32:]})


_SIZES = (256, 512, 1024, 2048, 4096, 8192, 16384)


def padding() -> Any:
    """Each size's last body and the first of the next, for both kinds of frame."""
    lengths = {16: {0, 1, 13_999, 14_000}, 17: {0, 1, 13_999, 14_000}}
    for size in _SIZES:
        for kind, overhead in ((16, 88), (17, 2360)):
            lengths[kind] |= {n for n in (size - overhead, size - overhead + 1) if 0 <= n <= 14_000}
    padded = [_padded(kind, n) for kind in (16, 17) for n in sorted(lengths[kind])]
    refused = [
        "",
        "10",
        "1000",
        "100001",
        "10000000ff",
        "10000001",
        "1000030061",
        "10ffff" + "00" * 64,
    ]
    too_long = "10" + (14_001).to_bytes(2, "big").hex() + "00" * 14_001
    return {"padded": padded, "refused_plaintexts": [*refused, too_long]}


def _padded(kind: int, length: int) -> dict[str, Any]:
    overhead, sizes = (85, _SIZES) if kind == 16 else (2357, _SIZES[-3:])
    body = bytes(5 * place % 253 for place in range(length))
    size = next(one for one in sizes if one >= overhead + 3 + length)
    plain = (u8(32) + u16(length) + body).ljust(size - overhead, b"\0")
    return {
        "T": kind,
        "kind": 32,
        "body_length": length,
        "body": "byte i is 5 i mod 253",
        "frame_size": size,
        "plaintext_sha256": digest(plain).hex(),
    }
