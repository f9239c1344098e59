"""Refusals of PAKE runs, file frames and numbers of other versions."""

import secrets
from typing import Any

import pytest

from tests.harness import NOW, Client
from whisp_desktop.protocol import pake as pake_module
from whisp_desktop.protocol.aead import NO_NONCE, seal
from whisp_desktop.protocol.errors import PeerError, UnknownVersionError
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileReader, FileWriter
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.pake import (
    MOST_PAYLOAD_BYTES,
    PakeGuest,
    PakeOwner,
    enrollment_use,
    friend_use,
)
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.reader import Reader
from whisp_desktop.protocol.recovery import parse_sheet

USE = enrollment_use("0042")


def run() -> tuple[PakeGuest, PakeOwner]:
    """Both sides with the same code for a new device."""
    sides = (PakeGuest, PakeOwner)
    guest, owner = (side(USE, Secret(b"12345678"), secrets.token_bytes) for side in sides)
    return guest, owner


def test_a_friend_code_is_good_for_nothing_else() -> None:
    owner = run()[1]
    guest = PakeGuest(friend_use("0042", ""), Secret(b"12345678"), secrets.token_bytes)
    with pytest.raises(PeerError, match="code was wrong"):
        owner.check(guest.read(owner.read(guest.write())))


@pytest.mark.parametrize("message", [b"\xff" * 32, bytes(32), b"\1" + bytes(31)])
def test_a_pake_message_that_is_no_point_of_the_group(message: bytes) -> None:
    """Not on the curve, or of a small order: SPAKE2 would be in a group of eight."""
    guest, owner = run()
    with pytest.raises(PeerError, match="PAKE message is wrong"):
        owner.read(b"\x40A" + message + bytes(2014))
    with pytest.raises(ValueError, match="past this step"):
        owner.read(guest.write())


def test_a_pake_message_reflected() -> None:
    guest, _ = run()
    p1 = guest.write()
    with pytest.raises(PeerError, match="PAKE message is wrong"):
        guest.read(b"\x41" + p1[1:])


def test_a_pake_that_was_never_used_can_be_closed() -> None:
    for side in run():
        side.close()
        side.close()


def test_p4_holds_its_payload_and_zeros() -> None:
    guest, owner = run()
    owner.check(guest.read(owner.read(guest.write())))
    with pytest.raises(ValueError, match="too long"):
        owner.write(bytes(MOST_PAYLOAD_BYTES + 1))
    keys = owner._keys
    assert keys is not None
    for plaintext in (b"\x07\xee" + bytes(2029), bytes(2030) + b"\1"):
        sealed = seal(keys.payload.data, NO_NONCE, keys.transcript, plaintext)
        with pytest.raises(PeerError, match="something else"):
            guest.open(b"\x43" + sealed)
    longest = secrets.token_bytes(MOST_PAYLOAD_BYTES)
    assert guest.open(owner.write(longest)) == longest
    assert len(owner.write(longest)) == pake_module.MEETING_FRAME_BYTES


def sides(size_bytes: int) -> tuple[FileWriter, FileReader]:
    given: Any = (Secret(bytes(32)), bytes(32), bytes(16), size_bytes, 0)
    return FileWriter(*given), FileReader(*given)


def test_a_writer_takes_the_next_chunk_alone() -> None:
    writer, _ = sides(CHUNK_BYTES + 5)
    for wrong in (b"", bytes(5), bytes(CHUNK_BYTES - 1), bytes(CHUNK_BYTES + 1)):
        with pytest.raises(ValueError, match="not the next chunk"):
            writer.seal(wrong)
    writer.seal(bytes(CHUNK_BYTES))
    writer.seal(bytes(5))
    for wrong in (b"", bytes(5)):
        with pytest.raises(ValueError, match="not the next chunk"):
            writer.seal(wrong)


def test_what_fills_the_last_chunk_is_zeros() -> None:
    writer, reader = sides(5)
    writer._size_bytes = CHUNK_BYTES  # a sender that seals something behind the end
    with pytest.raises(PeerError, match="not filled with zeros"):
        reader.open(writer.seal(b"12345" + bytes(CHUNK_BYTES - 6) + b"\1"))
    assert not reader.done
    writer, _ = sides(5)
    assert reader.open(writer.seal(b"12345")) == b"12345"
    assert reader.done


def test_a_text_is_utf_8() -> None:
    with pytest.raises(PeerError, match="UTF-8"):
        Reader(b"\1\xff").text()


def test_a_bundle_of_another_suite_names_both_numbers() -> None:
    bob = Client("bob")
    whole = bob.bundle.bundle.whole
    with pytest.raises(UnknownVersionError, match=r"suite is 770, .* 1 alone") as refused:
        Bundle.read(whole[:-66] + b"\3\2" + whole[-64:])
    assert (refused.value.got, refused.value.known) == (770, 1)
    bob.bundle.bundle.check_time(NOW)


def test_a_sheet_and_a_link_of_another_version_name_both_numbers() -> None:
    link = Invite(Client("bob").card, (None,)).link
    with pytest.raises(UnknownVersionError, match=r"link's version is 2, .* 1 alone"):
        Invite.parse(link.replace("whisp:1#", "whisp:2#"))
    with pytest.raises(UnknownVersionError, match=r"sheet's version is 3, .* 1 alone"):
        parse_sheet("W3R:" + "0" * 98)


def test_what_fills_a_body_is_zeros() -> None:
    reader = Reader(b"\1\0\0")
    reader.take(1)
    reader.end_with_zeros()
    with pytest.raises(PeerError, match="not zero"):
        Reader(b"\0\0\1").end_with_zeros()
