"""A run of a friend code's PAKE, with the SPAKE2 key that a second instance agrees on."""

import secrets

from spake2 import SPAKE2_A
from spake2.ed25519_basic import L
from spake2.ed25519_group import Ed25519Group
from spake2.parameters.ed25519 import ParamsEd25519

from whisp_desktop.protocol.kdf import hkdf
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.pake import MOST_PAYLOAD_BYTES, PakeGuest, PakeOwner, friend_use

PASSWORD = b"12345678"


class PakeRun:
    """All four frames of a run that went well; `filled` is the plaintext of p4."""

    def __init__(self) -> None:
        use, entropy = friend_use("bob", "12"), secrets.token_bytes(64)
        guest = PakeGuest(use, Secret(PASSWORD), lambda _: entropy)
        owner = PakeOwner(use, Secret(PASSWORD), secrets.token_bytes)
        self.payload = secrets.token_bytes(MOST_PAYLOAD_BYTES - 9)
        self.p1 = guest.write()
        self.p2 = owner.read(self.p1)
        self.p3 = guest.read(self.p2)
        owner.check(self.p3)
        self.p4 = owner.write(self.payload)
        assert guest.open(self.p4) == self.payload
        assert guest._keys is not None
        self.keys = guest._keys
        self.filled = len(self.payload).to_bytes(2, "big") + self.payload + bytes(9)
        self.use = use
        x = int.from_bytes(entropy, "big") % L
        w = int.from_bytes(hkdf(b"", PASSWORD, b"SPAKE2 pw", 48), "big") % L
        theirs = Ed25519Group.bytes_to_element(self.p2[2:34])
        self.z = theirs.add(ParamsEd25519.N.scalarmult(-w)).scalarmult(x).to_bytes()
        second = SPAKE2_A(PASSWORD, use.guest_id, use.owner_id, entropy_f=lambda _: entropy)
        second.start()
        self.spake_key = bytes(second.finish(self.p2[1:34]))
