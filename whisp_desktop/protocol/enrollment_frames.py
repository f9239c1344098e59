"""Enrollment, e1 to e4, as both sides know it: forms of the frames, and what is derived.

WHK1's functions from the token on, through the token's mailbox, 2048 bytes each. The new device
shows six digits, its user types them into the old one, and only then e4 leaves: who merely
photographed the token has other digits. A message that is refused changes nothing.
"""

from whisp_desktop.protocol.aead import TAG_BYTES
from whisp_desktop.protocol.certificates import UNPROVEN_BYTES
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.symmetric_state import SymmetricState

_NAME = b"Whisp_Enroll_25519_MLKEM768_ChaChaPoly_SHA256_v1"
E1, E2, E3, E4 = (bytes((kind,)) for kind in range(0x30, 0x34))
KEY_END = 33
E1_CLEAR_BYTES = KEY_END + 1184
E1_END = E1_CLEAR_BYTES + 64 + TAG_BYTES
E2_CLEAR_BYTES = KEY_END + 1088
E2_END = E2_CLEAR_BYTES + UNPROVEN_BYTES + TAG_BYTES
E3_END = 1 + 64 + TAG_BYTES
E4_PLAIN_BYTES = 1984
E4_END = 1 + E4_PLAIN_BYTES + TAG_BYTES
NO_SEED = bytes(32)


def begin(token: Token) -> SymmetricState:
    """Return the state in which both sides begin."""
    state = SymmetricState.start(_NAME)
    state.mix(token.whole)
    return state


def digits(state: SymmetricState) -> str:
    """Return the six digits of a state in which e2 is the last message."""
    return f"{int.from_bytes(state.derive('digits', 8), 'big') % 10**6:06}"


def pair_key(state: SymmetricState) -> Secret:
    """Return the KPAIR of both devices, of a state in which e4 is the last message."""
    whole = state.derive("enroll-pair", 32)
    kpair = Secret(whole)
    whole[:] = bytes(32)
    return kpair
