"""Bytes in JSON: base64url without padding (RFC 4648 §5), read in one way only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode_base64url(data: bytes) -> str:
    """Return the text of `data`, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str, size: int | None = None) -> bytes:
    """Return the bytes of a text, `size` of them if given; ValueError for any other spelling."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise ValueError("not base64url") from None
    if encode_base64url(data) != text or (size is not None and len(data) != size):
        raise ValueError("not base64url of that size")
    return data
