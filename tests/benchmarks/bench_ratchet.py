"""`python -m tests.benchmarks.bench_ratchet`: the ratchet beside what others have, in one run.

A figure is the CPU time in which one message is encrypted and decrypted. Nothing passes or fails.
"""

import secrets
from collections.abc import Coroutine
from itertools import cycle
from typing import Any

import vodozemac
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from doubleratchet import DoubleRatchet, Header
from doubleratchet.recommended import (
    HashFunction,
    aead_aes_hmac,
    diffie_hellman_ratchet_curve25519,
    kdf_hkdf,
    kdf_separate_hmacs,
)

from tests.benchmarks.comparing import Message, compare_cpu
from tests.harness import pair

_TEXT = 0x10
_KIB = 1024
_LONGEST = 14_000
_FRAME = 16_384
_TURNS = 30


def ours(size_bytes: int) -> Message:
    """Two of our ratchets: headers encrypted, padded to a frame's size."""
    alice, bob = pair()
    writer, reader, body = alice.ratchet, bob.ratchet, secrets.token_bytes(size_bytes)
    return lambda: reader.decrypt(writer.encrypt(_TEXT, body))


def ours_turns(size_bytes: int) -> Message:
    """The same, every message the first of a turn: X25519 and ML-KEM-768."""
    sides, body = [each.ratchet for each in pair()], secrets.token_bytes(size_bytes)

    def message() -> None:
        sides.reverse()
        sides[1].decrypt(sides[0].encrypt(_TEXT, body))

    return message


def ours_prepared_turns(size_bytes: int) -> tuple[Message, Message]:
    """The same in many sessions, and what prepares the next turns, as a session does while idle."""
    sessions = [[each.ratchet for each in pair()] for _ in range(_TURNS)]
    waiting, body = cycle(sessions), secrets.token_bytes(size_bytes)

    def prepare() -> None:
        for sides in sessions:
            sides.reverse()
            sides[0].prepare()

    def message() -> None:
        writer, reader = next(waiting)
        reader.decrypt(writer.encrypt(_TEXT, body))

    return message, prepare


def raw_cipher(size_bytes: int) -> Message:
    """ChaCha20-Poly1305 over as many bytes, under one key for all."""
    cipher, nonce = ChaCha20Poly1305(secrets.token_bytes(32)), bytes(12)
    text = secrets.token_bytes(size_bytes)
    return lambda: cipher.decrypt(nonce, cipher.encrypt(nonce, text, None), None)


def raw_cipher_keyed(size_bytes: int) -> Message:
    """The same, the key set anew on both sides for every message, as a ratchet must."""
    key, nonce = secrets.token_bytes(32), bytes(12)
    text = secrets.token_bytes(size_bytes)

    def message() -> None:
        sealed = ChaCha20Poly1305(key).encrypt(nonce, text, None)
        ChaCha20Poly1305(key).decrypt(nonce, sealed, None)

    return message


def _olm() -> list[vodozemac.Session]:
    alice, bob = vodozemac.Account(), vodozemac.Account()
    bob.generate_one_time_keys(1)
    [one_time_key] = bob.one_time_keys.values()
    writer = alice.create_outbound_session(bob.curve25519_key, one_time_key)
    first = writer.encrypt(b"first").to_pre_key()
    reader, _ = bob.create_inbound_session(alice.curve25519_key, first)
    writer.decrypt(reader.encrypt(b"second"))
    reader.decrypt(writer.encrypt(b"third"))
    return [writer, reader]


def olm(size_bytes: int) -> Message:
    """Two `vodozemac` sessions (Rust): headers in the clear, padded to 16 bytes."""
    (writer, reader), body = _olm(), secrets.token_bytes(size_bytes)
    return lambda: reader.decrypt(writer.encrypt(body))


def olm_turns(size_bytes: int) -> Message:
    """The same, every message the first of a turn: X25519 alone."""
    sides, body = _olm(), secrets.token_bytes(size_bytes)

    def message() -> None:
        sides.reverse()
        sides[1].decrypt(sides[0].encrypt(body))

    return message


class _Sha256:
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"benchmark"


class _Aead(_Sha256, aead_aes_hmac.AEAD): ...


class _RootKdf(_Sha256, kdf_hkdf.KDF): ...


class _ChainKdf(_Sha256, kdf_separate_hmacs.KDF): ...


class _PythonRatchet(DoubleRatchet):
    @staticmethod
    def _build_associated_data(associated_data: bytes, header: Header) -> bytes:
        counts = header.sending_chain_length, header.previous_sending_chain_length
        return b"".join((associated_data, header.ratchet_pub, *(n.to_bytes(8) for n in counts)))


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run what is declared `async` and waits for nothing, without the cost of a loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("it waits for something")


def _python_ratchets() -> list[_PythonRatchet]:
    curve = diffie_hellman_ratchet_curve25519.DiffieHellmanRatchet
    private = curve._generate_priv()
    parts = (curve, _RootKdf, _ChainKdf, b"\1\2", 32, 64, _Aead, secrets.token_bytes(32))
    start = _PythonRatchet.encrypt_initial_message(*parts, curve._derive_pub(private), b"1", b"")
    writer, first = _finish(start)
    reader, _ = _finish(_PythonRatchet.decrypt_initial_message(*parts, private, first, b""))
    return [writer, reader]


def python_ratchet(size_bytes: int) -> Message:
    """Two ratchets of the `doubleratchet` package with its recommended parts."""
    (writer, reader), body = _python_ratchets(), secrets.token_bytes(size_bytes)
    return lambda: _finish(reader.decrypt_message(_finish(writer.encrypt_message(body, b"")), b""))


def python_turns(size_bytes: int) -> Message:
    """The same, every message the first of a turn: X25519 alone."""
    sides, body = _python_ratchets(), secrets.token_bytes(size_bytes)

    def message() -> None:
        sides.reverse()
        _finish(sides[1].decrypt_message(_finish(sides[0].encrypt_message(body, b"")), b""))

    return message


def main() -> None:
    """Compare at 1 KiB, at the longest body and at the start of a turn."""
    compare_cpu(
        "1 KiB",
        300,
        {
            "whisp": ours(_KIB),
            "vodozemac": olm(_KIB),
            "doubleratchet": python_ratchet(_KIB),
            "ChaCha20-Poly1305, 2 KiB": raw_cipher(2 * _KIB),
        },
    )
    compare_cpu(
        "14,000 bytes, a frame of 16 KiB",
        200,
        {
            "whisp": ours(_LONGEST),
            "vodozemac": olm(_LONGEST),
            "doubleratchet": python_ratchet(_LONGEST),
            "ChaCha20-Poly1305, 16 KiB": raw_cipher(_FRAME),
            "… a new key for each message": raw_cipher_keyed(_FRAME),
        },
    )
    prepared, prepare = ours_prepared_turns(_KIB)
    compare_cpu(
        "1 KiB, a new turn each time",
        _TURNS,
        {
            "whisp, ML-KEM pair made while idle": prepared,
            "… and made with the frame": ours_turns(_KIB),
            "vodozemac": olm_turns(_KIB),
            "doubleratchet": python_turns(_KIB),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
