"""Key derivation and the cipher, against their RFCs."""

import pytest

from whisp_desktop.protocol.aead import open_sealed, seal
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import expand, hkdf, hmac_sha256, label, sha256

_hex = bytes.fromhex


def test_a_label_is_ascii_and_ends_with_a_zero() -> None:
    assert label("stmt") == b"whisp/v1/stmt\x00"


def test_sha256_of_fips_180() -> None:
    assert sha256(b"abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")


def test_hmac_of_rfc_4231_case_2() -> None:
    mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?")
    assert mac.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize(
    ("ikm", "salt", "info", "okm"),
    [
        (
            b"\x0b" * 22,
            bytes(range(13)),
            _hex("f0f1f2f3f4f5f6f7f8f9"),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(range(0x50)),
            bytes(range(0x60, 0xB0)),
            bytes(range(0xB0, 0x100)),
            (
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271"
                "cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
            ),
        ),
        (
            b"\x0b" * 22,
            b"",
            b"",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_hkdf_of_rfc_5869(ikm: bytes, salt: bytes, info: bytes, okm: str) -> None:
    assert hkdf(salt, ikm, info, len(okm) // 2).hex() == okm


def test_hkdf_is_extract_and_then_expand() -> None:
    prk = hmac_sha256(bytearray(b"salt"), bytearray(b"ikm"))
    assert hkdf(bytearray(b"salt"), bytearray(b"ikm"), b"x", 70) == expand(prk, b"x", 70)


def test_what_is_sealed_opens_and_nothing_else() -> None:
    key, nonce = bytearray(32), bytes(12)
    sealed = seal(key, nonce, b"ad", b"text")
    assert len(sealed) == 4 + 16
    assert open_sealed(key, nonce, b"ad", sealed) == b"text"
    for wrong in (
        (b"\x01" + bytes(31), nonce, b"ad", sealed),
        (key, b"\x01" * 12, b"ad", sealed),
        (key, nonce, b"Ad", sealed),
        (key, nonce, b"ad", sealed[:-1] + bytes((sealed[-1] ^ 1,))),
        (key, nonce, b"ad", sealed[:15]),
    ):
        with pytest.raises(PeerError):
            open_sealed(*wrong)
