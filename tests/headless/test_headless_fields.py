"""A line is one strict JSON object; each field has its type, and none is left over."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisp_desktop.headless.encoding import encode_line
from whisp_desktop.headless.fields import Fields, read_object
from whisp_desktop.headless.lines import TooLong
from whisp_desktop.protocol.errors import RefusedError


def _code(act: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b" ",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"x"',
        b"{} {}",
        b"{'do':1}",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":2}}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\n"}',
        b'{"a":01}',
        b"{\x00}",
    ],
)
def test_no_json_object(line: bytes) -> None:
    assert _code(lambda: read_object(bytearray(line))) == "bad_json"


@pytest.mark.parametrize("line", [b'{"a":"\xff"}', b"\xc3", b'{"a":"\xed\xa0\x80"}', b"\xfe\xff"])
def test_no_utf8(line: bytes) -> None:
    assert _code(lambda: read_object(bytearray(line))) == "bad_utf8"


def test_too_long() -> None:
    assert _code(lambda: read_object(TooLong())) == "line_too_long"


def test_the_line_is_overwritten_once_it_is_read() -> None:
    line = bytearray(b'{"passphrase":"x"}')
    read_object(line)
    assert line == bytes(len(line))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(data: bytes) -> None:
    with suppress(RefusedError):
        assert isinstance(read_object(bytearray(data)), dict)


@pytest.mark.parametrize("value", [0, 7, -1, 2**63 - 1, "a", "", "x" * 64])
def test_ids(value: object) -> None:
    assert Fields({"id": value}).order_id() == value


@pytest.mark.parametrize(
    "value", [None, True, 1.0, 2**63, -(2**63) - 1, "x" * 65, [], {}, "\ud800"]
)
def test_what_is_no_id(value: object) -> None:
    assert _code(Fields({"id": value}).order_id) == "bad_field"


@pytest.mark.parametrize("value", [None, True, 0, 1.5, [], {}, "\udfff"])
def test_what_is_no_text(value: object) -> None:
    assert _code(lambda: Fields({"a": value}).text("a")) == "bad_field"


@pytest.mark.parametrize("value", [None, 0, 1, "true", []])
def test_what_is_no_flag(value: object) -> None:
    assert _code(lambda: Fields({"a": value}).flag("a")) == "bad_field"


@pytest.mark.parametrize("value", [True, 5.0, "5", [], {}])
def test_what_is_no_number(value: object) -> None:
    assert _code(lambda: Fields({"a": value}).whole_number_or_null("a")) == "bad_field"


def test_missing_and_unknown_fields() -> None:
    for read in ("text", "flag", "whole_number_or_null", "secret"):
        assert _code(lambda read=read: getattr(Fields({}), read)("a")) == "missing_field"
    fields = Fields({"a": "x", "b": 1})
    fields.text("a")
    assert _code(fields.done) == "unknown_field"


def test_an_optional_text_may_be_null_or_absent_but_nothing_else() -> None:
    assert Fields({}).text_or_none("a") is None
    fields = Fields({"a": None})
    assert fields.text_or_none("a") is None
    fields.done()
    assert Fields({"a": "x"}).text_or_none("a") == "x"
    assert _code(lambda: Fields({"a": 1}).text_or_none("a")) == "bad_field"


def test_a_passphrase_is_the_same_however_it_was_typed() -> None:
    composed, combined = "\u00e9", "e\u0301"
    with Fields({"a": composed}).secret("a") as one, Fields({"a": combined}).secret("a") as other:
        assert one == other
        assert bytes(one.data) == b"\xc3\xa9"


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_what_we_write_is_what_we_read(fields: dict[str, Any]) -> None:
    line = encode_line(fields)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert read_object(line[:-1]) == fields


@pytest.mark.parametrize(
    "harmful", ["\x1b[2J", "\x07", "\x9b", "\u202e", "\u2066", "\u2028", "\x85", "\U000e0041"]
)
def test_nothing_that_a_terminal_obeys_is_written_as_it_is(harmful: str) -> None:
    line = encode_line({"text": harmful})
    assert harmful[0] not in line.decode()
    assert read_object(line[:-1]) == {"text": harmful}


def test_letters_of_any_script_are_written_as_they_are() -> None:
    assert "日本 עברית 🙂".encode() in encode_line({"text": "日本 עברית 🙂"})
