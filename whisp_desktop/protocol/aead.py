"""ChaCha20-Poly1305 (RFC 8439): 32-byte key, 12-byte nonce, the 16-byte tag last."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import BytesLike

TAG_BYTES = 16
NO_NONCE = bytes(12)  # for keys that are used once


def seal(key: BytesLike, nonce: BytesLike, ad: BytesLike, text: BytesLike) -> bytes:
    """Encrypt and authenticate the text together with `ad`; the result is 16 bytes longer."""
    return ChaCha20Poly1305(key).encrypt(nonce, text, ad)


def open_sealed(key: BytesLike, nonce: BytesLike, ad: BytesLike, text: BytesLike) -> bytes:
    """Return what `seal` was given. PeerError if key, nonce, `ad` or a bit of the text differs."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, text, ad)
    except InvalidTag:
        raise PeerError("the seal does not open") from None
