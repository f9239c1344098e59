"""padding.json: bodies, the frames that they need, and plaintexts that are none."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, from_hex, the_object
from tests.vectors.expect import bytes_in_words, refuses, same
from whisp_desktop.protocol.padding import FIRST_FRAME_SIZES, FRAME_SIZES, frame_size, pad, unpad
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, LATER_IN_TURN

_SIZES = {LATER_IN_TURN: (85, FRAME_SIZES), FIRST_OF_TURN: (2357, FIRST_FRAME_SIZES)}


def _check_padded(entry: Fields) -> None:
    overhead, sizes = _SIZES[entry.number("T")]
    body = bytes_in_words(entry["body"], entry.number("body_length"))
    size = frame_size(len(body), overhead, sizes)
    same(size, entry.number("frame_size"))
    padded = pad(entry.number("kind"), body, size - overhead)
    same(hashlib.sha256(padded).hexdigest(), entry["plaintext_sha256"])
    same(unpad(padded), (entry.number("kind"), body))


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    vectors = the_object(document)
    for entry in vectors.items_of("padded"):
        name = f"T {entry['T']}, {entry['body_length']} bytes"
        yield name, partial(_check_padded, entry)
    for plaintext in vectors.items_of("refused_plaintexts"):
        yield f"refused {plaintext}", partial(refuses, unpad, from_hex(plaintext))


CHECKS = {"padding.json": _entries}
