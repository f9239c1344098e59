"""What a passphrase opens, and nothing else does."""

import resource
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.passphrase import Cost, check_passphrase, open_sealed, seal

InChild = Callable[[Callable[[], None]], str]

CHEAP = Cost(passes=1, memory_kib=8)
WORDS, TEXT = "correct horse ü", b"three keys"
HEAD_BYTES, CHECKSUM_BYTES = 26, 32


def secret(words: str) -> Secret:
    return Secret(words.encode())


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return seal(secret(WORDS), Secret(TEXT), CHEAP)


def test_the_passphrase_opens_it(sealed: bytes) -> None:
    assert open_sealed(secret(WORDS), sealed) == Secret(TEXT)


@pytest.mark.parametrize("words", ["", "correct horse", "correct horse ü ", "Correct horse ü"])
def test_another_does_not(sealed: bytes, words: str) -> None:
    with pytest.raises(RefusedError, match=r"^That passphrase did not work\.$") as refused:
        open_sealed(secret(words), sealed)
    assert refused.value.code == "wrong_passphrase"


def test_the_unicode_form_of_the_keyboard_is_no_matter(sealed: bytes) -> None:
    decomposed = unicodedata.normalize("NFD", WORDS)
    assert decomposed != WORDS
    assert open_sealed(secret(decomposed), sealed) == Secret(TEXT)


def test_bytes_that_are_no_utf8_are_a_passphrase_too() -> None:
    sealed = seal(Secret(b"\xff"), Secret(TEXT), CHEAP)
    assert open_sealed(Secret(b"\xff"), sealed) == Secret(TEXT)


def test_nothing_shows_and_no_two_are_alike(sealed: bytes) -> None:
    again = seal(secret(WORDS), Secret(TEXT), CHEAP)
    assert TEXT not in sealed
    assert sealed[6:HEAD_BYTES] != again[6:HEAD_BYTES]
    assert sealed[HEAD_BYTES:] != again[HEAD_BYTES:]


def test_the_head_tells_the_cost(sealed: bytes) -> None:
    assert sealed[:10] == b"WHPV\x01\x01" + (8).to_bytes(4, "big")


def test_a_guess_costs_three_passes_over_256_mib() -> None:
    assert Cost() == Cost(passes=3, memory_kib=262_144)


def test_cut_off_anywhere_it_is_damaged(sealed: bytes) -> None:
    for size_bytes in range(len(sealed)):
        with pytest.raises(ValueError, match="damaged"):
            open_sealed(secret(WORDS), sealed[:size_bytes])


@settings(deadline=None)
@given(place=st.integers(0, 123), bit=st.integers(0, 7))
def test_a_flipped_bit_is_damage_not_a_wrong_passphrase(
    sealed: bytes, place: int, bit: int
) -> None:
    changed = bytearray(sealed)
    changed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(ValueError, match="damaged"):
        open_sealed(secret(WORDS), bytes(changed))


@given(place=st.sampled_from((5, 9, *range(10, HEAD_BYTES))), value=st.integers(0, 255))
@settings(deadline=None)
def test_a_forged_head_opens_nothing(sealed: bytes, place: int, value: int) -> None:
    """Even with a checksum that is right: cost and salt are part of the key."""
    changed = bytearray(sealed[:-CHECKSUM_BYTES])
    changed[place] = value if value != changed[place] else value ^ 1
    with pytest.raises((RefusedError, ValueError), match=r"did not work|not a file"):
        open_sealed(secret(WORDS), bytes(changed) + sha256(changed))


@pytest.mark.parametrize(
    "head",
    [
        b"WHPX\x01\x01\x00\x00\x00\x08",
        b"WHPV\x02\x01\x00\x00\x00\x08",
        b"WHPV\x01\x00\x00\x00\x00\x08",
        b"WHPV\x01\x11\x00\x00\x00\x08",
        b"WHPV\x01\x01\x00\x00\x00\x07",
        b"WHPV\x01\x01\x00\x20\x00\x01",
        b"WHPV\x01\x01\xff\xff\xff\xff",
    ],
)
def test_a_head_of_another_kind_or_cost_is_refused_at_once(sealed: bytes, head: bytes) -> None:
    forged = head + sealed[len(head) : -CHECKSUM_BYTES]
    with pytest.raises(ValueError, match="not a file of this version"):
        open_sealed(secret(WORDS), forged + sha256(forged))


def test_without_enough_memory_there_is_a_sentence(in_child: InChild) -> None:
    def starve() -> None:
        limit_bytes = 200 * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
        seal(secret(WORDS), Secret(TEXT), Cost())

    assert in_child(starve) == "no_memory"


def test_a_chosen_passphrase_has_at_least_one_character() -> None:
    check_passphrase(secret("x"))
    with pytest.raises(RefusedError, match="at least one character") as refused:
        check_passphrase(secret(""))
    assert refused.value.code == "passphrase_bad"
