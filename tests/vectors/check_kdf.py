"""kdf_steps.json: each step of the key schedules by itself."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.expect import same
from whisp_desktop.protocol.fin import fin_message
from whisp_desktop.protocol.kdf import expand, hkdf, label
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.symmetric_state import SymmetricState

_START = b"Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"


def _mix(steps: dict[str, Any]) -> None:
    state = SymmetricState.start(_START)
    same(state.transcript_hash.hex(), steps["whk1_start"])
    state.mix(b"abc")
    same(state.transcript_hash.hex(), steps["mix_abc"])


def _key_and_enc(steps: dict[str, Any]) -> None:
    state = SymmetricState.start(_START)
    state.mix(b"abc")
    state.key(bytes.fromhex(steps["key"]["s"]))
    same(state._chaining_key.hex(), steps["key"]["ck"])
    same(state._key.hex(), steps["key"]["k"])
    opening = state.fork()
    opening._key[:] = state._key
    text, sealed = (bytes.fromhex(steps["enc"][field]) for field in ("p", "c"))
    same(state.seal(text), sealed)
    same(opening.open(sealed), text)
    for side in (state, opening):
        same(side.transcript_hash.hex(), steps["enc"]["h"])


def _split(step: dict[str, bytes]) -> None:
    same(SymmetricState(step["ck"], step["sid"]).derive("split", 192), step["out"])


def _fin(step: dict[str, bytes]) -> None:
    bound = (step[name] for name in ("sid", "fpA", "fpB", "exporter"))
    same(fin_message(Secret(step["F"]), *bound), step["out"])


def _kdf_rk(step: dict[str, bytes]) -> None:
    out = hkdf(step["RK"], step["DH"] + step["ss"], label("rk"), 96)
    same(out, step["RK_out"] + step["CK_out"] + step["NHK_out"])


def _kdf_ck(step: dict[str, bytes]) -> None:
    same(expand(step["CK"], label("ck"), 64), step["CK_out"] + step["MK_out"])


_STEPS = {"split": _split, "fin": _fin, "kdf_rk": _kdf_rk, "kdf_ck": _kdf_ck}


def _check_step(check: Callable[[dict[str, bytes]], None], step: dict[str, str]) -> None:
    check({field: bytes.fromhex(text) for field, text in step.items()})


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    known = {"mix_abc": partial(_mix, document), "enc": partial(_key_and_enc, document)}
    for name, value in document.items():
        if name in known:
            yield name, known[name]
        elif name in _STEPS:
            yield name, partial(_check_step, _STEPS[name], value)


CHECKS = {"kdf_steps.json": _entries}
