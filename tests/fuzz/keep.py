"""`python -m tests.fuzz.keep [NAME…]`: find inputs for corpora, each with lines of its own.

Each target's seeds are changed at random, always alike for one name; an input stays if it takes the
parser to a line where none before it has been. All targets, if none is named.
"""

import sys
from hashlib import sha256
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import whisp_desktop
from tests.fuzz.target import CORPUS, Target
from tests.fuzz.targets import TARGETS

_INPUTS = 200
_SOURCE = str(Path(whisp_desktop.__file__).parent)
Line = tuple[str, int]


def changed(random: Random, seed: bytes) -> bytes:
    """Return a seed that was cut, lengthened, or has another byte, or all of it noise."""
    at = random.randrange(len(seed) + 1)
    way = random.randrange(5)
    if way == 0:
        return seed[:at]
    if way == 1:
        return seed[:at] + random.randbytes(random.randrange(1, 9)) + seed[at:]
    if way == 2:
        return random.randbytes(random.randrange(64))
    data = bytearray(seed or b"\0")
    for _ in range(way - 2):
        data[random.randrange(len(data))] = random.choice((0, 1, 0x7F, 0xFF, random.randrange(256)))
    return bytes(data)


def lines(target: Target, data: bytes) -> set[Line]:
    """Return the lines of the product that an input reaches."""
    reached: set[Line] = set()

    def watch(frame: FrameType, _: str, __: object) -> Any:
        if not frame.f_code.co_filename.startswith(_SOURCE):
            return None
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return watch

    sys.settrace(watch)
    try:
        target.feed(data)
    finally:
        sys.settrace(None)
    return reached


def keep(target: Target) -> int:
    """Write the inputs that are worth it; return how many."""
    random = Random(target.name)
    reached: set[Line] = set()
    for seed in target.seeds:
        reached |= lines(target, seed)
    kept = 0
    folder = CORPUS / target.name
    folder.mkdir(parents=True, exist_ok=True)
    for data in (b"", *(changed(random, random.choice(target.seeds)) for _ in range(_INPUTS))):
        new = lines(target, data) - reached
        if new or not kept:
            (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
            reached |= new
            kept += 1
    return kept


if __name__ == "__main__":
    for name in sys.argv[1:] or TARGETS:
        sys.stdout.write(f"{name}: {keep(TARGETS[name])}\n")
