"""Words are bounded, and wiped when they leave."""

import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisp_desktop.chat.buffer import (
    MOST_BYTES,
    MOST_MESSAGES,
    Message,
    MessageId,
    MessageState,
    MessageText,
    Ring,
    encode_text,
)
from whisp_desktop.protocol.errors import RefusedError


def message(number: int, words: bytes = b"hello") -> Message:
    return Message(
        id=MessageId(number.to_bytes(8, "big")),
        mine=True,
        text=MessageText(words),
        lifetime_s=0,
        reply_to=None,
        state=MessageState.SENT,
        created_at=0.0,
    )


def ids(*numbers: int) -> list[MessageId]:
    return [MessageId(number.to_bytes(8, "big")) for number in numbers]


class TestMessageText:
    def test_reads_what_it_was_given(self) -> None:
        text = MessageText("für 你 👩‍👩‍👧".encode())
        assert text.read() == "für 你 👩‍👩‍👧"
        assert not text.closed

    def test_has_its_own_copy(self) -> None:
        words = bytearray(b"hello")
        text = MessageText(words)
        words[:] = b"XXXXX"
        assert text.read() == "hello"

    def test_close_overwrites_the_very_buffer(self) -> None:
        text = MessageText(b"hello")
        buffer = text._data
        text.close()
        text.close()
        assert text.closed
        assert buffer == bytes(5)
        assert text.read() == ""

    def test_length_is_that_of_the_bytes_and_stays(self) -> None:
        text = MessageText("ü".encode())
        assert len(text) == 2
        text.close()
        assert len(text) == 2

    def test_repr_tells_nothing(self) -> None:
        assert "hello" not in repr(MessageText(b"hello"))

    def test_a_reader_gets_all_the_words_or_none(self) -> None:
        whole = "word " * 2_000
        seen: set[str] = set()
        text = MessageText(whole.encode())
        started, closed = threading.Event(), threading.Event()

        def read() -> None:
            while not closed.is_set():
                seen.add(text.read())
                started.set()
            seen.add(text.read())

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            reader = threading.Thread(target=read)
            reader.start()
            assert started.wait(10)
            text.close()
        finally:
            closed.set()
            reader.join(10)
            sys.setswitchinterval(interval)
        assert seen == {whole, ""}


class TestEncodeText:
    @pytest.mark.parametrize(
        "text", ["x", "x" * 12_000, "你" * 4_000, "👩‍👩‍👧", "مرحبا", "\x00\u202e"]
    )
    def test_what_fits_is_utf8(self, text: str) -> None:
        assert encode_text(text) == text.encode()

    @pytest.mark.parametrize(
        ("text", "code", "say"),
        [
            ("", "text_empty", "nothing to send"),
            ("x" * 12_001, "text_too_long", "That is 1 byte too long. Send it in parts."),
            ("你" * 4_001, "text_too_long", "That is 3 bytes too long. Send it in parts."),
            ("a\ud800", "text_not_unicode", "cannot be sent"),
        ],
    )
    def test_what_does_not_is_refused_with_a_sentence(self, text: str, code: str, say: str) -> None:
        with pytest.raises(RefusedError, match=say) as refusal:
            encode_text(text)
        assert refusal.value.code == code

    @settings(deadline=None)
    @given(st.text())
    def test_no_other_error_comes_out(self, text: str) -> None:
        try:
            assert encode_text(text).decode() == text
        except RefusedError:
            assert not text or any("\ud800" <= each <= "\udfff" for each in text)


class TestRing:
    def test_limits_are_those_that_were_promised(self) -> None:
        assert (MOST_MESSAGES, MOST_BYTES) == (500, 4 * 1024 * 1024)

    def test_iterates_oldest_first(self) -> None:
        ring = Ring()
        for number in (3, 1, 2):
            assert ring.add(message(number)) == []
        assert [each.id for each in ring] == ids(3, 1, 2)
        assert len(ring) == 3

    def test_the_oldest_make_room_for_the_501st(self) -> None:
        ring = Ring()
        messages = [message(number) for number in range(1, 503)]
        gone = [each for one in messages for each in ring.add(one)]
        assert gone == messages[:2]
        assert all(each.text.closed for each in gone)
        assert len(ring) == 500

    def test_the_oldest_make_room_for_more_bytes(self) -> None:
        ring = Ring(most_bytes=10)
        first, second, third = message(1, b"1234"), message(2, b"123456"), message(3, b"12345")
        assert ring.add(first) == ring.add(second) == []
        assert ring.add(third) == [first, second]
        assert ring.size_bytes == 5

    def test_exactly_full_is_not_too_much(self) -> None:
        ring = Ring(most_messages=2, most_bytes=10)
        assert ring.add(message(1)) == ring.add(message(2)) == []

    def test_removing_wipes_and_makes_room(self) -> None:
        ring = Ring(most_bytes=10)
        gone = message(1)
        ring.add(gone)
        ring.remove(gone.id)
        assert gone.text.closed
        assert ring.get(gone.id) is None
        assert gone.id not in ring
        assert ring.size_bytes == 0
        with pytest.raises(KeyError):
            ring.remove(gone.id)

    def test_close_wipes_everything_and_tells_what(self) -> None:
        ring = Ring()
        messages = [message(number) for number in (1, 2)]
        for each in messages:
            ring.add(each)
        assert ring.close() == ids(1, 2)
        assert all(each.text.closed for each in messages)
        assert len(ring) == ring.size_bytes == 0
        assert ring.close() == []

    def test_what_comes_after_close_is_wiped_at_once(self) -> None:
        ring = Ring()
        ring.close()
        late = message(1)
        ring.add(late)
        assert late.text.closed

    @settings(deadline=None)
    @given(st.lists(st.integers(1, 30), max_size=60))
    def test_it_never_holds_more_than_it_may(self, sizes: list[int]) -> None:
        ring = Ring(most_messages=7, most_bytes=64)
        gone: list[Message] = []
        added = [message(number, b"x" * size) for number, size in enumerate(sizes, 1)]
        for each in added:
            gone += ring.add(each)
            assert len(ring) <= 7
            assert ring.size_bytes == sum(len(kept.text) for kept in ring) <= 64
        assert [*gone, *ring] == added
