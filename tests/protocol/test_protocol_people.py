"""What people compare, type and keep on paper."""

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisp_desktop.protocol import crockford
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.friend_code import (
    code_at_door,
    friend_code,
    group_rendezvous_id,
    printed_normal,
    printed_secret,
    rendezvous_id,
    split_code,
)
from whisp_desktop.protocol.keys import DeviceId, Secret
from whisp_desktop.protocol.qr_text import sheet_qr
from whisp_desktop.protocol.recovery import open_sheet, parse_sheet, seal_sheet, sheet_text
from whisp_desktop.protocol.safety_number import safety_number

NOW = 1_800_000_000


# --- the safety number


def test_a_safety_number_has_60_digits_and_no_sides() -> None:
    number = safety_number(b"a" * 32, b"b" * 32)
    assert len(number) == 60
    assert number.isdecimal()
    assert number[:30] <= number[30:]
    assert number == safety_number(b"b" * 32, b"a" * 32)
    assert number != safety_number(b"a" * 32, b"c" * 32)


# --- friend codes


# RFC 6238, appendix B, SHA-256: seed, time, 8 digits.
RFC_6238 = [
    (59, "46119246"),
    (1_111_111_109, "68084774"),
    (1_111_111_111, "67062674"),
    (1_234_567_890, "91819424"),
    (2_000_000_000, "90698825"),
    (20_000_000_000, "77737706"),
]


@pytest.mark.parametrize(("now", "digits"), RFC_6238)
def test_a_code_ends_with_the_digits_of_rfc_6238(now: int, digits: str) -> None:
    assert friend_code(b"12345678901234567890123456789012", 3, 30, now)[2:] == digits


def test_the_doors_parity_names_the_window() -> None:
    doors = [friend_code(bytes(32), 49, 60, NOW + 60 * step)[:2] for step in range(3)]
    assert doors == ["98", "99", "98"]
    assert friend_code(bytes(32), 0, 60, NOW).startswith("00")


@pytest.mark.parametrize("age_s", [0, 60])
def test_a_door_names_one_of_the_two_newest_codes(age_s: int) -> None:
    code = friend_code(bytes(32), 7, 60, NOW - age_s)
    assert code_at_door(bytes(32), code[:2], 60, NOW) == code


@pytest.mark.parametrize(
    "typed", ["", "0123456789A", "012345678", "012345678U", "012345678é", "0 1"]
)
def test_a_printed_code_of_another_form_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        printed_normal(typed)
    assert refusal.value.code == "wrong_code"


@settings(deadline=None)
@given(st.text())
def test_whatever_is_typed_has_a_normal_form_or_is_refused(typed: str) -> None:
    try:
        normal = printed_normal(typed)
    except RefusedError:
        return
    assert len(normal) == 10
    assert printed_normal(normal) == normal


# --- Crockford's base 32


def test_every_character_is_its_own_normal_form() -> None:
    assert crockford.normal(crockford.ALPHABET.lower()) == crockford.ALPHABET


@pytest.mark.parametrize("typed", ["\u0131", "\u017f", "\uff21", "U", "."])
def test_a_character_that_only_looks_right_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="alphabet"):
        crockford.normal(typed)


@settings(deadline=None)
@given(st.binary(max_size=65).filter(lambda data: len(data) % 5 == 0))
def test_what_is_written_is_read_again(data: bytes) -> None:
    assert crockford.decode(crockford.encode(data)) == data


def test_the_highest_bits_come_first() -> None:
    assert crockford.encode(b"\x08\x42\x10\x84\x21") == "11111111"
    assert crockford.encode(b"\xf8\x00\x00\x00\x00") == "Z0000000"


# --- rendezvous ids


def test_a_rendezvous_id_belongs_to_pair_device_and_window() -> None:
    one, other = DeviceId(b"1" * 16), DeviceId(b"2" * 16)
    kpair = Secret(b"k" * 32)
    found = rendezvous_id(kpair, one, NOW)
    assert len(found) == 16
    assert found == rendezvous_id(kpair, one, NOW + 599)
    others = {
        rendezvous_id(kpair, one, NOW + 600),
        rendezvous_id(kpair, other, NOW),
        rendezvous_id(Secret(b"K" * 32), one, NOW),
        group_rendezvous_id(b"roster", one, NOW),
        group_rendezvous_id(b"another", one, NOW),
        found,
    }
    assert len(others) == 6


# --- the recovery sheet


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return seal_sheet(Secret("Zoë".encode()), b"s" * 16, Secret(b"a" * 32))


def test_a_sheet_opens_under_its_passphrase_however_it_is_typed(sheet: bytes) -> None:
    assert len(sheet) == 65
    decomposed = Secret("Zoe\u0308".encode())
    assert open_sheet(sheet, decomposed) == Secret(b"a" * 32)


def test_a_sheet_does_not_open_under_another(sheet: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        open_sheet(sheet, Secret(b"Zoe"))
    assert refusal.value.code == "wrong_passphrase"


def test_a_sheet_of_another_form_is_refused_before_any_work(sheet: bytes) -> None:
    for wrong in (sheet[:-1], sheet + b"\0", b"\x51" + sheet[1:], b""):
        with pytest.raises(RefusedError) as refusal:
            open_sheet(wrong, Secret(b""))
        assert refusal.value.code == "bad_sheet"


def test_a_sheet_is_read_as_it_was_printed_typed_or_scanned(sheet: bytes) -> None:
    text = sheet_text(sheet)
    assert len(text) == 104 + 25
    for copy in (text, text.lower().replace(" ", ""), text.replace("0", "o"), sheet_qr(sheet)):
        assert parse_sheet(copy) == sheet


@pytest.mark.parametrize("text", ["", "0" * 103, "0" * 105, "U" * 104, "W1R:!", "W1R:é"])
def test_what_is_no_sheet_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        parse_sheet(text)
    assert refusal.value.code == "bad_sheet"


@settings(deadline=None)
@given(st.text() | st.text(crockford.ALPHABET, min_size=104, max_size=104))
def test_whatever_is_typed_is_a_sheet_or_refused(text: str) -> None:
    try:
        found = parse_sheet(text)
    except RefusedError:
        return
    assert len(found) == 65 or text.startswith("W1R:")


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("12 3456 7890", ("12", "34567890")),
        ("o1-23456789", ("01", "23456789")),
        ("99 ab-cde fghjk", ("99", "ABCDEFGHJK")),
        ("07 1234567890", ("07", "1234567890")),
    ],
)
def test_a_typed_code_has_a_door_and_a_password(typed: str, parts: tuple[str, str]) -> None:
    assert split_code(typed) == parts


@pytest.mark.parametrize(
    "typed",
    ["", "12", "123456789", "12345678901", "1234567a90", "A2ABCDEFGHJK", "12ABCDEFGHJU", "é"],
)
def test_a_typed_code_of_another_form_is_refused_with_a_way_out(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        split_code(typed)
    assert refused.value.code == "wrong_code"


def test_a_printed_secret_is_every_character_alike() -> None:
    assert printed_secret(lambda count: bytes(range(count))) == "0123456789"
    assert printed_secret(lambda count: bytes(range(246, 256)[:count])) == "PQRSTVWXYZ"
    assert split_code("42" + printed_secret(secrets.token_bytes))[0] == "42"
