"""All that a ratchet remembers, as a value to compare, and all buffers that hold a key of it."""

from typing import Any

from whisp_desktop.protocol.ratchet import Ratchet
from whisp_desktop.protocol.turns import OurTurn, TheirTurn


def snapshot(ratchet: Ratchet) -> tuple[Any, ...]:
    """Return every byte and count of the state; two are equal if nothing changed in between."""
    sending = ratchet._sending
    return (
        ratchet._closed,
        bytes(ratchet._root_key),
        id(ratchet._next_own_cipher),
        id(ratchet._next_their_cipher),
        _turn(ratchet._turn),
        sending and (bytes(sending._key), sending.sent, sending.header_head),
        [
            (
                bytes(chain._key),
                chain.next_n,
                id(chain.header_cipher),
                [(n, bytes(key)) for n, key in chain.stored.items()],
            )
            for chain in ratchet._chains
        ],
    )


def _turn(turn: OurTurn | TheirTurn) -> tuple[Any, ...]:
    if isinstance(turn, TheirTurn):
        return bytes(turn.dh.private.data), bytes(turn.kem.seed.data)
    return turn.dh, turn.kem, turn.own_kem and bytes(turn.own_kem.seed.data)


def key_buffers(ratchet: Ratchet) -> list[bytearray]:
    """Return the live buffers themselves, for a look at them after they were overwritten."""
    buffers = [ratchet._root_key]
    if ratchet._sending is not None:
        buffers.append(ratchet._sending._key)
    for chain in ratchet._chains:
        buffers += [chain._key, *chain.stored.values()]
    if isinstance(ratchet._turn, TheirTurn):
        buffers += [ratchet._turn.dh.private.data, ratchet._turn.kem.seed.data]
    elif ratchet._turn.own_kem is not None:
        buffers.append(ratchet._turn.own_kem.seed.data)
    return buffers
