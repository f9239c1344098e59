"""`python -m tests.dying_keys`: a process that lives through a conversation and closes everything.

It writes two lines: its secrets by name (each byte with a mask, so that the line is no copy of
them), then `closed`; before the second, and before it ends, it waits for a line.
"""

import gc
import json
import secrets
import sys

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests.harness import Client, meet
from whisp_desktop.protocol.file_frames import FileReader, FileWriter
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.pake import PakeGuest, PakeOwner, friend_use
from whisp_desktop.protocol.ratchet import Ratchet

MASK = 0x5A


def ratchets(alice: Client, bob: Client) -> tuple[Ratchet, Ratchet]:
    """Return both sides of a session after a few turns, with a frame that is late at B."""
    meet(alice, bob)
    sides = [alice.ratchet, bob.ratchet]
    for _ in range(5):
        sides[1].decrypt(sides[0].encrypt(0x10, b"text"))
        sides.reverse()
    alice.ratchet.encrypt(0x10, b"late")
    bob.ratchet.decrypt(alice.ratchet.encrypt(0x10, b"text"))
    bob.ratchet.prepare()
    return alice.ratchet, bob.ratchet


def pakes(password: Secret) -> tuple[PakeGuest, PakeOwner, PakeGuest]:
    """Return both sides of a run that is done, and a guest who waits for an answer."""
    use = friend_use("bob", "12")
    guest, owner, waiting = (
        side(use, password, secrets.token_bytes) for side in (PakeGuest, PakeOwner, PakeGuest)
    )
    owner.check(guest.read(owner.read(guest.write())))
    waiting.write()
    return guest, owner, waiting


def live() -> tuple[dict[str, bytearray], list[object]]:
    """Return secrets in use by name, the live buffers themselves, and all that closes them."""
    alice, bob = Client("alice"), Client("bob")
    a, b = ratchets(alice, bob)
    file_secret, header_key = Secret(secrets.token_bytes(32)), Secret(secrets.token_bytes(32))
    given = (file_secret, alice.agreement.sid, bytes(16), 16_384, 0)
    writer, reader = FileWriter(*given), FileReader(*given)
    reader.open(writer.seal(bytes(16_384)))
    password = Secret(secrets.token_hex(16).encode())
    guest, owner, waiting = pakes(password)
    cipher = [ChaCha20Poly1305(header_key.data)]
    cipher[0].encrypt(bytes(12), b"header", None)
    found = {
        "account key's seed": alice.account.seed.data,
        "DKs, the device's signing seed": alice.device.signing.seed.data,
        "DKd, private": alice.device.agreement.private.data,
        "SPK of a bundle, private": bob.bundle.spk.private.data,
        "EK of a bundle, seed": bob.bundle.ek.seed.data,
        "KPAIR": alice.agreement.kpair.data,
        "FA": alice.agreement.fa.data,
        "RK": a._root_key,
        "CK, sending": a._sending._key,
        "CK, receiving": b._chains[0]._key,
        "MK of a late frame": next(iter(b._chains[0].stored.values())),
        "DHs of a turn, private": a._turn.dh.private.data,
        "ek of a turn, seed": a._turn.kem.seed.data,
        "ek of a turn that was prepared, seed": b._turn.own_kem.seed.data,
        "file secret": file_secret.data,
        "PAKE password": password.data,
        "PAKE psk": guest._keys.psk.data,
        "PAKE, KA": owner._keys.confirm.data,
        "key of a cipher object": header_key.data,
    }
    owners = [file_secret, header_key, writer, reader, a, b, alice.agreement, bob.agreement]
    owners += [password, guest, owner, waiting]
    for client in (alice, bob):
        owners += [client.account, client.device, client.bundle]
    return found, [*owners, cipher]


def say(line: str) -> None:
    """Write a line and wait for one."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main() -> None:
    """Live, close, end."""
    found, owners = live()
    say(json.dumps({name: [byte ^ MASK for byte in data] for name, data in found.items()}))
    *closing, cipher = owners
    cipher.clear()
    for owner in closing:
        owner.close()
    del found, owners, closing, owner
    gc.collect()
    say("closed")


if __name__ == "__main__":
    main()
