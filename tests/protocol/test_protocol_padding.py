"""Padding: sizes tell a class and nothing else, and only zeros may follow a body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.padding import (
    FIRST_FRAME_SIZES,
    FRAME_SIZES,
    MOST_BODY_BYTES,
    frame_size,
    pad,
    unpad,
)

KINDS = st.integers(0, 255)


def test_sizes_of_the_wire() -> None:
    assert FRAME_SIZES == (256, 512, 1024, 2048, 4096, 8192, 16384)
    assert FIRST_FRAME_SIZES == (4096, 8192, 16384)


@given(body_bytes=st.integers(0, MOST_BODY_BYTES))
def test_a_frame_is_the_smallest_that_fits(body_bytes: int) -> None:
    for overhead, sizes in ((85, FRAME_SIZES), (2357, FIRST_FRAME_SIZES)):
        size = frame_size(body_bytes, overhead, sizes)
        assert size in sizes
        assert size >= overhead + 3 + body_bytes
        assert all(smaller < overhead + 3 + body_bytes for smaller in sizes if smaller < size)


def test_a_body_of_more_than_14000_bytes() -> None:
    with pytest.raises(ValueError, match="too long"):
        frame_size(MOST_BODY_BYTES + 1, 85, FRAME_SIZES)


@given(kind=KINDS, body=st.binary(max_size=500), zeros=st.integers(0, 500))
def test_what_was_padded_comes_out(kind: int, body: bytes, zeros: int) -> None:
    padded = pad(kind, body, 3 + len(body) + zeros)
    assert len(padded) == 3 + len(body) + zeros
    assert unpad(padded) == (kind, body)


def test_the_longest_body_comes_out() -> None:
    body = bytes(range(250)) * 56
    assert unpad(pad(9, body, 16384 - 85)) == (9, body)


@given(
    body=st.binary(max_size=50),
    zeros=st.integers(1, 50),
    place=st.integers(0, 49),
    value=st.integers(1, 255),
)
def test_padding_that_is_not_zero(body: bytes, zeros: int, place: int, value: int) -> None:
    padded = pad(1, body, 3 + len(body) + zeros)
    padded[3 + len(body) + place % zeros] = value
    with pytest.raises(PeerError):
        unpad(padded)


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        b"\0\0",
        b"\x10\0\1",
        b"\x10\xff\xff" + bytes(300),
        b"\x10" + (14_001).to_bytes(2, "big") + bytes(16_000),
        bytes(16_385),
    ],
)
def test_lengths_that_cannot_be(plaintext: bytes) -> None:
    with pytest.raises(PeerError):
        unpad(plaintext)


@given(plaintext=st.binary(max_size=60))
def test_anything_is_refused_or_exact(plaintext: bytes) -> None:
    try:
        kind, body = unpad(plaintext)
    except PeerError:
        return
    assert pad(kind, body, len(plaintext)) == plaintext
