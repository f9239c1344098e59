"""Padding: a frame tells no more of its body than one of seven sizes."""

from bisect import bisect_left

from whisp_desktop.protocol.errors import PeerError

FRAME_SIZES = (256, 512, 1024, 2048, 4096, 8192, 16384)
"""Whole ratchet frames, in bytes."""

FIRST_FRAME_SIZES = FRAME_SIZES[-3:]
"""Those that the first frame of a turn may have."""

MOST_BODY_BYTES = 14_000

MEETING_FRAME_BYTES = 2048
"""Frames of a PAKE and of an enrollment, which go through the server before there is a session."""

_HEAD_BYTES = 3  # kind u8, len u16
_ZEROS = bytes(FRAME_SIZES[-1])


def frame_size(body_bytes: int, overhead_bytes: int, sizes: tuple[int, ...]) -> int:
    """Return the smallest of the sizes that holds the body, its head and the overhead.

    ValueError for a body of more than 14,000 bytes: no caller has one.
    """
    if body_bytes > MOST_BODY_BYTES:
        raise ValueError("the body is too long for a frame")
    needed = body_bytes + _HEAD_BYTES + overhead_bytes
    return sizes[bisect_left(sizes, needed)]


def pad(kind: int, body: bytes, room: int) -> bytearray:
    """Return `kind u8 | len u16 | body | zeros`, `room` bytes in all; the caller overwrites it."""
    size = len(body)
    padded = bytearray(room)
    padded[0] = kind
    padded[1] = size >> 8
    padded[2] = size & 0xFF
    memoryview(padded)[_HEAD_BYTES : _HEAD_BYTES + size] = body
    return padded


def unpad(padded: bytes | bytearray) -> tuple[int, bytes]:
    """Return kind and body of a whole plaintext. PeerError unless all the rest is zeros."""
    if not _HEAD_BYTES <= len(padded) <= FRAME_SIZES[-1]:
        raise PeerError("a plaintext has a wrong size")
    end = _HEAD_BYTES + (padded[1] << 8 | padded[2])
    if end > _HEAD_BYTES + MOST_BODY_BYTES or end > len(padded):
        raise PeerError("a body is longer than it can be")
    if not padded.endswith(_ZEROS[: len(padded) - end]):
        raise PeerError("the padding is not zero")
    return padded[0], bytes(memoryview(padded)[_HEAD_BYTES:end])


def fill_meeting(message: bytes) -> bytes:
    """Fill a frame of a meeting with zeros to its size."""
    return message.ljust(MEETING_FRAME_BYTES, b"\0")


def check_meeting(frame: bytes, kind: bytes, end: int) -> None:
    """PeerError unless this is such a frame of that kind, with zeros alone from `end` on."""
    if len(frame) != MEETING_FRAME_BYTES or not frame.startswith(kind) or any(frame[end:]):
        raise PeerError("a frame of a meeting has another form")
