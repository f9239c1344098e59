"""`python -m tests.benchmarks.bench_files`: chunks of a file beside the bare cipher.

A figure is the CPU time in which 16 KiB are sealed and opened. Nothing passes or fails.
"""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests.benchmarks.comparing import Message, compare_cpu
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileReader, FileWriter
from whisp_desktop.protocol.file_messages import MOST_FILE_BYTES
from whisp_desktop.protocol.keys import Secret


def ours(chunk: bytes) -> Message:
    """A pass of the largest file that there is."""
    with Secret(secrets.token_bytes(32)) as secret:
        given = (secret, bytes(32), bytes(16), MOST_FILE_BYTES, 0)
        writer, reader = FileWriter(*given), FileReader(*given)

    def one() -> None:
        reader.open(writer.seal(chunk))

    return one


def raw_cipher(chunk: bytes) -> Message:
    """ChaCha20-Poly1305 over as many bytes, under one key for all, as in a pass."""
    cipher, nonce = ChaCha20Poly1305(secrets.token_bytes(32)), bytes(12)

    def one() -> None:
        cipher.decrypt(nonce, cipher.encrypt(nonce, chunk, None), None)

    return one


def main() -> None:
    """Compare them."""
    chunk = secrets.token_bytes(CHUNK_BYTES)
    compare_cpu(
        "16 KiB of a file",
        300,
        {"whisp": ours(chunk), "ChaCha20-Poly1305": raw_cipher(chunk)},
    )


if __name__ == "__main__":
    main()
