"""Timers on a clock that the caller has."""

import pytest

from whisp_desktop.chat.buffer import MessageId
from whisp_desktop.chat.lifetimes import UNSEEN_LIFE_S, Lifetimes, check_lifetime
from whisp_desktop.protocol.errors import RefusedError

ONE, TWO, THREE = (MessageId(bytes([number] * 8)) for number in (1, 2, 3))


def test_what_is_due_comes_in_order_and_once() -> None:
    lifetimes = Lifetimes()
    lifetimes.start(ONE, 30.0)
    lifetimes.start(TWO, 10.0)
    lifetimes.start(THREE, 20.0)
    assert lifetimes.next_at == 10.0
    assert lifetimes.due(9.999) == []
    assert lifetimes.due(20.0) == [TWO, THREE]
    assert lifetimes.next_at == 30.0
    assert lifetimes.due(30.0) == [ONE]
    assert lifetimes.next_at is None


def test_a_later_start_counts() -> None:
    lifetimes = Lifetimes()
    lifetimes.start(ONE, 10.0)
    lifetimes.start(ONE, 20.0)
    assert lifetimes.due(19.0) == []
    assert lifetimes.due(20.0) == [ONE]


def test_a_cancelled_timer_does_not_come() -> None:
    lifetimes = Lifetimes()
    lifetimes.start(ONE, 10.0)
    lifetimes.cancel(ONE)
    lifetimes.cancel(TWO)
    assert lifetimes.next_at is None
    assert lifetimes.due(99.0) == []


def test_close_ends_all() -> None:
    lifetimes = Lifetimes()
    lifetimes.start(ONE, 10.0)
    lifetimes.close()
    assert lifetimes.due(99.0) == []


def test_unseen_messages_live_for_a_day() -> None:
    assert UNSEEN_LIFE_S == 86_400


@pytest.mark.parametrize("lifetime_s", [0, 5, 60, 3_600, 86_400])
def test_five_lifetimes_are_taken(lifetime_s: int) -> None:
    assert check_lifetime(lifetime_s) == lifetime_s


@pytest.mark.parametrize("lifetime_s", [-5, 1, 59, 86_401, 2**32])
def test_no_other_is(lifetime_s: int) -> None:
    with pytest.raises(RefusedError, match="1 hour") as refusal:
        check_lifetime(lifetime_s)
    assert refusal.value.code == "bad_lifetime"
