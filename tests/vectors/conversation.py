"""Frames of the ratchet, written and opened by the two sides of a session."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.vectors.document import Fields
from tests.vectors.expect import at, encapsulation, given, refuses, same
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed
from whisp_desktop.protocol.padding import unpad
from whisp_desktop.protocol.ratchet import FIRST_OF_TURN, Ratchet

Sides = Mapping[str, Ratchet]

_OTHER = {"A": "B", "B": "A"}
_HEADER_END = {False: 69, True: 2341}


def play_in_order(frames: list[Fields], sides: Sides) -> None:
    """Write each frame, and open it at once."""
    for place, frame in enumerate(frames, 1):
        with at(f"frame {place}"):
            _write(frame, sides)
            _open(frame, sides)


def play_events(events: list[Fields], sides: Sides) -> None:
    """Play a script of frames written, opened in any order, and refused."""
    written: list[Fields] = []
    for place, event in enumerate(events, 1):
        with at(f"event {place}"):
            _play(event, written, sides)


def _play(event: Fields, written: list[Fields], sides: Sides) -> None:
    match event["do"]:
        case "write":
            _write(event, sides)
            written.append(event)
        case "open":
            _open(_earlier(event, written), sides)
        case "refuse":
            refuses(*_refused(event, written, sides))
        case _:
            raise AssertionError("an event is none of those known here")


def _earlier(event: Fields, written: list[Fields]) -> Fields:
    place = event.number("frame")
    if not 1 <= place <= len(written):
        raise AssertionError("no such frame was written")
    return written[place - 1]


def _write(entry: Fields, sides: Sides) -> None:
    writer = sides[entry["from"]]
    body, nonce, whole = entry.hex("body", "hn", "frame")
    fresh = [nonce]
    if "DHs_private" in entry:
        fresh = [*entry.hex("DHs_private", "ek_seed_d_z"), nonce]
        writer._encapsulate = encapsulation(entry.bytes_of("kem_m"))
    writer._random = given(*fresh)
    same(writer.encrypt(entry.number("kind"), body), whole)
    _check_keys(entry, writer, whole)


def _check_keys(entry: Fields, writer: Ratchet, frame: bytes) -> None:
    """Compare the keys that an entry may have; hk and mk are those that open the frame."""
    end = _HEADER_END[frame[0] == FIRST_OF_TURN]
    if "rk" in entry:
        same(bytes(writer._root_key), entry.bytes_of("rk"))
    if "ck" in entry:
        assert writer._sending is not None
        same(bytes(writer._sending._key), entry.bytes_of("ck"))
    if "hk" in entry:
        open_sealed(entry.bytes_of("hk"), frame[1:13], frame[:1] + writer._sid, frame[13:end])
    if "mk" in entry:
        ad = writer._sid + frame[:end]
        plaintext = open_sealed(entry.bytes_of("mk"), NO_NONCE, ad, frame[end:])
        same(unpad(plaintext), (entry.number("kind"), entry.bytes_of("body")))


def _open(entry: Fields, sides: Sides) -> None:
    [frame, body] = entry.hex("frame", "body")
    same(sides[_OTHER[entry["from"]]].decrypt(frame), (entry.number("kind"), body))


def _refused(
    event: Fields, written: list[Fields], sides: Sides
) -> tuple[Callable[[bytes], Any], bytes]:
    if "bytes" in event:
        foreign = event.bytes_of("bytes")
        return sides[event["by"]].decrypt, foreign
    frame = _earlier(event, written)
    whole = frame.bytes_of("frame")
    data = bytearray(whole)
    if "bit" in event:
        data[event.number("bit") // 8] ^= 1 << event.number("bit") % 8
    return sides[_OTHER[frame["from"]]].decrypt, bytes(data)
