"""Every step of a handshake's symmetric state, done over with the product's functions."""

from collections.abc import Sequence
from typing import Any

from tests.vectors.document import Fields
from tests.vectors.expect import at, same
from whisp_desktop.protocol.symmetric_state import SymmetricState

Step = tuple[str, str, bytes]
"""`mix`, `key` or `enc`; what goes in, in words; its bytes (a key's are in the file, as `s`)."""


def mix(what: str, data: bytes) -> Step:
    return "mix", what, data


def key(what: str) -> Step:
    return "key", what, b""


def enc(what: str, sealed: bytes) -> Step:
    return "enc", what, sealed


def replay(protocol: bytes, plan: Sequence[Step], steps: list[Any]) -> SymmetricState:
    """Compare h, ck and k after each step with the file's; return the state after the last."""
    state = SymmetricState.start(protocol)
    same(len(steps), len(plan))
    for number, (planned, step) in enumerate(zip(plan, steps, strict=True), 1):
        with at(f"step {number}, {planned[1]}"):
            _replay_step(state, planned, step)
    return state


def _replay_step(state: SymmetricState, planned: Step, step: Fields) -> None:
    do, _, data = planned
    same(step["do"], do)
    if do == "key":
        state.key(step.bytes_of("s"))
        same([bytes(state._chaining_key), bytes(state._key)], step.hex("ck", "k"))
        return
    if do == "mix":
        state.mix(data)
    else:
        state.open(data)
    same(state.transcript_hash, step.bytes_of("h"))
