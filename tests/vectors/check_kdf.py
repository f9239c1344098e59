"""kdf_steps.json: each step of the key schedules by itself."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, the_object
from tests.vectors.expect import same
from whisp_desktop.protocol.fin import fin_message
from whisp_desktop.protocol.kdf import expand, hkdf, label
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.symmetric_state import SymmetricState

_START = b"Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"


def _mix(steps: Fields) -> None:
    state = SymmetricState.start(_START)
    same(state.transcript_hash, steps.bytes_of("whk1_start"))
    state.mix(b"abc")
    same(state.transcript_hash, steps.bytes_of("mix_abc"))


def _key_and_enc(steps: Fields) -> None:
    state = SymmetricState.start(_START)
    state.mix(b"abc")
    state.key(steps["key"].bytes_of("s"))
    same([bytes(state._chaining_key), bytes(state._key)], steps["key"].hex("ck", "k"))
    opening = state.fork()
    opening._key[:] = state._key
    text, sealed, after = steps["enc"].hex("p", "c", "h")
    same(state.seal(text), sealed)
    same(opening.open(sealed), text)
    for side in (state, opening):
        same(side.transcript_hash, after)


def _split(step: Fields) -> None:
    same(bytes(SymmetricState(*step.hex("ck", "sid")).derive("split", 192)), step.bytes_of("out"))


def _fin(step: Fields) -> None:
    secret, *bound = step.hex("F", "sid", "fpA", "fpB", "exporter")
    same(fin_message(Secret(secret), *bound), step.bytes_of("out"))


def _kdf_rk(step: Fields) -> None:
    root, dh, shared = step.hex("RK", "DH", "ss")
    out = hkdf(root, dh + shared, label("rk"), 96)
    same(_thirty_twos(out), step.hex("RK_out", "CK_out", "NHK_out"))


def _kdf_ck(step: Fields) -> None:
    out = expand(step.bytes_of("CK"), label("ck"), 64)
    same(_thirty_twos(out), step.hex("CK_out", "MK_out"))


def _thirty_twos(out: bytearray) -> list[bytes]:
    return [bytes(out[at : at + 32]) for at in range(0, len(out), 32)]


_STEPS = {"split": _split, "fin": _fin, "kdf_rk": _kdf_rk, "kdf_ck": _kdf_ck}


def _check_step(name: str, steps: Fields) -> None:
    _STEPS[name](steps[name])


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    steps = the_object(document)
    yield "mix_abc", partial(_mix, steps)
    yield "key and enc", partial(_key_and_enc, steps)
    for name in _STEPS:
        yield name, partial(_check_step, name, steps)


CHECKS = {"kdf_steps.json": _entries}
